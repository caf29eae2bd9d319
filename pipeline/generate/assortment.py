"""The assortment: what the shop sells, which of it is bought together, and who likes what."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from pipeline.generate.seasons import Floats, Ints
from pipeline.generate.vocabulary import MAKERS, STYLES, SUPPLIERS, THINGS
from pipeline.generate.writing import joined, texts

TASTES = 6
LIKING = 4.0
ATTACHED = 0.25


@dataclass(frozen=True)
class Category:
    """`share` of money at list prices; `price` the middle one; no elasticity: its prices never move.

    `lift` multiplies the units of a product on promotion beyond what its lower price does; `months` its season within
    the shop's own; `cost` its share of the price; `returned` the share of lines that come back.
    """

    name: str
    share: float
    price: float
    elasticity: float | None
    lift: float
    months: tuple[float, ...]
    cost: float
    returned: float


CATEGORIES = (
    Category(
        "Electronics", 0.25, 26, -2.4, 1.5, (1, 0.9, 0.9, 0.9, 0.95, 0.9, 0.95, 1, 1, 1.05, 1.2, 1.35), 0.68, 0.06
    ),
    Category("Home", 0.21, 16, -1.7, 1.4, (1.05, 1, 1, 1, 0.95, 0.9, 0.9, 0.95, 1.05, 1.1, 1.1, 1.05), 0.55, 0.03),
    Category(
        "Clothing", 0.19, 19, -2.0, 1.6, (0.8, 0.85, 1.2, 1.25, 1.1, 0.95, 0.8, 0.85, 1.25, 1.2, 1, 0.85), 0.45, 0.10
    ),
    Category("Toys", 0.13, 11, -1.5, 1.3, (0.7, 0.75, 0.85, 0.9, 0.9, 0.9, 0.95, 0.9, 0.85, 1, 1.4, 2.1), 0.50, 0.03),
    Category("Books", 0.12, 9, None, 1.0, (1.05, 1, 0.95, 0.95, 0.9, 0.95, 1.1, 1, 1, 1, 1.05, 1.3), 0.62, 0.02),
    Category("Garden", 0.10, 13, -1.3, 1.4, (0.5, 0.6, 1.2, 1.7, 1.8, 1.5, 1.2, 1, 0.8, 0.6, 0.4, 0.35), 0.52, 0.04),
)
KINDS = tuple((c, thing) for c, category in enumerate(CATEGORIES) for thing in THINGS[category.name])


@dataclass(frozen=True)
class Shelf:
    """Products, sorted by kind. `kind` is a place in KINDS, `category` in CATEGORIES; `cents` the list price.

    `popularity` is the share of money at list prices; `likes[taste, kind]` the factor that a taste puts on a kind.
    `pairs` are (product, what a buyer of it takes along); `null_pairs` are merely popular.
    """

    kind: Ints
    category: Ints
    name: np.ndarray
    cents: Ints
    popularity: Floats
    likes: Floats
    pairs: Ints
    null_pairs: Ints
    supplier: Ints
    lead_days: Ints
    cost_cents: Ints

    def __len__(self) -> int:
        return len(self.kind)

    @property
    def taste(self) -> Ints:
        """The taste that likes each product's kind: every kind has exactly one."""
        return self.likes.argmax(axis=0)[self.kind]


def stock_shelf(random: Generator, count: int) -> Shelf:
    """`count` products; prices lognormal around the category's, popularity a power of the rank."""
    kind = np.sort(np.concatenate([np.arange(len(KINDS)), random.integers(0, len(KINDS), max(0, count - len(KINDS)))]))
    category = np.array([c for c, _ in KINDS])[kind]
    cents = np.round(np.array([c.price for c in CATEGORIES])[category] * np.exp(random.normal(0, 0.4, len(kind))), 1)
    cents = np.maximum(199, 100 * cents.astype(np.int64) + 99)
    rank = 1 + random.permutation(len(kind))
    weight = rank**-0.75
    total = np.bincount(category, weight, len(CATEGORIES))[category]
    popularity = weight / total * np.array([c.share for c in CATEGORIES])[category]
    likes = np.ones((TASTES, len(KINDS)))
    likes[_liked_by(random), np.arange(len(KINDS))] = LIKING
    pairs, null_pairs = _pairs(category, likes.argmax(axis=0)[kind], cents, popularity)
    supplier = random.integers(0, len(SUPPLIERS), len(kind))
    lead_days = (7 + 4 * supplier + random.integers(-2, 3, len(kind))).astype(np.int64)
    cost = np.array([c.cost for c in CATEGORIES])[category] * random.uniform(0.9, 1.1, len(kind))
    return Shelf(kind, category, _names(random, kind), cents, popularity, likes, pairs, null_pairs, supplier, lead_days,
                 np.round(cents * cost).astype(np.int64))  # fmt: skip


def _liked_by(random: Generator) -> Ints:
    """The one taste that likes each kind: the five kinds of a category go to five tastes."""
    return np.concatenate([random.permutation(TASTES)[: len(THINGS[c.name])] for c in CATEGORIES])


def _names(random: Generator, kind: Ints) -> np.ndarray:
    """Maker, style and thing; no two products of one name as long as there are names."""
    place = np.concatenate(
        [
            random.permutation(len(MAKERS) * len(STYLES))[np.arange(n) % 144]
            for n in np.bincount(kind, minlength=len(KINDS))
        ]
    )
    makers, styles = texts(MAKERS)[place % len(MAKERS)], texts(STYLES)[place // len(MAKERS)]
    return joined(makers, styles, texts(thing for _, thing in KINDS)[kind])


def _pairs(category: Ints, taste: Ints, cents: Ints, popularity: Floats) -> tuple[Ints, Ints]:
    """Pairs of different categories and tastes: planted ones with a cheap second, and as many of the most popular."""
    moving = np.array([c.elasticity is not None for c in CATEGORIES])[category]
    order = np.argsort(-popularity)
    wanted = int(np.clip(len(order) // 20, 3, 15))
    popular, middle = order[: 2 * wanted], order[2 * wanted : 8 * wanted]
    cheap = cents < np.median(cents)
    planted = _matched(middle[moving[middle] & ~cheap[middle]], middle[moving[middle] & cheap[middle]], category, taste)
    return planted[:wanted], _matched(popular[::2], popular[1::2], category, taste)


def _matched(first: Ints, second: Ints, category: Ints, taste: Ints) -> Ints:
    """Each of `first` with the next unused of `second` of another category and taste."""
    left, pairs = list(second), []
    for a in first:
        b = next((b for b in left if category[b] != category[a] and taste[b] != taste[a]), None)
        if b is not None:
            left.remove(b)
            pairs.append((int(a), int(b)))
    return np.array(pairs, np.int64).reshape(-1, 2)
