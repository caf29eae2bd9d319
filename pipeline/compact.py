"""Compact tables: the sales as the memory engine holds them, each made by a GROUP BY that any engine can run.

Texts that are many (customers, orders) become numbers, money whole cents, quantities whole thousandths.
"""

import ibis
import ibis.expr.types as ir
from ibis import _
from ibis.common.deferred import Deferred

from pipeline.joins import widened

CELL = ("region", "category", "customer_segment")
SOLD = ("order_date", "product_id", "product_name", *CELL)


def shoppers(baskets: ir.Table, customers: ir.Table) -> ir.Table:
    """Every customer with a sale and the number that stands for it, counted by their first lines: who comes anew changes nobody's."""
    seen = baskets.filter(_.customer_id.notnull()).group_by("customer_id").aggregate(line=_.line.min())
    known = customers.select("customer_id", "first_order_date", "signup_date")
    numbered = widened(seen, known, ["customer_id"])
    return numbered.mutate(shopper=_small(ibis.row_number().over(order_by="line"))).drop("line")


def visits(sales: ir.Table, numbered: ir.Table) -> ir.Table:
    """One row an order of a customer on a day and cell of region, category and segment; `first` marks the first ever."""
    made = sales.group_by("customer_id", "order_id", "order_date", "order_number", *CELL).aggregate(**_sums())
    somebody = _.customer_id.fill_null("")
    numbers = numbered.select("order_id", "order_date", "shopper", "order", who=somebody)
    found = widened(made.mutate(who=somebody), numbers, ["who", "order_id", "order_date"])
    found = found.mutate(order=_.order.fill_null(-1), first=(_.order_number == 1).fill_null(False))
    return found.select("shopper", "order", "order_date", "first", *CELL, "cents", "thousandths")


def repeated(sales: ir.Table, split_orders: ir.Table) -> ir.Table:
    """The lines of orders that may have a product twice: on one day, or because they have several baskets."""
    known = sales.filter(_.order_id.notnull()).select("order_id", *SOLD)
    twice = known.group_by("order_date", "order_id", "product_id").aggregate(lines=_.count()).filter(_.lines > 1)
    orders = twice.select("order_id").union(split_orders.select("order_id")).distinct()
    return known.semi_join(orders, "order_id")


def product_days(sales: ir.Table, repeated: ir.Table) -> ir.Table:
    """One row a day, product and cell; `orders` are those of that cell, so one that is in two cells is in both.

    Every line stands for an order, but for those that are `repeated`.
    """
    plain = sales.select(
        *SOLD, "quantity", "total_amount", "kind", orders=ibis.ifelse(_.order_id.notnull(), 1, 0).cast("int64")
    )
    again = repeated.group_by(*SOLD).aggregate(orders=_.order_id.nunique() - _.count())
    none = {name: ibis.null(plain[name].type()) for name in ("quantity", "total_amount", "kind")}
    both = plain.union(again.mutate(**none).select(*plain.columns))
    return both.group_by(*SOLD).aggregate(**_sums(), orders=_small(_.orders.sum()))


def product_repeats(repeated: ir.Table) -> ir.Table:
    """The orders that have one product in several days, names or cells: what adding up `product_days` counts twice."""
    made = repeated.group_by("order_id", *SOLD).aggregate(lines=_.count())
    times = _.count().over(ibis.window(group_by=["order_id", "product_id"]))
    return made.mutate(times=times).filter(_.times > 1).select("order_id", *SOLD)


def _sums() -> dict[str, Deferred]:
    units = _.quantity.sum(where=_.kind == "sale").coalesce(0)
    return {
        "cents": (_.total_amount.sum().coalesce(0) * 100).cast("int64"),
        "thousandths": (units * 1000).cast("int64"),
    }


def _small(number: ir.Value | Deferred) -> ir.Value | Deferred:
    return number.cast("int32")
