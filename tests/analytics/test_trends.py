"""The marks on a trend: seasons are found, noise is not."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.beside import Columns
from analytics.trends import marked
from pipeline.generate import generate

LENGTHS = {"month": 36, "week": 156, "day": 1095}
YEARS = 3


def sold(random: np.random.Generator, expected: np.ndarray) -> np.ndarray:
    """Money from a Poisson number of orders a bucket, each of a lognormal amount."""
    return np.array([random.lognormal(3, 0.7, count).sum() for count in random.poisson(expected)])


def marks(found: Columns) -> int:
    frame = pd.DataFrame(found)
    starts = frame["accelerates"].astype(int).diff().eq(1).sum() + int(frame["accelerates"].iloc[0])
    return int((frame["mark"] != "").sum() + starts)


@pytest.mark.parametrize("trend", [0.0, 1.0, -0.5])
@pytest.mark.parametrize("grain", ["month", "week"])
def test_a_shop_without_season_has_at_most_one_false_mark_a_year(grain: str, trend: float) -> None:
    time = np.linspace(0, 1, LENGTHS[grain])
    found = [marks(marked(sold(np.random.default_rng(seed), 120 * (1 + trend * time)), grain)) for seed in range(200)]
    assert max(found) <= YEARS
    assert np.mean(found) < 0.5


def test_days_of_a_shop_with_a_weekly_rhythm_are_not_marked_for_their_weekday() -> None:
    rhythm = np.array([1.0, 0.9, 1.0, 1.0, 1.2, 1.6, 0.0])[np.arange(1095) % 7]
    found = [marks(marked(sold(np.random.default_rng(seed), 80 * rhythm), "day")) for seed in range(40)]
    assert max(found) <= YEARS


@pytest.mark.parametrize("grain", ["month", "week"])
def test_a_season_that_comes_and_goes_slowly_is_marked_every_year(grain: str) -> None:
    monthly = np.array([0.84, 0.86, 0.95, 0.98, 1.02, 0.99, 0.92, 0.90, 0.98, 1.04, 1.18, 1.5])
    n = LENGTHS[grain]
    place = (np.arange(n) + 0.5) * 36 / n
    season = np.interp(place % 12, np.arange(-1, 13) + 0.5, monthly[np.arange(-1, 13) % 12])
    for seed in range(20):
        orders = 1_200 if grain == "month" else 280
        frame = pd.DataFrame(marked(sold(np.random.default_rng(seed), orders * season), grain))
        peaks = place[(frame["mark"] == "peak").to_numpy()]
        assert {int(p // 12) for p in peaks if p % 12 >= 10} == {0, 1, 2}, seed


@pytest.fixture(scope="module")
def larger_shop(tmp_path_factory: pytest.TempPathFactory) -> pd.Series:
    """Revenue by moment of a generated shop, from its raw file."""
    folder: Path = tmp_path_factory.mktemp("shop")
    generate(folder, rows=60_000, seed=3)
    with (folder / "sales_transactions.csv").open() as file:
        rows = [(row["order_date"], row["total_amount"]) for row in csv.DictReader(file)]
    raw = pd.DataFrame(rows, columns=["when", "money"])
    when = pd.to_datetime(raw["when"], format="ISO8601", errors="coerce")
    money = pd.to_numeric(raw["money"], errors="coerce")
    good = when.notna() & (when < "2100") & (money > 0)
    return pd.Series(money[good].to_numpy(), index=when[good]).sort_index()


@pytest.mark.parametrize(("grain", "rule"), [("month", "MS"), ("week", "W")])
def test_every_year_end_of_the_generated_shop_is_marked(larger_shop: pd.Series, grain: str, rule: str) -> None:
    series = larger_shop.resample(rule).sum()
    series = series.iloc[1:-1] if grain == "week" else series
    frame = pd.DataFrame(marked(series.to_numpy(float), grain))
    peaks = series.index[(frame["mark"] == "peak").to_numpy()]
    assert {2023, 2024, 2025} <= {peak.year for peak in peaks if peak.month >= 11}


def test_what_a_mark_says_is_the_value_over_its_surroundings() -> None:
    values = np.full(60, 100.0) + np.resize([1, -1, 2, -2], 60)
    values[30], values[45] = 300.0, 20.0
    frame = pd.DataFrame(marked(values, "week"))
    assert frame.loc[30, "mark"] == "peak"
    assert frame.loc[45, "mark"] == "trough"
    assert frame.loc[30, "off"] == pytest.approx(2.0, abs=0.05)
    assert frame.loc[45, "off"] == pytest.approx(-0.8, abs=0.05)
    assert marks(frame) == 2


def test_growth_that_picks_up_is_marked_where_it_does() -> None:
    time = np.arange(156)
    expected = 400 * np.where(time < 78, 1.0, np.exp(0.02 * (time - 78)))
    frame = pd.DataFrame(marked(sold(np.random.default_rng(1), expected), "week"))
    on = np.flatnonzero(frame["accelerates"])
    assert len(on)
    assert 70 <= on.min() <= 95
    assert (frame.loc[on, "pace"] > frame.loc[on, "pace_before"]).all()


@pytest.mark.parametrize("length", [0, 1, 2, 9])
def test_a_series_too_short_for_its_noise_to_be_told_has_no_marks(length: int) -> None:
    frame = pd.DataFrame(marked(np.arange(length, dtype=float) ** 3, "month"))
    assert len(frame) == length
    assert (frame["mark"] == "").all()


@pytest.mark.parametrize("grain", ["day", "week", "month", "quarter", "year"])
def test_nothing_sold_and_always_the_same_have_no_marks(grain: str) -> None:
    for level in (0.0, 50.0):
        assert marks(marked(np.full(800, level), grain)) == 0
