"""The warehouse engine: base measures of one table, cut and grouped, as one query.

The only place that turns measures into queries. Another engine answers the same `Cut`.
"""

from dataclasses import dataclass
from functools import lru_cache

import ibis.expr.types as ir
import pandas as pd

from analytics.dimensions import DIMENSIONS, dimension
from analytics.filters import Chosen
from analytics.measures import Base
from analytics.metrics import METRICS
from analytics.periods import Period
from pipeline.warehouse import Snapshot


@dataclass(frozen=True)
class Cut:
    """A question an engine can answer: these base metrics of one table, over these rows, split like so.

    With `once`, each of these (customers) counts once in every group, however many rows it has there.
    """

    table: str
    metrics: tuple[str, ...]
    by: tuple[str, ...]
    period: Period
    chosen: Chosen = ()
    left_out: Chosen = ()
    once: str = ""


def answer(cut: Cut, snapshot: Snapshot) -> pd.DataFrame:
    """One row per group: the keys of `cut.by`, the title of each that has one, the metrics."""
    measures = tuple(METRICS[name].measure for name in cut.metrics)
    return _answer(cut, measures, snapshot).copy()


@lru_cache(maxsize=1024)
def _answer(cut: Cut, measures: tuple[Base, ...], snapshot: Snapshot) -> pd.DataFrame:
    rows = _once(_rows(_home(cut.table, snapshot), cut), cut, measures)
    columns = {name: measure.of(rows) for name, measure in zip(cut.metrics, measures, strict=True)}
    titles = {d.title: rows[d.title].max() for d in map(dimension, cut.by) if d.title}
    keys = [dimension(name).of(rows) for name in cut.by]
    grouped = rows.group_by(keys).aggregate(**titles, **columns) if keys else rows.aggregate(**columns)
    return _dated(grouped.to_pandas(), cut.by)


def _home(name: str, snapshot: Snapshot) -> ir.Table:
    """A table of the snapshot; `valued` is the sales beside the predicted value of their customer."""
    if name != "valued":
        return snapshot.table(name)
    return snapshot.table("sales").inner_join(snapshot.table("customer_value"), "customer_id")


def _once(rows: ir.Table, cut: Cut, measures: tuple[Base, ...]) -> ir.Table:
    if not cut.once:
        return rows
    keys = {DIMENSIONS[name].column for name in cut.by}
    return rows.select(*sorted({cut.once, *keys, *(measure.column for measure in measures)})).distinct()


def _rows(table: ir.Table, cut: Cut) -> ir.Table:
    """The rows inside the period that match every choice."""
    conditions = [table.order_date.between(cut.period.start, cut.period.end)]
    conditions += [table[DIMENSIONS[name].column].isin(members) for name, members in cut.chosen]
    conditions += [~table[DIMENSIONS[name].column].isin(members) for name, members in cut.left_out]
    return table.filter(conditions)


def _dated(frame: pd.DataFrame, by: tuple[str, ...]) -> pd.DataFrame:
    """Buckets of time as plain dates, whatever the engine returned."""
    for name in by:
        if DIMENSIONS[name].unit:
            frame[name] = pd.to_datetime(frame[name]).dt.date
    return frame
