"""What is known of a customer on a day, as the churn model sees it, and whether they came back after it."""

from collections.abc import Iterable
from datetime import date, timedelta

import ibis.expr.types as ir
import pandas as pd
from ibis import _

from pipeline.features import FEATURES, customer_categories, customer_features

OWN = {
    "order_days": "Days with an order to date.",
    "categories_bought": "Categories with an order to date.",
    "top_category_share": "Share of the favourite category among the customer's orders by category.",
}
TAKEN = (
    "days_since_last_purchase", "customer_age_days", "mean_days_between_orders", "overdue_ratio",
    "purchase_count", "orders_recent", "orders_before", "order_trend", "is_one_time_buyer",
    "clv", "aov", "mean_rating_given", "reviews_given",
)  # fmt: skip
NAMES = (*TAKEN, *OWN)
MEANS = {name: FEATURES[name].means for name in TAKEN} | OWN


def known(sales: ir.Table, reviews: ir.Table, as_of: date) -> pd.DataFrame:
    """One row a customer with a valid order by `as_of`, indexed by customer_id, sorted; the columns of NAMES, as floats.

    `sales`: valid lines with customer_id, order_id, order_date, total_amount, category; `reviews` with customer_id,
    review_date, rating. What a customer has not shown yet is missing. Nothing after `as_of` is read.
    """
    made = customer_features(sales.mutate(value=_.total_amount), reviews, as_of).to_pandas().set_index("customer_id")
    liked = customer_categories(sales, as_of).group_by("customer_id")
    orders = _.category_purchase_frequency
    taste = liked.aggregate(categories_bought=_.count(), top_category_share=orders.max() / orders.sum())
    until = sales.filter(_.customer_id.notnull(), _.order_date <= as_of)
    days = until.group_by("customer_id").aggregate(order_days=_.order_date.nunique())
    wide = made.join(days.to_pandas().set_index("customer_id")).join(taste.to_pandas().set_index("customer_id"))
    return wide.sort_index()[list(NAMES)].astype(float)


def left(sales: ir.Table, cutoff: date, horizon: int, customers: pd.Index) -> pd.Series:
    """Whether each customer had no valid order in the `horizon` days after `cutoff`."""
    last = cutoff + timedelta(days=horizon)
    after = sales.filter(_.customer_id.notnull(), _.order_date > cutoff, _.order_date <= last)
    back = after.select("customer_id").distinct().to_pandas()["customer_id"]
    return pd.Series(~customers.isin(back), customers, name="left")


def examples(sales: ir.Table, reviews: ir.Table, cutoffs: Iterable[date], horizon: int) -> pd.DataFrame:
    """Customers as they were known at each cutoff and whether they `left`: NAMES, customer_id, cutoff, left."""
    parts = []
    for cutoff in cutoffs:
        frame = known(sales, reviews, cutoff)
        parts.append(
            frame.assign(cutoff=pd.Timestamp(cutoff), left=left(sales, cutoff, horizon, frame.index)).reset_index()
        )
    return pd.concat(parts, ignore_index=True)
