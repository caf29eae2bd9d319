"""The dimensions: everything a number can be split or filtered by, named once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Literal

import ibis
import ibis.expr.types as ir

from analytics.errors import known


@dataclass(frozen=True)
class Dimension:
    """A way to split the sales. `column` is its key in the tables, `title` the column a reader sees instead.

    A dimension of time carries `unit`, the letter that truncates a date to it. One with `since` counts from that
    column on, in whole calendar months or in days as `counts` says. `kind` is what a member is: a text, a month by its
    first day, a whole number. `acquired` marks one that is asked only of customers whose first order ever is in the
    selection. `scored` names the published table of scores that says it of a customer. `synonyms` are what else people
    call it.
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
    kind: Literal["text", "month", "number"] = "text"
    since: str = ""
    counts: Literal["months", "days"] = "months"
    acquired: bool = False
    scored: str = ""
    synonyms: tuple[str, ...] = ()

    def of(self, table: ir.Table) -> ir.Value:
        """The key of each row of `table`, under this dimension's name."""
        key = table[self.column]
        if self.since:
            begun = table[self.since]
            key = key.delta(begun, unit="day") if self.counts == "days" else _months(key) - _months(begun)
        elif self.unit or self.kind == "month":
            key = key.truncate(self.unit or "M")
        return key.name(self.name)

    def matches(self, table: ir.Table, members: tuple[str, ...]) -> ir.BooleanValue:
        """Which rows of `table` belong to one of the members, each in its written form."""
        keys = [self.key(member) for member in members if self.reads(member)]
        return self.of(table).isin(keys) if keys else ibis.literal(False)

    def reads(self, member: str) -> bool:
        """Whether that can be a member at all: `2024-03-01` of a month, `2` of a number."""
        if self.kind == "number":
            return member.removeprefix("-").isdecimal()
        return self.kind == "text" or _is_first_of_month(member)

    def key(self, member: str) -> str | int | date:
        """A member as it stands in the tables."""
        if self.kind == "number":
            return int(member)
        return date.fromisoformat(member) if self.kind == "month" else member

    def called(self, member: str) -> str:
        """A member that is no text as a reader would say it: `Mar 2024`, `2`."""
        return f"{date.fromisoformat(member):%b %Y}" if self.kind == "month" else member

    def reaches(self, columns: Collection[str]) -> bool:
        """Whether a table with these columns has what this dimension is made of."""
        return self.column in columns and (self.since or self.column) in columns


def _months(day: ir.DateValue) -> ir.IntegerValue:
    return day.year() * 12 + day.month()


def _is_first_of_month(text: str) -> bool:
    try:
        return date.fromisoformat(text).day == 1
    except ValueError:
        return False


DIMENSIONS = {
    d.name: d
    for d in (
        Dimension("region", "Region", "region", "Where the sale was made; the customer's region fills gaps.",
                  plural="regions", control=True, lit_by="a region column in sales_transactions.csv",
                  synonyms=("area", "areas", "territory", "territories", "geography", "regional", "sales region")),
        Dimension("category", "Category", "category", "Primary category of the line; the catalogue's fills gaps.",
                  plural="categories", control=True, lit_by="product_catalog.csv with a category column",
                  synonyms=("product category", "product categories", "product group", "product groups",
                            "department", "departments", "product line", "product lines", "type of product",
                            "kind of product", "product type", "product types")),
        Dimension("customer_segment", "Customer segment", "customer_segment", "As assigned in the customer file.",
                  plural="customer segments", control=True, lit_by="customer_database.csv with a customer_segment column",
                  synonyms=("segment", "segments", "customer segment", "customer group", "customer groups",
                            "customer type", "customer types", "type of customer", "kind of customer")),
        Dimension("channel", "Channel", "channel", "The channel of the customer's first touchpoint; of a spend, its own.",
                  plural="channels", lit_by="touchpoints.csv", synonyms=("acquisition channel", "marketing channel")),
        Dimension("product", "Product", "product_id", "The product sold.", plural="products", title="product_name",
                  synonyms=("item", "items", "article", "articles", "sku", "skus", "product name", "goods",
                            "best seller", "bestsellers")),
        Dimension("customer", "Customer", "customer_id", "The customer who bought.", plural="customers",
                  synonyms=("buyer", "client", "shopper")),
        Dimension("order_id", "Order", "order_id", "The order that a line belongs to.", plural="orders"),
        Dimension("risk", "Risk of leaving", "band", "Low, medium or high: the calibrated risk of the churn model that serves.",
                  plural="risk bands", scored="churn_scores", lit_by="a churn model: python run.py train churn",
                  synonyms=("risk band", "risk of churn", "churn band")),
        Dimension("cohort", "Month of first order", "first_order_date", "Month of the customer's first order ever.",
                  plural="cohorts", kind="month",
                  synonyms=("cohort", "month of first order", "month of first purchase", "first order month",
                            "acquisition month")),
        Dimension("age", "Months since first order", "order_date",
                  "Calendar months from the first order to this one, of customers whose first order ever is in the selection.",
                  plural="months since the first order", kind="number", since="first_order_date", acquired=True,
                  synonyms=("months since first order",)),
        Dimension("days_to_first_order", "Days from sign-up to first order", "first_order_date",
                  "Days from the customer's sign-up to the first order ever; below 0 where the order came before.",
                  plural="days from sign-up to first order", kind="number", since="signup_date", counts="days",
                  lit_by="customer_database.csv with a signup_date column"),
        Dimension("day", "Day", "order_date", "Day of the order.", unit="D",
                  synonyms=("days", "date", "dates", "daily")),
        Dimension("week", "Week", "order_date", "Week of the order, by its Monday.", unit="W",
                  synonyms=("weeks", "weekly")),
        Dimension("month", "Month", "order_date", "Month of the order, by its first day.", unit="M",
                  synonyms=("months", "monthly")),
        Dimension("quarter", "Quarter", "order_date", "Quarter of the order, by its first day.", unit="Q",
                  synonyms=("quarters", "quarterly")),
        Dimension("year", "Year", "order_date", "Year of the order, by its first day.", unit="Y",
                  synonyms=("years", "yearly", "annual", "annually")),
    )
}  # fmt: skip

GRAINS = tuple(d.name for d in DIMENSIONS.values() if d.unit)
MEMBER_DIMENSIONS = tuple(d.name for d in DIMENSIONS.values() if not d.unit)


def dimension(name: str) -> Dimension:
    """The dimension of that name; `UnknownName` with the nearest one otherwise."""
    return known(DIMENSIONS, name, "dimension")
