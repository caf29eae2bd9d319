"""Courses: what stands out in a series, how cohorts come back, what is expected next, how long the stock lasts."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd

from analytics import cohorts as by_month
from analytics.dimensions import DIMENSIONS
from analytics.errors import QuestionError
from analytics.filters import Filters
from analytics.periods import Period, bucket_after, covered, grain_for
from analytics.queries import Query
from analytics.skills.people import published
from analytics.trends import marked
from pipeline.warehouse import Snapshot

WINDOW = 90
STOCKED = ("category", "product")
WHOLE = ("", "total", "all", "none")


def anomalies(query: Query, filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
    """Whole buckets that stand out from the year around them, in order: value, what was to be expected, peak or trough."""
    name, data = query.metrics[0], covered(snapshot)
    period = filters.period(data).within(data)
    grain = next((d for d in query.by if DIMENSIONS[d].unit), grain_for(period))
    frame = replace(query, skill="", by=(grain,), limit=0)(filters, snapshot)
    ends = [bucket_after(start, grain) - timedelta(days=1) for start in frame[grain]]
    whole = [p.start >= period.start and p.end <= period.end for p in map(Period, frame[grain], ends)]
    frame = frame[whole].reset_index(drop=True)
    marks = marked(frame[name].to_numpy(float), grain)
    found = frame[[grain, name]].assign(expected=marks["surroundings"], mark=marks["mark"], off=marks["off"])
    return found[found["mark"] != ""].reset_index(drop=True)


def cohorts(query: Query, filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
    """One row a month of first order and months since: size, customers, retention; complete months only."""
    frame = by_month.cohorts(filters, snapshot)
    frame = frame[frame["complete"].astype(bool)]
    frame["cohort"] = [c if c is not None and c == c else "all" for c in frame["cohort"]]
    return frame[["cohort", "age", "size", "customers", "retention"]].reset_index(drop=True)


def forecast(query: Query, filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
    """The published forecast of revenue or units, by month and by the members asked for, with its 95 % interval."""
    table = published("forecasts", snapshot)
    ways = {**dict(filters.chosen), **dict.fromkeys(query.by, ())}
    ways = {name: members for name, members in ways.items() if not DIMENSIONS[name].unit}
    if len(ways) > 1 or query.left_out:
        raise QuestionError(
            "A forecast is published for one of category, region or segment at a time, not for two together."
        )
    name, members = next(iter(ways.items()), ("", ()))
    rows = table[table["target"] == query.metrics[0]]
    of = rows["dimension"].fillna("").astype(str)
    rows = rows[of == name] if name else rows[of.isin(WHOLE)]
    rows = rows[rows["member"].isin(members)] if members else rows
    rows = rows.assign(date=pd.to_datetime(rows["date"]).dt.date)
    if filters.start and filters.end and filters.end > snapshot.as_of:
        rows = rows[(rows["date"] >= filters.start) & (rows["date"] <= filters.end)]
    if rows.empty:
        raise QuestionError("The published forecast does not cover that. It is made with: python run.py train sales")
    kept = (["member"] if name else []) + ["date", "value", "low", "high"]
    return rows[kept].sort_values(kept[:-3]).reset_index(drop=True)


def stock_cover(query: Query, filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
    """Products by the days their stock lasts at the mean units a day of the last 90 days, the shortest first.

    Without a sale in those days there is no number of days; without a stock level the product is left out. A stock is the
    whole shop's: `QuestionError` where the sales are narrowed by anything but product and category.
    """
    apart = [name for name, _ in (*filters.chosen, *query.left_out) if name not in STOCKED]
    if apart or query.sets:
        what = DIMENSIONS[apart[0]].label.lower() if apart else "what customers bought"
        raise QuestionError(f"Stock is known for the whole shop, not by {what}. Ask by product or category.")
    recent = replace(filters, start=snapshot.as_of - timedelta(days=WINDOW - 1), end=snapshot.as_of, brush=None)
    sold = Query(("units",), by=("product",), left_out=query.left_out)(recent, snapshot).dropna(subset=["product"])
    products = snapshot.table("products").select("product_id", "product_name", "category", "stock_level").to_pandas()
    frame = products.rename(columns={"product_id": "product"}).dropna(subset=["stock_level"])
    for name, members in filters.chosen:
        frame = frame[frame[name].isin(members)]
    for name, members in query.left_out:
        frame = frame[~frame[name].isin(members)]
    if frame.empty:
        raise QuestionError("No stock is known: needs product_catalog.csv with a stock_level column.")
    frame = frame.merge(sold[["product", "units"]], how="left", on="product").fillna({"units": 0.0})
    a_day = frame["units"] / WINDOW
    frame["days_of_cover"] = frame["stock_level"] / np.where(a_day > 0, a_day, np.nan)
    frame = frame.rename(columns={"units": f"units_last_{WINDOW}_days"}).sort_values(["days_of_cover", "product"])
    return frame.head(query.limit or 10).reset_index(drop=True)
