"""The churn page: what is at risk in the selection, the ranking, one customer explained, the traits, what it rests on."""

from dash import Input, Output, callback, html
from dash.development.base_component import Component

from analytics.bands import HIGH
from analytics.filters import Filters
from analytics.formats import full, number, percent
from analytics.periods import day_words
from analytics.risk import scored, totals
from dashapp import ids, shop
from dashapp.access import allowed
from dashapp.charts.risks import RISKS
from dashapp.charts.serving import called
from dashapp.components.churn.explorer import explorer
from dashapp.components.jobs_menu import run_card
from dashapp.components.list_card import list_card
from dashapp.components.page import page
from dashapp.components.plain_table import plain_table, section
from pipeline.warehouse import NoSnapshot, Snapshot

NAME, TITLE = "churn", "Churn"
CHARTS = tuple(RISKS)
ABOUT = "Who will not order again within the horizon, what hangs on it, and why? Association, not cause."
CANNOT = (
    "It knows orders and ratings of this shop and nothing else: no prices elsewhere, no complaints by phone, no moves.",
    "Nobody says goodbye: to leave means to place no valid order within the horizon. Some of them come back later.",
    "Traits and reasons say what goes with leaving, not what causes it. To change one need not keep anybody.",
    "Risk is not uplift: whom an offer would keep only an experiment tells. The list leaves one in ten alone for that.",
)


def churn_page(**_query: str) -> html.Main:
    """The page as of now; without a model it says how to make one."""
    head = html.Div([html.P(ABOUT), html.Div(id=ids.RISK)])
    body = html.Div(
        [
            list_card("at_risk", heading=True),
            html.Div(id=ids.EXPLORER),
            html.Div(_told(), id=ids.CHURN, className="sections"),
            run_card("churn"),
        ],
        className="sections after",
    )
    return page(NAME, TITLE, head, charts=CHARTS, body=(body,))


@callback(
    Output(ids.RISK, "children"),
    Output(ids.EXPLORER, "children"),
    Input(ids.URL, "search"),
    Input(ids.SNAPSHOT, "data"),
)
@allowed("viewer")
def renew_risk(search: str | None, _snapshot: str | None) -> tuple[list[Component], list[Component]]:
    """What is said of the selection: its figures, and one of its customers."""
    try:
        snapshot = shop.snapshot()
    except NoSnapshot:
        return [], []
    if not scored(snapshot):
        return [_none(snapshot)], []
    filters = shop.filters(search or "")
    return [figures(filters, snapshot)], [explorer(filters, snapshot)]


@callback(Output(ids.CHURN, "children"), Input(ids.SNAPSHOT, "data"), prevent_initial_call=True)
@allowed("viewer")
def renew_churn(_snapshot: str | None) -> list[Component]:
    """Another snapshot is served than when the page was opened."""
    return _told()


def figures(filters: Filters, snapshot: Snapshot) -> html.Dl:
    """The selection in four figures."""
    made = totals(filters, snapshot)
    days = _horizon(snapshot)
    share = made["at_risk"] / made["revenue"] if made["revenue"] else None
    facts = {
        "Customers scored": (number(made["customers"]), "With an order in the selection."),
        f"At high risk, above {percent(HIGH, 0)}": (
            number(made["high"]),
            f"Calibrated risk of no order in the {days} days to come.",
        ),
        f"Expected to leave in {days} days": (number(round(made["leaving"])), "The sum of all risks."),
        "Revenue at risk": (full("revenue", made["at_risk"]), "Revenue of the last 365 days of the selection, times the risk."),
        "Share of the last 365 days' revenue": (percent(share), f"Of {full('revenue', made['revenue'])}."),
    }  # fmt: skip
    items = [html.Div([html.Dt(label), html.Dd(value)], title=about) for label, (value, about) in facts.items()]
    return html.Dl(items, className="card-box headline")


def _none(snapshot: Snapshot) -> html.Section:
    why = " ".join(snapshot.notes("churn_scores"))
    return section(
        "No model has been trained yet",
        f"{why}. Or press Train churn; the page fills when it is done.",
        anchor="no-churn",
    )


def _told() -> list[Component]:
    try:
        snapshot = shop.snapshot()
    except NoSnapshot:
        return []
    return [traits(snapshot), rests_on(snapshot)] if scored(snapshot) else []


def traits(snapshot: Snapshot) -> html.Section:
    """What those who left in the last test had in common, the strongest first."""
    frame = snapshot.table("churn_traits").to_pandas().sort_values("effect", key=abs, ascending=False)
    rows = [
        (
            html.Span(called(row.feature), title=row.means),
            _amount(row.left),
            _amount(row.stayed),
            f"{row.effect:+.2f}".replace("-", "−") if row.effect == row.effect else "–",
            f"{number(row.n_left)} / {number(row.n_stayed)}",
        )
        for row in frame.itertuples()
    ]
    says = (
        "Medians of those who left and those who stayed in the last test, over all customers. The effect is the rank-biserial "
        "correlation: +1 if everyone who left had more of it, 0 if it tells nothing. It goes with leaving; it need not cause it."
    )
    heads = ("Trait", "Left", "Stayed", "Effect", "n left / stayed")
    return section("What those who left had in common", says, plain_table("Traits", heads, rows, 4), anchor="traits")


def rests_on(snapshot: Snapshot) -> html.Section:
    """What was learned from, how it did, and what no score of this kind can know."""
    bands = snapshot.table("churn_bands")
    days, judged = _horizon(snapshot), bands["n"].sum().execute()
    says = (
        f"Orders and ratings from {day_words(snapshot.first_day)} to {day_words(snapshot.as_of)}; horizon {days} days. Judged "
        f"on {number(judged)} customers over the last {days} days, of which the judged model knew nothing."
    )
    link = html.A("How it was judged", href="/models#churn", className="behind")
    return section(
        "What it rests on and cannot know", says, html.Ul([html.Li(text) for text in CANNOT]), link, anchor="rests"
    )


def _horizon(snapshot: Snapshot) -> int:
    """The days within which no order means to have left."""
    return int(snapshot.table("churn_scores")["horizon_days"].max().execute())


def _amount(value: float) -> str:
    return number(round(value, 2)) if value == value else "–"
