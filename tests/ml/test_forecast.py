"""Forecasts: what is known when, what is refused, what adds up, and whether the intervals hold."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from ml.forecasting import CannotForecast, Projection, decompose, forecast, outlook, panel, project
from ml.forecasting.calendar import weekdays
from ml.forecasting.coherence import coherent
from ml.forecasting.ensemble import Choice
from ml.forecasting.forecast import projected
from ml.forecasting.quotas import fitted
from ml.forecasting.rolling import forests, predictions, seasonal_change
from ml.forecasting.seasons import levels
from ml.forecasting.shop import Surroundings
from pipeline.generate.seasons import MONTHS as PLANTED

SEASON = np.array(PLANTED) / np.mean(PLANTED)


def simulated(count: int, months: int, seed: int = 0, noise: float = 0.06) -> pd.DataFrame:
    """Random walks in logs with the planted season; one row a series and month from January 2020 on."""
    random = np.random.default_rng(seed)
    dates = pd.date_range("2020-01-01", periods=months, freq="MS")
    walk = np.cumsum(random.normal(0.004, 0.02, (count, months)), axis=1) + random.normal(0, noise, (count, months))
    values = 1000 * np.exp(walk + random.normal(0, 1, (count, 1))) * SEASON[(dates.month - 1).to_numpy()]
    return pd.DataFrame(
        {
            "series": np.repeat([f"s{i:03}" for i in range(count)], months),
            "date": np.tile(dates, count),
            "value": values.ravel(),
        }
    )


@pytest.fixture(scope="module")
def projection() -> Projection:
    rows = simulated(60, 42)
    return project(rows[rows.date < "2023-01-01"], 6, search=False)


def test_the_error_of_a_series_that_never_sold_has_no_unit() -> None:
    months = pd.date_range("2023-01-01", periods=6, freq="MS")
    rows = pd.DataFrame({"series": np.repeat(["never", "steady", "moving"], 6), "date": list(months) * 3,
                         "value": [0.0] * 6 + [5.0] * 6 + [1.0, 3.0, 1.0, 3.0, 1.0, 3.0]})  # fmt: skip
    known = panel(rows)
    units = dict(zip(known.names, seasonal_change(known), strict=True))
    assert np.isnan(units["never"])
    assert units["steady"] == 5
    assert units["moving"] == 2


def test_deleting_everything_later_changes_no_bit() -> None:
    rows = simulated(8, 40)
    then = date(2022, 12, 31)
    known = rows[rows.date <= pd.Timestamp(then)]
    assert len(known) < len(rows)
    both = [project(frame, 6, as_of=then, search=False) for frame in (rows, known)]
    assert_frame_equal(both[0].frame, both[1].frame, check_exact=True)
    assert_frame_equal(both[0].held_out(), both[1].held_out(), check_exact=True)


@pytest.mark.slow
def test_the_search_knows_nothing_of_what_comes_later() -> None:
    rows = simulated(8, 40)
    then = date(2022, 12, 31)
    known = rows[rows.date <= pd.Timestamp(then)]
    assert_frame_equal(forecast(rows, 3, as_of=then), forecast(known, 3, as_of=then), check_exact=True)


def test_the_order_of_rows_does_not_matter() -> None:
    rows = simulated(6, 30)
    mixed = rows.sample(frac=1, random_state=1)
    assert_frame_equal(project(rows, 6, search=False).frame, project(mixed, 6, search=False).frame, check_exact=True)


@pytest.mark.parametrize("place", [0, -1])
def test_what_a_back_test_said_is_what_a_forecast_would_have_said_then(projection: Projection, place: int) -> None:
    rows = simulated(60, 42)
    end = pd.Timestamp("2023-01-01") - pd.DateOffset(months=projection.test.backs[place])
    then = panel(rows[rows.date < end])
    told = predictions(then, 6, forests(then, 6, projection.forest.recipe))
    assert set(told) == set(projection.test.said)
    for name, values in told.items():
        assert np.array_equal(values, projection.test.said[name][place]), name


def test_an_unfinished_last_month_never_trains() -> None:
    days = pd.date_range("2022-01-01", "2024-06-17")
    rows = pd.DataFrame({"series": "shop", "date": days, "value": 10.0})
    whole = rows[rows.date < "2024-06-01"]
    found = project(rows, 2, search=False).frame
    assert found.date.min() == pd.Timestamp("2024-06-01")
    assert_frame_equal(found, project(whole, 2, search=False).frame, check_exact=True)


def test_an_unfinished_first_month_never_trains() -> None:
    days = pd.date_range("2022-01-20", "2024-05-31")
    known = panel(pd.DataFrame({"series": "shop", "date": days, "value": 1.0}))
    assert known.values[0, 0] == 28


def test_the_planted_season_is_recovered() -> None:
    parts = decompose(simulated(30, 48, noise=0.03))
    found = (parts.season * parts.days).groupby(parts.date.dt.month).mean()
    assert np.abs(found / found.mean() - SEASON).max() < 0.04


def test_a_planted_break_shows_in_the_trend_and_not_in_the_season() -> None:
    rows = simulated(20, 48, noise=0.02)
    broken = rows.assign(value=rows.value * np.where(rows.date >= "2022-07-01", 1.5, 1.0))
    trend = decompose(broken).groupby("date").trend.median()
    plain = decompose(rows).groupby("date").trend.median()
    ratio = trend / plain
    assert ratio.iloc[-1] / ratio.iloc[0] == pytest.approx(1.5, rel=0.08)


def test_parts_give_back_the_series() -> None:
    rows = simulated(3, 30)
    below = rows.assign(value=rows.value - rows.value.mean(), series="minus " + rows.series)
    parts = decompose(pd.concat([rows, below]))
    times = parts.kind == "multiplied"
    assert times.any()
    assert (~times).any()
    four = parts[["trend", "season", "days", "rest"]]
    back = np.where(times, four.prod(axis=1), four.sum(axis=1))
    assert np.allclose(back, parts.value, rtol=1e-12, atol=1e-9)


def test_intervals_cover_what_came(projection: Projection) -> None:
    rows = simulated(60, 42)
    came = projection.frame.merge(rows, on=["series", "date"], suffixes=("", "_came"))
    assert len(came) == 360
    assert came.value_came.between(came.low, came.high).mean() > 0.9
    assert projection.spread.covered == pytest.approx(0.95, abs=0.03)


def test_the_ensemble_beats_seasonal_naive_and_the_board_says_so(projection: Projection) -> None:
    board = projection.board.set_index("model")
    assert board.skill["seasonal naive"] == 0
    assert board.skill[projection.choice.model] > 0.1
    assert sum(projection.choice.weights.values()) == pytest.approx(1)


def test_past_forecasts_stand_beside_what_came(projection: Projection) -> None:
    held = projection.held_out()
    rows = simulated(60, 42).rename(columns={"value": "truth"})
    both = held.merge(rows, on=["series", "date"])
    assert len(both) == len(held)
    assert np.allclose(both.actual, both.truth)
    assert (held.date >= held.origin).all()


def test_an_ensemble_that_does_not_speak_is_not_said_to_have_spoken(projection: Projection) -> None:
    theta = Choice("theta", projection.choice.weights, projection.test.said["theta"])
    alone = replace(projection, choice=theta).held_out()
    assert set(alone["model"]) == set(projection.test.said)
    assert "Ensemble" not in set(alone["label"])


SHAPES = {
    "constant": np.full(30, 5.0),
    "nothing": np.zeros(30),
    "one value": np.array([3.0]),
    "two values": np.array([3.0, 4.0]),
    "a year": np.linspace(5, 9, 12),
    "a year and a half": 5 + np.sin(np.arange(18)),
    "intermittent": np.where(np.arange(40) % 5 == 0, 4.0, 0.0),
    "below zero": np.sin(np.arange(40)) - 3,
    "gaps": np.where(np.arange(36) % 7 == 3, np.nan, 10.0 + np.arange(36)),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("freq", ["MS", "W", "D"])
def test_any_series_gets_a_finite_forecast_inside_its_interval(shape: str, freq: str) -> None:
    values = SHAPES[shape]
    rows = pd.DataFrame(
        {"series": "x", "date": pd.date_range("2021-01-03", periods=len(values), freq=freq), "value": values}
    )
    found = forecast(rows, 4, freq)
    assert len(found) == 4
    assert np.isfinite(found[["value", "low", "high"]]).all(axis=None)
    assert (found.low <= found.value).all()
    assert (found.value <= found.high).all()
    assert (found.low >= 0).all() or np.nanmin(values) < 0
    assert (found.date > rows.date.max()).all()


def test_series_of_unequal_length_and_end_are_each_continued() -> None:
    rows = simulated(4, 40)
    ragged = rows[~((rows.series == "s000") & (rows.date >= "2022-06-01"))]
    ragged = ragged[~((ragged.series == "s001") & (ragged.date < "2022-10-01"))]
    first = project(ragged, 6, search=False).frame.groupby("series").date.min()
    assert first["s000"] == pd.Timestamp("2022-06-01")
    assert first["s001"] == pd.Timestamp("2023-05-01")


def test_under_thirteen_months_no_season_is_claimed() -> None:
    assert (decompose(simulated(5, 12)).season == 1).all()
    assert "too short for a season" in forecast(simulated(5, 12), 3).attrs["notes"][0]


ROWS = simulated(1, 24)


@pytest.mark.parametrize(
    ("rows", "horizon", "freq", "words"),
    [
        (ROWS.drop(columns="value"), 3, "MS", r"lacks value; it has series, date\."),
        (pd.concat([ROWS, ROWS.head(1)]), 3, "MS", "has two values on 2020-01-01"),
        (ROWS.assign(value="many"), 3, "MS", "Not a finite number: 'many'"),
        (ROWS.assign(date="soon"), 3, "MS", "Not a date: 'soon'"),
        (ROWS.head(0), 3, "MS", "no rows to forecast from"),
        (ROWS, 0, "MS", "give a whole number from 1"),
        (ROWS, 3, "fortnight", "No rhythm 'fortnight'"),
    ],
)
def test_what_cannot_be_forecast_is_refused_in_words(rows: pd.DataFrame, horizon: int, freq: str, words: str) -> None:
    with pytest.raises(CannotForecast, match=words):
        forecast(rows, horizon, freq)


def test_reconciled_parts_add_up_and_none_falls_below_zero() -> None:
    random = np.random.default_rng(3)
    points = np.abs(random.normal(100, 40, (6, 4)))
    points[5] = 0.1
    sums = np.array([[-1, 1, 1, 0, 0, 0], [-1, 0, 0, 1, 1, 1]], float)
    found = coherent(points, sums, random.normal(0, 10, (30, 6)))
    assert np.abs(sums @ found).max() < 1e-9
    assert (found >= 0).all()


WEEK = np.array([0.8, 0.8, 0.9, 1.0, 1.2, 1.5, 0.8])


def test_planted_weekdays_are_recovered_from_days_and_leaned_towards_from_months() -> None:
    days = pd.date_range("2021-01-01", "2023-12-31")
    daily = pd.DataFrame({"series": "shop", "date": days, "value": 100 * WEEK[days.dayofweek]})
    read = levels(panel(daily)).calendar.weights
    assert np.allclose(read, WEEK / WEEK.mean(), rtol=1e-9)
    monthly = daily.groupby(["series", daily.date.dt.to_period("M").dt.to_timestamp()]).value.sum().reset_index()
    learned = levels(panel(monthly)).calendar.weights
    assert learned is not None
    assert np.corrcoef(learned, WEEK)[0, 1] > 0.9


def test_weekdays_of_a_month_are_counted_as_a_calendar_does() -> None:
    months = pd.period_range("2023-11", periods=14, freq="M")
    found = weekdays(np.array([m.ordinal for m in months]))
    for month, row in zip(months, found, strict=True):
        days = pd.date_range(month.start_time, periods=month.days_in_month)
        assert row.tolist() == [int((days.dayofweek == d).sum()) for d in range(7)]


def test_a_shorter_month_is_not_taken_for_a_worse_one() -> None:
    days = pd.date_range("2022-01-01", "2024-01-31")
    rows = pd.DataFrame({"series": "shop", "date": days, "value": 10.0})
    found = project(rows, 2, search=False).frame.set_index("date").value
    assert found[pd.Timestamp("2024-02-01")] == pytest.approx(290, rel=0.01)
    assert found[pd.Timestamp("2024-03-01")] == pytest.approx(310, rel=0.01)


def planted_shop() -> pd.DataFrame:
    """Three years of daily sales with two regions, two categories and a segment."""
    random = np.random.default_rng(5)
    days = pd.date_range("2023-01-01", "2025-12-17")
    parts = [
        pd.DataFrame(
            {
                "order_date": days,
                "kind": "sale",
                "total_amount": random.gamma(9, 10, len(days)) * SEASON[days.month - 1],
                "quantity": 2.0,
                "region": region,
                "category": category,
                "customer_segment": "Consumer",
            }
        )
        for region in ("North", "South")
        for category in ("Toys", "Books")
    ]
    return pd.concat(parts)


def test_every_breakdown_of_the_shop_adds_up_to_its_total() -> None:
    table = outlook(planted_shop(), date(2025, 12, 17), 6, search=False).forecasts
    assert list(table) == ["target", "dimension", "member", "date", "value", "low", "high", "model"]
    assert table.date.min() == pd.Timestamp("2025-12-01")
    sums = table.groupby(["target", "date", "dimension"]).value.sum().unstack()
    assert set(sums) == {"total", "category", "region", "customer_segment"}
    assert sums.sub(sums["total"], axis=0).abs().max(axis=None) < 1e-9
    assert (table.low <= table.value).all()


def test_drivers_know_nothing_of_what_comes_later_and_stand_on_the_board() -> None:
    shop, then = planted_shop(), date(2025, 6, 30)
    promotions = pd.DataFrame(
        {"start": ["2024-03-01", "2025-07-03"], "end": ["2024-03-20", "2025-08-01"], "scope": "Toys", "discount": 0.2}
    )
    external = pd.DataFrame(
        {"date": pd.date_range("2023-01-01", "2025-12-01", freq="MS"), "region": "North", "series": "rivals"}
    )
    external["value"] = np.arange(len(external)) % 5 + 1.0
    later = pd.Timestamp(then)
    known = shop[shop.order_date <= later]
    made = [
        outlook(rows, then, 6, search=False, known=Surroundings(p, e))
        for rows, p, e in ((shop, promotions, external), (known, promotions.head(1), external[external.date <= later]))
    ]
    assert_frame_equal(made[0].forecasts, made[1].forecasts, check_exact=True)
    told = made[0].projections["revenue"]
    assert {"driven", "forest"} <= set(told.board.model)
    assert {"promotions", "rivals", "share of Toys", "share of Consumer"} <= set(told.forests["driven"].importance)
    assert not {"promotions", "rivals"} & set(told.forests["forest"].importance)
    assert np.array_equal(
        made[0].projections["revenue"].test.said["driven"], made[1].projections["revenue"].test.said["driven"]
    )


def test_quotas_of_cells_add_up_to_rows_and_columns() -> None:
    random = np.random.default_rng(0)
    seed = random.gamma(1, 100, (4, 6))
    seed[1, 2] = seed[3] = 0
    rows, columns = random.gamma(9, 10, 4), random.gamma(9, 10, 6)
    columns *= rows.sum() / columns.sum()
    found = fitted(seed, rows, columns)
    assert np.allclose(found.sum(axis=1), rows, rtol=1e-9)
    assert np.allclose(found.sum(axis=0), columns, rtol=1e-9)
    assert (found >= 0).all()


@pytest.mark.slow
def test_seasonal_arima_stands_on_the_board_when_asked_for() -> None:
    rows = simulated(1, 36)
    usual, asked = (projected(panel(rows), 3, search=False, also=also) for also in ((), ("arima",)))
    assert "arima" not in set(usual.board.model)
    assert "arima" in set(asked.board.model)
