"""Products: sums so far by product and cell in steps of some weeks, and the rows of each day for the edges."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.memory.columns import Bools, Coded, Ints
from analytics.memory.compact.cube import Cube, cube
from analytics.memory.compact.kernels import Array
from analytics.memory.compact.repeats import Repeats

KEYS = ("product_id", "product_name", "region", "category", "customer_segment")
SUMS = ("cents", "thousandths", "orders")  # by row, beside the lines, of which each row is one
WEEK = 7
MARKED = 20_000_000  # combinations of which each has a mark


@dataclass(frozen=True)
class Products:
    """A place is a product under one name in one cell; `keys` are its codes, `rows` its sums by day, in order of days."""

    keys: dict[str, Coded]
    places: Ints
    rows: dict[str, Ints | None]
    day_starts: Ints
    step: int
    cubes: dict[str, Cube]
    repeats: Repeats

    @classmethod
    def of(
        cls, keys: dict[str, Coded], sums: dict[str, Ints], days: Ints, orders: Ints, repeated: Ints, many: int
    ) -> "Products":
        """From rows by day, of which the keys of the repeats come last: `orders` on the days `repeated`."""
        places = _told_apart(tuple(keys.values()))
        first = np.zeros(int(places.max(initial=-1)) + 1, dtype=np.intp)
        first[places] = np.arange(len(places))
        rows: dict[str, Ints | None] = {"lines": None, **sums}
        step, at = _step(many, len(first), len(days)), places[: len(days)]
        shape = (many // step + 1, len(first))
        cubes = {name: cube(days // step, at, values, shape) for name, values in rows.items()}
        starts = np.searchsorted(days, np.arange(many + 1))
        again = Repeats(orders, np.arange(len(orders)), repeated, places[len(days) :], orders)
        return cls({name: key.at(first) for name, key in keys.items()}, at, rows, starts, step, cubes, again)

    def between(self, name: str, start: int, stop: int) -> Array:
        """The sum of each place over the days from `start` up to `stop`."""
        low, high = -(-start // self.step), stop // self.step
        if low >= high:
            return self._summed(name, start, stop)
        inside = self.cubes[name].between(np.array([low, high]))[0]
        return inside + self._summed(name, start, low * self.step) + self._summed(name, high * self.step, stop)

    def _summed(self, name: str, start: int, stop: int) -> Array:
        rows = slice(self.day_starts[start], self.day_starts[max(start, stop)])
        values = self.rows[name]
        return np.bincount(
            self.places[rows], None if values is None else values[rows], len(self.keys["product_id"].codes)
        )

    def repeated(self, start: int, stop: int, chosen: Bools, group: Ints, many: int) -> Ints:
        """How often an order is counted again in each group of places."""
        rows = self.repeats
        kept = (rows.days >= start) & (rows.days < stop) & chosen[rows.places]
        return rows.counted_again(kept, group[rows.places], many)

    def titles(self, lines: Bools, group: Ints, many: int) -> list[str | None]:
        """The last name of each group in the alphabet, of the places that have any of the lines.

        A group has one product, and places are in the order of product and name.
        """
        names = self.keys["product_name"]
        last = np.full(many, -1)
        known = lines & (names.codes < names.members.known)
        last[group[known]] = names.codes[known]
        return [names.members.values[code] if code >= 0 else None for code in last]


def _told_apart(keys: Sequence[Coded]) -> Ints:
    """Which of the combinations of keys that occur each row has, in the order of the keys."""
    places, many = np.zeros(len(keys[0].codes), dtype=np.int32), 1
    for key in keys:
        size = max(len(key.members), 1)
        if many * size > MARKED:
            found, places = np.unique(places.astype(np.int64) * size + key.codes, return_inverse=True)
            places, many = places.astype(np.int32), len(found)
            continue
        finer = places * np.int32(size) + key.codes
        marks = np.zeros(many * size, dtype=bool)
        marks[finer] = True
        turn = np.cumsum(marks, dtype=np.int32) - np.int32(1)
        places, many = turn[finer], int(marks.sum())
    return places


def _step(days: int, places: int, rows: int) -> int:
    """Whole weeks, as few as keep the sums so far no larger than the rows they are made of."""
    step = WEEK
    while days // step * places > max(rows, 1) and step < days:
        step *= 2
    return step
