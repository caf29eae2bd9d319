"""Groups: rows by their keys, as one dense whole number each, and what can be counted of them."""

from dataclasses import dataclass
from functools import reduce
from math import prod

import numpy as np

from analytics.memory.columns import LARGEST, Beyond, Bools, Coded, Ints, Places

SPARSE = 4
FEW = 1_000_000


@dataclass(frozen=True)
class Groups:
    """Each row's group among `many`; `codes` are the code of every key in every group."""

    of_row: Ints
    many: int
    codes: tuple[Ints, ...]

    def pairs(self, column: Coded, rows: Places = slice(None)) -> tuple[Ints, Ints]:
        """Every (group, known member of the column) that occurs in these rows, once."""
        groups, codes, size = self.of_row[rows], column.codes[rows], len(column.members)
        if not self._few(groups, size) and (alone := _alone(groups, codes, size)):
            group, code = alone
        else:
            group, code = np.divmod(self._found(groups, codes, size), max(size, 1))
        known = code < column.members.known
        return group[known], code[known]

    def distinct(self, column: Coded, rows: Places = slice(None)) -> Ints:
        """How many known members of the column occur in each group."""
        groups, codes, size = self.of_row[rows], column.codes[rows], len(column.members)
        if self._few(groups, size):
            marks = self._marks(groups, codes, size).reshape(self.many, size)[:, : column.members.known]
            return np.fromiter(map(np.count_nonzero, marks), np.int64, self.many)
        if alone := _alone(groups, codes, size):
            return np.bincount(alone[0][alone[1] < column.members.known], minlength=self.many)
        found, starts = self._found(groups, codes, size), np.arange(self.many) * size
        ends = starts + column.members.known
        return np.searchsorted(found, ends.astype(found.dtype)) - np.searchsorted(found, starts.astype(found.dtype))

    def _found(self, groups: Ints, codes: Ints, size: int) -> Ints:
        """The pairs that occur, each as one number, in order."""
        if self._few(groups, size):
            return np.flatnonzero(self._marks(groups, codes, size))
        small = self.many * size < 2**31
        ordered = np.sort((groups * size + codes).astype(np.int32 if small else np.int64))
        return ordered[np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)]]

    def _few(self, groups: Ints, size: int) -> bool:
        """Whether a mark for every pair there could be is quicker than looking at those there are."""
        return self.many * size <= max(FEW, SPARSE * len(groups))

    def _marks(self, groups: Ints, codes: Ints, size: int) -> Bools:
        marks = np.zeros(self.many * size, dtype=bool)
        marks[codes if self.many == 1 else groups * size + codes] = True
        return marks


def _alone(groups: Ints, codes: Ints, size: int) -> tuple[Ints, Ints] | None:
    """The pairs where no member is in two groups, as an order is in one month; None where one is."""
    group = np.full(size, -1, dtype=np.int64)
    group[codes] = groups
    if not np.array_equal(group[codes], groups):
        return None
    code = np.flatnonzero(group >= 0)
    return group[code], code


def grouped(keys: list[Coded], rows: int) -> Groups:
    """The groups that occur among so many rows; without keys all of them are one, even if there are none."""
    if not keys:
        return Groups(np.zeros(rows, dtype=np.int64), 1, ())
    sizes = [max(len(key.members), 1) for key in keys]
    combined = reduce(lambda so_far, key: so_far * len(key.members) + key.codes, keys, np.zeros(rows, dtype=np.int64))
    many = prod(sizes)
    if many >= LARGEST:
        raise Beyond("More combinations of keys than 64 bits can tell apart.")
    if many <= max(FEW, SPARSE * rows):
        present = np.flatnonzero(np.bincount(combined, minlength=many))
        turn = np.zeros(many, dtype=np.int64)
        turn[present] = np.arange(len(present))
        of_row = turn[combined]
    else:
        present, of_row = np.unique(combined, return_inverse=True)
    return Groups(of_row, len(present), np.unravel_index(present, sizes))
