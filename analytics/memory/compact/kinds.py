"""Kinds: the sets of cells that orders touch, so that an order is one small number whatever it holds."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analytics.memory.columns import Beyond, Bools, Ints


@dataclass(frozen=True)
class Kinds:
    """Sets of cells: the cells of kind k are `cells[starts[k]:starts[k + 1]]`, in order."""

    starts: Ints
    cells: Ints

    def __len__(self) -> int:
        return len(self.starts) - 1

    @cached_property
    def of_cell(self) -> Ints:
        """The kind that each of `cells` belongs to."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))

    def followed_by(self, others: "Kinds") -> "Kinds":
        return Kinds(
            np.concatenate([self.starts, others.starts[1:] + len(self.cells)]),
            np.concatenate([self.cells, others.cells]),
        )

    def passing(self, chosen: Bools) -> Bools:
        """The kinds with any of these cells."""
        return np.bincount(self.of_cell, chosen[self.cells], len(self)) > 0

    def one_group(self, chosen: Bools, group: Ints) -> Ints:
        """The group of each kind whose chosen cells are all in one, -1 of the others."""
        kept = chosen[self.cells]
        kinds, groups = self.of_cell[kept], group[self.cells[kept]]
        any_ = np.full(len(self), -1, dtype=np.int32)
        any_[kinds] = groups
        any_[kinds[any_[kinds] != groups]] = -1
        return any_

    def groups(self, chosen: Bools, group: Ints, many: int) -> tuple[Ints, Ints]:
        """Every kind under every group that one of its chosen cells is in, once."""
        kept = chosen[self.cells]
        marks = np.zeros(len(self) * many, dtype=bool)
        marks[self.of_cell[kept] * many + group[self.cells[kept]]] = True
        return np.divmod(np.flatnonzero(marks), many)


def kinds_of(starts: Ints, cells: Ints, many: int) -> tuple[Kinds, Ints]:
    """The different sets among runs of cells, each in order, and the one of each run.

    Sets are told apart by the sum of a random number a cell, then compared with the first of their kind.
    """
    salt = np.random.default_rng(0).integers(1, 2**63, many, dtype=np.uint64)
    sums = np.add.reduceat(salt[cells], starts[:-1]) if len(starts) > 1 else np.zeros(0, dtype=np.uint64)
    _, first, kind = np.unique(sums, return_index=True, return_inverse=True)
    lengths = np.diff(starts)
    ends = np.concatenate([[0], np.cumsum(lengths[first])])
    inside = np.arange(ends[-1]) - np.repeat(ends[:-1], lengths[first])
    kinds = Kinds(ends, cells[np.repeat(starts[:-1][first], lengths[first]) + inside])
    if not np.array_equal(lengths, lengths[first][kind]) or not np.array_equal(cells, _written(kinds, kind, lengths)):
        raise Beyond("Two sets of cells look alike.")
    return kinds, kind.astype(np.int32)


def _written(kinds: Kinds, kind: Ints, lengths: Ints) -> Ints:
    """The cells of each run, as its kind has them."""
    ends = np.cumsum(lengths)
    inside = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - lengths, lengths)
    return kinds.cells[np.repeat(kinds.starts[:-1][kind], lengths) + inside]
