"""The warehouse engine: base measures of one table, cut and grouped, as one query.

The only place that turns measures into queries. Another engine answers the same `Cut`.
"""

from dataclasses import dataclass
from functools import lru_cache

import ibis.expr.types as ir
import pandas as pd

from analytics.dimensions import DIMENSIONS, dimension
from analytics.errors import QuestionError
from analytics.filters import Chosen
from analytics.measures import Base
from analytics.metrics import METRICS
from analytics.periods import Period
from pipeline.warehouse import Snapshot


@dataclass(frozen=True)
class Cut:
    """A question an engine can answer: these base metrics of one table, over these rows, split like so.

    With `once`, each of these (customers) counts once in every group, however many rows it has there. With `acquired`,
    only of customers whose first order ever lies in those days and matches the choices.
    """

    table: str
    metrics: tuple[str, ...]
    by: tuple[str, ...]
    period: Period
    chosen: Chosen = ()
    left_out: Chosen = ()
    once: str = ""
    acquired: Period | None = None


HOMES = {
    "customers": {
        "customer_id": "customer_id",
        "order_date": "signup_date",
        "region": "customer_region",
        "customer_segment": "customer_segment",
    }
}


def answer(cut: Cut, snapshot: Snapshot) -> pd.DataFrame:
    """One row per group: the keys of `cut.by`, the title of each that has one, the metrics."""
    measures = tuple(METRICS[name].measure for name in cut.metrics)
    return _answer(cut, measures, snapshot).copy()


@lru_cache(maxsize=1024)
def _answer(cut: Cut, measures: tuple[Base, ...], snapshot: Snapshot) -> pd.DataFrame:
    rows = _rows(cut, snapshot)
    keys = [dimension(name).of(rows) for name in cut.by]
    if cut.once:
        rows = rows.select(*keys, *({cut.once, *(m.column for m in measures)} - set(cut.by))).distinct()
        keys = [rows[name] for name in cut.by]
    columns = {name: measure.of(rows) for name, measure in zip(cut.metrics, measures, strict=True)}
    titles = {d.title: rows[d.title].max() for d in map(dimension, cut.by) if d.title and d.title in rows.columns}
    grouped = rows.group_by(keys).aggregate(**titles, **columns) if keys else rows.aggregate(**columns)
    return _dated(grouped.to_pandas(), cut.by)


def home(name: str, snapshot: Snapshot) -> ir.Table:
    """A table with its columns under the names that the dimensions know: a sign-up's day is its date.

    `valued` is the sales beside the predicted value of their customer.
    """
    if name == "valued":
        return snapshot.table("sales").inner_join(snapshot.table("customer_value"), "customer_id")
    table = snapshot.table(name)
    return table.select(**HOMES[name]) if name in HOMES else table


def _rows(cut: Cut, snapshot: Snapshot) -> ir.Table:
    """The rows inside the period that match every choice their table knows of."""
    table = home(cut.table, snapshot)
    if beyond := [name for name in cut.by if not DIMENSIONS[name].reaches(table)]:
        raise QuestionError(
            f"{METRICS[cut.metrics[0]].label} cannot be split by {DIMENSIONS[beyond[0]].label.lower()}."
        )
    rows = _matching(table, cut, acquired=False).filter(table.order_date.between(cut.period.start, cut.period.end))
    if cut.acquired and cut.table not in HOMES:
        sales = _matching(home("sales", snapshot), cut, acquired=False)
        first = (sales.order_number == 1) & sales.order_date.between(cut.acquired.start, cut.acquired.end)
        rows = rows.semi_join(sales.filter(first).select("customer_id").distinct(), "customer_id")
    return _matching(rows, cut, acquired=True)


def _matching(table: ir.Table, cut: Cut, acquired: bool) -> ir.Table:
    """The rows that match the choices of the one kind: those that ask of new customers only, or all others."""
    asked = [d for d in DIMENSIONS.values() if d.acquired == acquired and d.reaches(table)]
    chosen, left_out = dict(cut.chosen), dict(cut.left_out)
    conditions = [d.matches(table, chosen[d.name]) for d in asked if d.name in chosen]
    conditions += [~d.matches(table, left_out[d.name]) for d in asked if d.name in left_out]
    return table.filter(conditions) if conditions else table


def _dated(frame: pd.DataFrame, by: tuple[str, ...]) -> pd.DataFrame:
    """Buckets of time as plain dates, whatever the engine returned."""
    for name in by:
        if DIMENSIONS[name].unit or DIMENSIONS[name].kind == "month":
            frame[name] = pd.to_datetime(frame[name]).dt.date.astype(object)
    return frame
