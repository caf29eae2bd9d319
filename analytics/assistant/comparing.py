"""Comparing: which two periods a question holds against each other."""

from dataclasses import dataclass
from itertools import pairwise

from analytics.assistant.calendar import dates_in
from analytics.assistant.outcomes import Unclear
from analytics.assistant.sentence import Sentence
from analytics.periods import DAY, Period
from analytics.periods import Comparing as Switch

UNEVEN = 3  # days by which months or quarters differ


@dataclass(frozen=True)
class Comparing:
    """The period looked at, and what it is compared with: by the switch `cmp`, or `against` a period of its own."""

    current: Period | None = None
    on: bool = False
    cmp: Switch | None = None
    against: Period | None = None


def comparing(said: Sentence, data: Period) -> Comparing:
    """The comparison that a sentence asks for, if any. A period that is not over is held against as many days of the other.

    Two periods beside words of comparison or change are compared, the later with the earlier; else they are one span.
    """
    either = said.has("or") and len(said.periods) == 2
    words = said.has("versus", "change", "up", "down", "why", "base_year", "base_prev")
    moves = either or words or "revenue_growth" in said.metrics
    if said.has("trend") and not said.has("up", "down", "why", "versus", "base_year", "base_prev"):
        moves = False
    if len(said.periods) >= 2:
        return _two(said, data, moves)
    if said.periods and moves and (parts := _spanned(said)):
        return Comparing(parts[1], True, "off", parts[0])
    current = said.periods[0] if said.periods else None
    if said.has("base_week") and current:
        return Comparing(current, True, "off", Period(current.start - 7 * DAY, current.end - 7 * DAY))
    if said.has("base_year"):
        return Comparing(current, True, "year")
    if said.has("base_prev"):
        return Comparing(current, True, "prev")
    if not moves or (said.has("versus") and not said.has("change", "up", "down", "why") and not said.periods):
        return Comparing(current)
    on = said.has("change", "up", "down", "why") or "revenue_growth" in said.metrics
    return Comparing(current, on, "year" if on else None)


def _two(said: Sentence, data: Period, moves: bool) -> Comparing:
    first, second = said.periods[:2]
    if moves and len(said.periods) > 2:
        raise Unclear("Two periods can be compared at a time; or ask for each of them, such as: revenue by year.")
    if not moves:
        return Comparing(_joined(said.periods))
    relative = said.period_words[1].removeprefix("vs ").removeprefix("in ").removeprefix("the ")
    if relative in ("last year", "previous year", "prior year") and (first.days < 360 or relative != "last year"):
        return Comparing(first, True, "year")
    if relative.split()[0] in ("previous", "prior", "preceding"):
        return Comparing(first, True, "prev")
    earlier, later = sorted((first, second), key=lambda p: (p.start, p.end))
    if later.end > data.end >= later.start and abs(later.days - earlier.days) <= UNEVEN:
        over = Period(later.start, data.end)
        return Comparing(over, True, "off", Period(earlier.start, earlier.start + (over.days - 1) * DAY))
    return Comparing(later, True, "off", earlier)


def _joined(periods: list[Period]) -> Period:
    """Periods that follow each other as one; `Unclear` where there are days between them, or where one lies within another."""
    ordered = sorted(set(periods), key=lambda p: p.start)
    if any(later.start <= earlier.end for earlier, later in pairwise(ordered)) or not _alike(ordered):
        raise Unclear(
            "I cannot tell how these periods go together. Ask for one of them, or compare two: 'March 2025 vs March 2024'."
        )
    if any(later.start > earlier.end + DAY for earlier, later in pairwise(ordered)):
        raise Unclear(
            "These periods have days between them. Ask for one of them, or compare two: 'March 2025 vs March 2024'."
        )
    return Period(ordered[0].start, max(p.end for p in ordered))


def _alike(periods: list[Period]) -> bool:
    """Whether all are of one length, as months or quarters are."""
    days = [period.days for period in periods]
    return max(days) < 1.5 * min(days)


def _spanned(said: Sentence) -> tuple[Period, Period] | None:
    """`from 2024 to 2025` beside a word of change: its first and its last part, where both are whole alike."""
    words, period = said.period_words[0], said.periods[0]
    if not (" to " in words or " and " in words):
        return None
    return halves(words, period)


def halves(words: str, period: Period) -> tuple[Period, Period] | None:
    """The two named ends of a range, each a period of its own."""
    text = words.removeprefix("vs ").removeprefix("from ").removeprefix("between ")
    for joint in (" to ", " and ", " until ", " through "):
        if joint in text:
            left, _, right = text.partition(joint)
            ends = [dates_in(part, period) for part in (left, right)]
            if all(ends):
                first, last = (found[0].period for found in ends)
                first = first if str(first.start.year) in left else _in_year(first, period)
                return first, last
    return None


def _in_year(first: Period, period: Period) -> Period:
    """A first end that named no year, in that of the range."""
    return Period(period.start, first.end.replace(year=period.start.year)) if first.start != period.start else first
