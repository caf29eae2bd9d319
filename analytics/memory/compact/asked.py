"""Asked: a cut in the terms of the compact tables, as days, cells, customers and axes."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import prod
from typing import Any

import numpy as np

from analytics.cut import Cut
from analytics.dimensions import DIMENSIONS, GRAINS, Dimension
from analytics.measures import CountDistinct, Only
from analytics.memory.columns import Beyond, Bools, Coded, Ints, Members
from analytics.memory.compact.kernels import Walk
from analytics.memory.compact.shop import CELL, Shop, Visits
from analytics.metrics import METRICS
from analytics.periods import Period, buckets

CUSTOMER = ("cohort", "days_to_first_order")
REACHED = {*CELL, *CUSTOMER, "age", "product", *GRAINS}
LARGEST = 1_000_000  # groups
FIRST = CountDistinct("customer_id", only=Only("order_number", is_=1))


@dataclass(frozen=True)
class Asked:
    """What a cut looks at. Axes are in the order of the cut; every group has one place, whether it occurs or not."""

    cut: Cut
    shop: Shop

    def __post_init__(self) -> None:
        chosen = {*dict(self.cut.chosen), *dict(self.cut.left_out)}
        if beyond := ({*self.cut.by} - REACHED) | (chosen - (REACHED - set(GRAINS))):
            raise Beyond(f"Not in the compact tables: {', '.join(beyond)}.")

    @cached_property
    def choices(self) -> list[tuple[Dimension, set[Any], bool]]:
        """What is chosen (True) and left out (False), as it stands in the tables; to leave out nothing is no choice."""
        sides = ((self.cut.chosen, True), (self.cut.left_out, False))
        dimensions = [(DIMENSIONS[name], members, wanted) for side, wanted in sides for name, members in side]
        read = [(d, {d.key(m) for m in members if d.reads(m)}, wanted) for d, members, wanted in dimensions]
        return [(d, keys, wanted) for d, keys, wanted in read if keys or wanted]

    @property
    def of_customers(self) -> bool:
        """Whether it takes the visits of each customer to tell which rows are looked at."""
        named = {*self.cut.by, *(d.name for d, _, _ in self.choices)}
        return self.cut.of_new or not named.isdisjoint((*CUSTOMER, "age"))

    @property
    def of_products(self) -> bool:
        return "product" in {*self.cut.by, *(d.name for d, _, _ in self.choices)}

    @property
    def grain(self) -> str:
        """The grain of time among the keys, if any."""
        return next((name for name in self.cut.by if DIMENSIONS[name].unit), "")

    @cached_property
    def edges(self) -> Ints:
        """The first day of each bucket, and the day after the last."""
        return edges(self.cut.period, self.grain, self.shop)

    @cached_property
    def cells(self) -> Bools:
        """The cells looked at."""
        return self._among({name: self.shop.cells.keys[name] for name in CELL}, len(self.shop.cells))

    @cached_property
    def who(self) -> Bools:
        """The customers looked at, the last one nobody."""
        names = {d.name for d, _, _ in self.choices}
        keys = {name: self.shop.customer_key(name) for name in CUSTOMER if name in names}
        who = self._among(keys, len(self.shop.visits.starts) - 1)
        if self.cut.acquired and self.cut.of_new:
            who &= self._new(self.cut.acquired)
        if len(self.since):
            who[-1] = False
        return who

    def _new(self, acquired: Period) -> Bools:
        """Customers whose first order ever is in these days and in the cells looked at."""
        customers, days, kinds = self.shop.visits.firsts
        start, stop = edges(acquired, "", self.shop)
        new = np.zeros(len(self.shop.visits.starts) - 1, dtype=bool)
        new[customers[(days >= start) & (days < stop) & self.passes[kinds]]] = True
        new[-1] = False
        return new

    @cached_property
    def passes(self) -> Bools:
        """The kinds of visit with any of the cells looked at."""
        return self.shop.visits.sets.passing(self.cells)

    @cached_property
    def since(self) -> Bools:
        """The months since the first order looked at; empty where all are."""
        if not any(d.name == "age" for d, _, _ in self.choices):
            return np.zeros(0, dtype=bool)
        return self._among({"age": self.key("age")}, int(self.shop.months[-1]) + 1)

    def visited(self, days: Ints, who: Ints) -> Bools:
        """Which visits of these days and customers are looked at, whatever is in them."""
        if not len(self.since):
            return self.who[who]
        return self.who[who] & self.since[self.shop.months[days] - self.shop.begun[who]]

    @property
    def visits(self) -> Visits:
        """Those that it takes: of first orders alone where nothing else is counted."""
        only = {METRICS[name].measure for name in self.cut.metrics} == {FIRST}
        return self.shop.first_visits if only and self.cut.above else self.shop.visits

    @property
    def walk(self) -> Walk:
        return self.shop.walk(self.visits, self.passes, self.who, self.since)

    def _among(self, keys: dict[str, Coded], many: int) -> Bools:
        marks = np.ones(many, dtype=bool)
        for dimension, read, wanted in self.choices:
            if dimension.name in keys:
                marks &= keys[dimension.name].among(read, wanted)
        return marks

    def among(self, keys: dict[str, Coded]) -> Bools:
        """The places of other tables looked at, by their own keys."""
        return self._among(keys, len(next(iter(keys.values())).codes))

    @cached_property
    def keys(self) -> tuple[Coded, ...]:
        """What each axis is made of."""
        return tuple(self.key(name) for name in self.cut.by)

    def key(self, name: str) -> Coded:
        """The members of an axis; its codes are those of cells, customers or buckets."""
        if name in CELL:
            return self.shop.cells.keys[name]
        if name in CUSTOMER:
            return self.shop.customer_key(name)
        if name == "product":
            return self.shop.products.keys["product_id"]
        if name == "age":
            months = int(self.shop.months[-1]) + 1
            return Coded(np.arange(months, dtype=np.int32), Members(range(months), True))
        starts = starts_of(self.cut.period, name, self.shop)
        return Coded(np.arange(len(starts), dtype=np.int32), Members(starts, False))

    @cached_property
    def shape(self) -> tuple[int, ...]:
        shape = tuple(len(key.members) for key in self.keys)
        if prod(shape) > LARGEST:
            raise Beyond("More groups than memory keeps at once.")
        return shape

    @property
    def many(self) -> int:
        return prod(self.shape)

    @cached_property
    def strides(self) -> dict[str, int]:
        """How far apart the members of each axis are among the groups."""
        return {name: prod(self.shape[place + 1 :]) for place, name in enumerate(self.cut.by)}

    def groups(self, keys: dict[str, Coded], many: int) -> Ints:
        """What the axes among these keys add to the group of each cell, customer or place."""
        group = np.zeros(many, dtype=np.int32)
        for name, key in keys.items():
            group += key.codes * np.int32(self.strides.get(name, 0))
        return group

    def of_day(self) -> Ints:
        """What each day adds to its group by its bucket and month; below 0 outside the period."""
        group = np.full(self.shop.days, -1, dtype=np.int32)
        start, stop = self.edges[0], self.edges[-1]
        bucket = np.repeat(np.arange(len(self.edges) - 1, dtype=np.int32), np.diff(self.edges))
        group[start:stop] = bucket * np.int32(self.strides.get(self.grain, 0))
        return group


def edges(period: Period, grain: str, shop: Shop) -> Ints:
    """The days on which the buckets of the period begin, counted from the first of the data, and the one after."""
    return _edges(period, grain, shop.start.toordinal(), shop.days)


@lru_cache(maxsize=512)
def _edges(period: Period, grain: str, first: int, days: int) -> Ints:
    start = min(max(period.start.toordinal() - first, 0), days)
    stop = min(max(period.end.toordinal() + 1 - first, start), days)
    if not grain:
        return np.array([start, stop])
    begins = [bucket.start.toordinal() - first for bucket in _inside(period, grain, first, days)]
    return np.append(np.clip(begins, start, stop).astype(int), stop)


def starts_of(period: Period, grain: str, shop: Shop) -> tuple[object, ...]:
    """The written names of the buckets of the period, inside the data."""
    return tuple(bucket.start for bucket in _inside(period, grain, shop.start.toordinal(), shop.days))


@lru_cache(maxsize=512)
def _inside(period: Period, grain: str, first: int, days: int) -> tuple[Period, ...]:
    data = Period(period.start.fromordinal(first), period.start.fromordinal(first + days - 1))
    inside = period.within(data)
    return buckets(inside, grain) if inside.days > 0 else ()
