"""Metrics over time, in the grain that suits the period."""

from dataclasses import dataclass

import pandas as pd

from analytics.filters import Filters
from analytics.periods import buckets, covered
from analytics.queries import Query
from pipeline.warehouse import Snapshot


@dataclass(frozen=True)
class OverTime:
    """Called with filters: `date` and `until` of each bucket, the metrics, and whether the data fill the bucket.

    `until` never passes the period or the data; a bucket they cut short is not `complete`.
    """

    metrics: tuple[str, ...]
    cumulative: bool = False

    def __call__(self, filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
        data = covered(snapshot)
        grain = filters.grain_over(data)
        query = Query(self.metrics, by=(grain,), compare=not self.cumulative, cumulative=self.cumulative)
        period = filters.period(data)
        frame = query(filters, snapshot).rename(columns={grain: "date"})
        whole = [bucket for bucket in buckets(period, grain) if bucket.start <= data.end and bucket.end >= data.start]
        frame = frame[frame["date"].isin([bucket.start for bucket in whole])].reset_index(drop=True)
        shown = [bucket.within(period).within(data) for bucket in whole]
        frame.insert(1, "until", [bucket.end for bucket in shown])
        return frame.assign(complete=[a == b for a, b in zip(whole, shown, strict=True)])
