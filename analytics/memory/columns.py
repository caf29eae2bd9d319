"""Columns as numbers: whatever can be told apart as codes, whatever is added up as exact whole numbers."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

Ints = np.ndarray[Any, np.dtype[np.integer]]
Floats = np.ndarray[Any, np.dtype[np.floating]]
Dates = np.ndarray[Any, np.dtype[np.datetime64]]
Objects = np.ndarray[Any, np.dtype[np.object_]]
Bools = np.ndarray[Any, np.dtype[np.bool_]]
Places = Ints | slice

EXACT = 2.0**53
LARGEST = 2.0**62
HALF = 2**26


class Beyond(Exception):  # noqa: N818 - read as a sentence by whoever catches it
    """What memory cannot hold exactly; the warehouse answers instead."""


class Members:
    """The different values of a column, sorted; where values are missing the last one is None."""

    def __init__(self, known: Sequence[Any] | pa.Array, missing: bool) -> None:
        self._known, self.known, self._missing = known, len(known), missing

    def __len__(self) -> int:
        return self.known + self._missing

    @cached_property
    def values(self) -> tuple[Any, ...]:
        listed = self._known.to_pylist() if isinstance(self._known, pa.Array) else self._known
        return (*listed, None) if self._missing else tuple(listed)

    @cached_property
    def place(self) -> dict[Any, int]:
        """The code of each known member."""
        return {member: code for code, member in enumerate(self.values[: self.known])}

    @cached_property
    def days(self) -> Dates:
        """The known members as days."""
        return np.array(self.values[: self.known], dtype="M8[D]")

    @cached_property
    def numbers(self) -> Floats:
        """The members as numbers, NaN for the missing one."""
        return np.array([np.nan if m is None else m for m in self.values], dtype=float)

    @cached_property
    def objects(self) -> Objects:
        """The members as they are."""
        return np.array([*self.values, None], dtype=object)[:-1]

    @cached_property
    def objects_or_none(self) -> Objects:
        """The known members as they are, and None in the last place."""
        return np.array([*self.values[: self.known], None], dtype=object)

    @cached_property
    def objects_of_time(self) -> Objects:
        """The members as they are, the missing one as no time."""
        return np.array([*self.values[: self.known], pd.NaT], dtype=object)[: len(self)]


@dataclass(frozen=True)
class Coded:
    """A column as each row's place in its members."""

    codes: Ints
    members: Members

    def at(self, places: Places) -> "Coded":
        return Coded(self.codes[places], self.members)

    def among(self, chosen: Iterable[Any], wanted: bool = True) -> Bools:
        """Which rows have one of these members, or none of them; a missing member is neither."""
        codes = [place for member in chosen if (place := self.members.place.get(member)) is not None]
        if len(codes) == 1 and wanted:
            return self.codes == codes[0]
        marks = np.arange(len(self.members)) < (0 if wanted else self.members.known)
        marks[codes] = wanted
        return marks[self.codes]

    def as_(self, coarser: Callable[[Any], Any]) -> "Coded":
        """Each row under what `coarser` makes of its member."""
        made = [None if m is None else coarser(m) for m in self.members.values]
        known = sorted({m for m in made if m is not None})
        members = Members(known, None in made)
        turn = np.array([members.place.get(m, members.known) for m in made], dtype=np.int32)
        return Coded(turn[self.codes], members)


def coded(column: pa.ChunkedArray) -> Coded:
    """The codes of a column of texts, days or whole numbers."""
    encoded = column.combine_chunks().dictionary_encode()
    order = pc.array_sort_indices(encoded.dictionary).to_numpy()
    turn = np.empty(len(order), dtype=np.int32)
    turn[order] = np.arange(len(order), dtype=np.int32)
    members = Members(encoded.dictionary.take(pa.array(order)), encoded.indices.null_count > 0)
    if not encoded.indices.null_count:
        return Coded(turn[encoded.indices.to_numpy()], members)
    missing = encoded.indices.is_null().to_numpy(zero_copy_only=False)
    codes = np.full(len(missing), members.known, dtype=np.int32)
    codes[~missing] = turn[encoded.indices.drop_null().to_numpy()]
    return Coded(codes, members)


def difference(later: Coded, earlier: Coded, count: Callable[[Any], int]) -> Coded:
    """The whole number from one day to the other in each row, both counted by `count`; missing where one of them is."""
    counted = [[0 if m is None else count(m) for m in side.members.values] for side in (later, earlier)]
    after, before = (np.array(side, dtype=np.int64) for side in counted)
    apart = after[later.codes] - before[earlier.codes]
    known = (later.codes < later.members.known) & (earlier.codes < earlier.members.known)
    low, high = (int(apart[known].min()), int(apart[known].max())) if known.any() else (0, -1)
    codes = np.where(known, apart - low, high - low + 1).astype(np.int32)
    return Coded(codes, Members(range(low, high + 1), not known.all()))


@dataclass(frozen=True)
class Exact:
    """A column of decimals as floats that add up without rounding: whole numbers of its last digit, where their sum
    could pass 2^53 in two halves. `unit` is how many of them make one."""

    parts: tuple[tuple[int, Floats], ...]
    unit: int

    def sums(self, groups: Ints, many: int, places: Places) -> Floats:
        """The sum of each group, over the rows at `places`."""
        total = np.zeros(many, dtype=np.int64)
        for weight, values in self.parts:
            total += np.bincount(groups, values[places], many).astype(np.int64) * weight
        return total / self.unit

    def only(self, marks: Bools) -> "Exact":
        """As if all other rows held nothing."""
        return Exact(tuple((weight, np.where(marks, values, 0.0)) for weight, values in self.parts), self.unit)


def exact(column: pa.ChunkedArray) -> Exact:
    """The exact numbers of a column of decimals of at most 18 digits, a missing one as 0."""
    array = column.combine_chunks()
    words = np.frombuffer(array.buffers()[1], dtype=np.int64)[::2] if len(array) else np.zeros(0, dtype=np.int64)
    whole = words[array.offset : array.offset + len(array)].copy()
    if array.null_count:
        whole[array.is_null().to_numpy(zero_copy_only=False)] = 0
    total = float(np.abs(whole.astype(float)).sum())
    if total >= LARGEST:
        raise Beyond("The sum of a column could pass what 64 bits hold.")
    unit = 10**column.type.scale
    if total < EXACT:
        return Exact(((1, whole.astype(float)),), unit)
    high, low = np.divmod(whole, HALF)
    return Exact(((HALF, high.astype(float)), (1, low.astype(float))), unit)
