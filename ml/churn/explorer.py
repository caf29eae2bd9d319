"""One customer: what the model that serves says of them today, line by line."""

import ibis.expr.types as ir
import pandas as pd

from ml.churn.known import known
from ml.churn.reasons import explained
from ml.registry import NoModel, Registry
from pipeline.warehouse import Snapshot
from settings import Settings


def customer(customer_id: str, snapshot: Snapshot, settings: Settings) -> pd.DataFrame:
    """The lines of `explained` for a customer as known on the last day; they add up to the published probability.

    `NoModel` where none serves, `LookupError` for somebody without an order.
    """
    champion = Registry(settings.models).champion("churn")
    if champion is None:
        raise NoModel("No churn model has been trained yet. Run: python run.py train churn")
    sales, reviews = (table.filter(table.customer_id == customer_id) for table in _tables(snapshot))
    found = known(sales, reviews, snapshot.as_of)
    if found.empty:
        raise LookupError(f"No customer {customer_id!r} with an order.")
    return explained(champion.load().serving, found)


def _tables(snapshot: Snapshot) -> tuple[ir.Table, ir.Table]:
    return snapshot.table("sales"), snapshot.table("reviews")
