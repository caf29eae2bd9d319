"""The warehouse engine: a cut as one query over the tables of a snapshot, whatever their size.

The only place that turns measures into queries.
"""

from dataclasses import replace
from functools import lru_cache

import ibis
import ibis.expr.types as ir
import pandas as pd
from ibis import _

from analytics.cut import HOMES, Cut
from analytics.dimensions import DIMENSIONS, dimension
from analytics.measures import Base
from analytics.metrics import UNKNOWN
from analytics.periods import Period, covered
from pipeline.sources import SCOPED
from pipeline.warehouse import Snapshot


def answer(cut: Cut, measures: tuple[Base, ...], snapshot: Snapshot) -> pd.DataFrame:
    """One row per group: the keys of `cut.by`, the title of each that has one, the metrics."""
    rows = rows_of(cut, snapshot)
    keys = [dimension(name).of(rows) for name in cut.by]
    if cut.once:
        rows = rows.select(*keys, *({cut.once, *(m.column for m in measures)} - set(cut.by))).distinct()
        keys = [rows[name] for name in cut.by]
    columns = {name: measure.of(rows) for name, measure in zip(cut.metrics, measures, strict=True)}
    titles = {d.title: rows[d.title].max() for d in map(dimension, cut.by) if d.title and d.title in rows.columns}
    grouped = rows.group_by(keys).aggregate(**titles, **columns) if keys else rows.aggregate(**columns)
    return _dated(grouped.to_pandas(), cut.by)


@lru_cache(maxsize=256)
def columns(table: str, snapshot: Snapshot) -> frozenset[str]:
    """The columns of a home table, under the names that the dimensions know; `valued` has those of the sales, also where no model
    has told a value."""
    table = "sales" if table == "valued" else table
    scored = tuple(d.name for d in DIMENSIONS.values() if d.scored)
    return frozenset(_home(Cut(table, (), scored, Period(snapshot.first_day, snapshot.as_of)), snapshot).columns)


def _home(cut: Cut, snapshot: Snapshot) -> ir.Table:
    """A table with its columns under the names that the dimensions know, and what scores say of its customers where
    the cut asks for it."""
    table = _named(cut, snapshot)
    named = {*cut.by, *dict(cut.chosen), *dict(cut.left_out)}
    asked = {d.scored: d.column for d in map(dimension, named) if d.scored}
    for scores, column in asked.items() if "customer_id" in table.columns else ():
        if scores in snapshot.manifest["tables"]:
            said = snapshot.table(scores).select("customer_id", column)
            table = table.left_join(said, "customer_id").drop("customer_id_right")
        else:
            table = table.mutate(**{column: ibis.null("string")})
    return table


def _named(cut: Cut, snapshot: Snapshot) -> ir.Table:
    """A table with its columns under the names that the dimensions know: a sign-up's day is its date.

    `valued` is the sales beside the predicted value of their customer; `plan` the targets for exactly what the cut is split
    and narrowed by, `planned_` the sales on the days that have one.
    """
    name = cut.table
    if name == "plan":
        return snapshot.table("plan").filter(_.scope == cut.scope)
    if name.startswith("planned_"):
        return _planned(name.removeprefix("planned_"), cut, snapshot)
    if name == "valued":
        return snapshot.table("sales").inner_join(snapshot.table("customer_value"), "customer_id")
    table = snapshot.table(name)
    if name == "reviews":
        return _reviews(table, cut, snapshot)
    return table.select(**HOMES[name]) if name in HOMES else table


def _planned(metric: str, cut: Cut, snapshot: Snapshot) -> ir.Table:
    """The sales on the days, and of the members, for which a target of the metric is set."""
    plan = snapshot.table("plan").filter(_.scope == cut.scope, _.metric == metric)
    keys = ["order_date", *(name for name in cut.scope.split() if name in SCOPED)]
    return snapshot.table("sales").semi_join(plan.select(*keys).distinct(), keys)


def _reviews(reviews: ir.Table, cut: Cut, snapshot: Snapshot) -> ir.Table:
    """Reviews beside what is known of their product and of who wrote them; a review names no order.

    One written after the last day of orders counts on that day, as no period reaches beyond it; one without a date counts
    where no time is asked for.
    """
    last = ibis.literal(snapshot.as_of, "date")
    timeless = cut.period.days >= covered(snapshot).days and not any(DIMENSIONS[name].unit for name in cut.by)
    undated = last if timeless else ibis.null("date")
    products = snapshot.table("products").select("product_id", "product_name", "category")
    people = snapshot.table("customers").select(
        "customer_id", "customer_segment", "channel", "first_order_date", "signup_date", region="customer_region"
    )
    rows = reviews.select("review_id", "customer_id", "product_id", "rating", order_date="review_date")
    rows = rows.mutate(order_date=rows.order_date.isnull().ifelse(undated, ibis.least(rows.order_date, last)))
    for table, key in ((products, "product_id"), (people, "customer_id")):
        rows = rows.left_join(table, key).drop(f"{key}_right")
    known = {name: rows[name].fill_null(UNKNOWN) for name in ("category", "region", "customer_segment", "channel")}
    return rows.mutate(order_id=ibis.null("string"), **known)


def rows_of(cut: Cut, snapshot: Snapshot) -> ir.Table:
    """The rows inside the period that match every choice their table knows of."""
    table = _home(cut, snapshot)
    cut.reached(table.columns)
    rows = _matching(table, cut, acquired=False).filter(table.order_date.between(cut.period.start, cut.period.end))
    if cut.acquired and cut.of_new:
        sales = _matching(_home(replace(cut, table="sales"), snapshot), cut, acquired=False)
        first = (sales.order_number == 1) & sales.order_date.between(cut.acquired.start, cut.acquired.end)
        rows = rows.semi_join(sales.filter(first).select("customer_id").distinct(), "customer_id")
    return _matching(rows, cut, acquired=True)


def count(cut: Cut, snapshot: Snapshot) -> int:
    """How many rows a cut looks at."""
    return int(rows_of(cut, snapshot).count().execute())


def _matching(table: ir.Table, cut: Cut, acquired: bool) -> ir.Table:
    """The rows that match the choices of the one kind: those that ask of new customers only, or all others."""
    choices = cut.choices(table.columns, acquired)
    conditions = [d.matches(table, members) if wanted else ~d.matches(table, members) for d, members, wanted in choices]
    return table.filter(conditions) if conditions else table


def _dated(frame: pd.DataFrame, by: tuple[str, ...]) -> pd.DataFrame:
    """Buckets of time as plain dates, whatever the engine returned."""
    for name in by:
        if DIMENSIONS[name].unit or DIMENSIONS[name].kind == "month":
            frame[name] = pd.to_datetime(frame[name]).dt.date.astype(object)
    return frame
