"""Dates in plain English, counted from the last day of the data."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from analytics.assistant.calendar import dates_in
from analytics.assistant.words import Speller, normalised
from analytics.periods import Period

DATA = Period(date(2023, 1, 1), date(2025, 8, 14))


def found(text: str, data: Period = DATA) -> list[str]:
    return [f"{f.period.start}..{f.period.end}" for f in dates_in(normalised(text), data)]


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("in 2024", "2024-01-01..2024-12-31"),
        ("Q3 2024", "2024-07-01..2024-09-30"),
        ("2024 Q3", "2024-07-01..2024-09-30"),
        ("third quarter of 2024", "2024-07-01..2024-09-30"),
        ("H1 2025", "2025-01-01..2025-06-30"),
        ("second half of last year", "2024-07-01..2024-12-31"),
        ("February 2024", "2024-02-01..2024-02-29"),
        ("Feb 2023", "2023-02-01..2023-02-28"),
        ("in September", "2024-09-01..2024-09-30"),
        ("in May", "2025-05-01..2025-05-31"),
        ("between May and July", "2025-05-01..2025-07-31"),
        ("from November to February", "2024-11-01..2025-02-28"),
        ("since March", "2025-03-01..2025-08-14"),
        ("after 3 May 2024", "2024-05-04..2025-08-14"),
        ("before June 2023", "2023-01-01..2023-05-31"),
        ("until the end of March 2023", "2023-01-01..2023-03-31"),
        ("yesterday", "2025-08-13..2025-08-13"),
        ("today", "2025-08-14..2025-08-14"),
        ("last week", "2025-08-04..2025-08-10"),
        ("this week", "2025-08-11..2025-08-17"),
        ("last month", "2025-07-01..2025-07-31"),
        ("this month", "2025-08-01..2025-08-31"),
        ("last quarter", "2025-04-01..2025-06-30"),
        ("last year", "2024-01-01..2024-12-31"),
        ("last 30 days", "2025-07-16..2025-08-14"),
        ("last 3 months", "2025-05-15..2025-08-14"),
        ("last 3 full months", "2025-05-01..2025-07-31"),
        ("past fortnight", "2025-08-01..2025-08-14"),
        ("year to date", "2025-01-01..2025-08-14"),
        ("two months ago", "2025-06-01..2025-06-30"),
        ("14 February 2024", "2024-02-14..2024-02-14"),
        ("February 14th, 2024", "2024-02-14..2024-02-14"),
        ("2024-02-14", "2024-02-14..2024-02-14"),
        ("31/12/2024", "2024-12-31..2024-12-31"),
        ("from 1 March 2024 to 15 March 2024", "2024-03-01..2024-03-15"),
        ("3 to 9 May 2024", "2024-05-03..2024-05-09"),
        ("week 12 of 2025", "2025-03-17..2025-03-23"),
        ("summer 2024", "2024-06-01..2024-08-31"),
        ("next month", "2025-09-01..2025-09-30"),
        ("next 3 months", "2025-08-15..2025-11-14"),
    ],
)
def test_a_phrase_means_these_days(text: str, span: str) -> None:
    assert found(text) == [span]


@pytest.mark.parametrize(
    "text", ["31 February 2024", "2024-13-01", "may I see it", "top 5", "more than twenty", "week 60 of 2024"]
)
def test_what_is_no_date_is_not_read_as_one(text: str) -> None:
    assert not any("2024-02" in span or "05" in span for span in found(text)) or found(text) == [
        "2024-01-01..2024-12-31"
    ]


def test_two_periods_are_found_apart() -> None:
    assert len(found("this month vs last month")) == 2
    assert len(found("2024 compared with 2023")) == 2


@examples(max_examples=300, deadline=None)
@given(day=st.dates(date(2023, 1, 1), date(2025, 8, 14)))
def test_any_day_is_read_in_every_form_it_is_written(day: date) -> None:
    want = [f"{day}..{day}"]
    for text in (
        f"{day}",
        f"{day.day} {day:%B %Y}",
        f"{day:%B} {day.day}, {day:%Y}",
        f"on the {day.day}th of {day:%b %Y}",
    ):
        assert found(text) == want


SPELLER = Speller(["revenue", "region", "customers", "electronics", "east", "books"], ["best", "looks", "reason"])


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("reveneu", "revenue"),
        ("regoin", "region"),
        ("custmers", "customers"),
        ("electorncis", "electronics"),
        ("eats", "east"),
    ],
)
def test_a_slip_of_the_finger_is_put_right(wrong: str, right: str) -> None:
    assert SPELLER.repaired(wrong) == (right, ((wrong, right),))


@pytest.mark.parametrize("word", ["best", "looks", "reason", "zzz", "bok", "rgn", "xyzzy", "C00123"])
def test_english_short_and_far_words_stay_as_they_are(word: str) -> None:
    assert SPELLER.repaired(word)[0] == word


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("on christmas eve 2024", "2024-12-24"),
        ("on new years day 2025", "2025-01-01"),
        ("black friday 2024", "2024-11-29"),
        ("black friday 2023", "2023-11-24"),
        ("cyber monday 2024", "2024-12-02"),
        ("easter sunday 2024", "2024-03-31"),
        ("good friday 2025", "2025-04-18"),
        ("on boxing day last year", "2024-12-26"),
    ],
)
def test_feasts_fall_on_their_days(text: str, day: str) -> None:
    found = dates_in(text, DATA)
    assert [(f.period.start, f.period.end) for f in found] == [(date.fromisoformat(day),) * 2]
