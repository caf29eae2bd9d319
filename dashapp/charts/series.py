"""Metrics over time, in the grain that suits the period."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analytics import shape
from analytics.beside import Columns, beside, frame_of, objects
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
        grain, period = filters.grain_over(data), filters.period(data)
        query = Query(
            self.metrics, by=(grain,), compare=self.compare and not self.cumulative, cumulative=self.cumulative
        )
        whole = {b.start: b for b in buckets(period, grain) if b.start <= data.end and b.end >= data.start}
        found = query.columns(filters, snapshot)
        found = shape.at(found, np.array([start in whole for start in found[grain]], dtype=bool))
        days = [(whole[start], whole[start].within(period).within(data)) for start in found[grain]]
        columns = {"date": found.pop(grain), "until": objects([shown.end for _, shown in days]), **found}
        columns["complete"] = np.array([bucket == shown for bucket, shown in days], dtype=bool)
        if self.standouts:
            columns |= self._standouts(columns, filters, snapshot, grain)
        frame = frame_of(columns)
        if query.compare:
            frame.attrs |= query.compared_in_words(filters, snapshot)
        return frame

    def _standouts(self, shown: Columns, filters: Filters, snapshot: Snapshot, grain: str) -> Columns:
        data = covered(snapshot)
        always = replace(filters, start=None, end=None, brush=None)
        series = table(*self.metrics, by=grain).columns(always, snapshot)
        whole = {bucket.start for bucket in buckets(data, grain) if bucket.within(data) == bucket}
        series = shape.at(series, np.array([start in whole for start in series[grain]], dtype=bool))
        found = marked(series[self.metrics[0]].astype(float), grain) | {"date": series[grain]}
        found = beside({"date": shown["date"]}, found, ("date",), outer=False)
        marks = [
            mark if isinstance(mark, str) and whole else ""
            for mark, whole in zip(found["mark"], shown["complete"], strict=True)
        ]
        return found | {"mark": objects(marks), "accelerates": (found["accelerates"] == 1) & shown["complete"]}
