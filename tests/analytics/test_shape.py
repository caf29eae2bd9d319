"""What is done to an answer once its numbers stand, held against pandas."""

import numpy as np
import pandas as pd
import pytest

from analytics import shape
from analytics.beside import Columns, columns_of, frame_of


@pytest.fixture
def answer() -> Columns:
    """Texts, days, counts and money with ties and missing values."""
    chance = np.random.default_rng(4)
    names = chance.choice(np.array(["East", "West", "North", None], dtype=object), 200)
    days = chance.choice(pd.date_range("2024-01-01", periods=12, freq="MS").date, 200)
    money = np.where(chance.random(200) < 0.1, np.nan, chance.integers(-5, 5, 200) / 2)
    return {"region": names, "month": days, "orders": chance.integers(0, 4, 200), "revenue": money}


@pytest.mark.parametrize(
    "keys", [("region",), ("orders", "region"), ("revenue", "month"), ("month", "region", "revenue")]
)
@pytest.mark.parametrize("falls", [False, True])
def test_rows_stand_in_the_order_in_which_pandas_puts_them(answer: Columns, keys: tuple[str, ...], falls: bool) -> None:
    found = frame_of(shape.ordered(answer, keys, keys[:1] if falls else ()))
    ascending = [not falls, *[True] * (len(keys) - 1)]
    expected = frame_of(answer).sort_values(list(keys), ascending=ascending, kind="stable", ignore_index=True)
    pd.testing.assert_frame_equal(found, expected)


@pytest.mark.parametrize("by", [(), ("region",), ("region", "month")])
def test_running_values_are_those_of_each_group(answer: Columns, by: tuple[str, ...]) -> None:
    places, frame = shape.places_of(answer, by), frame_of(answer)
    groups = frame.groupby(list(by), sort=False, dropna=False)["orders"] if by else frame["orders"]
    np.testing.assert_allclose(shape.running(answer["orders"], places), groups.cumsum())
    means = groups.transform(lambda part: part.rolling(3).mean())
    np.testing.assert_allclose(shape.moving(answer["orders"], places, 3), means)


def test_the_first_rows_are_taken_of_all_or_of_each_member(answer: Columns) -> None:
    frame = frame_of(shape.known(answer, ("region",)))
    assert len(frame) < 200
    pd.testing.assert_frame_equal(frame_of(shape.first(columns_of(frame), 7)), frame.head(7))
    kept = frame.groupby("region", sort=False).head(2).reset_index(drop=True)
    pd.testing.assert_frame_equal(frame_of(shape.first(columns_of(frame), 2, "region")), kept)


def test_nothing_has_no_share_and_no_first_rows() -> None:
    nothing: Columns = {"region": np.zeros(0, dtype=object), "revenue": np.zeros(0)}
    for found in (
        shape.ordered(nothing, ("region",)),
        shape.first(nothing, 3, "region"),
        shape.known(nothing, ("region",)),
    ):
        assert len(found["region"]) == 0
    assert np.isnan(shape.share(np.zeros(3))).all()
