"""Optional: the tables that the optional files make. Each step is named after its table and reads what its parameters name.

A file that is not there makes its table empty, and what needs it says so.
"""

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
from ibis import _

from pipeline.flags import flag
from pipeline.integrate import UNKNOWN
from pipeline.joins import widened
from pipeline.sources import SCOPED

YEAR = timedelta(days=364)


def first_touches(touchpoints: ir.Table) -> ir.Table:
    """The channel of each customer's first contact; of one day, the first line."""
    course = ibis.window(group_by="customer_id", order_by=["date", "line"])
    numbered = touchpoints.mutate(place=ibis.row_number().over(course))
    return numbered.filter(_.place == 0).select("customer_id", "channel")


def spend(marketing_spend: ir.Table, as_of: date) -> ir.Table:
    """The marketing spend; `mature` is 1 where those won on that day have been customers for a year."""
    return marketing_spend.select(
        "line",
        "channel",
        order_date=_.date,
        region=_.region.fill_null(UNKNOWN),
        amount=_.amount.cast("decimal(18, 2)"),
        mature=flag(_.date <= ibis.literal(as_of - YEAR, "date")),
    )


def acquired(sales: ir.Table, spend: ir.Table, as_of: date) -> ir.Table:
    """One row a customer on the day of the first order: what the first 365 days brought, in revenue and in margin.

    `paid` is 1 for those who came after the first day with spend, by sign-up where it is known and by order; `mature` is 1
    where besides the 365 days are over.
    """
    known = sales.filter(_.customer_id.notnull())
    early = known.order_date.delta(known.first_order_date, unit="day") <= YEAR.days
    made = known.group_by("customer_id").aggregate(
        order_date=_.first_order_date.min(),
        **{name: _[name].min(where=_.order_number == 1) for name in ("region", "customer_segment", "channel")},
        first_order_date=_.first_order_date.min(),
        signup_date=_.signup_date.min(),
        year_revenue=known.total_amount.sum(where=early).cast("decimal(18, 2)"),
        year_margin=known.margin.sum(where=early).cast("decimal(18, 4)"),
    )
    began = made.cross_join(spend.aggregate(began=_.order_date.min()))
    paid = ((_.order_date >= _.began) & (_.signup_date.coalesce(_.order_date) >= _.began)).fill_null(False)
    old = _.order_date <= ibis.literal(as_of - YEAR, "date")
    return began.mutate(paid=flag(paid), mature=flag(paid & old)).drop("began")


def came_back(returns: ir.Table, sales: ir.Table) -> ir.Table:
    """What came back, above zero, on the day of its sale where that is known, else on the day it was booked.

    Only what has been sold as a product counts in units.
    """
    sold = sales.filter(_.product_id.notnull()).select("product_id").distinct().mutate(product=ibis.literal(1))
    rows = widened(returns, sold, ["product_id"])
    return rows.select(
        "line", "order_id", "customer_id", "product_id", "product_name", "region", "category", "customer_segment", "channel",
        "reason", "first_order_date", "signup_date",
        order_date=_.sold_on.coalesce(_.order_date),
        quantity=(_.product == 1).ifelse(_.quantity.abs(), 0).cast("decimal(18, 3)"),
        total_amount=(-_.total_amount).cast("decimal(18, 2)"),
    )  # fmt: skip


def stock(products: ir.Table, sales: ir.Table, as_of: date) -> ir.Table:
    """The stock of the last day at cost, beside what its products cost and brought over the 365 days to it.

    Products without a cost or a stock level are left out; nothing where the sales are shorter than that.
    """
    year = sales.filter(_.order_date >= ibis.literal(as_of - YEAR, "date"), _.margin.notnull())
    sold = year.group_by("product_id").aggregate(
        year_margin=_.margin.sum(), year_cost=(_.total_amount - _.margin).sum()
    )
    known = products.filter(_.cost.notnull(), _.stock_level.notnull())
    rows = widened(known, sold, ["product_id"]).cross_join(sales.aggregate(began=_.order_date.min()))
    return rows.filter(_.began <= ibis.literal(as_of - YEAR, "date")).select(
        "product_id",
        "product_name",
        "category",
        order_date=ibis.literal(as_of, "date"),
        stock_value=(_.stock_level.cast("decimal(18, 2)") * _.cost).cast("decimal(18, 4)"),
        year_margin=_.year_margin.fill_null(0).cast("decimal(18, 4)"),
        year_cost=_.year_cost.fill_null(0).cast("decimal(18, 4)"),
    )


def plan(targets: ir.Table, as_of: date) -> ir.Table:
    """The targets day by day up to the last day of the data: each day's equal share, in whole hundredths that add up.

    `scope` names the dimensions that a target is for, their members in the columns of the same name. Where two targets of
    one metric and scope cover a day, the shorter one counts.
    """
    asked = targets.mutate(
        hundredths=(_.value * 100).round().cast("int64"),
        days=_["to"].delta(_["from"], unit="day").cast("int64") + 1,
        **{name: _.scope.re_extract(f"(^|&){name}=([^&]+)", 2).nullif("") for name in SCOPED},
    ).drop("value", "marks")
    named = [ibis.ifelse(asked[name].notnull(), f"{name} ", "") for name in sorted(SCOPED)]
    asked = asked.mutate(scope=sum(named[1:], named[0]).strip())
    daily = asked.mutate(at=ibis.range(ibis.literal(0, "int64"), asked.days).unnest())
    daily = daily.mutate(
        order_date=_["from"].cast("timestamp").add(_["at"].as_interval("D")).cast("date"),
        part=(_["at"] + 1) * _.hundredths // _.days - _["at"] * _.hundredths // _.days,
    ).filter(_.order_date <= ibis.literal(as_of, "date"))
    shortest = ibis.window(group_by=["metric", "scope", *SCOPED, "order_date"], order_by=["days", "line"])
    kept = daily.mutate(place=ibis.row_number().over(shortest)).filter(_.place == 0)
    value = (kept.part.cast("decimal(18, 2)") / 100).cast("decimal(18, 2)")
    return kept.select("line", "metric", "scope", *SCOPED, "order_date", value=value)
