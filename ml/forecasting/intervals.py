"""Intervals: parametric half-widths times one factor that would have covered the past, pooled over everything."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm
from scipy.stats import t as student

from ml.forecasting.panel import Floats, Panel
from ml.forecasting.rolling import Backtest
from ml.forecasting.seasons import levels

FEWEST = 40  # errors from which a quantile of 95 % can be read
GROWTH = 0.4  # of the squared error a period: a local level's, its level moving by 0.6 of each error


@dataclass(frozen=True)
class Spread:
    """Half-widths by series and horizon before the factor, the factor, and what the intervals covered at the origins."""

    half: Floats
    factor: float
    covered: float
    n: int
    by_horizon: tuple[float, ...]


def spread(test: Backtest, said: Floats, level: float) -> Spread:
    """The factor is the conformal quantile (Vovk et al. 2005) of |error| / half-width over series, windows, horizons.

    Half-widths are those of today at every origin: a shorter history fits its own noise and thinks itself too sure.
    The attained coverage is measured window by window, the factor of each from the other windows.
    """
    errors = np.abs(said - test.actual)
    half = _half_widths(test.panel, test.horizon)
    ratios = errors / half
    factor = _factor(ratios, level)
    inside = np.full(ratios.shape, np.nan)
    for w in range(len(test.backs)):
        others = np.arange(len(test.backs)) != w
        limit = _factor(ratios[others], level)
        inside[w] = np.where(np.isfinite(ratios[w]), ratios[w] <= limit, np.nan)
    known = np.isfinite(inside)
    by_horizon = tuple(
        float(np.nanmean(inside[:, :, h])) if known[:, :, h].any() else float("nan") for h in range(test.horizon)
    )
    covered = float(np.nanmean(inside)) if known.any() else float("nan")
    return Spread(half * factor, factor, covered, int(known.sum()), by_horizon)


def _factor(ratios: Floats, level: float) -> float:
    """The conformal quantile; mixed with the parametric one where there are few errors."""
    known = np.sort(ratios[np.isfinite(ratios)])
    share = level / 100
    if not len(known):
        return float(student.ppf((1 + share) / 2, 3))
    place = min(int(np.ceil((len(known) + 1) * share)), len(known)) - 1
    typical = float(np.sqrt(np.mean(np.minimum(known, np.quantile(known, 0.99)) ** 2)))
    degrees = max(len(known) / 6, 3)
    parametric = typical * float(student.ppf((1 + share) / 2, degrees))
    weight = len(known) / (len(known) + FEWEST)
    return weight * float(known[place]) + (1 - weight) * max(parametric, float(norm.ppf((1 + share) / 2)))


def _half_widths(panel: Panel, horizon: int) -> Floats:
    """One standard error of each series and horizon: its rest about the trend, growing as a local level's does."""
    found = levels(panel)
    spread_ = _rms(np.diff(np.where(found.logs[:, None], np.log(np.where(found.logs[:, None], found.x, 1.0)), found.x)))
    growth = np.sqrt(1 + GROWTH * np.arange(horizon))
    size = np.abs(found.back(np.nan_to_num(_level(found.x)), panel.ahead(horizon)))
    floor = found.scale[:, None] * 1e-6
    times = np.where(found.logs[:, None], np.maximum(size, floor), found.scale[:, None])
    return np.maximum(spread_[:, None] * growth * times, floor)


def _level(x: Floats) -> Floats:
    return np.nanmean(x[:, -6:], axis=1, keepdims=True)


def _rms(rest: Floats) -> Floats:
    known = np.isfinite(rest)
    n = known.sum(axis=1)
    own = np.where(known, rest, 0.0)
    variance = (own**2).sum(axis=1) / np.maximum(n, 1)
    have = n > 0
    pooled = np.median(variance[have]) if have.any() else 1.0
    pooled = pooled if pooled > 0 else float(variance.mean()) or 1e-12
    return np.sqrt((n * variance + 6 * pooled) / (n + 6))
