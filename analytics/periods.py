"""Periods: which days a number covers, and which days it is compared with."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from analytics.formats import number
from pipeline.warehouse import Snapshot

Comparing = Literal["off", "prev", "year"]
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """Days from `start` to `end`, both included."""

    start: date
    end: date

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def within(self, other: "Period") -> "Period":
        """The days that both cover. A period without days ends before it starts."""
        return Period(max(self.start, other.start), min(self.end, other.end))

    def months_earlier(self, months: int) -> "Period":
        """The same dates some months before; an end that closes a month goes to a month's end."""
        end = month_shift(self.end, -months)
        return Period(month_shift(self.start, -months), month_end(end) if _closes(self) else end)

    def previous(self) -> "Period":
        """The period of the same length before this one: whole months where it starts on a first, else days."""
        if self.start.day == 1:
            return self.months_earlier(months_between(self.start, self.end) + 1)
        return Period(self.start - self.days * DAY, self.start - DAY)

    def year_before(self) -> "Period":
        return self.months_earlier(12)

    def __str__(self) -> str:
        return words(self)


@dataclass(frozen=True)
class Comparison:
    """Two periods held against each other; `missing` says why `base` cannot be had."""

    current: Period
    base: Period | None
    missing: str = ""
    full_months: int = 0

    @property
    def words(self) -> str:
        """The comparison as a reader would say it: `vs 1-14 Apr 2024, same days`."""
        if self.base is None:
            return self.missing
        if self.full_months:
            return f"last {self.full_months} full months vs the {self.full_months} before"
        same = ", same days" if self.current.days == self.base.days and self.current.days < 28 else ""
        return f"vs {words(self.base)}{same}"


def covered(snapshot: Snapshot) -> Period:
    """From the first to the last day with a valid order; the last is "today" everywhere."""
    return Period(snapshot.first_day, snapshot.as_of)


def compared(period: Period, chosen: bool, cmp: Comparing, data: Period) -> Comparison:
    """What `period` is held against.

    Where no period was chosen, the last twelve full months against the twelve before, or as many
    as the data has on both sides. A base that begins before the first day of data is no base.
    """
    if cmp == "off":
        return Comparison(period, None, "comparison is off")
    if not chosen:
        return _full_months(data)
    current = period.within(data)
    if current.days < 1:
        return Comparison(period, None, "no data in this period")
    base = current.previous() if cmp == "prev" else current.year_before()
    if base.start < data.start:
        return Comparison(current, None, f"no data before {day_words(data.start)}")
    return Comparison(current, base)


def _full_months(data: Period) -> Comparison:
    first = data.start if data.start.day == 1 else month_shift(data.start.replace(day=1), 1)
    last = data.end if data.end == month_end(data.end) else data.end.replace(day=1) - DAY
    months = months_between(first, last) + 1
    span = min(12, months // 2)
    if span < 1:
        return Comparison(data, None, "not two full months of data")
    current = Period(month_shift(last.replace(day=1), 1 - span), last)
    return Comparison(current, current.months_earlier(span), full_months=span)


@lru_cache(maxsize=512)
def buckets(period: Period, grain: str) -> tuple[Period, ...]:
    """The whole days, weeks (from Monday), months, quarters or years that touch `period`, in order."""
    out, start = [], bucket_start(period.start, grain)
    while start <= period.end:
        after = bucket_after(start, grain)
        out.append(Period(start, after - DAY))
        start = after
    return tuple(out)


def aligned(now: Period, before: Period, grain: str) -> list[tuple[Period, Period]]:
    """The n-th bucket of the one period beside the n-th of the other, as far as both go."""
    return list(zip(buckets(now, grain), buckets(before, grain), strict=False))


def bucket_start(day: date, grain: str) -> date:
    if grain == "week":
        return day - day.weekday() * DAY
    if grain == "day":
        return day
    months = {"month": 1, "quarter": 3, "year": 12}[grain]
    return day.replace(month=(day.month - 1) // months * months + 1, day=1)


def bucket_after(start: date, grain: str) -> date:
    if grain in ("day", "week"):
        return start + (7 if grain == "week" else 1) * DAY
    return month_shift(start, {"month": 1, "quarter": 3, "year": 12}[grain])


def grain_for(period: Period) -> str:
    """Days up to 60 of them, weeks up to 18 months, then months."""
    return "day" if period.days <= 60 else "week" if period.days <= 549 else "month"


def month_shift(day: date, months: int) -> date:
    """The same day of the month, or its last one where the month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def months_between(start: date, end: date) -> int:
    return (end.year - start.year) * 12 + end.month - start.month


def _closes(period: Period) -> bool:
    return period.start.day == 1 and period.end == month_end(period.end)


def day_words(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def length_words(period: Period, data: Period) -> str:
    """`31 days`, or `20 of its 31 days` where the data do not cover all of it."""
    days = period.within(data).days
    of = "" if days == period.days else f" of its {number(period.days)}"
    return f"{number(days)}{of} day{'' if period.days == 1 else 's'}"


def words(period: Period) -> str:
    """`May 2024`, `Jan-Mar 2024`, `3-9 May 2024` or `3 May 2024 - 2 Jun 2025`."""
    start, end = period.start, period.end
    if _closes(period):
        if months_between(start, end) == 0:
            return f"{start:%b %Y}"
        return f"{start:%b}–{end:%b %Y}" if start.year == end.year else f"{start:%b %Y}–{end:%b %Y}"
    if start == end:
        return day_words(start)
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{day_words(end)}"
    if start.year == end.year:
        return f"{start.day} {start:%b} – {day_words(end)}"
    return f"{day_words(start)} – {day_words(end)}"
