"""Pieces: a question cut into periods, bounds, spans of days and words, each with what it means."""

import re
from dataclasses import dataclass
from typing import Any

from analytics.assistant.calendar import dates_in
from analytics.assistant.lexicon import Lexicon, Slot
from analytics.assistant.points import NUMBERS
from analytics.periods import Period

_NUM = r"(\d+(?:\.\d+)?|" + "|".join(NUMBERS) + r")"
_YEAR = range(1900, 2200)
_COUNTED = re.compile(
    r" (?:units?|orders?|customers?|pieces|items?|products?|dollars?|euros?|usd|eur|times|purchases|transactions?|buyers|in |of revenue)"
)
LOW = (
    "more than|over|above|greater than|exceeding|exceeds|exceed|at least|no less than|not less than|a minimum of|"
    "upwards of|higher than|larger than|bigger than"
)
HIGH = "less than|fewer than|under|below|at most|no more than|not more than|up to|a maximum of|lower than|smaller than"
WITH_END = (
    "at least",
    "no less than",
    "not less than",
    "a minimum of",
    "at most",
    "no more than",
    "not more than",
    "up to",
    "a maximum of",
)
DAYS = {"day": 1, "week": 7, "fortnight": 14, "month": 30, "year": 365}


@dataclass(frozen=True)
class Bound:
    """A range that a number must lie in; `strict` where its ends do not count."""

    low: float = float("-inf")
    high: float = float("inf")
    strict: bool = False


def slots(text: str, lexicon: Lexicon, data: Period) -> list[Slot]:
    """The whole text as slots, in order."""
    marked = [(m.start(), m.end(), Slot("op", "base_year", m[0])) for m in _A_YEAR_BEFORE.finditer(text)]
    marked += [(m.start(), m.end(), Slot("op", "base_week", m[0])) for m in _A_WEEK_BEFORE.finditer(text)]
    marked += [(m.start(), m.end(), Slot("op", "base_prev", m[0])) for m in _AS_LONG_BEFORE.finditer(text)]
    marked += _bounds(_masked(text, marked))
    marked += [
        (f.start, f.end, Slot("period", f.period, text[f.start : f.end])) for f in dates_in(_masked(text, marked), data)
    ]
    marked += [(m.start(), m.end(), slot) for m in _SPAN.finditer(_masked(text, marked)) if (slot := _span(m))]
    out: list[Slot] = []
    place = 0
    for start, end, slot in [*sorted(marked, key=lambda m: m[0]), (len(text), len(text), None)]:
        out += lexicon.slots([w for w in text[place:start].split() if w.strip(".-–/")])
        out += [slot] if slot else []
        place = end
    return out


_A_YEAR_BEFORE = re.compile(
    r"\b(?:the )?same (?:period|time|month|months|quarter|quarters|week|weeks|days|dates|season) (?:of |in |a )?(?:the )?"
    r"(?:(?:last|previous|prior) year|year (?:before|ago|earlier))\b"
)
_A_WEEK_BEFORE = re.compile(r"\b(?:the )?same days? (?:of |in )?(?:the )?(?:last|previous|prior) week\b")
_AS_LONG_BEFORE = re.compile(rf"\bthe {_NUM} (?:(?:day|week|month|quarter|year)s? )?before(?: that| those|$)")
Marked = tuple[int, int, Any]


def _masked(text: str, marked: list[Marked]) -> str:
    for start, end, _ in marked:
        text = text[:start] + "\0" * (end - start) + text[end:]
    return text


def _bounds(text: str) -> list[Marked]:
    found: list[Marked] = []
    for pattern, read in (
        (rf"\b({LOW}|{HIGH}) {_NUM}(?![\w.-])", _compared),
        (rf"\bbetween {_NUM} and {_NUM}(?![\w.-])", _between),
        (rf"\b{_NUM} or (more|fewer|less)\b", _or_more),
        (rf"\b(exactly|equal to) {_NUM}(?![\w.-])", _exactly),
    ):
        for match in re.finditer(pattern, text):
            bound = read(match, text[match.end() :])
            if bound and not any(match.start() < f[1] and f[0] < match.end() for f in found):
                found.append((match.start(), match.end(), Slot("bound", bound, match[0])))
    return found


def _number(text: str) -> float:
    return float(NUMBERS.get(text) or text)


def _counted(after: str) -> bool:
    return bool(_COUNTED.match(after))


def _is_time(after: str) -> bool:
    return bool(re.match(r" (?:full )?(?:day|week|month|quarter|year|fortnight|percent)", after))


def _compared(match: re.Match[str], after: str) -> Bound | None:
    word, value = match[1], _number(match[2])
    loose = word in ("over", "above", "under", "below", "up to")
    if _is_time(after) or (loose and value in _YEAR and not _counted(after)):
        return None
    strict = word not in WITH_END
    return Bound(low=value, strict=strict) if word in LOW.split("|") else Bound(high=value, strict=strict)


def _between(match: re.Match[str], after: str) -> Bound | None:
    low, high = sorted((_number(match[1]), _number(match[2])))
    if _is_time(after) or not _counted(after):
        return None
    return Bound(low, high)


def _or_more(match: re.Match[str], after: str) -> Bound | None:
    value = _number(match[1])
    if _is_time(after):
        return None
    return Bound(low=value) if match[2] == "more" else Bound(high=value)


def _exactly(match: re.Match[str], after: str) -> Bound | None:
    value = _number(match[2])
    return None if _is_time(after) else Bound(value, value)


_SPAN = re.compile(
    rf"\b(?:for |in |within )?(?:more than |over |at least |longer than )?{_NUM} (day|week|fortnight|month|year)s?\b"
    r"(?! (?:ago|moving|rolling|running|trailing|average|smoothed|forecast))"
)


def _span(match: re.Match[str]) -> Slot | None:
    return Slot("days", int(_number(match[1]) * DAYS[match[2]]), match[0])
