"""Coherence: forecasts of a total and of its parts, moved the least so that every breakdown adds up."""

import numpy as np

from ml.forecasting.panel import Floats

ROUNDS = 50


def coherent(points: Floats, sums: Floats, errors: Floats, positive: bool = True) -> Floats:
    """Points (series x horizon) that satisfy `sums @ points == 0`, by MinT (Wickramasuriya et al. 2019).

    `sums`: constraints x series, such as -1 for the total and 1 for each of its regions. `errors`: past errors,
    cases x series, whose shrunk covariance (Schafer and Strimmer 2005) says which series can be trusted. Where
    `positive`, a series that would fall below 0 is held there and the others make up for it.
    """
    spread = shrunk_covariance(errors, points)
    held = np.zeros(len(points), bool)
    found = points
    for _ in range(ROUNDS):
        start = np.where(held[:, None], 0.0, points)
        weight = np.where(held[:, None] | held[None, :], 0.0, spread)
        lever = weight @ sums.T @ np.linalg.pinv(sums @ weight @ sums.T, rcond=1e-12)
        found = start - lever @ (sums @ start)
        found = found - lever @ (sums @ found)
        below = (found < 0).any(axis=1) & ~held
        if not positive or not below.any():
            break
        held |= below
    return found


def shrunk_covariance(errors: Floats, points: Floats) -> Floats:
    """The covariance of the errors, its correlations shrunk to 0 as far as their own uncertainty asks."""
    known = errors[np.isfinite(errors).all(axis=1)]
    size = np.abs(points).mean(axis=1) + 1e-9
    if len(known) < 3:
        return np.diag(size**2)
    deviation = np.sqrt((known**2).mean(axis=0)) + 1e-6 * size
    z = known / deviation
    n, correlation = len(z), z.T @ z / len(z)
    doubt = (((z[:, :, None] * z[:, None, :]) - correlation) ** 2).sum(axis=0) / (n * (n - 1))
    off = ~np.eye(len(correlation), dtype=bool)
    known_size = (correlation[off] ** 2).sum()
    share = float(np.clip(doubt[off].sum() / known_size, 0, 1)) if known_size else 1.0
    shrunk = np.where(off, (1 - share) * correlation, 1.0)
    return shrunk * deviation[:, None] * deviation[None, :]
