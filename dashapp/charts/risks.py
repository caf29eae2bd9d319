"""The charts of who may leave: they read the published scores of the churn model."""

from collections.abc import Mapping
from functools import partial

import pandas as pd

from analytics.bands import MEANS
from analytics.cells import records
from analytics.dimensions import DIMENSIONS
from analytics.filters import Filters
from analytics.formats import counted, full, number, percent, short
from analytics.risk import AtRisk, Bands
from dashapp.charts.chart import Chart, Draw, Say
from dashapp.figures.figure import Figure, lines
from dashapp.figures.palette import EARLIER, GAIN, LOSS, MEMBERS
from dashapp.figures.rows import pairs, stacked

THIN = "No customer of this selection has a score. Remove a filter; without a churn model yet, press Train churn."
COLOURS = {"high": LOSS, "medium": MEMBERS[5], "low": GAIN}
MARKERS = ({"color": LOSS}, {"color": EARLIER, "opacity": 0.45})
BAR_ROWS = 12


def draw_bands(frame: pd.DataFrame, colours: Mapping[str, str]) -> Figure:
    """A bar a band for what is predicted, below it what was seen in the test; a bar picks its band."""
    rows = records(frame)
    hover = [
        lines(
            f"Risk of leaving: {row['risk']}",
            f"Predicted to leave: {percent(row['said'])} of {number(row['customers'])} customers here",
            f"Left in the last test: {percent(row['seen'])} of {number(row['n'])} "
            f"(95 %: {percent(row['low'])} to {percent(row['high'])})",
            f"Revenue of the last 365 days: {full('revenue', row['revenue'])}",
            f"At risk: {full('revenue', row['at_risk'])}",
        )
        for row in rows
    ]
    notes = [f"{percent(row['said'], 0)} · {counted(row['customers'], 'customer')}" for row in rows]
    named = frame.assign(label=frame["risk"].str.capitalize())
    made = pairs(named, "risk", "label", "said", "seen", COLOURS, hover, notes)
    layout: dict[str, object] = made["layout"]  # type: ignore[assignment]
    return {
        "data": made["data"],
        "layout": layout | {"xaxis": {"visible": False, "fixedrange": True, "range": [0, 1.45]}},
    }


def _roomy(made: Figure, top: float) -> Figure:
    """With room for a label of two figures beside the longest bar, on a phone too."""
    layout: dict[str, object] = made["layout"]  # type: ignore[assignment]
    return made | {"layout": layout | {"xaxis": {"visible": False, "fixedrange": True, "range": [0, top * 1.5]}}}


def says_bands(frame: pd.DataFrame, filters: Filters) -> str:
    """How many are at high risk, and whether the last test bore the model out."""
    of = frame.set_index("risk")
    many, high = frame["customers"].sum(), of["customers"].get("high", 0)
    seen = ", ".join(f"{band} {percent(row['seen'], 0)}" for band, row in of.iterrows() if row["n"])
    return f"{number(high)} of {number(many)} customers are at high risk. In the last test there left (grey): {seen} of the band."


def draw_at_risk(by: str) -> Draw:
    """A bar a member: what is at risk, then the rest of its revenue of the last year; a bar picks the member."""

    def draw(frame: pd.DataFrame, colours: Mapping[str, str]) -> Figure:
        shown = frame.head(BAR_ROWS).assign(safe=lambda f: f["revenue"] - f["at_risk"])
        shown[by] = shown[by].fillna("Unknown")
        hover = [
            lines(
                str(row[by]),
                f"At risk: {full('revenue', row['at_risk'])}, {percent(row['share'])} of {full('revenue', row['revenue'])}",
                counted(row["customers"], "customer"),
            )
            for row in records(shown)
        ]
        notes = [f"{short('revenue', row['at_risk'])} · {percent(row['share'], 0)}" for row in records(shown)]
        made = stacked(shown, by, {"at_risk": "at risk", "safe": "rest of the last 365 days"}, hover, notes, of=0)
        data: list[dict[str, object]] = made["data"]  # type: ignore[assignment]
        coloured = [trace | {"marker": marker} for trace, marker in zip(data, MARKERS, strict=True)]
        return _roomy(made | {"data": coloured}, float(shown["revenue"].max()))

    return draw


def says_at_risk(by: str) -> Say:
    """The sum at risk, and where it is most."""

    def say(frame: pd.DataFrame, filters: Filters) -> str:
        whole, risk = frame["revenue"].sum(), frame["at_risk"].sum()
        first = frame.iloc[0]
        share = percent(risk / whole) if whole else percent(None)
        most = f"{first[by]} ({short('revenue', first['at_risk'])})"
        return f"{short('revenue', risk)} at risk, {share} of the last 365 days; most with {most}."

    return say


def _at_risk(by: str) -> Chart:
    label = DIMENSIONS[by].label.lower()
    return money_chart(
        f"at_risk_by_{by}",
        f"Revenue at risk by {label}",
        data=AtRisk(by),
        draw=draw_at_risk(by),
        say=says_at_risk(by),
        picks=(by,),
        needs=(by,),
    )


money_chart = partial(
    Chart, thin=THIN, opens="customers",
    about="Each customer's revenue of the last 365 days of the selection, times the calibrated risk of leaving. What would be "
          "missing in a year if those who leave had bought as before; not what an offer would save.",
)  # fmt: skip

RISKS = {
    c.name: c
    for c in (
        Chart(
            "risk_bands", "Who may leave: predicted, and seen in the last test",
            data=Bands(),
            draw=draw_bands,
            say=says_bands,
            about=f"Customers of the selection by band of risk ({MEANS}) with their mean "
                  "calibrated risk; in grey the share of each band that left in the last test, over all customers.",
            picks=("risk",), thin=THIN, opens="customers",
        ),
        _at_risk("customer_segment"),
        _at_risk("region"),
        _at_risk("category"),
    )
}  # fmt: skip
