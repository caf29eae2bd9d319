"""The columns of the lists, and those that several lists have in common."""

from dataclasses import dataclass
from typing import Literal

from analytics.bands import MEANS


@dataclass(frozen=True)
class Column:
    """A column of a list. `pick` is the dimension that a cell filters by, `key` the column that holds its member.

    `personal` is masked for those who may not see people; `phone` stays where the screen is narrow; `hidden` is not
    shown, only travels along. `needs` is the source without which the column holds nothing.
    """

    name: str
    label: str
    kind: Literal["text", "day", "money", "count", "number", "rate"] = "text"
    about: str = ""
    pick: str = ""
    key: str = ""
    needs: str = ""
    personal: bool = False
    phone: bool = False
    hidden: bool = False


PRODUCT = Column("product_name", "Product", pick="product", key="product_id", phone=True)
WHERE = (
    Column("category", "Category", pick="category"),
    Column("region", "Region", pick="region"),
    Column("customer_segment", "Segment", pick="customer_segment", about="As assigned in the customer file."),
)
WHO = (
    Column("customer_id", "Customer", about="Blank where the line names no customer."),
    Column("customer_name", "Name", needs="customer_database", personal=True),
)
RISKY = (
    Column("customer_id", "Customer", phone=True), WHO[1], WHERE[2],
    Column("probability", "Risk", "rate", "Calibrated chance of no order within the horizon.", phone=True),
    Column("band", "Band", pick="risk", about=f"{MEANS.capitalize()}."),
    Column("at_risk", "Revenue at risk", "money", "Revenue of the last 365 days of the selection, times the risk.", phone=True),
    Column("revenue", "Revenue in view", "money", hidden=True),
    Column("last_order_date", "Last order ever", "day"),
)  # fmt: skip
LINE = (
    Column("line", "Line", "count", "Line of the file that the row was read from.", hidden=True),
    Column("order_date", "Day", "day", phone=True),
    Column("order_id", "Order"),
    *WHO,
    PRODUCT,
    Column("product_id", "Product id", hidden=True),
    *WHERE,
)
