"""The calendar: what a month sells for how many days it has and on which weekdays they fall."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from ml.forecasting.panel import Floats, Ints, Panel

PRIOR = 0.2  # how far a weekday is believed to be from the mean before the data are seen, as a share
ORDINARY = 365.25 / 12
FEWEST_WEEKS = 26


@dataclass(frozen=True)
class Calendar:
    """What each weekday sells, Monday first, in shares of the mean one; none where the calendar is left alone."""

    weights: Floats | None

    def trading_days(self, ordinals: Ints) -> Floats:
        """How many ordinary months of trading days each period holds: near 1."""
        if self.weights is None:
            return np.ones(ordinals.shape)
        return weekdays(ordinals) @ self.weights / ORDINARY


def read(panel: Panel) -> Calendar | None:
    """From the sales by weekday where the rows were finer than months; None where they were not, or too few."""
    if panel.weekdays is None or len(panel.weekdays) * ORDINARY < FEWEST_WEEKS * 7:
        return None
    mean = panel.weekdays.sum(axis=0) / weekdays(panel.ordinals[0]).sum(axis=0)
    return Calendar(mean / mean.mean()) if (mean >= 0).all() and mean.sum() > 0 else None


def fitted(panel: Panel, rests: Floats, regressors: Floats) -> Calendar:
    """From the mean of the `rests` (series x time) that no trend and no season explain, by ridge regression.

    `regressors`: weekdays x time, `shares` with trend and season taken out likewise (Frisch and Waugh 1933). The ridge
    is the noise over what is believed beforehand, so that short histories say that all weekdays are equal.
    """
    mean, count = rests.mean(axis=0), rests.shape[1]
    free = max(count - panel.season - panel.season / 4, panel.season / 3)
    ridge = (mean**2).sum() / free / PRIOR**2 + 1e-12
    own = shares(panel.ordinals[0])
    found = np.linalg.solve(own.T @ regressors.T + ridge * np.eye(7), own.T @ mean)
    weights = np.maximum(1 + found, 0)
    return Calendar(weights / weights.mean())


def shares(ordinals: Ints) -> Floats:
    """The share of each weekday in the days of a month, less a seventh."""
    days = weekdays(ordinals)
    return days / days.sum(axis=-1, keepdims=True) - 1 / 7


def weekdays(ordinals: Ints) -> Floats:
    """How often each weekday, Monday first, falls in these months (counted as pandas does)."""
    return np.array([_month(int(o)) for o in ordinals.ravel()], float).reshape(*ordinals.shape, 7)


@lru_cache(maxsize=4096)
def _month(ordinal: int) -> tuple[int, ...]:
    first = pd.Period(ordinal=ordinal, freq="M").start_time
    return tuple(np.bincount((first.dayofweek + np.arange(first.days_in_month)) % 7, minlength=7).tolist())
