"""One customer: what the model behind the published scores says of them, line by line."""

from functools import lru_cache

import ibis.expr.types as ir
import pandas as pd

from analytics.risk import version
from ml.churn.known import known
from ml.churn.model import Churn
from ml.churn.reasons import explained
from ml.registry import NoModel, Registry, Version
from pipeline.warehouse import Snapshot
from settings import Settings


def customer(customer_id: str, snapshot: Snapshot, settings: Settings) -> pd.DataFrame:
    """The lines of `explained` for a customer as known on the last day; they add up to the published probability.

    `NoModel` where none has scored, `LookupError` for somebody without an order.
    """
    if not version(snapshot):
        raise NoModel("No churn model has been trained yet. Run: python run.py train churn")
    model = _serving(Registry(settings.models).version("churn", version(snapshot)))
    sales, reviews = (table.filter(table.customer_id == customer_id) for table in _tables(snapshot))
    found = known(sales, reviews, snapshot.as_of)
    if found.empty:
        raise LookupError(f"No customer {customer_id!r} with an order.")
    return explained(model, found)


@lru_cache(maxsize=2)
def _serving(version: Version) -> Churn:
    return version.load().serving


def _tables(snapshot: Snapshot) -> tuple[ir.Table, ir.Table]:
    return snapshot.table("sales"), snapshot.table("reviews")
