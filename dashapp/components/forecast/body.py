"""The forecast page: quotas, which models spoke and how they did, what the interval covered, and what it rests on."""

import pandas as pd
from dash import Input, Output, callback, html
from dash.development.base_component import Component

from analytics.formats import full, number, percent, signed
from dashapp import ids, shop
from dashapp.access import allowed
from dashapp.charts.forecasts import HORIZONS
from dashapp.components.jobs_menu import run_card
from dashapp.components.page import page
from dashapp.components.plain_table import plain_table, section
from pipeline.warehouse import NoSnapshot, Snapshot

NAME, TITLE = "forecast", "Forecast"
ABOUT = "What will come in over the next months, and how sure is that?"
CHARTS = (tuple(f"forecast_{months}" for months in HORIZONS), "forecast_quotas", "forecast_parts")
CANNOT = (
    "It knows the shop's own past and nothing else: no prices to come, no campaigns, no competitors, no new products.",
    "It uses complete months; a month that is not over is forecast, not learned from.",
    "Every breakdown adds up to the total. A forecast for two dimensions together is not made.",
    "The band is to hold 95 of 100 months, each by itself. A shift such as the shop has never seen falls outside it.",
)


def forecast_page(**_query: str) -> html.Main:
    """The page as of now; without a model it says how to make one."""
    body = html.Div([html.Div(_told(), id=ids.FORECAST, className="sections"), run_card("sales")], className="sections")
    return page(NAME, TITLE, ABOUT, charts=CHARTS, body=(body,))


@callback(Output(ids.FORECAST, "children"), Input(ids.SNAPSHOT, "data"), prevent_initial_call=True)
@allowed("viewer")
def renew_forecast(_snapshot: str | None) -> list[Component]:
    """Another snapshot is served than when the page was opened."""
    return _told()


def _told() -> list[Component]:
    try:
        snapshot = shop.snapshot()
    except NoSnapshot:
        return []
    if not snapshot.manifest["rows"].get("forecasts"):
        why = " ".join(snapshot.notes("forecasts")) if "forecasts" in snapshot.manifest["tables"] else ""
        return [section("No forecast yet", f"{why} Or press Forecast sales below.".strip(), anchor="none")]
    return [quotas(snapshot), board(snapshot), coverage(snapshot), rests_on(snapshot)]


def quotas(snapshot: Snapshot) -> html.Section:
    """Expected revenue by month, of every region and every category."""
    table = snapshot.table("forecasts")
    frame = table.filter(
        table["target"] == "revenue", table["dimension"].isin(["region", "category", "total"])
    ).to_pandas()
    frame["date"] = pd.to_datetime(frame["date"])
    wide = frame.pivot_table(index=["dimension", "member"], columns="date", values="value")
    order = sorted(wide.index, key=lambda key: (("region", "category", "total").index(key[0]), -wide.loc[key].sum()))
    rows = [
        (f"{m}" if d != "total" else "Total", d.capitalize(), *(full("revenue", v) for v in wide.loc[(d, m)]))
        for d, m in order
    ]
    heads = ("Member", "Of", *(f"{day:%b %Y}" for day in wide.columns))
    link = html.A("Download CSV", href="/export/forecast/forecast_quotas.csv", className="behind", **{"download": ""})
    says = "Expected revenue by month. Regions add up to the total, and so do categories."
    return section("Quotas in figures", says, plain_table("Quotas", heads, rows, len(heads) - 2), link, anchor="quotas")


def board(snapshot: Snapshot) -> html.Section:
    """How each model did at past origins, revenue first."""
    frame = snapshot.table("forecast_board").to_pandas()
    frame = frame[frame["target"] == "revenue"].sort_values("mase")
    rows = [
        (row.label, "Yes" if row.used else "", percent(row.weight), f"{row.mase:.3f}", percent(row.wape), signed(row.skill))
        for row in frame.itertuples()
    ]  # fmt: skip
    says = (
        "Each model forecast past months from what was known then. Skill is the error saved against taking the month a year "
        f"before (seasonal naive); {number(frame['n'].max())} comparisons."
    )
    heads = ("Model", "Speaks", "Weight", "MASE", "WAPE", "Skill")
    return section("Which models speak", says, plain_table("Models of the forecast", heads, rows, 4), anchor="board")


def coverage(snapshot: Snapshot) -> html.Section:
    """The share of past months inside the band, by how far ahead they were."""
    frame = snapshot.table("forecast_coverage").to_pandas()
    frame = frame[frame["target"] == "revenue"].sort_values("ahead")
    rows = [(f"{row.ahead} ahead", percent(row.covered), number(row.n)) for row in frame.itertuples()]
    says = f"{percent(frame['covered'].mean())} of past months came inside the band, which is to hold 95 %."
    table = plain_table("What the interval covered", ("Months", "Inside", "Compared"), rows, 2)
    return section("What the interval covered in the past", says, table, anchor="coverage")


def rests_on(snapshot: Snapshot) -> html.Section:
    """What was learned from, and what no forecast of this kind can know."""
    months = snapshot.table("forecast_months")
    span = months["date"].min().as_scalar().execute(), months["date"].max().as_scalar().execute()
    says = f"Complete months from {span[0]:%b %Y} to {span[1]:%b %Y}."
    return section(
        "What it rests on and cannot know", says, html.Ul([html.Li(text) for text in CANNOT]), anchor="rests"
    )
