"""A cube: sums so far by step of days and cell, so that any days of any cells are a difference."""

from dataclasses import dataclass

import numpy as np

from analytics.memory.columns import EXACT, Beyond, Ints
from analytics.memory.compact.kernels import gathered

LARGEST = 40_000_000  # cells times days of one measure


@dataclass(frozen=True)
class Cube:
    """`so_far[step, cell]` is the sum of all steps before."""

    so_far: Ints

    def between(self, edges: Ints) -> Ints:
        """The sums of each cell (column) from each edge to the next (row)."""
        return np.diff(self.so_far[edges], axis=0)

    def grouped(self, edges: Ints, cells: Ints, groups: Ints, many: int) -> Ints:
        """The sums of these cells, each added to its group (column), from each edge to the next (row)."""
        found = np.zeros((len(edges) - 1, many), dtype=np.int64)
        gathered(self.so_far, edges, cells, groups, found)
        return found


def cube(steps: Ints, cells: Ints, values: Ints | None, shape: tuple[int, int]) -> Cube:
    """The cube of so many steps and cells; without values it counts."""
    many, wide = shape
    if many * wide > LARGEST or (values is not None and np.abs(values.astype(float)).sum() >= EXACT):
        raise Beyond("More than a cube can hold.")
    sums = np.bincount(steps.astype(np.int64) * wide + cells, values, many * wide).reshape(shape)
    so_far = np.zeros((many + 1, wide), dtype=np.int32 if values is None else np.int64)
    so_far[1:] = np.cumsum(sums, axis=0)
    return Cube(narrow(so_far))


def narrow(values: Ints) -> Ints:
    """In half the room where that holds them and the difference of any two."""
    low, high = (int(end) for end in (values.min(initial=0), values.max(initial=0)))
    return values.astype(np.int32) if high - low <= np.iinfo(np.int32).max else values
