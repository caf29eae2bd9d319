"""Which days are compared with which."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.filters import Filters
from analytics.periods import Period, buckets, compared, grain_for, length_words, words
from analytics.presets import presets

DATA = Period(date(2022, 1, 1), date(2024, 5, 14))
days = st.dates(date(2000, 1, 1), date(2040, 1, 1))


def d(text: str) -> date:
    return date.fromisoformat(text)


def p(start: str, end: str) -> Period:
    return Period(d(start), d(end))


@pytest.mark.parametrize(
    ("cmp", "period", "current", "base"),
    [
        ("year", ("2024-03-01", "2024-03-31"), ("2024-03-01", "2024-03-31"), ("2023-03-01", "2023-03-31")),
        ("prev", ("2024-03-01", "2024-03-31"), ("2024-03-01", "2024-03-31"), ("2024-02-01", "2024-02-29")),
        ("prev", ("2024-02-01", "2024-02-29"), ("2024-02-01", "2024-02-29"), ("2024-01-01", "2024-01-31")),
        ("year", ("2024-02-01", "2024-02-29"), ("2024-02-01", "2024-02-29"), ("2023-02-01", "2023-02-28")),
        ("year", ("2024-02-10", "2024-02-29"), ("2024-02-10", "2024-02-29"), ("2023-02-10", "2023-02-28")),
        ("prev", ("2024-01-01", "2024-03-31"), ("2024-01-01", "2024-03-31"), ("2023-10-01", "2023-12-31")),
        ("prev", ("2024-03-05", "2024-03-11"), ("2024-03-05", "2024-03-11"), ("2024-02-27", "2024-03-04")),
        ("year", ("2024-05-01", "2024-05-31"), ("2024-05-01", "2024-05-14"), ("2023-05-01", "2023-05-14")),
        ("prev", ("2024-05-01", "2024-05-31"), ("2024-05-01", "2024-05-14"), ("2024-04-01", "2024-04-14")),
    ],
)  # fmt: skip
def test_a_period_is_compared_with_its_counterpart(cmp, period, current, base) -> None:
    comparison = compared(p(*period), True, cmp, DATA)
    assert (comparison.current, comparison.base) == (p(*current), p(*base))


def test_over_all_data_the_last_twelve_full_months_meet_the_twelve_before() -> None:
    comparison = Filters().comparison(DATA)
    assert (comparison.current, comparison.base) == (p("2023-05-01", "2024-04-30"), p("2022-05-01", "2023-04-30"))
    assert comparison.words == "last 12 full months vs the 12 before"


def test_short_data_compare_as_many_full_months_as_they_have() -> None:
    comparison = Filters().comparison(p("2010-12-01", "2011-12-09"))
    assert (comparison.current, comparison.base) == (p("2011-06-01", "2011-11-30"), p("2010-12-01", "2011-05-31"))


def test_data_of_one_month_have_nothing_to_compare_with() -> None:
    assert Filters().comparison(p("2024-01-01", "2024-02-10")).base is None


def test_a_base_before_the_first_day_of_data_is_no_base() -> None:
    comparison = compared(p("2022-06-01", "2022-06-30"), True, "year", DATA)
    assert comparison.base is None
    assert comparison.words == "no data before 1 Jan 2022"


@given(days, st.integers(0, 900), st.sampled_from(("day", "week", "month", "quarter", "year")))
def test_buckets_cover_a_period_without_gap_or_overlap(start: date, length: int, grain: str) -> None:
    period = Period(start, start + timedelta(days=length))
    made = buckets(period, grain)
    assert made[0].start <= period.start <= made[0].end
    assert made[-1].start <= period.end <= made[-1].end
    assert all(b.start - a.end == timedelta(days=1) for a, b in pairwise(made))


@given(days, st.integers(0, 900))
def test_an_earlier_period_ends_before_and_is_about_as_long(start: date, length: int) -> None:
    period = Period(start, start + timedelta(days=length))
    before = period.previous()
    assert before.end < period.start
    assert abs(before.days - period.days) <= 5


@pytest.mark.parametrize(("n", "grain"), [(60, "day"), (61, "week"), (549, "week"), (550, "month")])
def test_the_grain_suits_the_period(n: int, grain: str) -> None:
    assert grain_for(Period(date(2024, 1, 1), date(2024, 1, 1) + timedelta(days=n - 1))) == grain


@pytest.mark.parametrize(
    ("period", "text"),
    [
        (("2024-05-01", "2024-05-31"), "May 2024"),
        (("2024-01-01", "2024-03-31"), "Jan–Mar 2024"),
        (("2024-05-03", "2024-05-09"), "3–9 May 2024"),
        (("2024-05-03", "2024-05-03"), "3 May 2024"),
        (("2023-05-03", "2024-05-09"), "3 May 2023 – 9 May 2024"),
    ],
)
def test_a_period_reads_as_people_say_it(period: tuple[str, str], text: str) -> None:
    assert words(p(*period)) == text


def test_a_period_tells_its_days_and_how_many_the_data_cover() -> None:
    assert length_words(p("2024-05-03", "2024-05-03"), DATA) == "1 day"
    assert length_words(p("2024-03-01", "2024-03-31"), DATA) == "31 days"
    assert length_words(p("2024-05-01", "2024-05-31"), DATA) == "14 of its 31 days"


def test_presets_count_back_from_the_last_day_of_data() -> None:
    made = presets(DATA)
    assert made["Last 7 days"] == p("2024-05-08", "2024-05-14")
    assert made["This month"] == p("2024-05-01", "2024-05-31")
    assert made["Last month"] == p("2024-04-01", "2024-04-30")
    assert made["Last 12 full months"] == p("2023-05-01", "2024-04-30")
    assert made["All"] is None
