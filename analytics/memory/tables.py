"""Tables in memory: the columns of a snapshot as arrays, each read when first asked for, one copy for all threads."""

from collections import OrderedDict
from collections.abc import Callable
from datetime import date
from threading import RLock
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from analytics.cut import HOMES
from analytics.dimensions import Dimension
from analytics.measures import Only
from analytics.memory.columns import Bools, Coded, Exact, Floats, Ints, coded, difference, exact
from analytics.periods import Period, bucket_start
from pipeline.warehouse import Snapshot

__all__ = ["Table", "Tables", "held"]

T = TypeVar("T")
RECENT = 8  # choices of rows, of 8 bytes a row
UNITS = {"D": "day", "W": "week", "M": "month", "Q": "quarter", "Y": "year"}


class Kept:
    """Things made when first asked for, once, whoever asks."""

    def __init__(self) -> None:
        self._lock, self._made = RLock(), dict[Any, Any]()

    def once(self, key: object, make: Callable[[], T]) -> T:
        if key not in self._made:
            with self._lock:
                if key not in self._made:
                    self._made[key] = make()
        return self._made[key]


class Recent:
    """The last few things made; two threads may make the same one."""

    def __init__(self, many: int) -> None:
        self._lock, self._made, self._many = RLock(), OrderedDict[Any, Any](), many

    def once(self, key: object, make: Callable[[], T]) -> T:
        found = self.get(key)
        return self.put(key, make()) if found is None else found

    def get(self, key: object) -> Any:
        """What was made under the key, or None."""
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
            return self._made.get(key)

    def put(self, key: object, made: T) -> T:
        with self._lock:
            self._made[key] = made
            while len(self._made) > self._many:
                self._made.popitem(last=False)
        return made


class Table(Kept):
    """One table of a snapshot, its rows sorted by day. Rows without a day are left out, as no period holds them."""

    def __init__(self, name: str, snapshot: Snapshot) -> None:
        super().__init__()
        self._files = [snapshot.folder / "files" / part for part in snapshot.manifest["tables"][name]]
        stored = pq.read_schema(self._files[0]).names
        self._stored = HOMES.get(name) or {column: column for column in stored}
        self.columns = frozenset(self._stored)

    @property
    def days(self) -> Coded:
        return self.coded("order_date")

    def coded(self, column: str) -> Coded:
        return self.once(column, lambda: coded(self._read(column)))

    def exact(self, column: str, only: Only | None = None) -> Exact:
        """A column to add up; with `only`, 0 in the rows that it does not count."""
        if only:
            return self.once((column, only), lambda: self.exact(column).only(self.counted(only)))
        return self.once((column, "exact"), lambda: exact(self._read(column)))

    def counted(self, only: Only) -> Bools:
        """The rows that a measure counts."""
        return self.once(only, lambda: self._counted(self.coded(only.column), only))

    def key(self, dimension: Dimension) -> Coded:
        """The member of a dimension that each row belongs to."""
        return self.once(dimension, lambda: self._key(dimension))

    def within(self, period: Period) -> slice:
        """The rows of some days."""
        ends = np.array([period.start, period.end], dtype="M8[D]") + np.array([0, 1])
        start, stop = np.searchsorted(self.days.codes, np.searchsorted(self.days.members.days, ends).astype(np.int32))
        return slice(int(start), max(int(start), int(stop)))

    def _counted(self, column: Coded, only: Only) -> Bools:
        known = column.members.values[: column.members.known]
        if only.above is not None:
            return column.among([member for member in known if member > only.above])
        return column.among([only.isnt], wanted=False) if only.isnt is not None else column.among([only.is_])

    def _key(self, dimension: Dimension) -> Coded:
        column = self.coded(dimension.column)
        if dimension.since:
            count = date.toordinal if dimension.counts == "days" else month_number
            return difference(column, self.coded(dimension.since), count)
        if dimension.unit or dimension.kind == "month":
            grain = UNITS[dimension.unit or "M"]
            return column.as_(lambda day: bucket_start(day, grain))
        return column

    def _read(self, column: str) -> pa.ChunkedArray:
        return self._stored_column(column).take(self.once("order", self._order))

    def _order(self) -> pa.Array:
        days = self._stored_column("order_date").combine_chunks()
        order = np.argsort(days.cast(pa.int32()).fill_null(0).to_numpy(), kind="stable")
        known = days.is_valid().to_numpy(zero_copy_only=False)
        return pa.array(order[known[order]])

    def _stored_column(self, column: str) -> pa.ChunkedArray:
        stored = self._stored[column]
        return pa.concat_tables(pq.read_table(file, columns=[stored]) for file in self._files)[stored]


class Tables(Kept):
    """The tables of one snapshot, and what is worth keeping between questions."""

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__()
        self.snapshot = snapshot
        self.recent = Recent(RECENT)

    def table(self, name: str) -> Table:
        """A table; `valued` has the rows of the sales."""
        stored = "sales" if name == "valued" else name
        return self.once(stored, lambda: Table(stored, self.snapshot))

    def customers(self, table: Table) -> Ints:
        """For each code of a customer in a table the one in the sales, one past the last where they do not know it."""
        known, members = self.table("sales").coded("customer_id").members, table.coded("customer_id").members
        make = lambda: np.array([known.place.get(m, len(known)) for m in members.values], dtype=np.int32)  # noqa: E731
        return self.once(("customers", table), make)

    def value(self, column: str) -> Floats:
        """By the code of a customer in the sales the predicted value of that name; NaN where there is none."""
        return self.once(("value", column), lambda: self._value(column))

    def _value(self, column: str) -> Floats:
        files = [self.snapshot.folder / "files" / part for part in self.snapshot.manifest["tables"]["customer_value"]]
        read = pa.concat_tables(pq.read_table(file, columns=["customer_id", column]) for file in files)
        known = dict(zip(read["customer_id"].to_pylist(), read[column].to_pylist(), strict=True))
        members = self.table("sales").coded("customer_id").members.values
        return np.array([known.get(m, np.nan) for m in members], dtype=float)


_lock = RLock()
_held: dict[str, Tables] = {}


def held(snapshot: Snapshot) -> Tables:
    """The tables of the snapshot; those of any other are let go."""
    key = f"{snapshot.folder}/{snapshot.id}"
    with _lock:
        if key not in _held:
            _held.clear()
            _held[key] = Tables(snapshot)
        return _held[key]


def month_number(day: date) -> int:
    """Months since the year 0."""
    return day.year * 12 + day.month
