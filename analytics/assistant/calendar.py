"""The calendar: when a question is about, read from plain English and counted from the last day of the data."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from analytics.periods import DAY, Period, bucket_after, bucket_start, month_end, month_shift

MONTHS = "january february march april may june july august september october november december".split()
SHORT = (
    {name[:3]: i + 1 for i, name in enumerate(MONTHS)} | {"sept": 9} | {name: i + 1 for i, name in enumerate(MONTHS)}
)
NUMBERS = {w: i + 1 for i, w in enumerate("one two three four five six seven eight nine ten eleven twelve".split())}
ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": 4}
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
WORDS = (*SHORT, *SEASONS, *"today yesterday day days week weeks weekly month months quarter quarters year years fortnight "
         "fortnights ytd mtd qtd half halves date now tomorrow weekend decade".split())  # fmt: skip

_M = r"(?P<m{0}>" + "|".join(sorted(SHORT, key=len, reverse=True)) + r")"
_Y = r"(?P<y{0}>(?:19|20|21)\d\d)"
_D = r"(?P<d{0}>[0-3]?\d)(?:st|nd|rd|th)?"
_N = r"(?P<n>\d{1,4}|" + "|".join(NUMBERS) + r"|couple of|few)"
_U = r"(?P<u>day|week|month|quarter|year|fortnight)s?"
_PAST = r"(?:last|past|previous|latest|recent|prior|trailing)"


@dataclass(frozen=True)
class Point:
    """A span of days; one without a `year` borrows it from its neighbour or is the latest that has begun."""

    make: Callable[[int], Period]
    year: int | None
    today: date

    @property
    def period(self) -> Period:
        if self.year:
            return self.make(self.year)
        this = self.make(self.today.year)
        return this if this.start <= self.today else self.make(self.today.year - 1)


@dataclass(frozen=True)
class Found:
    """A period found in a text between two places of it."""

    start: int
    end: int
    period: Period


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
    return sorted(found, key=lambda f: f.start)


def _point(text: str, today: date) -> Point | None:
    for pattern, read in POINTS:
        if match := re.fullmatch(pattern, text.strip()):
            return read(match, today)
    return None


def _year(match: re.Match[str], key: str = "y") -> int | None:
    text = match.groupdict().get(key)
    return int(text) if text else None


def _span(make: Callable[[int], Period], year: int | None, today: date) -> Point:
    return Point(make, year, today)


def _day(month: int, day: int) -> Callable[[int], Period]:
    return lambda year: Period(date(year, month, day), date(year, month, day))


def _months(first: int, many: int) -> Callable[[int], Period]:
    def make(year: int) -> Period:
        start = date(year, first, 1)
        return Period(start, month_shift(start, many) - DAY)

    return make


def _iso(match: re.Match[str], today: date) -> Point:
    day = date.fromisoformat(match[0])
    return _span(lambda _: Period(day, day), day.year, today)


def _slashed(match: re.Match[str], today: date) -> Point:
    first, second, year = int(match["a"]), int(match["b"]), int(match["y"])
    day, month = (second, first) if second > 12 else (first, second)
    return _span(_day(month, day), year, today)


def _month_day(match: re.Match[str], today: date) -> Point:
    day, month = int(match["d"]), SHORT[match["m"]]
    date(2024, month, day)
    return _span(_day(month, day), _year(match), today)


def _month(match: re.Match[str], today: date) -> Point:
    return _span(_months(SHORT[match["m"]], 1), _year(match) or _said(match, today), today)


def _said(match: re.Match[str], today: date) -> int | None:
    """`of last year`, `this year` behind a month or a quarter."""
    which = match.groupdict().get("which")
    return today.year - (which in ("last", "previous", "prior")) if which else None


def _quarter(match: re.Match[str], today: date) -> Point:
    number = ORDINALS[match["o"]] if match.groupdict().get("o") else int(match["q"])
    return _span(_months(3 * number - 2, 3), _year(match) or _said(match, today), today)


def _half(match: re.Match[str], today: date) -> Point:
    number = min(2, ORDINALS[match["o"]]) if match.groupdict().get("o") else int(match["h"])
    return _span(_months(6 * number - 5, 6), _year(match) or _said(match, today), today)


def _season(match: re.Match[str], today: date) -> Point:
    return _span(_months(SEASONS[match["s"]], 3), _year(match) or _said(match, today), today)


def _whole_year(match: re.Match[str], today: date) -> Point:
    return _span(_months(1, 12), int(match["y"]), today)


def _week_number(match: re.Match[str], today: date) -> Point:
    def make(year: int) -> Period:
        monday = date.fromisocalendar(year, int(match["w"]), 1)
        return Period(monday, monday + 6 * DAY)

    return _span(make, _year(match), today)


def _week_of(match: re.Match[str], today: date) -> Point | None:
    inner = _point(match["p"], today)
    if inner is None:
        return None

    def make(year: int) -> Period:
        monday = bucket_start(inner.make(year).start, "week")
        return Period(monday, monday + 6 * DAY)

    return _span(make, inner.year, today)


def _relative(match: re.Match[str], today: date) -> Point | None:
    period = _named(match[0], today)
    return _span(lambda _: period, period.start.year or 1, today) if period else None


def _named(text: str, today: date) -> Period | None:
    """`yesterday`, `this month`, `last quarter`."""
    if text in ("today", "now", "yesterday", "day before yesterday", "the day before yesterday"):
        day = today - {"today": 0, "now": 0, "yesterday": 1}.get(text, 2) * DAY
        return Period(day, day)
    which, _, unit = text.rpartition(" ")
    start = bucket_start(today, unit)
    if which.split()[-1] in ("this", "current", "the"):
        return Period(start, bucket_after(start, unit) - DAY)
    if which.endswith("next"):
        start = bucket_after(start, unit)
        return Period(start, bucket_after(start, unit) - DAY)
    steps = 2 if "before last" in text else 1
    for _ in range(steps):
        end = start - DAY
        start = bucket_start(end, unit)
    return Period(start, end)


_OF = r"(?: (?:of|in)(?: the year)?)?,? "
_WHICH = r"(?: (?:of )?(?P<which>last|this|previous|prior) year)"
_TAIL = rf"(?:{_OF}{_Y.format('')}|{_WHICH})?"
POINTS: tuple[tuple[str, Callable[[re.Match[str], date], Point | None]], ...] = (
    (r"\d{4}-\d\d-\d\d", _iso),
    (rf"(?P<a>[0-3]?\d)[/.](?P<b>[0-3]?\d)[/.]{_Y.format('')}", _slashed),
    (rf"(?:the )?{_D.format('')} (?:of )?{_M.format('')}(?:,? {_Y.format('')})?", _month_day),
    (rf"{_M.format('')} (?:the )?{_D.format('')}(?:,? {_Y.format('')})?", _month_day),
    (rf"(?:(?:the )?month of )?{_M.format('')}{_TAIL}", _month),
    (r"(?P<y>(?:19|20|21)\d\d)-(?P<m>0[1-9]|1[0-2])", lambda m, t: _span(_months(int(m["m"]), 1), int(m["y"]), t)),
    (rf"(?:the )?(?:q(?:uarter )?(?P<q>[1-4])|(?P<o>first|1st|second|2nd|third|3rd|fourth|4th|last) quarter){_TAIL}", _quarter),
    (rf"{_Y.format('')} ?q(?P<q>[1-4])", _quarter),
    (rf"(?:the )?(?:h(?P<h>[12])|(?P<o>first|1st|second|2nd) half){_TAIL}", _half),
    (rf"{_Y.format('')} ?h(?P<h>[12])", _half),
    (rf"(?:the )?(?P<s>spring|summer|autumn|winter){_TAIL}", _season),
    (rf"(?:the )?(?P<s>fall)(?: of)? {_Y.format('')}", _season),
    (rf"(?:the )?(?:calendar )?(?:week|cw|kw) ?(?P<w>[1-5]?\d){_TAIL}", _week_number),
    (r"(?:the )?week of (?P<p>.+)", _week_of),
    (rf"(?:the )?(?:whole |full |calendar |entire )?(?:year )?(?:of )?{_Y.format('')}", _whole_year),
    (r"today|now|yesterday|(?:the )?day before yesterday", _relative),
    (r"(?:the )?(?:(?:this|current|last|previous|prior|next)(?: whole| full| calendar)?) (?:week|month|quarter|year)",
     lambda m, t: _relative_clean(m, t)),
    (r"(?:the )?(?:week|month|quarter|year) before last", lambda m, t: _before_last(m, t)),
    (r"(?:the )?(?:week|month|quarter|year) to date|ytd|mtd|qtd", lambda m, t: _to_date(m, t)),
    (rf"{_N} {_U} ago", lambda m, t: _ago(m, t)),
)  # fmt: skip


def _relative_clean(match: re.Match[str], today: date) -> Point | None:
    words = [w for w in match[0].split() if w not in ("the", "whole", "full", "calendar")]
    period = _named(" ".join(words), today)
    return _span(lambda _: period, period.start.year, today) if period else None


def _before_last(match: re.Match[str], today: date) -> Point | None:
    unit = next(w for w in match[0].split() if w in ("week", "month", "quarter", "year"))
    last = _named(f"last {unit}", today)
    end = last.start - DAY if last else today
    return _span(lambda _: Period(bucket_start(end, unit), end), end.year, today)


def _to_date(match: re.Match[str], today: date) -> Point:
    unit = {"ytd": "year", "mtd": "month", "qtd": "quarter"}.get(match[0]) or match[0].split()[-3]
    return _span(lambda _: Period(bucket_start(today, unit), today), today.year, today)


def _ago(match: re.Match[str], today: date) -> Point:
    """Days ago is a day; weeks, months and more ago are whole ones."""
    many, unit = _number(match["n"]), match["u"]
    if unit in ("day", "fortnight"):
        day = today - many * (14 if unit == "fortnight" else 1) * DAY
        return _span(lambda _: Period(day, day), day.year, today)
    back = today - many * 7 * DAY if unit == "week" else month_shift(today, -many * _MONTHS_IN[unit])
    start = bucket_start(back, unit)
    return _span(lambda _: Period(start, bucket_after(start, unit) - DAY), start.year, today)


_MONTHS_IN = {"month": 1, "quarter": 3, "year": 12}


def _number(text: str) -> int:
    return {"couple of": 2, "few": 3}.get(text) or NUMBERS.get(text) or int(text)


def _rolling(match: re.Match[str], data: Period) -> Period:
    """`last 3 months`: back from the last day of data; `full` ones end with the last one that is over."""
    groups, today = match.groupdict(), data.end
    many, unit = _number(groups.get("n") or "one"), groups["u"]
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
    start = month_shift(today, -many * _MONTHS_IN[unit])
    return Period((month_end(start) if closes else start) + DAY, today)


_P = r"(?:" + "|".join(re.sub(r"\(\?P<\w+>", "(?:", p) for p, _ in POINTS if "week of" not in p) + r")"


def _range(match: re.Match[str], data: Period) -> Period | None:
    first, last = (_point(match[k], data.end) for k in ("p1", "p2"))
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
    point = _point(f"{match['b']} {match['m']} {match['y'] or ''}".strip(), data.end)
    if point is None:
        return None
    end = point.period.end
    return Period(end.replace(day=int(match["a"])), end)


def _open(match: re.Match[str], data: Period) -> Period | None:
    point = _point(match["p1"], data.end)
    if point is None:
        return None
    period, word = point.period, match["w"].strip()
    if word in ("before", "prior to", "earlier than"):
        return Period(data.start, period.start - DAY)
    if word in ("after", "later than"):
        return Period(period.end + DAY, data.end)
    if word in ("until", "till", "up to", "through", "up until", "by the end of", "to the end of", "until the end of"):
        return Period(data.start, period.end)
    return Period(period.start, data.end)


def _single(match: re.Match[str], data: Period) -> Period | None:
    point = _point(match[0], data.end)
    return point.period if point else None


_P1, _P2 = rf"(?P<p1>{_P})", rf"(?P<p2>{_P})"
_NOT_A_MONTH = r"(?!may (?:i|we|you|be|have|it|they)\b)(?!march (?:on|to)\b)"
PATTERNS: tuple[tuple[str, Callable[[re.Match[str], Period], Period | None]], ...] = (
    (rf"(?:between|from) (?:the )?{_D.format('').replace('d>', 'a>')} (?:and|to|until|through|till) (?:the )?"
     rf"{_D.format('').replace('d>', 'b>')} (?:of )?{_M.format('')}(?:,? {_Y.format('')})?", _bare_days),
    (rf"{_D.format('').replace('d>', 'a>')} ?(?:to|until|through|–|-) ?"
     rf"{_D.format('').replace('d>', 'b>')} (?:of )?{_M.format('')}(?:,? {_Y.format('')})?", _bare_days),
    (rf"between {_P1} and {_P2}", _range),
    (rf"(?:from )?{_P1} (?:to|until|till|through|thru|up to|–|-) {_P2}", _range),
    (rf"(?:(?:in|over|during|within|for|of) )?(?:the |my |our )?{_PAST} (?P<full>full |whole |complete |calendar )?"
     rf"{_N} (?P<full2>full |whole |complete |calendar )?{_U}", lambda m, d: _rolling_full(m, d)),
    (rf"(?:the )?(?:past|trailing) {_U}", _rolling),
    (rf"(?:last|past|previous) (?P<u>fortnight)", _rolling),
    (rf"(?P<w>since|starting(?: in| from| on)?|from|after|later than|before|prior to|earlier than|until the end of|"
     rf"by the end of|to the end of|up until|until|till|up to|through|as of)(?: the (?:start|beginning) of)? {_P1}"
     r"(?: on(?:wards?)?| onwards?)?", _open),
    (r"(?:the )?week of (?P<p1>" + _P + r")", lambda m, d: _single(m, d)),
    (_NOT_A_MONTH + _P, _single),
)  # fmt: skip


def _rolling_full(match: re.Match[str], data: Period) -> Period:
    if match["full2"] and not match["full"]:
        text = f"last full {match['n']} {match['u']}"
        again = re.fullmatch(rf"last (?P<full>full ){_N} {_U}", text)
        return _rolling(again, data) if again else _rolling(match, data)
    return _rolling(match, data)
