"""Compact tables: the sales as the memory engine holds them, each made by a GROUP BY that any engine can run.

Texts that are many (customers, orders) become numbers, money whole cents, quantities whole thousandths.
"""

import ibis
import ibis.expr.types as ir
from ibis import _
from ibis.common.deferred import Deferred

CELL = ("region", "category", "customer_segment")


def shoppers(sales: ir.Table) -> ir.Table:
    """Every customer with a sale and the number that stands for it."""
    known = sales.filter(_.customer_id.notnull()).group_by("customer_id")
    seen = known.aggregate(first_order_date=_.first_order_date.min(), signup_date=_.signup_date.min())
    return seen.mutate(shopper=_small(ibis.row_number().over(order_by="customer_id")))


def visits(sales: ir.Table, shoppers: ir.Table) -> ir.Table:
    """One row an order of a customer on a day and cell of region, category and segment; `first` marks the first ever."""
    keys = ("customer_id", "order_id", "order_date", "order_number", *CELL)
    made = sales.group_by(*keys).aggregate(**_sums())
    numbers = shoppers.select("shopper", buyer="customer_id")
    made = made.left_join(numbers, made.customer_id == numbers.buyer)
    order = _small(ibis.dense_rank().over(order_by="order_id"))
    made = made.mutate(order=ibis.ifelse(_.order_id.notnull(), order, -1), first=(_.order_number == 1).fill_null(False))
    return made.select("shopper", "order", "order_date", "first", *CELL, "cents", "thousandths")


def product_days(sales: ir.Table) -> ir.Table:
    """One row a day, product and cell; `orders` are those of that cell, so one that is in two cells is in both."""
    keys = ("order_date", "product_id", "product_name", *CELL)
    return sales.group_by(*keys).aggregate(**_sums(), orders=_small(_.order_id.nunique()))


def product_repeats(sales: ir.Table) -> ir.Table:
    """The orders that have one product in several days, names or cells: what adding up `product_days` counts twice."""
    keys = ("order_date", "product_id", "product_name", *CELL)
    made = sales.filter(_.order_id.notnull()).group_by("order_id", *keys).aggregate(lines=_.count())
    times = _.count().over(ibis.window(group_by=["order_id", "product_id"]))
    return made.mutate(times=times).filter(_.times > 1).select("order_id", *keys)


def _sums() -> dict[str, Deferred]:
    units = _.quantity.sum(where=_.kind == "sale").coalesce(0)
    return {
        "cents": (_.total_amount.sum().coalesce(0) * 100).cast("int64"),
        "thousandths": (units * 1000).cast("int64"),
    }


def _small(number: ir.Value | Deferred) -> ir.Value | Deferred:
    return number.cast("int32")
