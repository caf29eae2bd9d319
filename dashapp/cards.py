"""The cards: a metric's value, its change in words, its parts and its course, worked out for a whole row at once."""

from dataclasses import dataclass

import numpy as np

from analytics.beside import Columns
from analytics.emptied import why_null
from analytics.filters import Filters
from analytics.formats import NOTHING, full, percent, points, short, signed
from analytics.measures import Derived, Gap, Growth, Ratio, Total
from analytics.metrics import Metric, metric, required
from analytics.periods import Comparison, covered, words
from analytics.queries import Query, comparison_for
from analytics.statistics import FEW, TOO_FEW, wilson
from pipeline.warehouse import Snapshot

Totals = dict[str, float]


@dataclass(frozen=True)
class Card:
    """What a card shows.

    `tone` is better, worse or even; `thin` says how sure a rate of few is; `parts` is what the value is made of;
    `series` and `earlier` are the sparkline and what is behind it.
    """

    metric: Metric
    value: float | None
    change: str
    against: str
    tone: str
    thin: str = ""
    parts: tuple[str, ...] = ()
    series: tuple[float, ...] = ()
    earlier: tuple[float, ...] = ()

    @property
    def figure(self) -> str:
        """The value as it is written large; none where a rate of so few would mislead."""
        return short(self.metric.name, self.value) if "too few" not in self.thin else NOTHING


def cards(names: tuple[str, ...], filters: Filters, snapshot: Snapshot) -> list[Card]:
    """One card a metric, from two queries: totals and course, each with what it is compared with."""
    grain = filters.grain_over(covered(snapshot))
    whole = tuple(m.name for m in required(names))
    totals = totals_of(whole, filters, snapshot)
    course = Query(names, by=(grain,), compare=True).columns(filters, snapshot)
    return [_card(metric(name), totals, course, filters, snapshot) for name in names]


def totals_of(names: tuple[str, ...], filters: Filters, snapshot: Snapshot) -> Totals:
    """What the cards show: each metric, and its value in both periods compared."""
    found = Query(names, compare=True).columns(filters, snapshot)
    return {name: column.tolist()[0] for name, column in found.items()}


def _card(m: Metric, totals: Totals, course: Columns, filters: Filters, snapshot: Snapshot) -> Card:
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
    elif not change and comparison.base:
        against = "nothing to compare with"
    return Card(
        m,
        value,
        change,
        against,
        tone,
        _thin(m, totals),
        _parts(m, totals, comparison),
        tuple(course[m.name].tolist()),
        tuple(course.get(f"{m.name}_before", np.zeros(0)).tolist()),
    )


def _parts(m: Metric, totals: Totals, comparison: Comparison) -> tuple[str, ...]:
    """The values that the card's own is made of, each as it would stand on a card."""
    if isinstance(m.measure, Growth):
        now, before = (f"{m.measure.of}_now", f"{m.measure.of}_before")
        periods = ((now, comparison.current), (before, comparison.base))
        return tuple(f"{words(period)}: {full(m.measure.of, totals[name])}" for name, period in periods if period)
    needs = [part for name in _needs(m) for part in _summands(name)]
    return tuple(f"{metric(name).label}: {full(name, totals[name])}" for name in needs)


def _needs(m: Metric) -> tuple[str, ...]:
    return m.measure.needs if isinstance(m.measure, Derived) else ()


def _summands(name: str) -> tuple[str, ...]:
    """What a sum is made of, as a reader wants to see the parts; anything else is its own part."""
    measure = metric(name).measure
    return measure.needs if isinstance(measure, Total) else (name,)


def _thin(m: Metric, totals: Totals) -> str:
    """For a share of fewer than 30 things: of how many, and its 95 % interval (Wilson); of fewer than 5, the counts alone."""
    if m.unit != "rate" or not isinstance(m.measure, Ratio) or metric(m.measure.bottom).unit != "count":
        return ""
    hits, n = totals[m.measure.top], totals[m.measure.bottom]
    if not 0 < n < FEW or not 0 <= hits <= n:
        return ""
    if n < TOO_FEW:
        return f"{hits:.0f} of {n:.0f}: too few for a rate"
    low, high = (float(end) for end in wilson(hits, n))
    return f"n = {n:.0f}; 95 %: {percent(low, 0)} to {percent(high, 0)}"


def _change(m: Metric, totals: Totals) -> tuple[str, str]:
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
    relative = f" ({signed(difference / before)})" if before > 0 and not isinstance(m.measure, Gap) else ""
    return f"{_arrow(difference)} {sign}{short(m.name, difference)}{relative}", tone


def _growth(value: float | None) -> tuple[str, str]:
    if not value:
        return "", "even"
    return ("▲ up", "better") if value > 0 else ("▼ down", "worse")


def _arrow(difference: float) -> str:
    return "▲" if difference > 0 else "▼" if difference < 0 else "→"


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and value == value else None
