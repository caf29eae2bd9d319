"""The arrivals: how many new customers a week it takes for orders to follow the trend."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from scipy.stats import beta

from pipeline.generate.seasons import DAYS, WEEKS, Floats, index

BREAK = date(2024, 10, 1)
GROWTH_BEFORE, GROWTH_AFTER = 0.14, -0.06
YOUNG_REGION, OPENING = "Central", date(2024, 7, 1)
OPENING_LEVEL, OPENING_DAYS = 0.4, 180
REGIONS = {"North": 0.32, "South": 0.25, "East": 0.19, "West": 0.14, YOUNG_REGION: 0.10}
AFTER_THE_END = 9
SETTLED = 60


@dataclass(frozen=True)
class Segment:
    """How a kind of customer buys. Orders come at Gamma(r, alpha) a day, each repeat order is the last with chance Beta(a, b).

    An order is worth Gamma(p, nu), nu of each customer being Gamma(q, v). `tastes` are weights of the taste types.
    """

    name: str
    share: float
    r: float
    alpha: float
    a: float
    b: float
    p: float
    q: float
    v: float
    tastes: tuple[float, ...]

    @property
    def purchase_rate(self) -> float:
        """Mean orders a day of a customer who has not left."""
        return self.r / self.alpha

    @property
    def leave_chance(self) -> float:
        """Mean chance that a repeat order is the last."""
        return self.a / (self.a + self.b)

    @property
    def mean_spend(self) -> float:
        """Mean value of an order, averaged over customers."""
        return self.p * self.v / (self.q - 1)

    def repeats(self, age: Floats) -> Floats:
        """Expected repeat orders by age in days (Fader, Hardie and Lee 2005, equation 9, as a mean over the chance)."""
        chance = beta.ppf((np.arange(200) + 0.5) / 200, self.a, self.b)[:, None]
        return ((1 - (1 + chance * age / self.alpha) ** -self.r) / chance).mean(axis=0)


SEGMENTS = (
    Segment("Consumer", 0.58, 1.2, 100, 1.0, 6.0, 6.0, 5.0, 62.0, (1, 1, 1, 1, 1, 1)),
    Segment("Small business", 0.26, 1.5, 75, 1.0, 9.0, 5.0, 5.5, 165.0, (2, 1, 1, 0.5, 1, 0.5)),
    Segment("Corporate", 0.16, 1.9, 62, 1.0, 12.0, 5.0, 6.0, 400.0, (3, 2, 1, 0.3, 0.7, 0.3)),
)


def level(days: Floats) -> Floats:
    """The trend: orders a day relative to the first day, log-linear with one break."""
    years, until = days / 365.25, index(BREAK) / 365.25
    return np.exp(
        np.log1p(GROWTH_BEFORE) * np.minimum(years, until) + np.log1p(GROWTH_AFTER) * np.maximum(years - until, 0)
    )


def targets() -> Floats:
    """Orders a week wanted in each region, weeks of the clock from the first day on; region by week."""
    days = (7 * np.arange(WEEKS + AFTER_THE_END) + 3.5).astype(np.float64)
    wanted = np.array(list(REGIONS.values()))[:, None] * level(days)
    age = days - index(OPENING)
    opening = np.where(age < 0, 0, np.minimum(1, OPENING_LEVEL + (1 - OPENING_LEVEL) * age / OPENING_DAYS))
    wanted[list(REGIONS).index(YOUNG_REGION)] *= opening
    return wanted


def arrivals(wanted: Floats) -> Floats:
    """New customers a week so that their first orders and the repeats of all before add up to `wanted`."""
    echo = _echo(wanted.shape[1])
    new = np.zeros_like(wanted)
    for week in range(wanted.shape[1]):
        repeats = new[:, :week] @ echo[week:0:-1]
        new[:, week] = np.maximum((wanted[:, week] - repeats) / (1 + echo[0]), 0.02 * wanted[:, week])
    return new


def founding_chance(new: Floats) -> Floats:
    """The share of a week's arrivals who were customers before the records begin: what exceeds the settled inflow."""
    chance = np.zeros_like(new)
    chance[:, :SETTLED] = 1 - np.minimum(1, new[:, [SETTLED]] / np.maximum(new[:, :SETTLED], 1e-12))
    chance[list(REGIONS).index(YOUNG_REGION)] = 0
    return chance


def orders_a_customer(new: Floats) -> float:
    """Expected orders until the last day, by customer whose first order falls before it."""
    ages = DAYS - 7 * np.arange(WEEKS) - 3.5
    inside, weight = ages > 0, new[:, :WEEKS].sum(axis=0)
    each = 1 + sum(s.share * s.repeats(np.maximum(ages, 0)) for s in SEGMENTS)
    return float((weight * each)[inside].sum() / weight[inside].sum())


def _echo(weeks: int) -> Floats:
    """Expected repeat orders in the k-th week after a week of arrivals, by arrival; k = 0 is that week itself."""
    within = 7 * (np.arange(8) + 0.5) / 8
    ages = np.maximum(7 * np.arange(weeks + 1)[:, None] - within, 0)
    total = sum(s.share * s.repeats(ages.ravel()) for s in SEGMENTS)
    return np.diff(np.reshape(total, ages.shape).mean(axis=1))
