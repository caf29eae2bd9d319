"""The clock of the shop: how fast time runs for its customers on each day of three years."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

START, DAYS = date(2023, 1, 1), 1096
YEARS = (2023, 2024, 2025)
DATES = tuple(START + timedelta(days=d) for d in range(DAYS))
WEEKS = (DAYS + 5) // 7 + 1
WEEKDAYS = (0.92, 0.88, 0.94, 1.0, 1.16, 1.34, 0.76)
MONTHS = (0.84, 0.86, 0.95, 0.98, 1.02, 0.99, 0.92, 0.90, 0.98, 1.04, 1.18, 1.42)
EASTERS = (date(2023, 4, 9), date(2024, 3, 31), date(2025, 4, 20))
BEFORE_EASTER, DAYS_BEFORE_EASTER, AT_EASTER = 1.35, 7, 0.45
BLACK_FRIDAYS = (date(2023, 11, 24), date(2024, 11, 29), date(2025, 11, 28))
BLACK_FRIDAY, BLACK_FRIDAY_DAYS = 1.6, 4
CLOSED = tuple(date(year, 12, 25) for year in YEARS)
ANOMALIES_A_YEAR = 10
SPIKES, DROPS = (1.6, 2.6), (0.15, 0.7)
CROSS_PRICE = 0.8


@dataclass(frozen=True)
class Anomaly:
    """A day on which something happened; `factor` multiplies the orders that were to be expected."""

    day: int
    factor: float

    @property
    def kind(self) -> str:
        return "spike" if self.factor > 1 else "drop"


@dataclass(frozen=True)
class Clock:
    """`speed` is the factor of each day on all buying, 1 on average; `competitor` the weekly price index, 100 at rest."""

    speed: Floats
    anomalies: tuple[Anomaly, ...]
    competitor: Floats

    @property
    def elapsed(self) -> Floats:
        """Time run by the start of each day and by the end of the last, in mean days."""
        return np.concatenate([[0.0], np.cumsum(self.speed)])

    def day(self, time: Floats) -> Ints:
        """The day on which the clock shows `time`; `DAYS` and later for what lies after the end."""
        after = np.floor(np.maximum(time - DAYS, 0)).astype(np.int64)
        inside = np.searchsorted(self.elapsed, time, side="right") - 1
        return np.where(time < DAYS, np.minimum(inside, DAYS - 1), DAYS + after)


def index(day: date) -> int:
    """Days since the first day of the records."""
    return (day - START).days


def weeks_of(days: Ints) -> Ints:
    """Number of the week, Monday to Sunday; week 0 is the single Sunday on which the records begin."""
    return (days + 6) // 7


def by_month(anchors: tuple[float, ...], days: Ints) -> Floats:
    """Monthly factors as a line through the middles of the months, the year round."""
    middle = (np.arange(-1, 13) + 0.5) * 365.25 / 12
    return np.interp(np.mod(days, 365.25), middle, [anchors[i % 12] for i in range(-1, 13)])


def clock(random: Generator) -> Clock:
    """All factors multiplied, and brought to a mean of 1 over the three years."""
    days = np.arange(DAYS)
    speed = np.array(WEEKDAYS)[(days + 6) % 7] * by_month(MONTHS, days)
    for easter in map(index, EASTERS):
        speed[easter - DAYS_BEFORE_EASTER : easter] *= BEFORE_EASTER
        speed[easter : easter + 2] *= AT_EASTER
    for friday in map(index, BLACK_FRIDAYS):
        speed[friday : friday + BLACK_FRIDAY_DAYS] *= BLACK_FRIDAY
    anomalies, competitor = _anomalies(random), _competitor(random)
    for anomaly in anomalies:
        speed[anomaly.day] *= anomaly.factor
    speed *= (competitor[weeks_of(days)] / 100) ** CROSS_PRICE
    speed[[index(day) for day in CLOSED]] = 0
    return Clock(speed * DAYS / speed.sum(), anomalies, competitor)


def _anomalies(random: Generator) -> tuple[Anomaly, ...]:
    """Ten days a year, no two within a week of each other, none near a holiday; half of them drops."""
    free = np.ones(DAYS, bool)
    for day in map(index, (*EASTERS, *BLACK_FRIDAYS, *CLOSED, *(date(y, 1, 1) for y in YEARS))):
        free[max(0, day - 9) : day + 9] = False
    found = []
    for year in YEARS:
        first, last = index(date(year, 1, 1)), index(date(year, 12, 31))
        for i in range(ANOMALIES_A_YEAR):
            day = int(random.choice(first + np.flatnonzero(free[first : last + 1])))
            free[max(0, day - 7) : day + 8] = False
            found.append(Anomaly(day, round(float(random.uniform(*(DROPS if i % 2 else SPIKES))), 2)))
    return tuple(sorted(found, key=lambda a: a.day))


def _competitor(random: Generator) -> Floats:
    """A price index that changes every some weeks, by a tenth at most."""
    steps = np.cumsum(random.random(WEEKS) < 0.25)
    return np.round(100 * np.exp(np.clip(random.normal(0, 0.06, WEEKS), -0.1, 0.1)[steps]), 1)
