"""Trajectories: how each member of a dimension goes its way, small ones and large ones on one scale."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from analytics import shape
from analytics.beside import Column, Columns
from analytics.contribution import OTHERS
from analytics.filters import Filters
from analytics.periods import Period, covered, month_end
from analytics.queries import table
from pipeline.warehouse import Snapshot

SMOOTH, LONG = 3, 9
SELDOM = 1 / 3


@dataclass(frozen=True)
class Trajectories:
    """Called with filters: one row a member and whole month of the period, with `revenue` and its `index`.

    The index is 100 where the member's revenue is its own mean over those months; over nine months and more it is that
    of the last three months together. The `rows` largest of all time are named, with their `rank` from 0; the rest
    are one line. A member that sold in less than a third of the months has no course to show; fewer than two whole
    months are none.
    """

    by: str
    rows: int = 8

    def __call__(self, filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
        data = covered(snapshot)
        period = filters.period(data).within(data)
        found = table("revenue", by=(self.by, "month")).columns(filters, snapshot)
        months = sorted(
            m for m in set(found["month"]) if Period(m, month_end(m)).within(period) == Period(m, month_end(m))
        )
        if len(months) < 2:
            return pd.DataFrame(columns=["rank", self.by, "month", "revenue"])
        names, sums = self._named(snapshot), self._summed(found, snapshot)
        ranks = sorted({rank for rank, month in sums if month in months})
        courses = [(rank, np.array([sums[rank, month] for month in months])) for rank in ranks]
        rows = [
            (rank, names[rank], month, revenue, index)
            for rank, course in courses
            for month, revenue, index in zip(months, course, _index(course), strict=True)
            if index == index
        ]
        return pd.DataFrame(rows, columns=["rank", self.by, "month", "revenue", "index"])

    def _named(self, snapshot: Snapshot) -> list[str]:
        """The largest members in their fixed order, then one for all others."""
        members = snapshot.members[self.by]
        return [*(members if len(members) <= self.rows + 1 else members[: self.rows]), OTHERS]

    def _summed(self, found: Columns, snapshot: Snapshot) -> dict[tuple[int, date], float]:
        """By rank and month."""
        names = self._named(snapshot)
        place = {member: rank for rank, member in enumerate(names[:-1])}
        sums: dict[tuple[int, date], float] = defaultdict(float)
        for member, month, revenue in zip(found[self.by], found["month"], found["revenue"].tolist(), strict=True):
            sums[place.get(member, len(place)), month] += revenue
        return sums


def _index(revenue: Column) -> Column:
    mean = revenue.mean()
    if mean <= 0 or (revenue > 0).mean() < SELDOM:
        return np.full(len(revenue), np.nan)
    smoothed = shape.moving(revenue, [np.arange(len(revenue))], SMOOTH) if len(revenue) >= LONG else revenue
    return 100 * smoothed / mean
