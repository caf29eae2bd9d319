"""Opportunity: what a member would bring if it did as well as its peers do, in money, by parts."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics import shape
from analytics.beside import Column, frame_of
from analytics.filters import Filters
from analytics.queries import Query
from analytics.statistics import FEW, TOO_FEW
from pipeline.warehouse import Snapshot


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
        found = Query(("revenue", "customers"), by=(self.by,), compare=True).columns(filters, snapshot)
        now, before = (np.round(found[f"revenue_{when}"].astype(float), 2) for when in ("now", "before"))
        of_all = np.nansum(now) / np.nansum(before) - 1 if np.nansum(before) > 0 else float("nan")
        rows = {self.by: found[self.by], "buyers": found["customers_now"], "revenue_now": now, "revenue_before": before}
        rows = shape.at(rows, rows["buyers"] >= TOO_FEW)
        buyers, now, before = rows["buyers"], rows["revenue_now"], rows["revenue_before"]
        per_customer, growth = now / buyers, now / np.where(before > 0, before, np.nan) - 1
        median = self._median(buyers, per_customer)
        spend_gap = np.round(buyers * np.clip(median - per_customer, 0, None), 2)
        growth_gap = np.round(np.nan_to_num(before) * np.nan_to_num(np.clip(of_all - growth, 0, None)), 2)
        rows |= {"per_customer": per_customer, "median": np.full(len(now), median), "growth": growth,
                 "growth_of_all": np.full(len(now), of_all), "spend_gap": spend_gap, "growth_gap": growth_gap,
                 "score": np.round(spend_gap + growth_gap, 2)}  # fmt: skip
        ranked = shape.ordered(rows, ("score", "revenue_now"), {"score", "revenue_now"})
        return frame_of(shape.first(ranked, self.rows))

    def _median(self, buyers: Column, per_customer: Column) -> float:
        known = per_customer[buyers >= FEW]
        seen = known if len(known) >= 3 else per_customer
        return float(np.median(seen)) if len(seen) else float("nan")
