"""Features: what is known of a sale, a customer or a product on a day, from nothing later than that day.

Each is defined once: its name, what it means, and the expression that makes it. Those of a sale hold on the
day of the sale; all others as of a given day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import pi
from typing import Literal

import ibis
import ibis.expr.types as ir
from ibis import _
from ibis.common.deferred import Deferred

from pipeline.flags import flag
from pipeline.joins import widened

Home = Literal["sales", "customer_features", "product_features", "customer_categories", "merged"]
RECENT = 90


@dataclass(frozen=True)
class Feature:
    """A column: `of` makes it from the rows of a group where `groups`, else from the columns before it."""

    name: str
    table: Home
    means: str
    of: Deferred | None = None
    groups: bool = False


def _score(value: Deferred) -> Deferred:
    """Fifths by rank, 1 for the lowest; the rank is that of the first of equals, so that equals share a score."""
    rank = ibis.rank().over(ibis.window(order_by=value))
    others = (ibis._.count().over(ibis.window()) - 1).nullif(0)
    return (1 + (rank * 5 // others).fill_null(4)).clip(1, 5).cast("int8")


DAY, YEAR_TURN = _.order_date, _.order_date.month().cast("float64") * (2 * pi / 12)

LISTED = (
    Feature("year_added", "sales", "Year of the sale.", DAY.year()),
    Feature("month_added", "sales", "Month of the sale, 1 to 12.", DAY.month()),
    Feature("quarter_added", "sales", "Quarter of the sale, 1 to 4.", DAY.quarter()),
    Feature("day_of_week", "sales", "Day of the week of the sale, 1 for Monday to 7.", DAY.day_of_week.index() + 1),
    Feature("is_weekend", "sales", "1 for a Saturday or Sunday.", flag(DAY.day_of_week.index() >= 5)),
    Feature("is_holiday_season", "sales", "1 in November and December.", flag(DAY.month().isin([11, 12]))),
    Feature("month_sine", "sales", "Season as a point on the circle of the year: sine of the month's angle.", YEAR_TURN.sin()),
    Feature("month_cosine", "sales", "Season as a point on the circle of the year: cosine of the month's angle.", YEAR_TURN.cos()),
    Feature("days_since_signup", "sales", "Days from sign-up to the sale; below zero for who bought first.",
            DAY.delta(_.signup_date, unit="day")),
    Feature("days_since_first_purchase", "sales", "Days from the customer's first order to the sale.",
            DAY.delta(_.first_order_date, unit="day")),
    Feature("margin", "sales", "Amount less units times the product's cost; empty where that is not known, as for services.",
            (_.kind == "sale").ifelse(_.total_amount - _.quantity * _.cost, ibis.null()).cast("decimal(18, 4)")),
    Feature("costed_revenue", "sales", "Amount where the margin is known.",
            ((_.kind == "sale") & _.cost.notnull()).ifelse(_.total_amount, ibis.null()).cast("decimal(18, 2)")),
    Feature("order_number", "sales", "Which order of the customer it is, 1 for the first ever."),
    Feature("average_rating", "sales", "Mean rating that the customer gave the product, as the reviews stand; empty without one."),
    Feature("review_count", "sales", "Reviews of the product by the customer, as the reviews stand."),

    Feature("purchase_count", "customer_features", "Valid orders to date.", _.count(), groups=True),
    Feature("clv", "customer_features", "Customer lifetime value so far: revenue to date.", _.value.sum().cast("float64"), groups=True),
    Feature("first_order_day", "customer_features", "Day of the first valid order.", _.day.min(), groups=True),
    Feature("last_order_day", "customer_features", "Day of the last valid order.", _.day.max(), groups=True),
    Feature("orders_recent", "customer_features", f"Orders in the last {RECENT} days.", (_.age < RECENT).sum(), groups=True),
    Feature("orders_before", "customer_features", f"Orders in the {RECENT} days before those.",
            ((_.age >= RECENT) & (_.age < 2 * RECENT)).sum(), groups=True),
    Feature("aov", "customer_features", "Average order value: clv / purchase_count.", _.clv / _.purchase_count),
    Feature("days_since_last_purchase", "customer_features", "Recency: days from the last order to the day.",
            _.as_of.delta(_.last_order_day, unit="day")),
    Feature("customer_age_days", "customer_features", "Days from the first order to the day.",
            _.as_of.delta(_.first_order_day, unit="day")),
    Feature("mean_days_between_orders", "customer_features", "Days from first to last order / (purchase_count - 1); empty for one order.",
            (_.last_order_day.delta(_.first_order_day, unit="day") / (_.purchase_count - 1).nullif(0)).cast("float64")),
    Feature("overdue_ratio", "customer_features", "Churn risk: days since the last order / mean days between orders.",
            _.days_since_last_purchase / _.mean_days_between_orders.nullif(0)),
    Feature("order_trend", "customer_features", f"Churn risk: orders of the last {RECENT} days less those of the {RECENT} before.",
            _.orders_recent - _.orders_before),
    Feature("is_one_time_buyer", "customer_features", "Churn risk: 1 for a single order.", flag(_.purchase_count == 1)),
    Feature("mean_rating_given", "customer_features", "Mean of all ratings given by the day; empty without one."),
    Feature("reviews_given", "customer_features", "Reviews written by the day.", _.reviews_given.fill_null(0)),
    Feature("recency_score", "customer_features", "1 to 5 by fifths of days_since_last_purchase, 5 the most recent.",
            _score(-_.days_since_last_purchase)),
    Feature("frequency_score", "customer_features", "1 to 5 by fifths of purchase_count, 5 the most.", _score(_.purchase_count)),
    Feature("monetary_score", "customer_features", "1 to 5 by fifths of clv, 5 the highest.", _score(_.clv)),

    Feature("product_average_rating", "product_features", "Mean of all ratings of the product by the day; empty without one."),
    Feature("product_review_count", "product_features", "Reviews of the product by the day.", _.product_review_count.fill_null(0)),
    Feature("product_units_sold", "product_features", "Units sold by the day.", _.quantity.sum().cast("float64"), groups=True),
    Feature("product_last_sale_day", "product_features", "Day of the last sale.", _.order_date.max(), groups=True),
    Feature("category_purchase_frequency", "customer_categories", "Orders of the customer with a line in the sale's category.",
            _.order_id.nunique(), groups=True),
)  # fmt: skip
FEATURES = {feature.name: feature for feature in LISTED}


def of_table(table: Home, groups: bool = False) -> dict[str, Deferred]:
    """The expressions of a table's features, in their order."""
    return {f.name: f.of for f in LISTED if f.table == table and f.of is not None and f.groups == groups}


def customer_features(baskets: ir.Table, reviews: ir.Table, as_of: date) -> ir.Table:
    """One row a customer with an order by `as_of`; days are counted to `as_of`, money is revenue.

    Scores follow metrics of recency, frequency and money over all these customers; equal values have equal scores.
    """
    day = ibis.literal(as_of, "date")
    until = baskets.filter(_.customer_id.notnull(), _.order_date <= as_of)
    orders = until.group_by("customer_id", "order_id").aggregate(day=_.order_date.min(), value=_.value.sum())
    aged = orders.mutate(age=lambda t: day.delta(t.day, unit="day"))
    facts = aged.group_by("customer_id").aggregate(**of_table("customer_features", groups=True))
    written = reviews.filter(_.customer_id.notnull(), _.review_date <= as_of).group_by("customer_id")
    rated = written.aggregate(mean_rating_given=_.rating.mean(), reviews_given=_.count())
    known = widened(facts, rated, ["customer_id"]).mutate(as_of=day)
    for name, expression in of_table("customer_features").items():
        known = known.mutate(**{name: expression})
    return known.drop("as_of")


def product_features(valid: ir.Table, reviews: ir.Table, as_of: date) -> ir.Table:
    """One row a product sold by `as_of`."""
    sold = valid.filter(_.kind == "sale", _.order_date <= as_of).group_by("product_id")
    facts = sold.aggregate(**of_table("product_features", groups=True))
    written = reviews.filter(_.review_date <= as_of).group_by("product_id")
    rated = written.aggregate(product_average_rating=_.rating.mean(), product_review_count=_.count())
    return widened(facts, rated, ["product_id"]).mutate(**of_table("product_features"))


def customer_categories(sales: ir.Table, as_of: date) -> ir.Table:
    """How often each customer bought in each category by `as_of`: orders with a line in it."""
    known = sales.filter(_.customer_id.notnull(), _.order_date <= as_of)
    return known.group_by("customer_id", "category").aggregate(**of_table("customer_categories", groups=True))


def merged(
    sales: ir.Table,
    customer_features: ir.Table,
    product_features: ir.Table,
    customer_categories: ir.Table,
    top_categories: tuple[str, ...],
) -> ir.Table:
    """The analytics table as it is handed out: sales, features of their customer and product, a 0/1 column per top category."""
    customer = customer_features.drop("first_order_day", "last_order_day")
    product = product_features.drop("product_last_sale_day")
    wide = widened(widened(sales, customer, ["customer_id"]), product, ["product_id"])
    wide = widened(wide, customer_categories, ["customer_id", "category"])
    named = "|" + _.categories + "|"
    flags = {column: flag(named.contains(f"|{name}|")) for name, column in flag_columns(top_categories).items()}
    return wide.mutate(**flags)


def flag_columns(categories: Sequence[str]) -> dict[str, str]:
    """The name of each category's 0/1 column; two that would share a name are numbered."""
    names: dict[str, str] = {}
    for category in categories:
        plain = "category_" + "".join(c if c.isalnum() else "_" for c in category.lower())
        taken = sum(name == plain or name.startswith(plain + "__") for name in names.values())
        names[category] = f"{plain}__{taken + 1}" if taken else plain
    return names
