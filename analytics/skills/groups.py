"""Groups: what is asked of the groups of an answer together: how many there are, what they are on average."""

from dataclasses import replace

import pandas as pd

from analytics.dimensions import DIMENSIONS
from analytics.filters import Filters
from analytics.periods import DAY, bucket_after, covered
from analytics.queries import Query
from pipeline.warehouse import Snapshot


def how_many(query: Query, filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
    """One row: how many groups of `query.by` the query leaves, under the plural of the dimension."""
    frame = replace(query, skill="", order=(), limit=0)(filters, snapshot)
    members = frame.dropna(subset=list(query.by))
    return pd.DataFrame({DIMENSIONS[query.by[-1]].plural or f"{query.by[-1]}s": [len(members)]})


def nth(query: Query, filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
    """The last of the first `query.limit` rows; none where there are fewer."""
    frame = replace(query, skill="")(filters, snapshot)
    return frame.iloc[query.limit - 1 :].reset_index(drop=True)


def average(query: Query, filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
    """One row: the mean of each metric over the groups of `query.by`, empty buckets of time counted as 0; of buckets that
    the period cuts none, where there is a whole one."""
    frame = replace(query, skill="", order=(), limit=0)(filters, snapshot)
    members = frame.dropna(subset=list(query.by))
    if query.times:
        period, grain = filters.period(covered(snapshot)).within(covered(snapshot)), query.times[0]
        whole = [period.start <= start and bucket_after(start, grain) <= period.end + DAY for start in members[grain]]
        members = members[whole] if any(whole) else members
    return pd.DataFrame({name: [members[name].mean()] for name in query.metrics}).assign(groups=len(members))
