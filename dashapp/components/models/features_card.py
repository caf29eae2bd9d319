"""The features: what the models read of a customer, with the version of their definitions, as of any day."""

import dash_bootstrap_components as dbc
from dash import html

from analytics.formats import number
from dashapp.charts.serving import called
from dashapp.components.plain_table import plain_table, section
from ml import features
from pipeline.warehouse import Snapshot


def features_card(snapshot: Snapshot) -> html.Section:
    """A day to read them as of, and the list."""
    listed = features.listed()
    rows = [
        (
            called(row["feature"]),
            row["table"].replace("_", " "),
            row["means"],
            "Yes" if row["churn"] else "",
        )
        for row in listed.to_dict("records")
    ]
    day = dbc.Input(
        id="features-day",
        type="date",
        size="sm",
        value=str(snapshot.as_of),
        min=str(snapshot.first_day),
        max=str(snapshot.as_of),
    )
    button = html.Button("Download as of that day", type="button", className="quiet outlined", **{"data-features": ""})
    pick = html.Div([html.Label("Day", htmlFor="features-day"), day, button], className="comparing")
    says = (
        f"{number(len(listed))} features, definitions {features.version()}. What a model was trained on can be read again as of any "
        "day: the same to the last digit, whatever came after it."
    )
    table = plain_table("Features", ("Feature", "Table", "What it means", "Read by churn"), rows)
    return section("Features", says, pick, table, anchor="features")
