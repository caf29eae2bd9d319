"""The shop in memory: the compact tables of a snapshot as arrays of numbers, read once for all threads."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from threading import RLock
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analytics.dimensions import DIMENSIONS
from analytics.memory.columns import Beyond, Bools, Coded, Ints, Members, coded, difference
from analytics.memory.compact.cube import cube, narrow
from analytics.memory.compact.kernels import Parts, Walk
from analytics.memory.compact.kinds import Kinds, kinds_of
from analytics.memory.compact.products import KEYS, SUMS, Products
from analytics.memory.compact.repeats import repeats
from analytics.memory.tables import Kept, Recent
from analytics.periods import bucket_start
from pipeline.warehouse import Snapshot

CELL = ("region", "category", "customer_segment")
COURSES = 16


@dataclass(frozen=True)
class Cells:
    """The combinations of region, category and segment that occur; `place` finds them by their codes put together."""

    keys: dict[str, Coded]
    place: Ints

    def __len__(self) -> int:
        return int(self.place.max(initial=-1)) + 1


@dataclass(frozen=True)
class Visits:
    """Every customer's orders by day, the last customer standing for sales without one, and what they are made of."""

    starts: Ints
    days: Ints
    kinds: Ints
    first: Bools
    sets: Kinds
    parts: Parts

    def only(self, places: Ints) -> "Visits":
        """These visits, in their order."""
        starts, made = np.searchsorted(places, self.starts).astype(np.int32), self.parts
        parts = made._replace(**{n: getattr(made, n)[places] for n in ("parts", "all_cents", "all_thousandths")})
        return Visits(starts, self.days[places], self.kinds[places], self.first[places], self.sets, parts)

    @cached_property
    def firsts(self) -> tuple[Ints, Ints, Ints]:
        """Of the visits that are the first ever: customer, day and kind."""
        places = np.flatnonzero(self.first)
        return np.searchsorted(self.starts, places, side="right") - 1, self.days[places], self.kinds[places]

    @cached_property
    def last_firsts(self) -> Ints:
        """Each customer's last visit of the first order, -1 without one. Orders of one day may lie in any order, and
        one order on several days."""
        last, places = np.full(len(self.starts) - 1, -1, dtype=np.int32), np.flatnonzero(self.first)
        last[np.searchsorted(self.starts, places, side="right") - 1] = places
        return last


class Shop(Kept):
    """One snapshot; `day` 0 is its first."""

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__()
        if not {"visits", "shoppers", "product_days", "product_repeats"} <= set(snapshot.manifest["tables"]):
            raise Beyond("This snapshot was published without compact tables.")
        self._snapshot, self.start = snapshot, snapshot.first_day
        self.days = (snapshot.as_of - snapshot.first_day).days + 1
        if self.days > np.iinfo(np.int16).max:
            raise Beyond("More days than 16 bits can tell apart.")
        self.recent = Recent(COURSES)
        self._read_sales()

    def _read_sales(self) -> None:
        """Column by column, each let go once it is in the shape it is kept in: a table of all would not fit beside that.

        Visits lie by month, in each by customer, day, order and cell; here by customer as a whole, nobody last.
        """
        self.shoppers = self.read("shoppers")
        shopper = self._shopper()
        by = np.argsort(shopper, kind="stable").astype(np.int32)
        shopper, days = shopper[by], self.days_of("visits")[by]
        self.cells, cell = cells_of({name: self.coded("visits", name) for name in CELL})
        cell = cell[by]
        cents, thousandths = (narrow(self.column("visits", name).to_numpy())[by] for name in ("cents", "thousandths"))
        shape = (self.days, len(self.cells))
        self.lines = cube(days, cell, None, shape)
        self.sums = {"cents": cube(days, cell, cents, shape), "thousandths": cube(days, cell, thousandths, shape)}
        order, first = (self.column("visits", name).to_numpy(zero_copy_only=False)[by] for name in ("order", "first"))
        wide, customers = len(self.cells), len(self.shoppers) + 1
        self.visits = _visits(shopper, order, first, days, cell, cents, thousandths, wide, customers)
        self._read_orders(order, days, cell, shopper)
        pa.default_memory_pool().release_unused()

    def _read_orders(self, order: Ints, days: Ints, cell: Ints, shopper: Ints) -> None:
        """The cube of orders by the cells they touch. An order is a visit; of those that are several, what each day of
        one touches is put together, and those of several days are kept apart as repeats."""
        visits = self.visits
        visit = np.repeat(
            np.arange(len(visits.days), dtype=np.int32), np.diff(np.append(visits.parts.parts, len(order)))
        )
        known = order >= 0
        self.shared = repeats(order[known], visit[known], days[known], cell[known], shopper[known])
        alone = order[visits.parts.parts] >= 0
        alone[self.shared.units] = False
        pairs = np.unique(
            (self.shared.orders.astype(np.int64) * self.days + self.shared.days) * len(self.cells) + self.shared.places
        )
        unit, cells = np.divmod(pairs, len(self.cells))
        orders, on = np.divmod(unit, self.days)
        changed = np.diff(unit, prepend=-1) != 0
        begins = np.flatnonzero(changed)
        sets, kinds = kinds_of(np.append(begins, len(unit)), cells.astype(np.int32), len(self.cells))
        self.order_sets = visits.sets.followed_by(sets)
        kinds = np.concatenate([visits.kinds[alone], kinds + len(visits.sets)])
        held = np.concatenate([visits.days[alone], on[begins]])
        self.orders = cube(held, kinds, None, (self.days, len(self.order_sets)))
        self.lasting = repeats(orders, np.cumsum(changed) - 1, on, cells, orders)

    def _shopper(self) -> Ints:
        """The customer of each row, as many as there are for those without."""
        return pc.fill_null(self.column("visits", "shopper"), len(self.shoppers)).to_numpy().astype(np.int32)

    def read(self, name: str, *columns: str, coded: bool = False) -> pa.Table:
        """A table of the snapshot, or some columns of it; `coded` texts are read as codes."""
        files = [self._snapshot.folder / "files" / part for part in self._snapshot.manifest["tables"][name]]
        wanted, texts = list(columns) or None, columns if coded else None
        return pa.concat_tables(pq.read_table(file, columns=wanted, read_dictionary=texts) for file in files)

    def column(self, table: str, name: str) -> pa.ChunkedArray:
        return self.read(table, name)[name]

    def coded(self, table: str, name: str) -> Coded:
        return coded(self.read(table, name, coded=True)[name].unify_dictionaries())

    def days_of(self, table: str) -> Ints:
        """The day of each row."""
        days = self.column(table, "order_date").cast(pa.int32()).to_numpy()
        return (days - (self.start - date(1970, 1, 1)).days).astype(np.int16)

    @property
    def products(self) -> Products:
        return self.once("products", self._products)

    def _products(self) -> Products:
        sides = ("product_days", "product_repeats")
        keys = {name: together(*(self.read(side, name, coded=True)[name] for side in sides)) for name in KEYS}
        rows = {name: narrow(self.column("product_days", name).to_numpy()) for name in SUMS}
        order = coded(self.column("product_repeats", "order_id")).codes
        days, repeated = (self.days_of(side) for side in sides)
        pa.default_memory_pool().release_unused()
        return Products.of(keys, rows, days, order, repeated, self.days)

    @cached_property
    def months(self) -> Ints:
        """The month of each day, counted from the first one."""
        days = (np.datetime64(self.start) + np.arange(self.days)).astype("M8[M]").astype(np.int32)
        return days - days[0]

    @cached_property
    def begun(self) -> Ints:
        """The month of each customer's first order, counted from the first one; 0 for nobody."""
        first = self.shoppers["first_order_date"].to_numpy().astype("M8[M]").astype(np.int32)
        begun = np.append(first - np.datetime64(self.start, "M").astype(np.int32), 0).astype(np.int32)
        visited = np.flatnonzero(np.diff(self.visits.starts))
        if (self.months[self.visits.days[self.visits.starts[visited]]] < begun[visited]).any() or begun.min() < 0:
            raise Beyond("Someone ordered before the first order.")
        return begun

    def customer_key(self, name: str) -> Coded:
        """The member of a dimension that each customer belongs to; nobody's is missing."""
        return self.once(name, lambda: _with_nobody(self._customer_key(name)))

    def _customer_key(self, name: str) -> Coded:
        first, since = coded(self.shoppers["first_order_date"]), DIMENSIONS[name].since
        if since:
            return difference(first, coded(self.shoppers[since]), date.toordinal)
        return first.as_(lambda day: bucket_start(day, "month"))

    @property
    def value(self) -> np.ndarray[Any, Any]:
        """Of each customer whether there is a predicted value, the value to date and that to come; 0 where no model has
        published any."""
        return self.once("value", self._value)

    def _value(self) -> np.ndarray[Any, Any]:
        if "customer_value" not in self._snapshot.manifest["tables"]:
            return np.zeros((len(self.visits.starts) - 1, 3))
        table = self.read("customer_value", "customer_id", "historic", "predicted", "total")
        place = pc.index_in(self.shoppers["customer_id"], table["customer_id"]).combine_chunks()
        rows = pc.fill_null(place, -1).to_numpy(zero_copy_only=False)
        columns = [
            np.append(table[n].to_numpy().astype(float), np.nan)[rows] for n in ("total", "historic", "predicted")
        ]
        found = np.column_stack([(~np.isnan(columns[0])).astype(float), *columns[1:]])
        return np.vstack([np.where(found[:, :1] > 0, found, 0.0), np.zeros((1, 3))])

    @cached_property
    def first_visits(self) -> Visits:
        """The visits that are the first ever, all that it takes to tell who is new."""
        return self.visits.only(np.flatnonzero(self.visits.first))

    def walk(self, v: Visits, passes: Bools, who: Bools, since: Bools) -> Walk:
        return Walk(v.starts, v.days, v.kinds, v.first, passes, who, self.months, self.begun, since)


def together(*columns: pa.ChunkedArray) -> Coded:
    """Columns of the same kind one after the other, in the codes of all."""
    return coded(pa.chunked_array([chunk for column in columns for chunk in column.chunks]).unify_dictionaries())


def cells_of(keys: dict[str, Coded]) -> tuple[Cells, Ints]:
    """The cells of a table and that of each row, by their keys."""
    sizes = [max(len(key.members), 1) for key in keys.values()]
    combined = np.ravel_multi_index([key.codes for key in keys.values()], sizes)
    present = np.flatnonzero(np.bincount(combined, minlength=int(np.prod(sizes))))
    place = np.full(int(np.prod(sizes)), -1, dtype=np.int32)
    place[present] = np.arange(len(present), dtype=np.int32)
    codes = np.unravel_index(present, sizes)
    held = {name: Coded(c.astype(np.int32), key.members) for (name, key), c in zip(keys.items(), codes, strict=True)}
    return Cells(held, place), place[combined]


def _visits(
    shopper: Ints,
    order: Ints,
    first: Bools,
    days: Ints,
    cell: Ints,
    cents: Ints,
    thousandths: Ints,
    wide: int,
    customers: int,
) -> Visits:
    """Rows by customer, day, order and cell as visits; a row without a customer counts for the last of the `customers`,
    who is nobody, whether there is such a row or not."""
    changed = (np.diff(shopper, prepend=-1) != 0) | (np.diff(order, prepend=-2) != 0) | (np.diff(days, prepend=-1) != 0)
    begins = np.flatnonzero(changed)
    sets, kinds = kinds_of(np.append(begins, len(shopper)), cell, wide)
    starts = np.searchsorted(shopper[begins], np.arange(customers + 1)).astype(np.int32)
    totals = [narrow(np.add.reduceat(each, begins)) if len(begins) else each for each in (cents, thousandths)]
    parts = Parts(
        sets.starts.astype(np.int32), sets.cells.astype(np.int32), begins.astype(np.int32), cents, thousandths, *totals
    )
    return Visits(starts, days[begins], kinds, first[begins], sets, parts)


def _with_nobody(key: Coded) -> Coded:
    members = Members(key.members.values[: key.members.known], True)
    return Coded(np.append(key.codes, members.known).astype(np.int32), members)


_lock = RLock()
_held: dict[str, Shop | Beyond] = {}


def held(snapshot: Snapshot) -> Shop:
    """The shop as of the snapshot; that of any other is let go. `Beyond` where it cannot be held."""
    key = f"{snapshot.folder}/{snapshot.id}"
    with _lock:
        if key not in _held:
            _held.clear()
            try:
                _held[key] = Shop(snapshot)
            except Beyond as why:
                _held[key] = why
        found = _held[key]
    if isinstance(found, Beyond):
        raise found
    return found
