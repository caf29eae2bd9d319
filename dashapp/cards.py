"""The cards: a metric's value, its change in words and its course, worked out for a whole row at once."""

from dataclasses import dataclass

import pandas as pd

from analytics.filters import Filters
from analytics.formats import full, points, short, signed
from analytics.measures import Growth
from analytics.metrics import Metric, metric
from analytics.periods import covered
from analytics.queries import Query, comparison_for, why_null
from pipeline.warehouse import Snapshot


@dataclass(frozen=True)
class Card:
    """What a card shows. `tone` is better, worse or even; `series` and `earlier` are the sparkline and what is behind it."""

    metric: Metric
    value: float | None
    change: str
    against: str
    tone: str
    series: tuple[float, ...] = ()
    earlier: tuple[float, ...] = ()


def cards(names: tuple[str, ...], filters: Filters, snapshot: Snapshot) -> list[Card]:
    """One card a metric, from two queries: totals and course, each with what it is compared with."""
    grain = filters.grain_over(covered(snapshot))
    totals = totals_of(names, filters, snapshot).iloc[0]
    course = Query(names, by=(grain,), compare=True)(filters, snapshot)
    return [_card(metric(name), totals, course, filters, snapshot) for name in names]


def totals_of(names: tuple[str, ...], filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
    """The one row that the cards show: each metric, and its value in both periods compared."""
    return Query(names, compare=True)(filters, snapshot)


def _card(m: Metric, totals: pd.Series, course: pd.DataFrame, filters: Filters, snapshot: Snapshot) -> Card:
    value = _number(totals[m.name])
    comparison = (
        comparison_for(filters, snapshot) if isinstance(m.measure, Growth) else filters.comparison(covered(snapshot))
    )
    change, tone = _growth(value) if isinstance(m.measure, Growth) else _change(m, totals)
    against = comparison.words
    if value is None:
        change, against, tone = "", why_null(m.name, filters, snapshot), "even"
    elif filters.cmp == "off" and not isinstance(m.measure, Growth):
        change, against, tone = "", "", "even"
    return Card(m, value, change, against, tone, tuple(course[m.name]), tuple(course.get(f"{m.name}_before", ())))


def _change(m: Metric, totals: pd.Series) -> tuple[str, str]:
    """The change in words, absolute and relative, and whether it is good news."""
    now, before = _number(totals.get(f"{m.name}_now")), _number(totals.get(f"{m.name}_before"))
    if now is None or before is None:
        return "", "even"
    difference = now - before
    if abs(difference) < 5e-4 * (1 if m.unit == "rate" else max(abs(now), 1e-9) / 1e3):
        return "no change", "even"
    tone = "better" if (difference > 0) == (m.better == "up") else "worse"
    if m.unit == "rate":
        return f"{_arrow(difference)} {points(now, before)}", tone
    sign = "+" if difference > 0 else ""
    relative = f" ({signed(difference / before)})" if before > 0 else ""
    return f"{_arrow(difference)} {sign}{short(m.name, difference)}{relative}", tone


def _growth(value: float | None) -> tuple[str, str]:
    if not value:
        return "", "even"
    return ("▲ up", "better") if value > 0 else ("▼ down", "worse")


def _arrow(difference: float) -> str:
    return "▲" if difference > 0 else "▼" if difference < 0 else "→"


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and value == value else None


def definition(card: Card) -> str:
    """What a reader sees on hover: every digit, then what is counted."""
    return f"{card.metric.label}: {full(card.metric.name, card.value)}. {card.metric.about}"
