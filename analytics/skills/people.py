"""People: customers who have gone quiet, and those a model expects to."""

from dataclasses import replace
from datetime import timedelta

import pandas as pd

from analytics.bands import HIGH
from analytics.errors import QuestionError
from analytics.filters import Filters
from analytics.periods import DAY, covered
from analytics.queries import Query
from analytics.silence import churn_window
from analytics.skills.baskets import lines
from pipeline.warehouse import Snapshot


def silence(query: Query, filters: Filters, snapshot: Snapshot) -> int:
    """Days without an order after which a customer is listed: asked for, else those of the period, else the shop's own."""
    if query.limit:
        return min(query.limit, covered(snapshot).days)
    if filters.start:
        return (snapshot.as_of - filters.start).days + 1
    return churn_window(snapshot)


def lapsed(query: Query, filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
    """Customers without an order in the last days, the most valuable first: last order, days since, orders and revenue."""
    since = snapshot.as_of - timedelta(days=silence(query, filters, snapshot)) + DAY
    sales = lines(query, replace(filters, start=None, end=None, brush=None), snapshot)
    known = sales.filter(sales.customer_id.notnull())
    each = known.group_by(customer=known.customer_id).aggregate(
        last_order=known.order_date.max(),
        orders=known.order_id.nunique(),
        revenue=known.total_amount.sum().cast("float64"),
    )
    frame = each.filter(each.last_order < since).to_pandas()
    frame["last_order"] = pd.to_datetime(frame["last_order"]).dt.date
    frame["days_since"] = [(snapshot.as_of - day).days for day in frame["last_order"]]
    return frame.sort_values(["revenue", "customer"], ascending=[False, True]).reset_index(drop=True)


def lapsed_count(query: Query, filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
    """One row: how many customers have gone quiet, and the revenue they brought."""
    frame = lapsed(query, filters, snapshot)
    return pd.DataFrame({"customers": [len(frame)], "revenue": [float(frame["revenue"].sum())]})


def published(name: str, snapshot: Snapshot) -> pd.DataFrame:
    """A table that a model publishes; a `QuestionError` that says what makes it where it is not there."""
    frame = snapshot.table(name).to_pandas() if name in snapshot.manifest["tables"] else pd.DataFrame()
    if frame.empty:
        model = {"forecasts": "sales", "churn_scores": "churn"}[name]
        raise QuestionError(
            f"No {name.replace('_', ' ')} have been published yet. Make them with: python run.py train {model}"
        )
    return frame


def churn(query: Query, filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
    """Customers by the published probability to place no order in the next `horizon_days`, the highest first."""
    scores = published("churn_scores", snapshot)
    columns = [c for c in ("customer_id", "probability", "band", "horizon_days", "reasons") if c in scores]
    scores = scores[columns].rename(columns={"customer_id": "customer"})
    if filters.chosen or query.left_out:
        kept = replace(query, skill="", metrics=("orders",), by=("customer",), limit=0)(
            replace(filters, start=None, end=None), snapshot
        )
        scores = scores[scores["customer"].isin(kept["customer"])]
    return (
        scores.sort_values(["probability", "customer"], ascending=[False, True])
        .head(query.limit or 20)
        .reset_index(drop=True)
    )


def churn_count(query: Query, filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
    """One row: how many customers are in the high band of risk."""
    frame = churn(replace(query, limit=10**9), filters, snapshot)
    return pd.DataFrame({"customers": [int((frame["probability"] > HIGH).sum())], "of": [len(frame)]})
