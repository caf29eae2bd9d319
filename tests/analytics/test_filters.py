"""The filters are one value with one written form."""

import json
from datetime import date
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.dimensions import GRAINS, MEMBER_DIMENSIONS
from analytics.filters import Filters, swapped, unread
from analytics.periods import Period

CASES = json.loads((Path(__file__).parents[1] / "picking.json").read_text())
days = st.dates(date(1990, 1, 1), date(2100, 1, 1))
members = st.text(min_size=1, max_size=12).filter(lambda text: text.encode("utf-8", "ignore").decode() == text)
periods = st.builds(lambda a, b: Period(min(a, b), max(a, b)), days, days)
filters = st.builds(
    Filters,
    start=st.none() | days,
    end=st.none() | days,
    brush=st.none() | periods,
    chosen=st.dictionaries(st.sampled_from(MEMBER_DIMENSIONS), st.lists(members, max_size=4).map(tuple)).map(
        lambda d: tuple(d.items())
    ),
    cmp=st.sampled_from((None, "off", "prev", "year")),
    grain=st.sampled_from((None, *GRAINS)),
)


@given(filters)
def test_filters_read_back_what_they_write(f: Filters) -> None:
    assert Filters.parse(str(f)) == f
    assert Filters.parse("?" + str(f)) == f
    assert unread(str(f)) == []


@given(filters, st.sampled_from(MEMBER_DIMENSIONS), members)
def test_clicking_twice_on_what_was_not_chosen_clears_the_choice(f: Filters, dimension: str, member: str) -> None:
    clean = f.without(dimension)
    assert clean.toggle(dimension, member).toggle(dimension, member) == clean
    assert f.toggle(dimension, member, add=True).toggle(dimension, member, add=True) == f


@given(filters, st.sampled_from(MEMBER_DIMENSIONS))
def test_leaving_out_a_dimension_touches_nothing_else(f: Filters, dimension: str) -> None:
    bare = f.without(dimension)
    assert bare.members(dimension) == ()
    assert bare.choose(dimension, *f.members(dimension)) == f


@given(st.text(max_size=60))
def test_any_text_can_be_read_as_an_address(text: str) -> None:
    assert Filters.parse(str(Filters.parse(text))) == Filters.parse(text)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["says"])
def test_a_click_folds_as_the_table_says(case: dict) -> None:
    picked = Filters.parse(case["search"]).pick(tuple(case["pick"]), tuple(case["key"]), case["add"])
    assert sorted(parse_qsl(str(picked))) == sorted(parse_qsl(case["gives"]))


def test_what_cannot_be_read_is_named() -> None:
    assert unread("from=2024-13-45&colour=red&region=Nroth&cmp=never") == ["from=2024-13-45", "colour=red", "cmp=never"]


def test_dates_the_wrong_way_round_are_turned() -> None:
    assert Filters.parse("from=2024-05-31&to=2024-05-01") == Filters(date(2024, 5, 1), date(2024, 5, 31))


def test_days_in_the_wrong_order_are_read_and_told_to_be_swapped() -> None:
    search = "from=2025-11-10&to=2025-11-05"
    assert (unread(search), swapped(search)) == ([], True)
    assert unread(f"{search}&colour=red") == ["colour=red"]
    assert not swapped("from=2025-11-05&to=2025-11-10")
