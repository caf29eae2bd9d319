"""Groups: rows by their keys, as one dense whole number each, and what can be counted of them."""

from dataclasses import dataclass
from functools import reduce

import numpy as np

from analytics.memory.columns import Bools, Coded, Ints, Places

SPARSE = 4
FEW = 1_000_000
MARKS = 64_000_000  # bytes


@dataclass(frozen=True)
class Groups:
    """Each row's group among `many`; `codes` are the code of every key in every group."""

    of_row: Ints
    many: int
    codes: tuple[Ints, ...]

    def pairs(self, column: Coded, rows: Places = slice(None)) -> tuple[Ints, Ints]:
        """Every (group, known member of the column) that occurs in these rows, once."""
        groups, codes, size = self.of_row[rows], column.codes[rows], len(column.members)
        few = self.many * size <= MARKS
        found = np.flatnonzero(self._marks(groups, codes, size)) if few else np.unique(groups * size + codes)
        group, code = np.divmod(found, max(size, 1))
        known = code < column.members.known
        return group[known], code[known]

    def distinct(self, column: Coded, rows: Places = slice(None)) -> Ints:
        """How many known members of the column occur in each group."""
        groups, codes, size = self.of_row[rows], column.codes[rows], len(column.members)
        if self.many * size <= MARKS:
            marks = self._marks(groups, codes, size).reshape(self.many, size)
            return np.count_nonzero(marks[:, : column.members.known], axis=1)
        return np.bincount(self.pairs(column, rows)[0], minlength=self.many)

    def _marks(self, groups: Ints, codes: Ints, size: int) -> Bools:
        marks = np.zeros(self.many * size, dtype=bool)
        marks[codes if self.many == 1 else groups * size + codes] = True
        return marks


def grouped(keys: list[Coded], rows: int) -> Groups:
    """The groups that occur among so many rows; without keys all of them are one, even if there are none."""
    if not keys:
        return Groups(np.zeros(rows, dtype=np.int64), 1, ())
    sizes = [max(len(key.members), 1) for key in keys]
    combined = reduce(lambda so_far, key: so_far * len(key.members) + key.codes, keys, np.zeros(rows, dtype=np.int64))
    many = int(np.prod(sizes, dtype=float)) if np.prod(sizes, dtype=float) < 2**62 else 2**62
    if many <= max(FEW, SPARSE * rows):
        present = np.flatnonzero(np.bincount(combined, minlength=many))
        turn = np.zeros(many, dtype=np.int64)
        turn[present] = np.arange(len(present))
        of_row = turn[combined]
    else:
        present, of_row = np.unique(combined, return_inverse=True)
    return Groups(of_row, len(present), np.unravel_index(present, sizes))
