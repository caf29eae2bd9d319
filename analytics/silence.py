"""Silence: how long a customer must be quiet to count as gone, from the shop's own gaps between orders."""

from functools import lru_cache

import ibis
import numpy as np
import pandas as pd
from ibis import _

from analytics.statistics import FEW
from pipeline.warehouse import Snapshot

RETURNED = 0.9


@lru_cache(maxsize=8)
def churn_window(snapshot: Snapshot) -> int:
    """Days without an order after which a customer counts as churned.

    By then nine in ten of those who come back at all have come back. The last gap of every customer is still open,
    so the share still waiting is estimated by Kaplan and Meier (1958), as far as thirty or more gaps are that long.
    """
    curve = still_waiting(gaps(snapshot))
    known = curve[curve["at_risk"] >= FEW] if (curve["at_risk"] >= FEW).any() else curve
    returned = 1 - known["waiting"].to_numpy()
    if not len(returned) or not returned[-1]:
        return (snapshot.as_of - snapshot.first_day).days + 1
    return max(1, int(known["days"].to_numpy()[int(np.argmax(returned >= RETURNED * returned[-1]))]))


def gaps(snapshot: Snapshot) -> pd.DataFrame:
    """How many gaps between the order days of one customer lasted how many `days`, `ended` by an order or still open."""
    orders = snapshot.table("orders")
    course = ibis.window(group_by="customer_id", order_by="day")
    days = orders.select("customer_id", day=_.ordered_at.date()).distinct()
    after = days.mutate(after=_.day.lead().over(course))
    gap = after.after.fill_null(ibis.literal(snapshot.as_of, "date")).delta(after.day, unit="day")
    counted = after.group_by(days=gap, ended=after.after.notnull()).aggregate(count=_.count())
    return counted.to_pandas()


def still_waiting(gaps: pd.DataFrame) -> pd.DataFrame:
    """The Kaplan-Meier curve of `days`, `ended`, `count`: by `days`, the share `waiting` longer, and how many were `at_risk`."""
    ended = gaps["count"].where(gaps["ended"].astype(bool), 0)
    steps = gaps.assign(ended=ended).groupby("days")[["count", "ended"]].sum().sort_index()
    at_risk = steps["count"][::-1].cumsum()[::-1]
    waiting = (1 - steps["ended"] / at_risk).cumprod()
    return pd.DataFrame({"days": steps.index, "waiting": waiting.to_numpy(), "at_risk": at_risk.to_numpy()})
