"""Acquisition: who is new, who signed up, and how long it took from the one to the other."""

import numpy as np
import pandas as pd

from analytics.filters import Filters
from analytics.periods import covered
from analytics.queries import Query
from pipeline.warehouse import Snapshot

QUARTERS = (0.25, 0.5, 0.75)
WAIT = "days_to_first_order"
DAYS = ("days_low", "days", "days_high")


def days_to_first_order(filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
    """Of the customers new in each bucket: quartiles of the days from sign-up to first order, and of how `many`.

    The last row, without a bucket, is over all. Customers who ordered before they signed up are left out.
    """
    grain = filters.grain_over(covered(snapshot))
    by_bucket, over_all = (_waits(by, filters, snapshot) for by in ((grain,), ()))
    rows: list[tuple[object, ...]] = [(bucket, *_quartiles(part)) for bucket, part in by_bucket.groupby(grain)]
    if len(over_all):
        rows.append((None, *_quartiles(over_all)))
    return pd.DataFrame(rows, columns=["date", *DAYS, "many"])


def _waits(by: tuple[str, ...], filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
    """How many new customers waited how many days."""
    found = Query(("new_customers",), by=(*by, WAIT))(filters, snapshot)
    return found[(found["new_customers"] > 0) & (found[WAIT] >= 0)]


def _quartiles(counted: pd.DataFrame) -> tuple[float, ...]:
    days = np.repeat(counted[WAIT].to_numpy(float), counted["new_customers"].to_numpy(int))
    return (*np.quantile(days, QUARTERS).tolist(), len(days))
