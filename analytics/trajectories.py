"""Trajectories: how each member of a dimension goes its way, small ones and large ones on one scale."""

from dataclasses import dataclass

import pandas as pd

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
        frame = table("revenue", by=(self.by, "month"))(filters, snapshot)
        whole = [Period(m, month_end(m)).within(period) == Period(m, month_end(m)) for m in frame["month"]]
        frame = self._ranked(frame[pd.Series(whole, index=frame.index, dtype=bool)], snapshot)
        if frame["month"].nunique() < 2:
            return frame.head(0)
        rows = frame.groupby("rank")["revenue"]
        smoothed = (
            rows.transform(lambda r: r.rolling(SMOOTH).mean()) if frame["month"].nunique() >= LONG else frame["revenue"]
        )
        mean = rows.transform("mean")
        sold = rows.transform(lambda r: (r > 0).mean())
        frame["index"] = 100 * smoothed / mean.where((mean > 0) & (sold >= SELDOM))
        return frame.dropna(subset="index").reset_index(drop=True)

    def _ranked(self, frame: pd.DataFrame, snapshot: Snapshot) -> pd.DataFrame:
        """The largest members in their fixed order, then one for all others."""
        members = snapshot.members[self.by]
        named = members if len(members) <= self.rows + 1 else members[: self.rows]
        rank = frame[self.by].map({member: i for i, member in enumerate(named)}).fillna(len(named)).astype(int)
        label = frame[self.by].where(rank < len(named), OTHERS)
        listed = frame.assign(**{self.by: label, "rank": rank})
        return listed.groupby(["rank", self.by, "month"], as_index=False).agg(revenue=("revenue", "sum"))
