"""Integrate: the tables we make from the files. Each step is named after its table and reads what its parameters name."""

import ibis
import ibis.expr.types as ir
from ibis import _
from ibis.common.deferred import Deferred

from pipeline.features import of_table
from pipeline.joins import widened
from pipeline.lines import VALID

UNKNOWN = "Unknown"
WHO = ("customer_name", "email", "signup_date", "customer_segment", "customer_region", "first_order_date", "channel")
WHAT = ("list_price", "stock_level", "cost", "product_name", "category", "categories")


def valid(lines: ir.Table) -> ir.Table:
    """The lines that are revenue: sales of products, and services."""
    return lines.filter(_.kind.isin(VALID))


def reviews(customer_reviews: ir.Table) -> ir.Table:
    """Every usable review."""
    return customer_reviews.mutate(rating=_.rating.cast("float64")).drop("marks")


def ratings(reviews: ir.Table) -> ir.Table:
    """One row a customer and product, so that no join with a sale can multiply it."""
    known = reviews.filter(_.customer_id.notnull())
    return known.group_by("customer_id", "product_id").aggregate(average_rating=_.rating.mean(), review_count=_.count())


def products(product_catalog: ir.Table, lines: ir.Table) -> ir.Table:
    """Every product of the catalogue or sold: the catalogue's words first, else those the sales use most."""
    sold = lines.filter(_.kind == "sale")
    seen = sold.select("product_id").distinct()
    seen = widened(seen, usual(sold, "product_id", "product_name", "sold_as"), ["product_id"])
    seen = widened(seen, usual(sold, "product_id", "category", "sold_in"), ["product_id"])
    catalog = product_catalog.drop("line", "marks")
    both = catalog.join(seen, "product_id", how="outer").mutate(product_id=_.product_id.coalesce(_.product_id_right))
    return both.select(
        "product_id",
        product_name=_.product_name.coalesce(_.sold_as, _.product_id),
        category=_.category.coalesce(_.sold_in, UNKNOWN),
        categories=_.categories.coalesce(_.sold_in, UNKNOWN),
        list_price=_.price.cast("decimal(18, 4)"),
        stock_level=_.stock_level.cast("float64"),
        cost=_.cost.cast("decimal(18, 4)"),
        supplier=_.supplier,
        lead_time_days=_.lead_time_days.cast("float64"),
    )


def baskets(valid: ir.Table) -> ir.Table:
    """What one customer bought under one order id on one day for one region; `line` is the first of its `lines`."""
    made = valid.group_by("customer_id", "order_id", "order_date", "region")
    return made.aggregate(ordered_at=_.ordered_at.min(), line=_.line.min(), lines=_.count(), value=_.total_amount.sum())


def orders(baskets: ir.Table) -> ir.Table:
    """A customer's orders in the order they came; `order_number` is 1 for the first ever."""
    known = baskets.filter(_.customer_id.notnull())
    made = known.group_by("customer_id", "order_id").aggregate(ordered_at=_.ordered_at.min(), value=_.value.sum())
    course = ibis.window(group_by="customer_id", order_by=["ordered_at", "order_id"])
    return made.mutate(order_number=ibis.row_number().over(course) + 1)


def split_orders(baskets: ir.Table) -> ir.Table:
    """The order ids of several baskets, and the first line of each."""
    made = baskets.filter(_.order_id.notnull()).group_by("order_id").aggregate(line=_.line.min(), baskets=_.count())
    return made.filter(_.baskets > 1)


def numbered(baskets: ir.Table, orders: ir.Table, split_orders: ir.Table, shoppers: ir.Table) -> ir.Table:
    """Of every customer, order and day which order of the customer it is, and the numbers that stand for order and customer:
    the order's first line, and that of `shoppers`."""
    made = baskets.group_by("customer_id", "order_id", "order_date").aggregate(line=_.line.min())
    made = widened(made, orders.select("customer_id", "order_id", "order_number"), ["customer_id", "order_id"])
    made = widened(made, split_orders.select("order_id", earlier="line"), ["order_id"])
    made = widened(made, shoppers.select("customer_id", "shopper"), ["customer_id"])
    return made.mutate(order=_.earlier.coalesce(_.line).cast("int32")).drop("earlier", "line")


def customers(customer_database: ir.Table, baskets: ir.Table, first_touches: ir.Table) -> ir.Table:
    """Every customer of the file or seen buying; what the files do not say is unknown."""
    buyers = baskets.filter(_.customer_id.notnull())
    seen = buyers.group_by("customer_id").aggregate(
        first_order_date=_.order_date.min(), last_order_date=_.order_date.max()
    )
    told = customer_database.filter(_.region.notnull())
    usually = usual(buyers.anti_join(told, "customer_id"), "customer_id", "region", "bought_in", _.lines.sum())
    seen = widened(seen, usually, ["customer_id"])
    file = customer_database.drop("line")
    both = file.join(seen, "customer_id", how="outer").mutate(customer_id=_.customer_id.coalesce(_.customer_id_right))
    both = widened(both.drop("customer_id_right"), first_touches, ["customer_id"])
    return both.select(
        "customer_id",
        customer_name=_.customer_name.fill_null(UNKNOWN),
        email=_.email.fill_null("no_email@unknown.com"),
        signup_date=_.signup_date,
        customer_segment=_.customer_segment.fill_null(UNKNOWN),
        customer_region=_.region.coalesce(_.bought_in, UNKNOWN),
        first_order_date=_.first_order_date,
        last_order_date=_.last_order_date,
        email_is_valid=~(_marked("missing_email") | _marked("invalid_email")) & _.email.notnull(),
        signed_up_after_first_order=_marked("signup_after_first_order"),
        channel=_.channel.fill_null(UNKNOWN),
    )


def usual(rows: ir.Table, key: str, column: str, name: str, times: Deferred | None = None) -> ir.Table:
    """For each key the value that stands there most often, of equally frequent ones the first in the alphabet."""
    often = _.count() if times is None else times
    counted = rows.filter(rows[column].notnull()).group_by(key, column).aggregate(times=often)
    best = ibis.window(group_by=key, order_by=[ibis.desc("times"), column])
    return counted.mutate(place=ibis.row_number().over(best)).filter(_.place == 0).select(key, **{name: column})


def _marked(rule: str) -> Deferred:
    return _.marks.contains(rule).fill_null(False)


def dressed(lines: ir.Table, customers: ir.Table, products: ir.Table) -> ir.Table:
    """All lines with what is known of their customer and product; the sale's own facts first, theirs fill gaps."""
    who = customers.select("customer_id", *WHO)
    what = products.select("product_id", *WHAT).rename(called="product_name", shelved="category", shelves="categories")
    joined = widened(widened(lines, who, ["customer_id"]), what, ["product_id"])
    return joined.mutate(
        region=_.region.coalesce(_.customer_region, UNKNOWN),
        category=_.category.coalesce(_.shelved, UNKNOWN),
        categories=_both(_.categories, _.shelves).fill_null(UNKNOWN),
        customer_segment=_.customer_segment.fill_null(UNKNOWN),
        channel=_.channel.fill_null(UNKNOWN),
        product_name=_.called.coalesce(_.product_name, _.product_id),
    ).drop("called", "shelved", "shelves")  # fmt: skip


def _both(own: Deferred, shelved: Deferred) -> Deferred:
    """All categories of a sale: those that it names and those of its product, between bars."""
    among = ("|" + shelved + "|").contains("|" + own + "|")
    return ibis.ifelse(among, shelved, own + "|" + shelved).coalesce(own, shelved)


def sales(dressed: ir.Table, numbered: ir.Table, ratings: ir.Table) -> ir.Table:
    """The analytics table: one row a valid line, with its place in the customer's history and the time features.

    Services (postage, fees) are revenue of no product.
    """
    keys = ["customer_id", "order_id", "order_date"]
    placed = widened(dressed.filter(_.kind.isin(VALID)), numbered.select(*keys, "order_number"), keys)
    rated = widened(placed, ratings, ["customer_id", "product_id"])
    known = rated.mutate(review_count=_.review_count.fill_null(0), **of_table("sales")).drop("marks")
    return known.mutate(product_id=(_.kind == "sale").ifelse(_.product_id, ibis.null("string")))


def returns(lines: ir.Table, customers: ir.Table, products: ir.Table, returned_goods: ir.Table) -> ir.Table:
    """What came back, with the same dimensions as the sales: returns and cancellations among the lines, and the rows of
    returns.csv (their line below zero) that are not among them: same order, product and units.

    `sold_on` is the day of the sale, where the order says it; `reason` what the file says.
    """
    back = lines.filter(_.kind.isin(("return", "cancellation")))
    told = (
        dressed(back, customers, products)
        .drop("marks")
        .mutate(reason=ibis.null("string"), total_amount=-_.total_amount.abs())
    )
    asked = back.select("order_id").union(returned_goods.select("order_id")).distinct()
    first = (
        lines.filter(_.kind == "sale")
        .semi_join(asked, "order_id")
        .group_by("order_id", "product_id")
        .aggregate(at=_.line.min(), day=_.order_date.min())
    )
    names = told.columns
    filed = (
        _filed(returned_goods, told)
        .left_join(first, ["order_id", "product_id"])
        .drop("order_id_right", "product_id_right", "day")
    )
    sold = dressed(lines.semi_join(returned_goods, "order_id"), customers, products).drop("marks")
    facts = sold.drop(
        "order_id", "product_id", "order_date", "ordered_at", "quantity", "unit_price", "total_amount", "kind", "line"
    )
    sale = sold.select("line", **{f"sale_{name}": name for name in facts.columns})
    filed = filed.left_join(sale, filed["at"] == sale["line"])
    filed = filed.mutate(**{name: _[f"sale_{name}"] for name in facts.columns}).mutate(
        product_name=_.product_name.coalesce(_.product_id),
        **{
            name: _[name].fill_null(UNKNOWN)
            for name in ("region", "category", "categories", "customer_segment", "channel")
        },
    )
    both = told.select(*names).union(filed.select(*(filed[name].cast(told[name].type()).name(name) for name in names)))
    return widened(both, first.select("order_id", "product_id", sold_on="day"), ["order_id", "product_id"])


def _filed(returned_goods: ir.Table, told: ir.Table) -> ir.Table:
    """The rows of returns.csv that are not among the lines, in their signs: what comes back is below zero."""
    known = told.select("order_id", "product_id", units=_.quantity.abs()).distinct()
    filed = returned_goods.mutate(units=_.quantity.abs().cast("decimal(18, 3)")).anti_join(
        known, ["order_id", "product_id", "units"]
    )
    return filed.select(
        "order_id",
        "product_id",
        reason=_.return_reason,
        line=-_.line,
        order_date=_.return_date,
        ordered_at=_.return_date.cast("timestamp"),
        quantity=-_.units,
        unit_price=(_.amount.abs().cast("float64") / _.units.nullif(0).cast("float64")),
        total_amount=-_.amount.abs(),
        kind=ibis.literal("return"),
    )
