"""Season, trend, holidays and odd days, recovered together by a Poisson regression of the orders of each day."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from dateutil.easter import easter

from tests.pipeline.generate.conftest import FIRST, Made, close

DAYS = pd.date_range(FIRST, periods=1096)
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def month_weights(days: pd.DatetimeIndex) -> pd.DataFrame:
    """How near each day is to the middle of each month: the season is a line between those."""
    at = np.mod(np.asarray((days - FIRST).days), 365.25) * 12 / 365.25 - 0.5
    apart = np.abs((at[:, None] - np.arange(12) + 6) % 12 - 6)
    return pd.DataFrame(np.maximum(0, 1 - apart), days, [f"month{m}" for m in range(1, 13)])


def design(made: Made) -> pd.DataFrame:
    """One row a day; logs of factors are what is estimated."""
    index = made.read("external").query("series == 'competitor_price_index' and region == 'North'")
    weekly = pd.Series(index.value.to_numpy(float), pd.to_datetime(index.date))
    years = np.asarray((DAYS - FIRST).days) / 365.25
    broken = (pd.Timestamp(made.truth["trend"]["break"]) - FIRST).days / 365.25
    tested = made.read("campaigns").set_index("campaign_id").loc["CMP01"]
    sundays = [pd.Timestamp(easter(year)) for year in (2023, 2024, 2025)]
    fridays = [pd.Timestamp(day) for day in made.truth["season"]["black_friday"]["fridays"]]
    weekday = pd.get_dummies(pd.Series(DAYS.dayofweek, DAYS), dtype=float).drop(columns=0)
    weekday.columns = [WEEKDAYS[i] for i in range(1, 7)]
    return pd.concat([weekday, month_weights(DAYS)], axis=1).assign(
        before_easter=sum(((e - DAYS).days > 0) & ((e - DAYS).days <= 7) for e in sundays).astype(float),
        at_easter=sum(((DAYS - e).days >= 0) & ((DAYS - e).days <= 1) for e in sundays).astype(float),
        black_friday=sum(((DAYS - f).days >= 0) & ((DAYS - f).days < 4) for f in fridays).astype(float),
        competitor=np.log(weekly.reindex(DAYS, method="ffill") / 100),
        campaign=((tested["start"] <= DAYS) & (tested["end"] >= DAYS)).astype(float),
        before=np.minimum(years, broken),
        after=np.maximum(years - broken, 0),
    )


@pytest.fixture(scope="module")
def daily(made: Made) -> pd.Series:
    """Orders a day, without the region that opened late."""
    old = made.orders[made.orders.region != made.truth["regions"]["young"]["region"]]
    return old.groupby("day").size().reindex(DAYS, fill_value=0)


@pytest.fixture(scope="module")
def odd(made: Made) -> pd.DataFrame:
    return pd.DataFrame(made.truth["anomalies"]).assign(date=lambda t: pd.to_datetime(t.date)).set_index("date")


@pytest.fixture(scope="module")
def regression(made: Made, daily: pd.Series, odd: pd.DataFrame) -> sm.GLM:
    """Fitted to the open days on which nothing odd happened."""
    usual = ~DAYS.isin(odd.index) & ~DAYS.isin(pd.to_datetime(made.truth["season"]["closed"]))
    return sm.GLM(daily[usual], design(made)[usual], family=sm.families.Poisson()).fit(scale="X2")


def test_the_week_is_found(made: Made, regression: sm.GLM) -> None:
    """Every weekday within 4 %."""
    found = np.exp(np.array([0, *regression.params[list(WEEKDAYS[1:])]]))
    planted = np.array(list(made.truth["season"]["weekday"].values()))
    assert np.allclose(found / found.mean(), planted, rtol=0.04)


def test_the_year_is_found(made: Made, regression: sm.GLM) -> None:
    """Every month within 5 %."""
    daily_factor = np.exp(month_weights(DAYS) @ regression.params[[f"month{m}" for m in range(1, 13)]])
    found = daily_factor.groupby(DAYS.month).mean()
    planted = np.array(list(made.truth["season"]["month"].values()))
    assert np.allclose(found / found.mean(), planted, rtol=0.05)


def test_the_moving_holiday_and_black_friday_are_found(made: Made, regression: sm.GLM) -> None:
    """Factors within 10 %; the Sundays are those of the calendar."""
    season = made.truth["season"]
    assert season["easter"]["sundays"] == [easter(year).isoformat() for year in (2023, 2024, 2025)]
    assert close(np.exp(regression.params["before_easter"]), season["easter"]["factor_before"], 0.10)
    assert close(np.exp(regression.params["at_easter"]), season["easter"]["factor_sunday_and_monday"], 0.10)
    assert close(np.exp(regression.params["black_friday"]), season["black_friday"]["factor"], 0.10)


def test_the_shop_is_closed_on_christmas_day_alone(made: Made) -> None:
    whole = made.orders.groupby("day").size().reindex(DAYS, fill_value=0)
    assert [day.date() for day in DAYS[whole == 0]] == [date(year, 12, 25) for year in (2023, 2024, 2025)]


def test_the_competitors_prices_move_all_buying(made: Made, regression: sm.GLM) -> None:
    """The exponent within three standard errors, and these at most 0.1."""
    planted, error = made.truth["season"]["competitor_price_exponent"], regression.bse["competitor"]
    assert error < 0.1
    assert abs(regression.params["competitor"] - planted) < 3 * error


def test_growth_breaks_where_it_was_planted(made: Made, regression: sm.GLM) -> None:
    """Growth a year within 0.05 before and 0.06 after the break: some heavy buyers more or less move it by 0.02."""
    trend = made.truth["trend"]
    assert abs(np.expm1(regression.params["before"]) - trend["growth_a_year_before"]) < 0.05
    assert abs(np.expm1(regression.params["after"]) - trend["growth_a_year_after"]) < 0.06


def test_the_break_is_dated_by_the_orders_alone(made: Made, daily: pd.Series, odd: pd.DataFrame) -> None:
    """The break of greatest likelihood is within 75 days of the planted one."""
    usual = ~DAYS.isin(odd.index) & ~DAYS.isin(pd.to_datetime(made.truth["season"]["closed"]))
    table, years = design(made), np.asarray((DAYS - FIRST).days) / 365.25
    fits = {}
    for at in pd.date_range("2023-08-01", "2025-06-01", freq="2MS"):
        knot = (at - FIRST).days / 365.25
        moved = table.assign(before=np.minimum(years, knot), after=np.maximum(years - knot, 0))
        fits[at] = sm.GLM(daily[usual], moved[usual], family=sm.families.Poisson()).fit().deviance
    best = min(fits, key=lambda at: fits[at])
    assert abs((best - pd.Timestamp(made.truth["trend"]["break"])).days) <= 75


def test_odd_days_have_their_size_and_no_other_day_is_odd(
    made: Made, daily: pd.Series, odd: pd.DataFrame, regression: sm.GLM
) -> None:
    """Ten a year; each within 3.5 standard errors of its factor, all spikes and all drops together within 6 %.

    Of the other open days at most four in a thousand lie beyond 3.5.
    """
    expected = pd.Series(regression.predict(design(made)), DAYS)
    assert odd.groupby(odd.index.year).size().tolist() == [10, 10, 10]
    wanted = expected[odd.index] * odd.factor
    spread = np.sqrt(regression.scale)
    assert (np.abs(daily[odd.index] - wanted) / np.sqrt(wanted) / spread < 3.5).all()
    for kind, group in odd.groupby("kind"):
        assert close(daily[group.index].sum(), wanted[group.index].sum(), 0.06), kind
        assert ((group.factor > 1) == (kind == "spike")).all()
    usual = ~DAYS.isin(odd.index) & (daily > 0)
    beyond = np.abs(daily - expected)[usual] / np.sqrt(expected[usual]) / spread > 3.5
    assert beyond.mean() <= 0.004
