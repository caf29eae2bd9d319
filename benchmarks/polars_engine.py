"""Cuts answered by polars, for the comparison in crossfilter.py; polars is no dependency, install it beside for a run."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from analytics.beside import Column, Columns, objects
from analytics.cut import Cut
from analytics.dimensions import DIMENSIONS, Dimension
from analytics.measures import Base, Only, Sum
from pipeline.snapshot import Snapshot

if TYPE_CHECKING:
    pl: Any
else:
    try:
        import polars as pl
    except ImportError:
        pl = None

LETTERS = {"D": "1d", "W": "1w", "M": "1mo", "Q": "1q", "Y": "1y"}
WANTED = ("order_id", "customer_id", "product_id", "product_name", "order_date", "quantity", "total_amount", "region",
          "category", "kind", "customer_segment", "signup_date", "first_order_date", "order_number", "customer_region",
          "historic", "predicted", "total")  # fmt: skip
FEW = ("region", "category", "kind", "customer_segment", "product_id", "product_name", "customer_region")


@lru_cache(maxsize=8)
def loaded(name: str, snapshot: Snapshot) -> Any:
    """A table as a good user of polars would hold it: texts of few values as categories, money as floats."""
    if name == "valued":
        value = loaded("customer_value", snapshot).select("customer_id", "historic", "predicted", "total")
        return loaded("sales", snapshot).join(value, on="customer_id")
    files = [snapshot.folder / "files" / part for part in snapshot.manifest["tables"][name]]
    frame = pl.read_parquet(files)
    frame = frame.select([column for column in frame.columns if column in WANTED])
    if name == "customers":
        frame = frame.select("customer_id", "customer_segment", order_date="signup_date", region="customer_region")
    floats = [pl.col(c).cast(pl.Float64) for c in ("quantity", "total_amount") if c in frame.columns]
    codes = [pl.col(c).cast(pl.String).cast(pl.Categorical) for c in FEW if c in frame.columns]
    return frame.with_columns(*floats, *codes)


def by_polars(cut: Cut, measures: tuple[Base, ...], snapshot: Snapshot) -> Columns:
    """A cut by filters and group_by."""
    table = loaded(cut.table, snapshot)
    rows = _matching(_within(table, cut.period), cut, acquired=False)
    if cut.acquired and cut.table != "customers":
        sales = _matching(_within(loaded("sales", snapshot), cut.acquired), cut, acquired=False)
        new = sales.filter(pl.col("order_number") == 1).select("customer_id").drop_nulls().unique()
        rows = rows.join(new, on="customer_id", how="semi")
    rows = _matching(rows, cut, acquired=True)
    rows = rows.with_columns(**{f"key_{name}": _key(DIMENSIONS[name]) for name in cut.by})
    keys = [f"key_{name}" for name in cut.by]
    if cut.once:
        rows = rows.unique([*keys, cut.once])
    asked = {name: _measured(m) for name, m in zip(cut.metrics, measures, strict=True)}
    if not keys:
        return {name: column.to_numpy() for name, column in rows.select(**asked).to_dict().items()}
    titles = [DIMENSIONS[n].title for n in cut.by if DIMENSIONS[n].title in rows.columns and not cut.once]
    asked = {title: pl.col(title).cast(pl.String).max() for title in titles} | asked
    found = rows.group_by(keys).agg(**asked).sort(keys)
    names = [*cut.by, *asked]
    return {name: _plain(found[column]) for name, column in zip(names, found.columns, strict=True)}


def _plain(column: Any) -> Column:
    if column.dtype.is_numeric():
        return np.asarray(column.to_numpy())
    return objects(column.to_list())


def _within(table: Any, period: Any) -> Any:
    return table.filter(pl.col("order_date").is_between(period.start, period.end))


def _matching(rows: Any, cut: Cut, acquired: bool) -> Any:
    for dimension, members, wanted in cut.choices(rows.columns, acquired):
        of = _key(dimension)
        read = [dimension.key(member) for member in members if dimension.reads(member)]
        if wanted or read:
            rows = rows.filter(of.is_not_null() & (of.is_in(read) == wanted))
    return rows


def _key(dimension: Dimension) -> Any:
    column = pl.col(dimension.column)
    if dimension.since:
        begun = pl.col(dimension.since)
        if dimension.counts == "days":
            return (column - begun).dt.total_days()
        years = column.dt.year().cast(pl.Int64) - begun.dt.year().cast(pl.Int64)
        return years * 12 + column.dt.month().cast(pl.Int64) - begun.dt.month().cast(pl.Int64)
    if dimension.unit or dimension.kind == "month":
        return column.dt.truncate(LETTERS[dimension.unit or "M"])
    return column


def _measured(measure: Base) -> Any:
    column = pl.col(measure.column)
    column = column.filter(_counted(measure.only)) if measure.only else column
    return column.sum() if isinstance(measure, Sum) else column.drop_nulls().n_unique()


def _counted(only: Only) -> Any:
    column = pl.col(only.column)
    if only.above is not None:
        return column > only.above
    return (column != only.isnt) & column.is_not_null() if only.isnt is not None else column == only.is_
