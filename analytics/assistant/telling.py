"""The telling: an answer in words, and its reading: metric, filters, dates, comparison, as a reader would say them."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from analytics.asked import Asked
from analytics.assistant.choices import LOSSES
from analytics.bought import member_of
from analytics.dimensions import DIMENSIONS
from analytics.emptied import why_null
from analytics.formats import full, number, percent, points, signed
from analytics.having import Having
from analytics.measures import Ratio
from analytics.metrics import METRICS
from analytics.periods import covered, words
from analytics.queries import Query, comparison_for
from pipeline.warehouse import Snapshot

SHOWN = 3


def told(asked: Asked, frame: pd.DataFrame, premise: str, snapshot: Snapshot) -> str:
    """The answer as one or two sentences."""
    query = asked.query
    if frame.empty:
        return "Nothing in the data matches that" + scope(asked, snapshot) + "."
    if query.skill == "how_many":
        return f"{number(float(frame[frame.columns[0]].iloc[0]))} {_plural(query.by[-1])}{_bounds(query)}{scope(asked, snapshot)}."
    if query.skill == "average":
        over = f", over {number(float(frame['groups'].iloc[0]))} {query.by[0]}s"
        return f"{_means(query, frame)} per {query.by[0]} on average{over}{scope(asked, snapshot)}."
    if query.skill == "nth":
        return _nth(asked, frame.iloc[0], snapshot)
    if query.skill == "part":
        return _part(query, frame) + scope(asked, snapshot) + "."
    if not query.by:
        return _one(asked, frame.iloc[0], premise, snapshot)
    return _many(asked, frame, snapshot)


def _one(asked: Asked, row: pd.Series, premise: str, snapshot: Snapshot) -> str:
    query = asked.query
    if query.compare:
        return " ".join(_moved(name, row, premise, asked, snapshot) for name in query.metrics)
    said = [f"{METRICS[name].label} {_was(name)} {_value(name, row[name], asked, snapshot)}" for name in query.metrics]
    return f"{' and '.join(said)}{scope(asked, snapshot)}."


def _nth(asked: Asked, row: pd.Series, snapshot: Snapshot) -> str:
    query, name = asked.query, asked.query.metrics[0]
    first = "smallest" if _ascending(query) != (name in LOSSES) else "largest"
    place = f"{member(query, row)} is number {query.limit} by {METRICS[name].label.lower()}, the {first} first"
    return f"{place}: {full(name, row[name])}{scope(asked, snapshot)}."


def _value(name: str, value: float, asked: Asked, snapshot: Snapshot) -> str:
    if pd.isna(value):
        return f"not known ({why_null(name, asked.filters, snapshot)})"
    return full(name, value)


def _moved(name: str, row: pd.Series, premise: str, asked: Asked, snapshot: Snapshot) -> str:
    """What became of a metric between two periods; a premise that does not hold is put right."""
    now, before = (row[f"{name}_{end}"] * (-1 if name in LOSSES else 1) for end in ("now", "before"))
    label, rate = METRICS[name].label, METRICS[name].unit == "rate"
    if pd.isna(before) or pd.isna(now):
        missing = comparison_for(asked.filters, snapshot).missing or why_null(name, asked.filters, snapshot)
        return f"{label} was {full(name, now)}{scope(asked, snapshot)}; it cannot be compared: {missing}."
    way = "rose" if now > before else "fell" if now < before else "did not change"
    by = points(now, before) if rate else signed(now / before - 1) if before > 0 else full(name, now - before)
    opened = put_right(premise, now - before) + label
    change = f"{way} by {by.lstrip('+−-')}" if now != before else way
    return f"{opened} {change}, from {full(name, before)} to {full(name, now)}{scope(asked, snapshot)}{basis(asked, snapshot)}."


def put_right(premise: str, change: float) -> str:
    """What is said first where a question takes for granted what did not happen."""
    if premise == "up" and change <= 0:
        return "It did not rise. "
    return "It did not fall. " if premise == "down" and change >= 0 else ""


def _many(asked: Asked, frame: pd.DataFrame, snapshot: Snapshot) -> str:
    query, name = asked.query, asked.query.metrics[0]
    if query.compare and query.limit != 1:
        name_of = f"{name}_growth" if f"{name}_growth" in frame else f"{name}_change"
        listed = [f"{member(query, row)} {_change(name, row, name_of)}" for _, row in frame.head(SHOWN).iterrows()]
        return f"{METRICS[name].label} by {_ways(query)}{scope(asked, snapshot)}{basis(asked, snapshot)}: {_listed(listed, len(frame))}."
    if len(frame) == 1 and query.limit == 1:
        row = frame.iloc[0]
        best = "the lowest" if _ascending(query) != (name in LOSSES) else "the highest"
        if query.compare:
            column = query.order[-1].lstrip("-") if query.order else f"{name}_growth"
            most = "grew least or fell most" if _ascending(query) else "grew most"
            change = f"{METRICS[name].label.lower()}: {_change(name, row, column)}"
            return f"{member(query, row)} {most} in {change}{scope(asked, snapshot)}{basis(asked, snapshot)}."
        return f"{member(query, row)} has {best} {METRICS[name].label.lower()}: {full(name, row[name])}{scope(asked, snapshot)}."
    listed = [f"{member(query, row)} {_cell(name, row)}" for _, row in frame.head(SHOWN).iterrows()]
    what = " and ".join(METRICS[m].label for m in query.metrics)
    what = (
        f"Running total of {what.lower()}"
        if query.cumulative
        else f"Moving average of {what.lower()}"
        if query.moving
        else what
    )
    return f"{what} by {_ways(query)}{_bounds(query)}{scope(asked, snapshot)}: {_listed(listed, len(frame))}."


def _cell(name: str, row: pd.Series) -> str:
    for end, shown in (("_share", percent), ("_cumulative", None), ("_moving", None)):
        if f"{name}{end}" in row:
            value = row[f"{name}{end}"]
            return shown(value) if shown else full(name, value)
    return full(name, row[name])


def _change(name: str, row: pd.Series, column: str) -> str:
    if pd.isna(row[column]):
        return "new, or without an earlier value"
    if column.endswith("_growth"):
        return signed(row[column])
    if METRICS[name].unit == "rate":
        return points(row[f"{name}_now"], row[f"{name}_before"])
    return f"{'+' if row[column] > 0 else ''}{full(name, row[column])}"


def _listed(listed: list[str], many: int) -> str:
    rest = many - len(listed)
    return ", ".join(listed) + (f" and {rest} more row{'s' if rest > 1 else ''} below" if rest > 0 else "")


def _ascending(query: Query) -> bool:
    return bool(query.order) and not query.order[-1].startswith("-")


def _was(name: str) -> str:
    metric = METRICS[name]
    return (
        "was"
        if metric.unit != "count" or isinstance(metric.measure, Ratio)
        else "numbered"
        if name != "units"
        else "came to"
    )


def _means(query: Query, frame: pd.DataFrame) -> str:
    return " and ".join(f"{METRICS[name].label} was {full(name, frame[name].iloc[0])}" for name in query.metrics)


def _part(query: Query, frame: pd.DataFrame) -> str:
    name = query.metrics[0]
    row = frame.iloc[0]
    return f"{percent(row['share'])} of {METRICS[name].label.lower()}: {full(name, row[name])} of {full(name, row['whole'])}"


def member(query: Query, row: pd.Series) -> str:
    """The group of a row as a reader would call it."""
    names = []
    value: Any
    for name in query.by:
        dimension = DIMENSIONS[name]
        title = row.get(dimension.title) if dimension.title else None
        value = title if isinstance(title, str) else row[name]
        if dimension.unit and hasattr(value, "year"):
            value = {
                "month": f"{value:%b %Y}",
                "year": f"{value:%Y}",
                "quarter": f"Q{(value.month + 2) // 3} {value:%Y}",
            }.get(name, value)
        names.append("without one" if value is None or (isinstance(value, float) and pd.isna(value)) else str(value))
    return ", ".join(names)


def _ways(query: Query) -> str:
    return " and ".join(DIMENSIONS[name].label.lower() for name in query.by)


def _plural(name: str) -> str:
    return DIMENSIONS[name].plural or DIMENSIONS[name].label.lower() + "s"


def _bounds(query: Query) -> str:
    said = [
        f"{METRICS[h.metric].label.lower()} {_range(h.metric, h.low, h.high)}" for h in query.having if not _moves(h)
    ]
    said += [("growth" if h.low > 0 else "a decline") for h in query.having if _moves(h)]
    return f" with {' and '.join(said)}" if said else ""


def _moves(having: Having) -> bool:
    return having.metric.endswith(("_growth", "_change"))


def _range(name: str, low: float, high: float) -> str:
    if low == high:
        return f"of exactly {full(name, low)}"
    ends = [
        f"of at least {full(name, low)}" if low > float("-inf") else "",
        f"at most {full(name, high)}" if high < float("inf") else "",
    ]
    return " and ".join(filter(None, ends))


def scope(asked: Asked, snapshot: Snapshot) -> str:
    """Where and when, behind a number: ` for Books in the North, Jan-Dec 2024`."""
    said = [_names(name, members) for name, members in asked.filters.chosen]
    said += [f"without {_names(name, members)}" for name, members in asked.query.left_out if members != ("Unknown",)]
    said += _sets(asked.query)
    less = said and said[0].startswith("without")
    return f" {'' if less else 'for '}{', '.join(said)}" * bool(said) + f" ({when(asked, snapshot)})"


def _sets(query: Query) -> list[str]:
    """What customers bought, and what they did not."""
    named = [(bought, name) for bought, _, name in map(member_of, query.sets)]
    had, lacked = ([name for bought, name in named if bought == which] for which in (True, False))
    told = [f"customers who bought {' and '.join(had)}"] if had else []
    return [*told, f"customers who did not buy {_few(lacked, 'or')}"] if lacked else told


def _few(names: Sequence[str], word: str = "and") -> str:
    return ", ".join(names[:4]) + (f" {word} {len(names) - 4} more" if len(names) > 4 else "")


def _names(name: str, members: tuple[str, ...]) -> str:
    listed = _few(members)
    return (
        listed if name in ("region", "category", "customer_segment") else f"{DIMENSIONS[name].label.lower()} {listed}"
    )


def when(asked: Asked, snapshot: Snapshot) -> str:
    """The exact days, those without data left out."""
    period = asked.filters.period(covered(snapshot))
    if asked.query.compare and not asked.query.against:
        period = comparison_for(asked.filters, snapshot).current
    within = period.within(covered(snapshot))
    return words(within if within.days > 0 else period)


def basis(asked: Asked, snapshot: Snapshot) -> str:
    """What is compared with, in words."""
    if not asked.query.compare:
        return ""
    if asked.query.against:
        return f", vs {words(asked.query.against)}"
    return f", {comparison_for(asked.filters, snapshot).words}"


def reading(asked: Asked, notes: tuple[str, ...], snapshot: Snapshot) -> list[dict[str, str]]:
    """How the question was understood, a line a part: `{"part", "is"}`."""
    query = asked.query
    lines = [(METRICS[name].label, METRICS[name].about) for name in query.metrics]
    lines += [("Skill", query.skill.replace("_", " "))] * bool(query.skill)
    lines += [("Split by", _ways(query))] * bool(query.by)
    lines += [(DIMENSIONS[name].label, "only " + ", ".join(members)) for name, members in asked.filters.chosen]
    lines += [(DIMENSIONS[name].label, "without " + ", ".join(members)) for name, members in query.left_out]
    lines += [("Customers", text) for text in _sets(query)]
    lines += [("Kept", _bounds(query).strip())] * bool(query.having)
    lines += [("Dates", _dates(asked, snapshot))]
    lines += [("Compared", basis(asked, snapshot).lstrip(", "))] * query.compare
    lines += [("Order", ", ".join(query.order) + (f", first {query.limit}" if query.limit else ""))] * bool(query.order)
    lines += [("Note", note) for note in notes]
    return [{"part": part, "is": text} for part, text in lines]


def _dates(asked: Asked, snapshot: Snapshot) -> str:
    data = covered(snapshot)
    period = asked.filters.period(data)
    within = period.within(data)
    if within.days < 1:
        return f"{period.start.isoformat()} to {period.end.isoformat()}, ahead of the data, which end on {data.end.isoformat()}"
    period = within
    return f"{period.start.isoformat()} to {period.end.isoformat()}, both included; today is {data.end.isoformat()}, the last day of data"
