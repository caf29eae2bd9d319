"""The shop: its shelf, its people and all they bought, of exactly as many order lines as were asked for."""

import zlib
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.random import Generator

from pipeline.generate.arrivals import arrivals, orders_a_customer, targets
from pipeline.generate.assortment import Shelf, stock_shelf
from pipeline.generate.baskets import Lines, fill
from pipeline.generate.buying import Orders, buy
from pipeline.generate.campaigns import CAMPAIGNS, assigned
from pipeline.generate.people import People, arrive, never_buyers
from pipeline.generate.prices import Prices, set_prices
from pipeline.generate.seasons import DAYS, Clock, Ints, clock

LINES_AN_ORDER = 2.4
SURPLUS = 1.08


@dataclass(frozen=True)
class Shop:
    """All that is drawn, as arrays. `groups[campaign]` is each customer's group in it, -1 for none."""

    seed: int
    clock: Clock
    shelf: Shelf
    prices: Prices
    people: People
    groups: Ints
    orders: Orders
    lines: Lines

    def random(self, purpose: str) -> Generator:
        return stream(self.seed, purpose)


def stream(seed: int, purpose: str) -> Generator:
    """A source of chance for each purpose, so that one more draw here changes nothing there."""
    return np.random.default_rng([seed, zlib.crc32(purpose.encode())])


def open_shop(rows: int, seed: int) -> Shop:
    """A shop of exactly `rows` order lines: some customers too many are drawn, and as many are kept as are needed."""
    ticking = clock(stream(seed, "clock"))
    shelf = stock_shelf(stream(seed, "shelf"), int(np.clip(rows // 500, 40, 2_000)))
    prices = set_prices(stream(seed, "prices"), shelf)
    count = int(SURPLUS * rows / (LINES_AN_ORDER * orders_a_customer(arrivals(targets())))) + 5
    while True:
        people = arrive(stream(seed, "people"), count, ticking)
        draw = stream(seed, "campaigns")
        groups = np.stack([assigned(draw, people, ticking, campaign) for campaign in CAMPAIGNS])
        orders, people = buy(stream(seed, "orders"), people, groups[0], ticking)
        lines = fill(stream(seed, "baskets"), orders, people, shelf, prices)
        if len(lines) >= rows:
            break
        count += count // 4 + 1
    whole = Shop(seed, ticking, shelf, prices, people, groups, orders, lines)
    return _with_everyone(_pinned(_trimmed(whole, rows)))


def _trimmed(shop: Shop, rows: int) -> Shop:
    """The first customers who make up `rows` lines; the last of them without their latest lines."""
    who = shop.orders.customer[shop.lines.order]
    total = np.bincount(who, minlength=len(shop.people)).cumsum()
    last = int(np.searchsorted(total, rows))
    places = np.flatnonzero(who <= last)
    spare = total[last] - rows
    if spare:
        places = np.setdiff1d(places, np.flatnonzero(who == last)[-spare:], assume_unique=True)
    people, groups = shop.people.take(np.arange(last + 1)), shop.groups[:, : last + 1]
    if spare:
        people = replace(people, left=np.where(np.arange(last + 1) == last, -1, people.left))
    lines = shop.lines.take(places)
    kept, order = np.unique(lines.order, return_inverse=True)
    orders = Orders(*(getattr(shop.orders, f.name)[kept] for f in fields(Orders)))
    return replace(shop, people=people, groups=groups, orders=orders, lines=replace(lines, order=order))


def _pinned(shop: Shop) -> Shop:
    """The first order is on the first day and the last on the last, however small the shop."""
    day = shop.orders.day.copy()
    day[0], day[-1] = 0, DAYS - 1
    if len(day) == 1:
        day[0] = DAYS - 1
    orders = replace(shop.orders, day=day)
    first = np.full(len(shop.people), DAYS)
    np.minimum.at(first, orders.customer, day)
    left = np.zeros(len(shop.people), np.int64)
    np.maximum.at(left, orders.customer, day)
    people = replace(
        shop.people,
        signup=np.where(first < DAYS, np.minimum(shop.people.signup, first), shop.people.signup),
        left=np.where(shop.people.left >= 0, left, -1),
    )
    return replace(shop, orders=orders, people=people)


def _with_everyone(shop: Shop) -> Shop:
    """Those who signed up without an order yet stand in the customer file, too; all in the sequence of their sign-up."""
    silent = never_buyers(shop.random("silent"), shop.people)
    everyone = People(
        *(np.concatenate([getattr(shop.people, f.name), getattr(silent, f.name)]) for f in fields(People))
    )
    groups = np.concatenate([shop.groups, np.full((len(shop.groups), len(silent)), -1)], axis=1)
    known = np.flatnonzero(everyone.signup < DAYS)
    known = known[np.argsort(everyone.signup[known], kind="stable")]
    place = np.full(len(everyone), -1)
    place[known] = np.arange(len(known))
    orders = replace(shop.orders, customer=place[shop.orders.customer])
    return replace(shop, people=everyone.take(known), groups=groups[:, known], orders=orders)
