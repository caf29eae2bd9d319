"""Complex exponential smoothing (Svetunkov, Kourentzes and Ord 2022), for all series at once."""

import numpy as np

from ml.forecasting.panel import Floats

REAL, IMAGINARY = (0.1, 1.8), (0.5, 1.5)
GRID, ROUNDS = 9, 3


def ces(x: Floats, horizon: int) -> Floats:
    """Forecasts (series x horizon) of simple CES; both parameters by least squared one-step errors, on a narrowing grid.

    `x`: series x time, NaN before a series begins and nowhere after.
    """
    middle = np.tile([np.mean(REAL), np.mean(IMAGINARY)], (len(x), 1))
    width = np.array([np.ptp(REAL), np.ptp(IMAGINARY)]) / 2
    for _ in range(ROUNDS):
        steps = np.linspace(-1, 1, GRID)
        grid = np.stack(np.meshgrid(steps, steps, indexing="ij"), axis=-1).reshape(-1, 2) * width
        tried = middle[:, None] + grid
        errors, *_ = _run(x[:, None], tried[..., 0], tried[..., 1])
        middle = tried[np.arange(len(x)), errors.argmin(axis=1)]
        width = width / (GRID - 1) * 2
    _, level, other = _run(x, middle[:, 0], middle[:, 1])
    out = np.empty((len(x), horizon))
    for h in range(horizon):
        out[:, h] = level
        level, other = level - (1 - middle[:, 1]) * other, level + (1 - middle[:, 0]) * other
    return out


def _run(x: Floats, a: Floats, b: Floats) -> tuple[Floats, Floats, Floats]:
    """Sum of squared one-step errors and the last state."""
    first = np.nanmean(np.where(np.cumsum(~np.isnan(x), axis=-1) <= 10, x, np.nan), axis=-1)
    level, other = first + 0 * a, first / 1.1 + 0 * a
    total = np.zeros(level.shape)
    with np.errstate(over="ignore", invalid="ignore"):
        for t in range(x.shape[-1]):
            now = x[..., t]
            seen = ~np.isnan(now)
            error = np.where(seen, now - level, 0.0)
            total += error**2
            moved = level - (1 - b) * other + (a - b) * error, level + (1 - a) * other + (a + b) * error
            level, other = np.where(seen, moved[0], level), np.where(seen, moved[1], other)
    return np.where(np.isfinite(total), total, np.inf), level, other
