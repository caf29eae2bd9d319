"""A customer: who it is, what it has done, how it scores, what it is expected to bring."""

from dataclasses import dataclass
from typing import Any

from analytics.errors import QuestionError
from analytics.lists import MASK
from pipeline.warehouse import Snapshot

PERSONAL = ("customer_name", "email")


class NoSuchCustomer(QuestionError):  # noqa: N818 - read as a sentence by whoever catches it
    """An id that neither the customer file nor a sale holds."""


@dataclass(frozen=True)
class Customer:
    """One customer over all time. Money in the shop's currency, days as dates; a value that cannot be had is None.

    `features` are as of the last day of data, `value` the prediction for the 365 days after it; both are empty for a
    customer who never bought. `orders` are all orders, the newest first.
    """

    id: str
    profile: dict[str, Any]
    features: dict[str, Any]
    value: dict[str, Any]
    orders: tuple[dict[str, Any], ...]

    @property
    def name(self) -> str:
        """What to call it: its name, else its id."""
        name = str(self.profile["customer_name"])
        return self.id if name in ("Unknown", MASK) else name


def customer(id_: str, snapshot: Snapshot, masked: bool = False) -> Customer:
    """The customer of that id; name and e-mail are masked for those who may not see people. `NoSuchCustomer` if none."""
    found = _rows("customers", id_, snapshot)
    if not found:
        raise NoSuchCustomer(f"No customer '{id_[:80]}'. Look for it in the list of customers.")
    hidden = dict.fromkeys(PERSONAL, MASK) if masked else {}
    (features,) = _rows("customer_features", id_, snapshot) or [{}]
    (value,) = _rows("customer_value", id_, snapshot) or [{}]
    orders = sorted(_rows("orders", id_, snapshot), key=lambda order: order["order_number"], reverse=True)
    return Customer(id_, found[0] | hidden, features, value, tuple(orders))


def _rows(table: str, id_: str, snapshot: Snapshot) -> list[dict[str, Any]]:
    rows = snapshot.table(table)
    return rows.filter(rows.customer_id == id_).drop("customer_id").to_pyarrow().to_pylist()
