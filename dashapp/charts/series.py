"""Metrics over time, in the grain that suits the period."""

from dataclasses import dataclass, replace

import pandas as pd

from analytics.filters import Filters
from analytics.periods import buckets, covered
from analytics.queries import Query, table
from analytics.trends import marked
from pipeline.warehouse import Snapshot


@dataclass(frozen=True)
class OverTime:
    """Called with filters: `date` and `until` of each bucket, the metrics, and whether the data fill the bucket.

    `until` never passes the period or the data; a bucket they cut short is not `complete`. With `standouts`, what is
    remarkable about the first metric in each whole bucket, judged on all of the data: see `analytics.trends`.
    """

    metrics: tuple[str, ...]
    cumulative: bool = False
    compare: bool = True
    standouts: bool = False

    def __call__(self, filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
        data = covered(snapshot)
        grain = filters.grain_over(data)
        query = Query(
            self.metrics, by=(grain,), compare=self.compare and not self.cumulative, cumulative=self.cumulative
        )
        period = filters.period(data)
        frame = query(filters, snapshot).rename(columns={grain: "date"})
        whole = [bucket for bucket in buckets(period, grain) if bucket.start <= data.end and bucket.end >= data.start]
        frame = frame[frame["date"].isin([bucket.start for bucket in whole])].reset_index(drop=True)
        shown = [bucket.within(period).within(data) for bucket in whole]
        frame.insert(1, "until", [bucket.end for bucket in shown])
        frame = frame.assign(complete=[a == b for a, b in zip(whole, shown, strict=True)])
        return self._with_standouts(frame, filters, snapshot, grain) if self.standouts else frame

    def _with_standouts(self, frame: pd.DataFrame, filters: Filters, snapshot: Snapshot, grain: str) -> pd.DataFrame:
        data = covered(snapshot)
        always = replace(filters, start=None, end=None, brush=None)
        series = table(*self.metrics, by=grain)(always, snapshot)
        whole = [bucket.start for bucket in buckets(data, grain) if bucket.within(data) == bucket]
        series = series[series[grain].isin(whole)].reset_index(drop=True)
        found = marked(series[self.metrics[0]].to_numpy(float), grain).assign(date=series[grain])
        joined = frame.merge(found, how="left", on="date")
        cut = ~joined["complete"]
        joined["mark"] = joined["mark"].fillna("").mask(cut, "")
        joined["accelerates"] = joined["accelerates"].eq(True) & ~cut
        joined.attrs = frame.attrs
        return joined
