"""Features: what is known of a customer on a day, from nothing later than that day."""

from datetime import date

import ibis
import ibis.expr.types as ir
from ibis import _

from pipeline.joins import widened


def customer_features(orders: ir.Table, ratings: ir.Table, as_of: date) -> ir.Table:
    """One row a customer with an order by `as_of`; days are counted to `as_of`, money is revenue.

    `clv` is historic: revenue to date. Scores run from 1 to 5, 5 best; equal values have equal scores, whatever the
    order of the rows. `overdue_ratio` is the time since the last order over the customer's own mean gap.
    """
    until = orders.filter(_.ordered_at.date() <= as_of)
    facts = until.group_by("customer_id").aggregate(
        purchase_count=_.count(),
        clv=_.value.sum().cast("float64"),
        first_day=_.ordered_at.min().date(),
        last_day=_.ordered_at.max().date(),
    )
    rated = ratings.group_by("customer_id").aggregate(mean_rating_given=_.average_rating.mean())
    day = ibis.literal(as_of, "date")
    known = widened(facts, rated, ["customer_id"]).mutate(
        aov=_.clv / _.purchase_count,
        days_since_last_purchase=lambda t: day.delta(t.last_day, unit="day"),
        customer_age_days=lambda t: day.delta(t.first_day, unit="day"),
        mean_days_between_orders=(_.last_day.delta(_.first_day, unit="day") / (_.purchase_count - 1).nullif(0)).cast("float64"),
        is_one_time_buyer=(_.purchase_count == 1).cast("int8"),
    )  # fmt: skip
    overdue = known.mutate(overdue_ratio=_.days_since_last_purchase / _.mean_days_between_orders.nullif(0))
    return overdue.mutate(
        recency_score=_score(-_.days_since_last_purchase),
        frequency_score=_score(_.purchase_count),
        monetary_score=_score(_.clv),
    )


def customer_categories(valid: ir.Table, as_of: date) -> ir.Table:
    """How often each customer bought in each category by `as_of`: orders with a line in it."""
    known = valid.filter(_.customer_id.notnull() & _.category.notnull() & (_.order_date <= as_of))
    return known.group_by("customer_id", "category").aggregate(category_purchase_count=_.order_id.nunique())


def merged(
    sales: ir.Table, customer_features: ir.Table, customer_categories: ir.Table, top_categories: tuple[str, ...]
) -> ir.Table:
    """The analytics table as it is handed out: sales, their customer's features, a 0/1 column per top category."""
    features = customer_features.drop("first_day", "last_day")
    wide = widened(widened(sales, features, ["customer_id"]), customer_categories, ["customer_id", "category"])
    flags = {f"category_{_slug(name)}": (_.category == name).cast("int8") for name in top_categories}
    return wide.mutate(**flags)


def _score(value: ir.NumericValue) -> ir.IntegerValue:
    """Fifths by rank, ties together: 1 for the lowest."""
    share = ibis.percent_rank().over(ibis.window(order_by=value))
    return (1 + (share * 5).floor()).cast("int8").clip(1, 5)


def _slug(name: str) -> str:
    return "".join(c if c.isalnum() else "_" for c in name.lower())
