"""Points: one span of days as English names it, from a single day to a year, counted from the last day of the data."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from dateutil.easter import easter

from analytics.periods import DAY, Period, bucket_after, bucket_start, month_shift

MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
SHORT = (
    {name[:3]: i + 1 for i, name in enumerate(MONTHS)} | {"sept": 9} | {name: i + 1 for i, name in enumerate(MONTHS)}
)
_COUNT = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
NUMBERS = {word: i + 1 for i, word in enumerate(_COUNT)}
ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": 4}
PLACES = {"second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5, "5th": 5}
FEASTS = {"christmas eve": (12, 24), "christmas": (12, 25), "christmas day": (12, 25), "xmas": (12, 25), "boxing day": (12, 26),
          "new year eve": (12, 31), "new years eve": (12, 31), "new year day": (1, 1), "new years day": (1, 1),
          "valentine day": (2, 14), "valentines day": (2, 14), "halloween": (10, 31)}  # fmt: skip
MOVING = {"black friday": 0, "cyber monday": 3}  # days from the one after the fourth Thursday of November
EASTER = {"good friday": -2, "easter sunday": 0, "easter": 0, "easter monday": 1}
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_UNITS = """
today yesterday day days week weeks weekly month months quarter quarters year years fortnight fortnights ytd mtd qtd half halves
date now tomorrow weekend decade next last past previous
"""
WORDS = (*SHORT, *SEASONS, *_UNITS.split(), *" ".join((*FEASTS, *MOVING, *EASTER)).split())

MONTH = r"(?P<m{0}>" + "|".join(sorted(SHORT, key=len, reverse=True)) + r")"
YEAR = r"(?P<y{0}>(?:19|20|21)\d\d)"
DAY_OF = r"(?P<d{0}>[0-3]?\d)(?:st|nd|rd|th)?"
COUNT = r"(?P<n>\d{1,4}|" + "|".join(NUMBERS) + r"|couple of|few)"
UNIT = r"(?P<u>day|week|month|quarter|year|fortnight)s?"
PAST = r"(?:last|past|previous|latest|recent|prior|trailing)"


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


def point(text: str, today: date) -> Point | None:
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


def _half_month(match: re.Match[str], today: date) -> Point:
    month = _month(match, today)

    def make(year: int) -> Period:
        whole = month.make(year)
        middle = whole.start.replace(day=15)
        return Period(whole.start, middle) if match["o"] in ("first", "1st") else Period(middle + DAY, whole.end)

    return _span(make, month.year, today)


def _half(match: re.Match[str], today: date) -> Point:
    number = min(2, ORDINALS[match["o"]]) if match.groupdict().get("o") else int(match["h"])
    return _span(_months(6 * number - 5, 6), _year(match) or _said(match, today), today)


def _season(match: re.Match[str], today: date) -> Point:
    season = _span(_months(SEASONS[match["s"]], 3), _year(match) or _said(match, today), today)
    running = match[0].startswith("last ") and not season.year and season.period.end >= today
    return _span(season.make, season.period.start.year - 1, today) if running else season


def _feast(match: re.Match[str], today: date) -> Point:
    name = match["f"]
    if name in FEASTS:
        return _span(_day(*FEASTS[name]), _year(match) or _said(match, today), today)

    def make(year: int) -> Period:
        first = date(year, 11, 1)
        friday = first + (21 + (3 - first.weekday()) % 7 + 1) * DAY
        day = easter(year) + EASTER[name] * DAY if name in EASTER else friday + MOVING[name] * DAY
        return Period(day, day)

    return _span(make, _year(match) or _said(match, today), today)


def _feast_week(match: re.Match[str], today: date) -> Point:
    feast = _feast(match, today)

    def make(year: int) -> Period:
        monday = bucket_start(feast.make(year).start, "week")
        return Period(monday, monday + 6 * DAY)

    return _span(make, feast.year, today)


def _whole_year(match: re.Match[str], today: date) -> Point:
    return _span(_months(1, 12), int(match["y"]), today)


def _week_number(match: re.Match[str], today: date) -> Point:
    def make(year: int) -> Period:
        monday = date.fromisocalendar(year, int(match["w"]), 1)
        return Period(monday, monday + 6 * DAY)

    return _span(make, _year(match), today)


def _week_of(match: re.Match[str], today: date) -> Point | None:
    inner = point(match["p"], today)
    if inner is None or inner.period.days > 7:
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
_TAIL = rf"(?:{_OF}{YEAR.format('')}|{_WHICH})?"
_FEAST = "|".join(sorted((*FEASTS, *MOVING, *EASTER), key=len, reverse=True))
POINTS: tuple[tuple[str, Callable[[re.Match[str], date], Point | None]], ...] = (
    (r"\d{4}-\d\d-\d\d", _iso),
    (rf"(?P<a>[0-3]?\d)[/.](?P<b>[0-3]?\d)[/.]{YEAR.format('')}", _slashed),
    (rf"(?:the )?{DAY_OF.format('')} (?:of )?{MONTH.format('')}(?:,? {YEAR.format('')})?", _month_day),
    (rf"{MONTH.format('')} (?:the )?{DAY_OF.format('')}(?:,? {YEAR.format('')})?", _month_day),
    (rf"(?:(?:the )?month of )?{MONTH.format('')}{_TAIL}", _month),
    (r"(?P<y>(?:19|20|21)\d\d)-(?P<m>0[1-9]|1[0-2])", lambda m, t: _span(_months(int(m["m"]), 1), int(m["y"]), t)),
    (rf"(?:the )?(?:q(?:uarter )?(?P<q>[1-4])|(?P<o>first|1st|second|2nd|third|3rd|fourth|4th|"
     rf"last(?= quarter of)) quarter){_TAIL}", _quarter),
    (rf"{YEAR.format('')} ?q(?P<q>[1-4])", _quarter),
    (rf"(?:the )?(?P<o>first|1st|second|2nd) half of {MONTH.format('')}{_TAIL}", _half_month),
    (rf"(?:the )?(?:h(?P<h>[12])|(?P<o>first|1st|second|2nd) half){_TAIL}", _half),
    (rf"{YEAR.format('')} ?h(?P<h>[12])", _half),
    (rf"(?:the |last )?(?P<f>{_FEAST}) week{_TAIL}", _feast_week),
    (rf"(?:the |last )?(?P<f>{_FEAST}){_TAIL}", _feast),
    (rf"(?:the |last )?(?P<s>spring|summer|autumn|winter){_TAIL}", _season),
    (rf"(?:the )?(?P<s>fall)(?: of)? {YEAR.format('')}", _season),
    (rf"(?:the )?(?:calendar )?(?:week|cw|kw) ?(?P<w>[1-5]?\d){_TAIL}", _week_number),
    (r"(?:the )?week of (?P<p>.+)", _week_of),
    (rf"(?:the )?(?:whole |full |calendar |entire )?(?:year )?(?:of )?{YEAR.format('')}", _whole_year),
    (r"today|now|yesterday|(?:the )?day before yesterday", _relative),
    (r"(?:the )?(?:(?:this|current|last|previous|prior|next)(?: whole| full| calendar)?) (?:week|month|quarter|year)",
     lambda m, t: _relative_clean(m, t)),
    (r"(?:the )?(?:week|month|quarter|year) before last", lambda m, t: _before_last(m, t)),
    (r"(?:the )?(?:week|month|quarter|year) to date|ytd|mtd|qtd", lambda m, t: _to_date(m, t)),
    (rf"{COUNT} {UNIT} ago", lambda m, t: _ago(m, t)),
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
    many, unit = numbered(match["n"]), match["u"]
    if unit in ("day", "fortnight"):
        day = today - many * (14 if unit == "fortnight" else 1) * DAY
        return _span(lambda _: Period(day, day), day.year, today)
    back = today - many * 7 * DAY if unit == "week" else month_shift(today, -many * MONTHS_IN[unit])
    start = bucket_start(back, unit)
    return _span(lambda _: Period(start, bucket_after(start, unit) - DAY), start.year, today)


MONTHS_IN = {"month": 1, "quarter": 3, "year": 12}


def numbered(text: str) -> int:
    return {"couple of": 2, "few": 3}.get(text) or NUMBERS.get(text) or int(text)
