"""Acquisition: who is new, who signed up, and how long it took from the one to the other."""

import numpy as np
import pandas as pd

from analytics import shape
from analytics.beside import Columns
from analytics.filters import Filters
from analytics.having import Having
from analytics.periods import covered
from analytics.queries import Query
from pipeline.warehouse import Snapshot

QUARTERS = (0.25, 0.5, 0.75)
WAIT, NEW = "days_to_first_order", "new_customers"
DAYS = ("days_low", "days", "days_high")


def days_to_first_order(filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
    """Of the customers new in each bucket: quartiles of the days from sign-up to first order, and of how `many`.

    The last row, without a bucket, is over all. Customers who ordered before they signed up are left out.
    """
    grain = filters.grain_over(covered(snapshot))
    by_bucket, over_all = (_waits(by, filters, snapshot) for by in ((grain,), ()))
    found, first = np.unique(by_bucket[grain], return_index=True)
    waits = (np.split(by_bucket[name], first[1:]) for name in (WAIT, NEW))
    rows: list[tuple[object, ...]] = [
        (b, *_quartiles(days, many)) for b, days, many in zip(found, *waits, strict=False)
    ]
    if len(over_all[WAIT]):
        rows.append((None, *_quartiles(over_all[WAIT], over_all[NEW])))
    return pd.DataFrame(rows, columns=["date", *DAYS, "many"])


def _waits(by: tuple[str, ...], filters: Filters, snapshot: Snapshot) -> Columns:
    """How many new customers waited how many days."""
    found = Query((NEW,), by=(*by, WAIT), having=(Having(NEW, low=1),)).columns(filters, snapshot)
    return shape.at(found, found[WAIT] >= 0)


def _quartiles(days: np.ndarray, many: np.ndarray) -> tuple[float, ...]:
    waited = np.repeat(days.astype(float), many.astype(int))
    return (*np.quantile(waited, QUARTERS).tolist(), len(waited))
