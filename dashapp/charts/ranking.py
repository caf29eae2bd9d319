"""Rankings: the members of a dimension that bring most, best first."""

from dataclasses import dataclass

import pandas as pd

from analytics.filters import Filters
from analytics.queries import Query
from pipeline.warehouse import Snapshot


@dataclass(frozen=True)
class Ranking:
    """Called with filters: the `count` members with most of the first metric, beside what they are compared with.

    Rows of no member (postage is no product) are not listed, but count in the shares.
    """

    metrics: tuple[str, ...]
    by: str
    count: int

    def __call__(self, filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
        query = Query(self.metrics, by=(self.by,), share=True, compare=True, order=(f"-{self.metrics[0]}",))
        frame = query(filters, snapshot)
        return frame[frame[self.by].notna()].head(self.count).reset_index(drop=True)
