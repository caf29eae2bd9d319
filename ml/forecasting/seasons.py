"""Seasons: trend, season and rest of each series, and the season shrunk to what all series share."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.forecasting.calendar import Calendar, fitted, read, shares
from ml.forecasting.panel import Floats, Ints, Panel

Flags = NDArray[np.bool_]

OWN = 0.5  # the share of a series' own index where there are too few series to tell
FEWEST_POOLED = 8
SMALLEST_LOG = 0.02  # of the median: series with smaller values are not taken in logs
BEGUN = 0.5  # of a second season, from which trend and season are well told apart
RIDGE = 1e-3


@dataclass(frozen=True)
class Levels:
    """A panel without its seasons and trading days: `x` (series x time) around 1 near the end, and the way back.

    value = scale * trading days * x * exp(index) where `logs`, else scale * (x + index).
    """

    x: Floats
    scale: Floats
    logs: Flags
    index: Floats
    rest: Floats
    calendar: Calendar

    def back(self, x: Floats, ordinals: Ints) -> Floats:
        """Values of levels `x` in these periods."""
        season = self.season(ordinals)
        with np.errstate(over="ignore"):
            times = np.where(self.logs[:, None], np.exp(season) * self.calendar.trading_days(ordinals), 1.0)
        return self.scale[:, None] * np.where(self.logs[:, None], x * times, x + season)

    def season(self, ordinals: Ints) -> Floats:
        return np.take_along_axis(self.index, ordinals % self.index.shape[1], axis=1)


def levels(panel: Panel) -> Levels:
    """The season taken out of every series, gaps filled on the way.

    Under a season and one period nothing is claimed; under two seasons the index is the pooled one; from there on the
    series' own, shrunk to the pooled one (over the series of its kind: with logs, or without).
    """
    season = panel.season
    logs = _in_logs(panel.values)
    calendar = _calendar(panel, logs)
    values = np.where(logs[:, None], panel.values / calendar.trading_days(panel.ordinals), panel.values)
    scale = _scale(values, season)
    z = _transformed(values, logs, scale)
    trend, own = decomposed(z, panel.ordinals, season)
    lengths = panel.lengths
    started = np.arange(values.shape[1]) >= values.shape[1] - lengths[:, None]
    rest = z - trend - np.take_along_axis(own, panel.ordinals % season, axis=1)
    index = np.zeros_like(own)
    for kind in (logs, ~logs):
        chosen = kind & (lengths > season) & (season > 1)
        if chosen.any():
            index[chosen] = shrunk(own[chosen], rest[chosen], lengths[chosen])
    flat = z - np.take_along_axis(index, panel.ordinals % season, axis=1)
    flat = np.where(np.isnan(z), trend, flat)
    x = np.where(started, np.where(logs[:, None], np.exp(flat), flat), np.nan)
    return Levels(x, scale, logs, index, np.where(started, flat - trend, np.nan), calendar)


def _calendar(panel: Panel, logs: Flags) -> Calendar:
    """From sales by weekday, else from whole series of two seasons or more that end together; else all days are equal."""
    if panel.rhythm.period != "M":
        return Calendar(None)
    ends, counts = np.unique(panel.ends, return_counts=True)
    whole = logs & (panel.ends == ends[counts.argmax()]) & ~np.isnan(panel.values).any(axis=1)
    if (found := read(panel)) is not None:
        return found
    if not whole.any() or panel.values.shape[1] < 2 * panel.season:
        return Calendar(np.ones(7))
    mine = panel.only(whole)
    z = np.log(mine.values / Calendar(np.ones(7)).trading_days(mine.ordinals))
    rows = np.vstack([z, shares(mine.ordinals[0]).T])
    ordinals = np.broadcast_to(mine.ordinals[0], rows.shape)
    trend, own = decomposed(rows, ordinals, panel.season)
    rest = rows - trend - np.take_along_axis(own, ordinals % panel.season, axis=1)
    return fitted(mine, rest[: len(z)], rest[len(z) :])


def shrunk(own: Floats, rest: Floats, lengths: Ints) -> Floats:
    """The indices (series x positions) shrunk to the pooled one by empirical Bayes (Efron and Morris 1973).

    At each position the series differ by more than their noise explains, or they do not; the more they differ, the
    more of a series' own index stays. With few series that cannot be told and half of it stays. A second season that
    has only begun leaves trend and season hard to tell apart: the noise counts for more.
    """
    season = own.shape[1]
    second = np.clip(lengths / season - 1, 0, 1.0)
    pooled = np.average(own, axis=0, weights=second + 1e-9)
    free = np.maximum(lengths - season - season / 4, season / 3)
    noise = np.nansum(rest**2, axis=1) / free * season / lengths
    noise = (noise + noise.mean()) / 2 * np.maximum(1, BEGUN / np.maximum(second, 1e-9))
    if len(own) < FEWEST_POOLED:
        return pooled + (OWN * second)[:, None] * (own - pooled)
    apart = ((own - pooled) ** 2).mean(axis=0) - noise.mean()
    share = np.maximum(apart, 0) / (np.maximum(apart, 0) + noise[:, None] + 1e-12)
    return pooled + share * (own - pooled)


def decomposed(z: Floats, ordinals: Ints, season: int) -> tuple[Floats, Floats]:
    """Smooth trend (series x time) and seasonal index (series x positions, mean 0) by penalised least squares.

    A Whittaker-Henderson trend, its second differences penalised so that waves shorter than two seasons are not
    followed, beside one coefficient for each position in the season. Missing values weigh nothing.
    """
    count = len(z)
    trend, index = np.full(z.shape, np.nan), np.zeros((count, season))
    known = ~np.isnan(z)
    keys = np.column_stack([np.packbits(known, axis=1), ordinals[:, -1:] % season])
    _, group = np.unique(keys, axis=0, return_inverse=True)
    for g in range(group.max() + 1 if count else 0):
        mine = group.ravel() == g
        seen = known[mine][0]
        if not seen.any():
            continue
        start = int(seen.argmax())
        places = ordinals[mine][0, start:] % season
        trend[mine, start:], index[mine] = _solved(z[mine][:, start:], seen[start:], places, season)
    return trend, index


def _solved(z: Floats, seen: Flags, places: Ints, season: int) -> tuple[Floats, Floats]:
    length = z.shape[1]
    stiff = (2 * np.sin(np.pi / max(2 * season, 8))) ** -4.0
    design = np.zeros((length, length + season))
    design[:, :length] = np.eye(length)
    if season > 1 and length > season:
        design[np.arange(length), length + places] = 1.0
    second = np.diff(np.eye(length), 2, axis=0) if length > 2 else np.zeros((0, length))
    penalty = RIDGE * np.eye(length + season)
    penalty[:length, :length] = stiff * second.T @ second + (0 if length > 2 else RIDGE) * np.eye(length)
    penalty[np.arange(length), np.arange(length)] += 1e-9
    weighted = design * seen[:, None]
    found = np.linalg.solve(design.T @ weighted + penalty, weighted.T @ np.nan_to_num(z).T)
    trend, index = found[:length].T, found[length:].T
    middle = index.mean(axis=1, keepdims=True)
    return trend + middle, index - middle


def _in_logs(values: Floats) -> Flags:
    """Whether a series is well above zero throughout."""
    middle = _over_time(np.nanmedian, values)
    return (np.nanmin(np.where(np.isnan(values), np.inf, values), axis=1) > SMALLEST_LOG * middle) & (middle > 0)


def _scale(values: Floats, season: int) -> Floats:
    """The size of a series near its end."""
    recent = _over_time(np.nanmean, np.abs(values[:, -max(season, 4) :]))
    ever = _over_time(np.nanmean, np.abs(values))
    scale = np.where(recent > 0.1 * ever, recent, ever)
    return np.where(scale > 0, scale, 1.0)


def _over_time(statistic: Callable[..., Floats], values: Floats) -> Floats:
    """The statistic of each series; 0 where nothing is known."""
    out = np.zeros(len(values))
    known = ~np.isnan(values).all(axis=1)
    out[known] = statistic(values[known], axis=1)
    return out


def _transformed(values: Floats, logs: Flags, scale: Floats) -> Floats:
    relative = values / scale[:, None]
    return np.where(logs[:, None], np.log(np.where(logs[:, None], relative, 1.0)), relative)
