"""Shape: what is done to the answer of a query once its numbers stand: order, shares, running values."""

from collections.abc import Callable, Collection, Iterable, Sequence

import numpy as np
import pandas as pd

from analytics.beside import Column, Columns, groups, rows


def at(columns: Columns, places: Column | slice) -> Columns:
    """Only these rows, named by place or by a mark a row."""
    return {name: column[places] for name, column in columns.items()}


def ordered(columns: Columns, keys: Sequence[str], falling: Collection[str] = ()) -> Columns:
    """By these columns, the first one first; rows that are alike stay as they stood, missing values come last."""
    if not keys or rows(columns) < 2:
        return columns
    ranks = [_rank(columns[name], name in falling) for name in keys]
    return at(columns, np.lexsort(ranks[::-1]))


def _rank(column: Column, falling: bool) -> Column:
    """Numbers that stand in the order of the values."""
    if column.dtype != object:
        return -column if falling else column
    missing = pd.isna(column)
    known = sorted(set(column[~missing]), reverse=falling)
    place = {member: number for number, member in enumerate(known)}
    return np.array([len(known) if gone else place[m] for m, gone in zip(column, missing, strict=True)])


def known(columns: Columns, names: Iterable[str]) -> Columns:
    """Without rows that lack any of these."""
    missing = [pd.isna(columns[name]) for name in names]
    return at(columns, ~np.logical_or.reduce(missing))


def share(values: Column) -> Column:
    """Of their sum; missing where that is 0."""
    return divided(values, np.nansum(values))


def divided(values: Column, by: Column | float) -> Column:
    with np.errstate(divide="ignore", invalid="ignore"):
        return values / by


def places_of(columns: Columns, by: tuple[str, ...]) -> list[Column]:
    """The rows of each group, in their order; without keys all rows are one."""
    if not by:
        return [np.arange(rows(columns))]
    keys = groups(columns, by)
    turn = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    group = np.array([turn[key] for key in keys], dtype=np.intp)
    ends = np.bincount(group, minlength=len(turn)).cumsum()
    return np.split(np.argsort(group, kind="stable"), ends[:-1])


def running(values: Column, places: Sequence[Column]) -> Column:
    """The sum of each group so far."""
    return _each(values, places, np.cumsum)


def moving(values: Column, places: Sequence[Column], many: int) -> Column:
    """The mean of so many rows of a group up to each; missing before there are as many."""
    return _each(values, places, lambda part: _means(part, many))


def _means(values: Column, many: int) -> Column:
    means = np.full(len(values), np.nan)
    if len(values) >= many:
        means[many - 1 :] = np.lib.stride_tricks.sliding_window_view(values, many).mean(axis=1)
    return means


def _each(values: Column, places: Sequence[Column], of: Callable[[Column], Column]) -> Column:
    out = np.full(len(values), np.nan)
    for rows_ in places:
        out[rows_] = of(values[rows_].astype(float))
    return out


def first(columns: Columns, many: int, per: str = "") -> Columns:
    """The first rows, of all or of each member of `per`."""
    if not per:
        return at(columns, slice(many))
    kept = [rows_[:many] for rows_ in places_of(columns, (per,))]
    return at(columns, np.sort(np.concatenate([*kept, np.zeros(0, dtype=np.intp)])))
