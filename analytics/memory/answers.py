"""Answers from memory: a cut as rows, groups and a few passes over arrays."""

import numpy as np
import pandas as pd

from analytics.cut import Cut
from analytics.dimensions import DIMENSIONS, Dimension
from analytics.measures import Base, CountDistinct, Sum
from analytics.memory.columns import Coded, Places
from analytics.memory.groups import Groups, grouped
from analytics.memory.rows import places
from analytics.memory.tables import Table, Tables, held
from pipeline.warehouse import Snapshot

LIMIT = 5_000_000  # rows of the sales; at most 150 bytes each
TABLES = ("sales", "returns", "customers", "valued")


def fits(snapshot: Snapshot) -> bool:
    """Whether the shop is small enough to be held."""
    return snapshot.manifest["rows"]["sales"] <= LIMIT


def knows(cut: Cut, measures: tuple[Base, ...]) -> bool:
    """Whether a cut has a shape that memory answers: choices of members, customers once where their value is asked."""
    named = (*dict(cut.chosen), *dict(cut.left_out))
    if cut.table not in TABLES or any(DIMENSIONS[name].unit for name in named):
        return False
    if cut.table == "valued":
        return cut.once == "customer_id" and not any(measure.only for measure in measures)
    return not cut.once


def answer(cut: Cut, measures: tuple[Base, ...], snapshot: Snapshot) -> pd.DataFrame:
    """One row per group: the keys of `cut.by`, the title of each that has one, the metrics."""
    tables = held(snapshot)
    table = tables.table(cut.table)
    cut.reached(table.columns)
    rows = places(cut, tables)
    dimensions = [DIMENSIONS[name] for name in cut.by]
    keys = [table.key(dimension).at(rows) for dimension in dimensions]
    groups = grouped(keys, len(table.days.codes[rows]))
    shown = zip(dimensions, keys, groups.codes, strict=True)
    columns: dict[str, pd.Series | np.ndarray] = {d.name: _members(d, key, codes) for d, key, codes in shown}
    if cut.once:
        columns |= _once(cut, measures, groups, rows, tables)
    else:
        columns |= {d.title: _titles(table, d, groups, rows) for d in dimensions if d.title in table.columns}
        columns |= {n: _of(m, table, groups, rows) for n, m in zip(cut.metrics, measures, strict=True)}
    return pd.DataFrame(columns)


def _members(dimension: Dimension, key: Coded, codes: np.ndarray) -> pd.Series:
    """The written members of groups: texts, days, whole numbers; of missing ones what the warehouse gives."""
    if dimension.kind == "number":
        values = key.members.numbers[codes]
        return pd.Series(values if np.isnan(values).any() else values.astype("int64"))
    timed = dimension.unit or dimension.kind == "month"
    return pd.Series((key.members.objects_of_time if timed else key.members.objects)[codes], dtype=object)


def _titles(table: Table, dimension: Dimension, groups: Groups, rows: Places) -> pd.Series:
    """The last title of each group in the alphabet."""
    title = table.coded(dimension.title)
    known = np.where(np.arange(len(title.members)) < title.members.known, np.arange(len(title.members)), -1)
    last = np.full(groups.many, -1, dtype=np.int64)
    np.maximum.at(last, groups.of_row, known[title.codes[rows]])
    return pd.Series([title.members.values[code] if code >= 0 else None for code in last], dtype=object)


def _of(measure: Base, table: Table, groups: Groups, rows: Places) -> np.ndarray:
    if isinstance(measure, Sum):
        return table.exact(measure.column, measure.only).sums(groups.of_row, groups.many, rows)
    column = table.coded(measure.column).at(rows)
    counted = np.flatnonzero(table.counted(measure.only)[rows]) if measure.only else slice(None)
    return groups.distinct(column, counted).astype("int64")


def _once(cut: Cut, measures: tuple[Base, ...], groups: Groups, rows: Places, tables: Tables) -> dict[str, np.ndarray]:
    """Measures of the customers of each group, however many rows they have there."""
    group, customer = groups.pairs(tables.table(cut.table).coded(cut.once).at(rows))
    weights = [None if isinstance(m, CountDistinct) else tables.value(m.column)[customer] for m in measures]
    return {
        name: np.bincount(group, weight, groups.many).astype("int64" if weight is None else "float64")
        for name, weight in zip(cut.metrics, weights, strict=True)
    }
