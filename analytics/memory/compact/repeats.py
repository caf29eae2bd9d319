"""Repeats: the few orders that stand in several places, and how often adding up would count them again."""

from dataclasses import dataclass

import numpy as np

from analytics.memory.columns import Beyond, Bools, Ints

LARGEST = 1_000_000


@dataclass(frozen=True)
class Repeats:
    """Rows of such orders: the order, the unit that is counted, its day, what it is in (`places`) and whose it is."""

    orders: Ints
    units: Ints
    days: Ints
    places: Ints
    who: Ints

    def counted_again(self, kept: Bools, group: Ints, many: int) -> Ints:
        """In each group the units of these rows beyond the first of an order; `group` is of every row."""
        if len(self.orders) > LARGEST:
            raise Beyond("Too many orders are in several places.")
        return _units(self.units, kept, group, many) - _units(self.orders, kept, group, many)


def repeats(orders: Ints, units: Ints, days: Ints, places: Ints, who: Ints) -> Repeats:
    """The rows of orders that have more than one unit."""
    rows = np.bincount(_order_of_units(orders, units), minlength=int(orders.max(initial=0)) + 1)[orders] > 1
    return Repeats(orders[rows], units[rows], days[rows], places[rows], who[rows])


def _order_of_units(orders: Ints, units: Ints) -> Ints:
    first = np.full(int(units.max(initial=0)) + 1, -1, dtype=np.int64)
    first[units] = orders
    return first[first >= 0]


def _units(units: Ints, kept: Bools, group: Ints, many: int) -> Ints:
    together = np.unique(units[kept].astype(np.int64) * many + group[kept])
    return np.bincount(together % many, minlength=many)
