"""The dimensions: everything a number can be split or filtered by, named once."""

from dataclasses import dataclass

import ibis.expr.types as ir

from analytics.errors import known


@dataclass(frozen=True)
class Dimension:
    """A way to split the sales. `column` is its key in the tables, `title` the column a reader sees instead.

    A dimension of time carries `unit`, the letter that truncates a date to it.
    """

    name: str
    label: str
    column: str
    about: str
    plural: str = ""
    title: str = ""
    unit: str = ""
    control: bool = False
    lit_by: str = ""

    def of(self, table: ir.Table) -> ir.Value:
        """The key of each row of `table`, under this dimension's name."""
        key = table[self.column]
        return (key.truncate(self.unit) if self.unit else key).name(self.name)


DIMENSIONS = {
    d.name: d
    for d in (
        Dimension("region", "Region", "region", "Where the sale was made; the customer's region fills gaps.",
                  plural="regions", control=True, lit_by="a region column in sales_transactions.csv"),
        Dimension("category", "Category", "category", "Primary category of the line; the catalogue's fills gaps.",
                  plural="categories", control=True, lit_by="product_catalog.csv with a category column"),
        Dimension("customer_segment", "Customer segment", "customer_segment", "As assigned in the customer file.",
                  plural="customer segments", control=True, lit_by="customer_database.csv with a customer_segment column"),
        Dimension("product", "Product", "product_id", "The product sold.", plural="products", title="product_name"),
        Dimension("customer", "Customer", "customer_id", "The customer who bought.", plural="customers"),
        Dimension("day", "Day", "order_date", "Day of the order.", unit="D"),
        Dimension("week", "Week", "order_date", "Week of the order, by its Monday.", unit="W"),
        Dimension("month", "Month", "order_date", "Month of the order, by its first day.", unit="M"),
        Dimension("quarter", "Quarter", "order_date", "Quarter of the order, by its first day.", unit="Q"),
        Dimension("year", "Year", "order_date", "Year of the order, by its first day.", unit="Y"),
    )
}  # fmt: skip

GRAINS = tuple(d.name for d in DIMENSIONS.values() if d.unit)
MEMBER_DIMENSIONS = tuple(d.name for d in DIMENSIONS.values() if not d.unit)


def dimension(name: str) -> Dimension:
    """The dimension of that name; `UnknownName` with the nearest one otherwise."""
    return known(DIMENSIONS, name, "dimension")
