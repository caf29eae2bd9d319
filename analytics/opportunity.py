"""Opportunity: what a member would bring if it did as well as its peers do, in money, by parts."""

from dataclasses import dataclass

import pandas as pd

from analytics.filters import Filters
from analytics.queries import Query
from pipeline.warehouse import Snapshot

ENOUGH, FEWEST = 30, 5


@dataclass(frozen=True)
class Opportunity:
    """Called with filters: one row a member with five customers or more in the period, the largest `score` first.

    - `spend_gap`: its customers x what their mean revenue lacks of the median member's; the median is over members
      with thirty customers or more, where there are three of those
    - `growth_gap`: its earlier revenue x what its growth lacks of the growth of all; 0 without an earlier period
    - `score` is their sum, in money over the period: a ceiling under equal conditions, not a forecast
    """

    by: str
    rows: int = 12

    def __call__(self, filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
        query = Query(("revenue", "customers"), by=(self.by,), compare=True)
        asked = query(filters, snapshot).rename(columns={"customers_now": "buyers"})
        frame = asked[[self.by, "buyers", "revenue_now", "revenue_before"]].round(2)
        now, before = frame["revenue_now"].sum(), frame["revenue_before"].sum()
        frame = frame[frame["buyers"] >= FEWEST].reset_index(drop=True)
        frame["per_customer"] = frame["revenue_now"] / frame["buyers"]
        frame["median"] = self._median(frame)
        lacking = (frame["median"] - frame["per_customer"]).clip(lower=0)
        frame["growth"] = frame["revenue_now"] / frame["revenue_before"].where(frame["revenue_before"] > 0) - 1
        frame["growth_of_all"] = now / before - 1 if before > 0 else float("nan")
        behind = (frame["growth_of_all"] - frame["growth"]).clip(lower=0).fillna(0)
        frame["spend_gap"] = (frame["buyers"] * lacking).round(2)
        frame["growth_gap"] = (frame["revenue_before"].fillna(0) * behind).round(2)
        frame["score"] = (frame["spend_gap"] + frame["growth_gap"]).round(2)
        ranked = frame.sort_values(["score", "revenue_now"], ascending=False, kind="stable")
        return ranked.head(self.rows).reset_index(drop=True)

    def _median(self, frame: pd.DataFrame) -> float:
        known = frame[frame["buyers"] >= ENOUGH]
        return float((known if len(known) >= 3 else frame)["per_customer"].median())
