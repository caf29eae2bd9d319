"""The view in words: everything a reader must know to find the same numbers again."""

from analytics.dimensions import DIMENSIONS
from analytics.filters import Filters, unread
from analytics.formats import number
from analytics.periods import Period, covered, day_words, length_words, month_end, words
from dashapp.charts.chart import Chart
from dashapp.charts.forecasts import FORECASTS
from dashapp.components.chips import titles_of
from pipeline.warehouse import Snapshot

MOST = 12
Fact = tuple[str, str]


def facts(search: str, filters: Filters, snapshot: Snapshot) -> list[Fact]:
    """Label and text: period, filters, comparison, grain, data date, snapshot, and what could not be read."""
    data = covered(snapshot)
    chosen = [_chosen(name, members, snapshot) for name, members in filters.chosen]
    picked = [("Picked days", words(filters.brush))] if filters.brush else []
    left = unread(search)
    how = "chosen" if filters.grain else "as suits the period"
    return [
        ("Period", period_words(filters, snapshot)),
        *picked,
        *(chosen or [("Filters", "None: everything in the period")]),
        ("Comparison", filters.comparison(data).words),
        ("Over time", f"by {filters.grain_over(data)}, {how}"),
        ("Data", f"Orders from {day_words(data.start)} to {day_words(data.end)}"),
        ("Snapshot", snapshot.id),
        *([("Left out", f"Not understood: {', '.join(left)}")] if left else []),
    ]


def _chosen(name: str, members: tuple[str, ...], snapshot: Snapshot) -> Fact:
    """The members by what they are called; of many the first ones and how many there are."""
    titles = titles_of(DIMENSIONS[name], members, snapshot)
    named = [titles.get(member, f"{member} (not in the data)") for member in members[:MOST]]
    more = f" and {number(len(members) - MOST)} more" if len(members) > MOST else ""
    return DIMENSIONS[name].label, ", ".join(named) + more


def period_words(filters: Filters, snapshot: Snapshot) -> str:
    """`May 2024, 31 days`."""
    data = covered(snapshot)
    period = filters.period(data)
    if period.within(data).days < 1:
        return f"{words(period)}: outside the data"
    return f"{words(period)}, {length_words(period, data)}"


def rests_on(chart: Chart, filters: Filters, snapshot: Snapshot) -> str:
    """The period of a chart's own numbers, and which of the choices do not narrow it."""
    if chart.name in FORECASTS:
        frame = chart.frame(filters, snapshot)
        spans = [Period(frame["date"].min(), month_end(frame["date"].max()))] if len(frame) else []
        return "".join(f"Numbers of {words(span)}." for span in spans)
    own = [name for name in chart.picks if filters.members(name) or (name == "brush" and filters.brush)]
    told = f"Numbers of {period_words(filters.without(*chart.picks), snapshot)}."
    names = ["picked days" if name == "brush" else DIMENSIONS[name].label.lower() for name in own]
    return f"{told} Not narrowed by its own choice: {' and '.join(names)}." if names else told
