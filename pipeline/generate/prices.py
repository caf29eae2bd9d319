"""The prices: what each product costs in each week, when it is on promotion, and how much of it is then wanted."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.random import Generator

from pipeline.generate.assortment import CATEGORIES, Shelf
from pipeline.generate.seasons import BLACK_FRIDAYS, WEEKS, Floats, Ints, by_month, index, weeks_of

FOLLOWING = 0.4
REVIEWED, REVIEW_STEP = 0.15, 0.10
PROMOTION_WEEKS = 2
DISCOUNTS = (10, 15, 20, 25)
BLACK_FRIDAY_DISCOUNT = 15
COVARIATE_DRIFT, DRIFTING, DRIFT_FACTOR = (date(2025, 9, 1), date(2025, 9, 28)), "Electronics", 2.0


@dataclass(frozen=True)
class Prices:
    """By week and product: the price in cents, what price and promotion do to its share of money, and its weight in baskets.

    A product's expected units are its weight over its price. `promotions` are rows of first week, last week, product and
    discount in percent; Black Friday stands beside them, and the deeper discount counts.
    """

    cents: Ints
    pull: Floats
    weight: Floats
    promotions: Ints


def set_prices(random: Generator, shelf: Shelf) -> Prices:
    """Prices follow the category's season, are reviewed every some weeks and cut by promotions; Books never move."""
    season = seasons()[:, shelf.category]
    promotions, discount = _promotions(random, shelf)
    review = np.cumsum(random.random((WEEKS, len(shelf))) < REVIEWED, axis=0, dtype=np.int64)
    level = random.normal(0, REVIEW_STEP, (WEEKS, len(shelf)))
    moved = season**FOLLOWING * np.exp(np.take_along_axis(level, review, axis=0)) * (1 - discount)
    fixed = np.array([c.elasticity is None for c in CATEGORIES])[shelf.category]
    cents = np.maximum(50, np.round(shelf.cents * np.where(fixed, 1, moved))).astype(np.int64)
    pull = _pull(shelf, cents, discount)
    return Prices(cents, pull, _drifting(shelf, shelf.popularity * season * pull), promotions)


def seasons() -> Floats:
    """Each category's own season in each week; week by category."""
    middle = 7 * np.arange(WEEKS) - 3
    return np.stack([by_month(c.months, middle) for c in CATEGORIES], axis=1)


def _promotions(random: Generator, shelf: Shelf) -> tuple[Ints, Floats]:
    """In each week one product in eight of those free begins a fortnight's promotion, not again within ten weeks.

    None in Books; the week of Black Friday is on promotion throughout. Returns the list and the discount by week and product.
    """
    discount = np.zeros((WEEKS, len(shelf)))
    free_from = random.integers(0, 12, len(shelf))
    moving = np.array([c.elasticity is not None for c in CATEGORIES])[shelf.category]
    found = []
    for week in range(1, WEEKS - 1):
        begins = np.flatnonzero(moving & (free_from <= week) & (random.random(len(shelf)) < 1 / 8))
        size = random.choice(DISCOUNTS, len(begins))
        discount[week : week + PROMOTION_WEEKS, begins] = size / 100
        free_from[begins] = week + 10
        found.append(
            np.stack(
                [np.full_like(begins, week), np.full_like(begins, week + PROMOTION_WEEKS - 1), begins, size], axis=1
            )
        )
    for friday in BLACK_FRIDAYS:
        week = int(weeks_of(np.array(index(friday))))
        discount[week, moving] = np.maximum(discount[week, moving], BLACK_FRIDAY_DISCOUNT / 100)
    return np.concatenate(found), discount


def _pull(shelf: Shelf, cents: Ints, discount: Floats) -> Floats:
    """Price^(1 + elasticity) x lift, relative to the list price without promotion."""
    power = np.array([1 + (c.elasticity if c.elasticity is not None else -1) for c in CATEGORIES])[shelf.category]
    lift = np.array([c.lift for c in CATEGORIES])[shelf.category]
    return (cents / shelf.cents) ** power * np.where(discount > 0, lift, 1)


def _drifting(shelf: Shelf, weight: Floats) -> Floats:
    """The month in which one category is wanted more than ever."""
    first, last = (int(weeks_of(np.array(index(day)))) for day in COVARIATE_DRIFT)
    drifting = np.array([c.name == DRIFTING for c in CATEGORIES])[shelf.category]
    factor = np.ones_like(weight)
    factor[first : last + 1, drifting] = DRIFT_FACTOR
    return weight * factor
