"""The calendar: when a question is about, read from plain English and counted from the last day of the data."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from analytics.assistant.points import COUNT, DAY_OF, MONTH, MONTHS_IN, PAST, POINTS, UNIT, YEAR, Point, numbered, point
from analytics.periods import DAY, Period, bucket_after, bucket_start, month_end, month_shift


@dataclass(frozen=True)
class Found:
    """A period found in a text between two places of it."""

    start: int
    end: int
    period: Period


JOINTS = ("", "and", "or", "vs", "versus", "against", "compared to", "compared with", "with", "to")


def dates_in(text: str, data: Period) -> list[Found]:
    """All periods that the text names, in order; none overlaps another. A day that does not exist is none."""
    found: list[Found] = []
    for pattern, read in PATTERNS:
        for match in re.finditer(rf"(?<![\w.-]){pattern}(?![\w-]|\.\d)", text):
            if any(match.start() < f.end and f.start < match.end() for f in found):
                continue
            try:
                period = read(match, data)
            except (ValueError, OverflowError):
                continue
            if period:
                found.append(Found(match.start(), match.end(), period))
    return _with_years(text, sorted(found, key=lambda f: f.start), data)


def _with_years(text: str, found: list[Found], data: Period) -> list[Found]:
    """A month, quarter or day without a year takes that of the next in its list: `Q1 and Q2 2024`."""
    out: list[Found] = []
    year: int | None = None
    for place in range(len(found) - 1, -1, -1):
        this = found[place]
        joined = place + 1 < len(found) and text[this.end : found[place + 1].start].strip() in JOINTS
        named = point(text[this.start : this.end], data.end)
        year = year if joined else None
        if named and named.year is None and year:
            this = Found(this.start, this.end, named.make(year))
        year = named.year if named and named.year else year
        out.append(this)
    return out[::-1]


def _rolling(match: re.Match[str], data: Period) -> Period:
    """`last 3 months`: back from the last day of data; `full` ones end with the last one that is over."""
    groups, today = match.groupdict(), data.end
    many, unit = numbered(groups.get("n") or "one"), groups["u"]
    if groups.get("full"):
        nxt = bucket_after(bucket_start(today, unit), unit)
        end = today if nxt - DAY == today else bucket_start(today, unit) - DAY
        start = bucket_start(end, unit)
        for _ in range(many - 1):
            start = bucket_start(start - DAY, unit)
        return Period(start, end)
    if unit in ("day", "week", "fortnight"):
        return Period(today - timedelta(days=many * {"day": 1, "week": 7, "fortnight": 14}[unit] - 1), today)
    closes = today == month_end(today)
    start = month_shift(today, -many * MONTHS_IN[unit])
    return Period((month_end(start) if closes else start) + DAY, today)


def _ahead(match: re.Match[str], data: Period) -> Period:
    """`next 3 months`: from the day after the last of data."""
    many, unit, start = numbered(match["n"]), match["u"], data.end + DAY
    days = {"day": 1, "week": 7, "fortnight": 14}.get(unit)
    return Period(
        start, (start + timedelta(days=many * days) if days else month_shift(start, many * MONTHS_IN[unit])) - DAY
    )


_P = r"(?:" + "|".join(re.sub(r"\(\?P<\w+>", "(?:", p) for p, _ in POINTS if "week of" not in p) + r")"


def _range(match: re.Match[str], data: Period) -> Period | None:
    first, last = (point(match[k], data.end) for k in ("p1", "p2"))
    if first is None or last is None:
        return None
    if first.year is None and last.year:
        first = Point(first.make, last.year, data.end)
        if first.period.start > last.period.end:
            first = Point(first.make, (last.year or 1) - 1, data.end)
    if last.year is None and first.year:
        last = Point(last.make, first.year, data.end)
    if first.year is None and last.year is None and first.period.start > last.period.end:
        first = Point(first.make, last.period.start.year - 1, data.end)
    a, b = first.period, last.period
    return Period(min(a.start, b.start), max(a.end, b.end))


def _bare_days(match: re.Match[str], data: Period) -> Period | None:
    """`3 to 9 May 2024`."""
    found = point(f"{match['b']} {match['m']} {match['y'] or ''}".strip(), data.end)
    if found is None:
        return None
    end = found.period.end
    return Period(end.replace(day=int(match["a"])), end)


def _open(match: re.Match[str], data: Period) -> Period | None:
    found = point(match["p1"], data.end)
    if found is None:
        return None
    period, word = found.period, match["w"].strip()
    if word in ("before", "prior to", "earlier than"):
        return Period(data.start, period.start - DAY)
    if word in ("after", "later than"):
        return Period(period.end + DAY, data.end)
    if word in ("until", "till", "up to", "through", "up until", "by the end of", "to the end of", "until the end of"):
        return Period(data.start, period.end)
    return Period(period.start, data.end)


def _just_before(match: re.Match[str], data: Period) -> Period | None:
    """`the week before Christmas`: seven days; `the quarter before Q4 2025`: the whole one."""
    found, unit = point(match["p1"], data.end), match["u"]
    if found is None:
        return None
    start = found.period.start
    if unit in ("day", "week"):
        return Period(start - (7 if unit == "week" else 1) * DAY, start - DAY)
    end = bucket_start(start, unit) - DAY
    return Period(bucket_start(end, unit), end)


def _single(match: re.Match[str], data: Period) -> Period | None:
    if match[0] == "now" and not match.start():
        return None  # "now by region" goes on from the question before
    found = point(match[0], data.end)
    return found.period if found else None


_P1, _P2 = rf"(?P<p1>{_P})", rf"(?P<p2>{_P})"
_NOT_A_MONTH = r"(?!may (?:i|we|you|be|have|it|they)\b)(?!march (?:on|to)\b)"
PATTERNS: tuple[tuple[str, Callable[[re.Match[str], Period], Period | None]], ...] = (
    (rf"(?:between|from) (?:the )?{DAY_OF.format('').replace('d>', 'a>')} (?:and|to|until|through|till) (?:the )?"
     rf"{DAY_OF.format('').replace('d>', 'b>')} (?:of )?{MONTH.format('')}(?:,? {YEAR.format('')})?", _bare_days),
    (rf"{DAY_OF.format('').replace('d>', 'a>')} ?(?:to|until|through|–|-) ?"
     rf"{DAY_OF.format('').replace('d>', 'b>')} (?:of )?{MONTH.format('')}(?:,? {YEAR.format('')})?", _bare_days),
    (rf"between {_P1} and {_P2}", _range),
    (rf"(?:from )?{_P1} (?:to|until|till|through|thru|up to|–|-) {_P2}", _range),
    (rf"(?:(?:in|over|during|within|for|of) )?(?:the |my |our )?{PAST} (?P<full>full |whole |complete |calendar )?"
     rf"{COUNT} (?P<full2>full |whole |complete |calendar )?{UNIT}", lambda m, d: _rolling_full(m, d)),
    (rf"(?:in |for |over )?(?:the )?(?:next|coming|following) {COUNT} {UNIT}", _ahead),
    (rf"(?:the )?(?:past|trailing) {UNIT}", _rolling),
    (r"(?:last|past|previous) (?P<u>fortnight)", _rolling),
    (rf"(?:the )?(?:last )?(?:full |whole )?(?P<u>day|week|month|quarter|year) (?:before|prior to|leading up to) {_P1}", _just_before),
    (rf"(?P<w>since|starting(?: in| from| on)?|from|after|later than|before|prior to|earlier than|until the end of|"
     rf"by the end of|to the end of|up until|until|till|up to|through|as of)(?: the (?:start|beginning) of)? {_P1}"
     r"(?: on(?:wards?)?| onwards?)?", _open),
    (r"(?:the )?week of (?P<p1>" + _P + r")", lambda m, d: _single(m, d)),
    (_NOT_A_MONTH + _P, _single),
)  # fmt: skip


def _rolling_full(match: re.Match[str], data: Period) -> Period:
    if match["full2"] and not match["full"]:
        text = f"last full {match['n']} {match['u']}"
        again = re.fullmatch(rf"last (?P<full>full ){COUNT} {UNIT}", text)
        return _rolling(again, data) if again else _rolling(match, data)
    return _rolling(match, data)
