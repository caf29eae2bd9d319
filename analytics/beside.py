"""Beside: columns of keys and numbers, one row a group, put side by side group by group.

Plain arrays, as a page asks for many small answers and a data frame costs more to join than they cost to compute.
"""

from itertools import product
from typing import Any

import numpy as np
import pandas as pd

Column = np.ndarray[Any, Any]
Columns = dict[str, Column]


def columns_of(frame: pd.DataFrame) -> Columns:
    return {str(name): frame[name].to_numpy() for name in frame}


def frame_of(columns: Columns) -> pd.DataFrame:
    """The same as a frame; objects stay as they are."""
    return pd.DataFrame({n: pd.Series(c, dtype=object) if c.dtype == object else c for n, c in columns.items()})


def rows(columns: Columns) -> int:
    return len(next(iter(columns.values())))


def beside(left: Columns, right: Columns, by: tuple[str, ...], outer: bool) -> Columns:
    """All groups of `left`, with `outer` also those of `right`, with the columns of both; missing where one lacks it."""
    if not by:
        return left | right
    if all(np.array_equal(left[name], right[name]) for name in by):
        return left | {name: column for name, column in right.items() if name not in left}
    place = {group: row for row, group in enumerate(groups(right, by))}
    known = groups(left, by)
    found = np.array([place.get(group, -1) for group in known], dtype=np.intp)
    more = np.setdiff1d(np.arange(rows(right)), found) if outer else np.zeros(0, dtype=np.intp)
    ours = np.concatenate([np.arange(len(known)), np.full(len(more), -1)])
    theirs = np.concatenate([found, more])
    keys = {name: np.concatenate([left[name], right[name][more]]) for name in by}
    return keys | {
        name: _at(left[name], ours) if name in left else _at(right[name], theirs)
        for name in [*left, *(name for name in right if name not in left)]
        if name not in by
    }


def groups(columns: Columns, by: tuple[str, ...]) -> list[tuple[object, ...]]:
    """The keys of each row; a missing one, however written, is None."""
    keys = []
    for name in by:
        missing = pd.isna(columns[name])
        members = columns[name].tolist()
        keys.append(
            [None if gone else m for m, gone in zip(members, missing, strict=True)] if missing.any() else members
        )
    return list(zip(*keys, strict=True))


def over_grid(columns: Columns, values: dict[str, list[Any]]) -> Columns:
    """One row for every combination of these keys, in their order, and no other."""
    by = tuple(values)
    cells = list(product(*values.values()))
    grid = {name: objects([cell[i] for cell in cells]) for i, name in enumerate(by)}
    return beside(grid, columns, by, outer=False)


def zeros(columns: Columns, names: list[str]) -> Columns:
    """0 where a number is missing."""
    return columns | {
        name: np.where(np.isnan(columns[name]), 0, columns[name]) for name in names if _holes(columns[name])
    }


def _holes(column: Column) -> bool:
    return column.dtype.kind == "f" and bool(np.isnan(column).any())


def _at(column: Column, places: Column) -> Column:
    """The column at these places, missing at -1."""
    gone = places < 0
    if not gone.any():
        return column[places]
    taken = np.full(len(places), np.nan, dtype=object if column.dtype == object else float)
    taken[~gone] = column[places[~gone]]
    return taken


def objects(values: list[Any]) -> Column:
    """Values as they are, whatever they are."""
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out
