"""The members: the ways to forecast that are tried on every panel, each from what is known at its end."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ml.forecasting.panel import Floats, Panel
from ml.forecasting.regression import regression
from ml.forecasting.seasons import Levels
from ml.forecasting.smoothing import ces

FEWEST = 5  # levels that a smoothing model is fitted to
SLACK = 3.0  # how far a forecast may leave the range seen, in ranges


@dataclass(frozen=True)
class Known:
    """What a member may look at: the panel up to its end, and the same without its seasons."""

    panel: Panel
    levels: Levels


Forecaster = Callable[[Known, int], Floats]


@dataclass(frozen=True)
class Member:
    """One way to forecast: `forecast` gives series x horizon and says what it believes. `usual` ones always run."""

    name: str
    label: str
    forecast: Forecaster
    usual: bool = True


def seasonal_naive(known: Known, horizon: int) -> Floats:
    """The same period of the last season, once all are known; before that the last value."""
    return _last_season(known, horizon, np.ones(len(known.panel)))


def naive_growth(known: Known, horizon: int) -> Floats:
    """Seasonal naive x growth: of the last season against the one before, half of it believed."""
    values, season = known.panel.values, known.panel.season
    growth = np.ones(len(values))
    span = min(season, values.shape[1] - season) if season > 1 else 0
    if span > 0:
        recent, before = values[:, -span:], values[:, -span - season : -season]
        both = np.isfinite(recent) & np.isfinite(before)
        now, then = np.where(both, recent, 0).sum(axis=1), np.where(both, before, 0).sum(axis=1)
        can = (both.sum(axis=1) >= min(span, 3)) & known.levels.logs & (then > 0)
        growth[can] = np.clip(now[can] / then[can], 0.5, 2.0)
    return _last_season(known, horizon, growth)


def theta(known: Known, horizon: int) -> Floats:
    """Dynamic Theta (Fiorucci et al. 2016) on the levels: half of their drift goes on."""
    from statsforecast.models import DynamicTheta

    return _one_by_one(known, horizon, lambda x: DynamicTheta(season_length=1).forecast(x, horizon)["mean"])


def ets(known: Known, horizon: int) -> Floats:
    """Exponential smoothing chosen by AICc (Hyndman and Khandakar 2008): level and trend of the levels, the recent past weighing most."""
    from statsforecast.models import AutoETS

    return _one_by_one(known, horizon, lambda x: AutoETS(season_length=1, model="AZN").forecast(x, horizon)["mean"])


def arima(known: Known, horizon: int) -> Floats:
    """ARIMA with a season of its own (Hyndman and Khandakar 2008) on the values: each leans on the errors
    and values before it. Many times slower than the others."""
    from statsforecast.models import AutoARIMA

    season = known.panel.season
    filled = known.levels.back(known.levels.x, known.panel.ordinals)
    out = np.empty((len(known.panel), horizon))
    for i, row in enumerate(np.where(np.isnan(known.panel.values), filled, known.panel.values)):
        y = row[~np.isnan(row)]
        model = AutoARIMA(season_length=season if len(y) > 2 * season else 1)
        out[i] = _smoothed(y, horizon, lambda x: model.forecast(x, horizon)["mean"])  # noqa: B023 - called at once
    return out


def complex_smoothing(known: Known, horizon: int) -> Floats:
    """Level and trend that fade into each other, on the levels."""
    return _back(known, horizon, ces(known.levels.x, horizon))


def pooled_regression(known: Known, horizon: int) -> Floats:
    """What follows a level is alike in all series: one regression for all."""
    return _back(known, horizon, regression(known.levels, horizon))


def _last_season(known: Known, horizon: int, growth: Floats) -> Floats:
    filled = known.levels.back(known.levels.x, known.panel.ordinals)
    values = np.where(np.isnan(known.panel.values), filled, known.panel.values)
    season = known.panel.season
    out = np.empty((len(values), horizon))
    for h in range(horizon):
        back = season - h % season
        whole = known.panel.lengths >= season
        out[:, h] = np.where(whole, values[:, -min(back, values.shape[1])] * growth, values[:, -1])
    return out


def _one_by_one(known: Known, horizon: int, fitted: Callable[[Floats], Floats]) -> Floats:
    out = np.empty((len(known.panel), horizon))
    for i, row in enumerate(known.levels.x):
        x = row[~np.isnan(row)]
        out[i] = _smoothed(x, horizon, fitted)
    return _back(known, horizon, out)


def _smoothed(x: Floats, horizon: int, fitted: Callable[[Floats], Floats]) -> Floats:
    """The model's forecast; the mean of what is known where the series is too short or the model finds nothing."""
    if len(x) >= FEWEST and np.ptp(x) > 0:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                found = np.asarray(fitted(np.ascontiguousarray(x)), dtype=float)
            except (ValueError, RuntimeError, ZeroDivisionError, NotImplementedError):
                found = np.full(horizon, np.nan)
        if np.isfinite(found).all():
            return found
    return np.full(horizon, x[-FEWEST:].mean() if len(x) else 0.0)


def _back(known: Known, horizon: int, x: Floats) -> Floats:
    """Values of these levels, which are held to some distance of the levels seen."""
    seen = known.levels.x
    low, high = np.nanmin(seen, axis=1, keepdims=True), np.nanmax(seen, axis=1, keepdims=True)
    floor = np.where(known.levels.logs[:, None], low / SLACK, low - SLACK * (high - low))
    ceiling = np.where(known.levels.logs[:, None], high * SLACK, high + SLACK * (high - low))
    return known.levels.back(np.clip(x, floor, ceiling), known.panel.ahead(horizon))


MEMBERS = {
    m.name: m
    for m in (
        Member("naive", "Seasonal naive x growth", naive_growth),
        Member("theta", "Dynamic Theta", theta),
        Member("ces", "Complex smoothing", complex_smoothing),
        Member("regression", "Regression, pooled", pooled_regression),
        Member("ets", "Exponential smoothing", ets),
        Member("arima", "Seasonal ARIMA", arima, usual=False),
    )
}


def members(also: tuple[str, ...] = ()) -> dict[str, Member]:
    """Those that always run, and those of these names."""
    return {name: member for name, member in MEMBERS.items() if member.usual or name in also}
