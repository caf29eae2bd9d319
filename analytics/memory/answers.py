"""Answers from memory: a cut as rows, groups and a few passes over arrays."""

import numpy as np

from analytics.beside import Columns
from analytics.cut import Cut
from analytics.dimensions import DIMENSIONS, Dimension
from analytics.measures import Base, CountDistinct, Sum
from analytics.memory.columns import Beyond, Objects, Places
from analytics.memory.groups import Groups, grouped
from analytics.memory.rows import places
from analytics.memory.tables import Table, Tables, held
from analytics.memory.written import written
from pipeline.warehouse import Snapshot

LIMIT = 5_000_000  # rows of a table; at most 150 bytes each
TABLES = ("sales", "returns", "customers", "valued", "spend", "acquired", "came_back", "stock")


def refuse(cut: Cut, measures: tuple[Base, ...], snapshot: Snapshot) -> None:
    """`Beyond` where the table is too large, or the cut of another shape than choices of members, and customers counted
    once where their value is asked."""
    named = (*dict(cut.chosen), *dict(cut.left_out))
    scored = any(DIMENSIONS[name].scored for name in (*named, *cut.by))
    if cut.table not in TABLES or scored or any(DIMENSIONS[name].unit for name in named):
        raise Beyond("Of another shape than columns answer.")
    if bool(cut.once) != (cut.table == "valued") or (cut.once and any(measure.only for measure in measures)):
        raise Beyond("Of another shape than columns answer.")
    if not {cut.table if cut.table != "valued" else "sales", *(["sales"] if cut.of_new else [])} <= set(
        snapshot.manifest["tables"]
    ):
        raise Beyond("The table stays in the engine.")
    if snapshot.manifest["rows"]["sales" if cut.table == "valued" else cut.table] > LIMIT:
        raise Beyond("The table is too large.")


def answer(cut: Cut, measures: tuple[Base, ...], snapshot: Snapshot) -> Columns:
    """One row per group: the keys of `cut.by`, the title of each that has one, the metrics."""
    refuse(cut, measures, snapshot)
    tables = held(snapshot)
    table = tables.table(cut.table)
    cut.reached(table.columns)
    rows = places(cut, tables)
    dimensions = [DIMENSIONS[name] for name in cut.by]
    keys = [table.key(dimension).at(rows) for dimension in dimensions]
    groups = grouped(keys, len(table.days.codes[rows]))
    shown = zip(dimensions, keys, groups.codes, strict=True)
    columns: Columns = {d.name: written(d, key, codes) for d, key, codes in shown}
    if cut.once:
        columns |= _once(cut, measures, groups, rows, tables)
    else:
        columns |= {d.title: _titles(table, d, groups, rows) for d in dimensions if d.title in table.columns}
        columns |= {n: _of(m, table, groups, rows) for n, m in zip(cut.metrics, measures, strict=True)}
    return columns


def count(cut: Cut, snapshot: Snapshot) -> int:
    """How many rows a cut looks at."""
    refuse(cut, (), snapshot)
    tables = held(snapshot)
    table = tables.table(cut.table)
    cut.reached(table.columns)
    return len(table.days.codes[places(cut, tables)])


def _titles(table: Table, dimension: Dimension, groups: Groups, rows: Places) -> Objects:
    """The last title of each group in the alphabet."""
    title = table.coded(dimension.title)
    known = np.where(np.arange(len(title.members)) < title.members.known, np.arange(len(title.members)), -1)
    last = np.full(groups.many, -1, dtype=np.int64)
    np.maximum.at(last, groups.of_row, known[title.codes[rows]])
    return title.members.objects_or_none[last]


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
