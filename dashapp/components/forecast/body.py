"""The forecast page: quotas, which models spoke and how they did, what the interval covered, and what it rests on."""

import pandas as pd
from dash import Input, Output, callback, html
from dash.development.base_component import Component

from analytics.formats import number, percent, signed, whole
from dashapp import ids, shop
from dashapp.access import allowed
from dashapp.charts.forecasts import HORIZONS, caution, fan_name, skill
from dashapp.charts.quotas import QUOTAS, QUOTED, SUFFIXES, TARGETS, quoted
from dashapp.components.jobs_menu import run_card
from dashapp.components.page import page
from dashapp.components.plain_table import plain_table, section
from pipeline.warehouse import NoSnapshot, Snapshot

NAME, TITLE = "forecast", "Forecast"
ABOUT = "What will come in over the next months, and how sure is that?"
CHARTS = (
    tuple(fan_name(target, months) for target in TARGETS for months in HORIZONS),
    tuple(chart.name for chart in QUOTAS),
    tuple(f"forecast_parts{suffix}" for suffix in SUFFIXES.values()),
)
FILES = {
    "Each region and each category by month, with bounds": "forecast_quotas",
    "Each category of each region by month": "forecast_cells",
}
RESTS = (
    "Months are compared by their trading days: how many days they have and what each weekday sells, read from the daily sales.",
    "Drivers that one of the two forests reads: the season, the mix of categories and of segments, and promotions and series "
    "from outside where the snapshot has them.",
    "After a load the forecast is made anew as far ahead: by the usual recipe of the forests, with the mix as the only driver. "
    "The next training searches a recipe and reads all drivers again.",
)
CANNOT = (
    "It knows what was known at the end of the last month: no prices or campaigns to come, no new products, no rivals' plans.",
    "It uses complete months; a month that is not over is forecast, not learned from.",
    "Every breakdown adds up to the total. A forecast for two dimensions together is not made: quotas for a category of a "
    "region assume that the pattern of the last twelve months holds.",
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
        why = " ".join(snapshot.notes("forecasts")).rstrip(".") if "forecasts" in snapshot.manifest["tables"] else ""
        says = f"{why or 'The data have no forecast'}. Or press Forecast sales; the page fills when it is done."
        return [section("No model has been trained yet", says, anchor="no-forecast")]
    return [quotas(snapshot), board(snapshot), coverage(snapshot), rests_on(snapshot)]


def quotas(snapshot: Snapshot) -> html.Section:
    """Expected revenue by month, of every region and every category."""
    table = snapshot.table("forecasts")
    frame = table.filter(table["target"] == "revenue", table["dimension"].isin(quoted(snapshot))).to_pandas()
    frame["date"] = pd.to_datetime(frame["date"])
    wide = frame.pivot_table(index=["dimension", "member"], columns="date", values="value")
    order = sorted(wide.index, key=lambda key: (QUOTED.index(key[0]), -wide.loc[key].sum()))
    rows = [
        (f"{m}" if d != "total" else "Total", d.capitalize(), *(whole("revenue", v) for v in wide.loc[(d, m)]))
        for d, m in order
    ]
    heads = ("Member", "Of", *(f"{day:%b %Y}" for day in wide.columns))
    says = "Expected revenue by month. Regions add up to the total, and so do categories."
    return section(
        "Quotas in figures", says, plain_table("Quotas", heads, rows, len(heads) - 2), files(), anchor="quotas"
    )


def files() -> html.Ul:
    """The quotas as CSV, of revenue and of units."""
    return html.Ul(
        [
            html.Li([f"{what}: ", _file(name, "Revenue CSV"), " · ", _file(name + SUFFIXES["units"], "Units CSV")])
            for what, name in FILES.items()
        ],
        className="files",
    )


def _file(name: str, text: str) -> html.A:
    return html.A(text, href=f"/export/{NAME}/{name}.csv", className="behind", **{"download": ""})


def board(snapshot: Snapshot) -> html.Section:
    """How each model did at past origins, revenue first, and what the drivers were worth."""
    every = snapshot.table("forecast_board").to_pandas().sort_values("mase")
    heads, tables, told = ("Model", "Speaks", "Weight", "MASE", "WAPE", "Skill"), [], []
    for target, label in TARGETS.items():
        frame = every[every["target"] == target]
        rows = [
            (row.label, "Yes" if row.used else "", percent(row.weight), f"{row.mase:.3f}", percent(row.wape), signed(row.skill))
            for row in frame.itertuples()
        ]  # fmt: skip
        tables.append(html.H3(label))
        tables.append(plain_table(f"Models of the forecast: {label.lower()}", heads, rows, 4))
        told += [html.Li(f"{label}: {text}") for text in (worth(frame), warning(skill(snapshot, target))) if text]
    says = (
        "Each model forecast past months from what was known then. Skill is the error saved against taking the month a year "
        f"before (seasonal naive); {number(every['n'].max())} comparisons each. MASE is the mean error of all series in units of "
        "their own usual change from year to year, so that small regions count like large ones; WAPE is the error in all, as a share."
    )
    return section("Which models speak", says, html.Ul(told), *tables, anchor="board")


def worth(frame: pd.DataFrame) -> str:
    """What the drivers add to a forest that reads the past of the series alone."""
    mase = frame.set_index("model")["mase"]
    if not {"driven", "forest"} <= set(mase.index):
        return ""
    gain = 1 - mase["driven"] / mase["forest"]
    both = f"MASE {mase['driven']:.3f} against {mase['forest']:.3f}"
    return f"the drivers {'saved' if gain > 0 else 'cost'} the forest {percent(abs(gain))} of its error over lags alone ({both})."


def warning(gain: float) -> str:
    return caution(-gain) if gain < 0 else ""


def coverage(snapshot: Snapshot) -> html.Section:
    """The share of past months inside the band, by how far ahead they were."""
    frame = snapshot.table("forecast_coverage").to_pandas().sort_values("ahead")
    wide = frame.pivot(index="ahead", columns="target", values=["covered", "n"])
    rows = [
        (f"{ahead} ahead", *(cell for t in TARGETS for cell in (percent(row["covered", t]), number(row["n", t]))))
        for ahead, row in wide.iterrows()
    ]
    sums = frame.assign(inside=frame["covered"] * frame["n"]).groupby("target")[["inside", "n"]].sum()
    share = sums["inside"] / sums["n"]
    says = (
        f"Of past months {percent(share['revenue'])} (revenue) and {percent(share['units'])} (units) came inside the band, "
        "which is to hold 95 %."
    )
    heads = ("Months", *(head for label in TARGETS.values() for head in (f"{label} inside", "Compared")))
    table = plain_table("What the interval covered", heads, rows, len(heads) - 1)
    return section("What the interval covered in the past", says, table, anchor="coverage")


def rests_on(snapshot: Snapshot) -> html.Section:
    """What was learned from, and what no forecast of this kind can know."""
    months = snapshot.table("forecast_months")
    span = months["date"].min().as_scalar().execute(), months["date"].max().as_scalar().execute()
    says = f"Complete months from {span[0]:%b %Y} to {span[1]:%b %Y}."
    return section(
        "What it rests on and cannot know", says, html.Ul([html.Li(text) for text in (*RESTS, *CANNOT)]), anchor="rests"
    )
