"""The baskets: which products an order is spent on, and how many of each."""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.random import Generator

from pipeline.generate.assortment import ATTACHED, KINDS, Shelf
from pipeline.generate.buying import Orders
from pipeline.generate.people import People
from pipeline.generate.prices import Prices
from pipeline.generate.seasons import Floats, Ints, weeks_of
from pipeline.generate.writing import slices

MORE_LINES = 1.7
MONEY_A_LINE = 12.0
ORDERS_AT_A_TIME = 200_000


@dataclass(frozen=True)
class Lines:
    """Order lines in the sequence of orders: the place of the order, the product, the quantity, the price in cents."""

    order: Ints
    product: Ints
    quantity: Ints
    cents: Ints

    def __len__(self) -> int:
        return len(self.order)

    def take(self, places: Ints) -> Self:
        return type(self)(*(getattr(self, f.name)[places] for f in fields(self)))


@dataclass(frozen=True)
class Choice:
    """The chances of each product as two ladders to climb: kinds by taste and week, products by week."""

    kinds: Floats
    products: Floats
    first: Ints
    mass: Floats

    @classmethod
    def of(cls, shelf: Shelf, prices: Prices) -> Self:
        weeks = len(prices.weight)
        edges = np.searchsorted(shelf.kind, np.arange(len(KINDS) + 1))
        mass = np.add.reduceat(prices.weight, edges[:-1], axis=1)
        chance = shelf.likes[:, None, :] * mass
        ladder = chance.cumsum(axis=2) / chance.sum(axis=2, keepdims=True)
        rungs = ladder.reshape(-1, len(KINDS)) + np.arange(len(shelf.likes) * weeks)[:, None]
        return cls(rungs.ravel(), prices.weight.cumsum(), edges, mass)

    def draw(self, random: Generator, taste: Ints, week: Ints) -> Ints:
        """A product each, by taste and week."""
        weeks, products = len(self.mass), self.first[-1]
        row = taste * weeks + week
        kind = np.searchsorted(self.kinds, row + random.random(len(row)), side="right") - row * len(KINDS)
        kind = kind.clip(0, len(KINDS) - 1)
        before = week * products + self.first[kind]
        start = np.where(before > 0, self.products[before - 1], 0.0)
        place = np.searchsorted(self.products, start + random.random(len(row)) * self.mass[week, kind], side="right")
        return (place - week * products).clip(self.first[kind], self.first[kind + 1] - 1)


def fill(random: Generator, orders: Orders, people: People, shelf: Shelf, prices: Prices) -> Lines:
    """All order lines. What is spent is the order's budget, but for rounding to whole pieces."""
    choice = Choice.of(shelf, prices)
    parts = [
        _filled(random, orders, part, people, shelf, prices, choice) for part in slices(len(orders), ORDERS_AT_A_TIME)
    ]
    return Lines(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Lines)))


def _filled(
    random: Generator, orders: Orders, part: slice, people: People, shelf: Shelf, prices: Prices, choice: Choice
) -> Lines:
    budget, week = orders.budget[part], weeks_of(orders.day[part])
    taste = people.taste[orders.customer[part]]
    most = np.maximum(1, budget / MONEY_A_LINE).astype(np.int64)
    order = np.repeat(np.arange(len(budget)), np.minimum(1 + random.poisson(MORE_LINES, len(budget)), most))
    product = choice.draw(random, taste[order], week[order])
    order, product = _taken_along(random, order, product, week, shelf, prices)
    order, product, share = _merged(order, product, random.gamma(4, size=len(order)), len(shelf))
    share /= np.bincount(order, share, len(budget))[order]
    cents = prices.cents[week[order], product]
    pieces = budget[order] * 100 * share / cents
    quantity = np.floor(pieces + random.random(len(order))).astype(np.int64)
    quantity = _none_empty(order, pieces, quantity, len(budget))
    kept = quantity > 0
    return Lines(
        (order[kept] + part.start).astype(np.int32),
        product[kept].astype(np.int16),
        quantity[kept].astype(np.int32),
        cents[kept].astype(np.int32),
    )


def _taken_along(
    random: Generator, order: Ints, product: Ints, week: Ints, shelf: Shelf, prices: Prices
) -> tuple[Ints, Ints]:
    """Adds the second of a planted pair to baskets that hold the first; its price and promotions count there, too."""
    partner = np.full(len(shelf), -1)
    partner[shelf.pairs[:, 0]] = shelf.pairs[:, 1]
    found = np.flatnonzero(partner[product] >= 0)
    along, when = partner[product[found]], week[order[found]]
    usual = prices.pull.mean(axis=0)[along]
    taken = random.random(len(found)) < ATTACHED * prices.pull[when, along] / usual
    return np.concatenate([order, order[found[taken]]]), np.concatenate([product, along[taken]])


def _merged(order: Ints, product: Ints, share: Floats, products: int) -> tuple[Ints, Ints, Floats]:
    """One line for each product of an order."""
    keys, place = np.unique(order * products + product, return_inverse=True)
    order, product = np.divmod(keys, products)
    return order, product, np.bincount(place, share, len(keys)).astype(np.float64)


def _none_empty(order: Ints, pieces: Floats, quantity: Ints, orders: int) -> Ints:
    """One piece of what came nearest to one, for an order that would otherwise be empty."""
    empty = np.bincount(order, quantity, orders)[order] == 0
    nearest = np.lexsort((-pieces, order))
    first = nearest[np.unique(order[nearest], return_index=True)[1]]
    quantity[first[empty[first]]] = 1
    return quantity
