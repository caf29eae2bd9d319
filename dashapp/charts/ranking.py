"""Rankings: the members of a dimension that bring most, best first."""

from dataclasses import dataclass, replace

import pandas as pd

from analytics import shape
from analytics.beside import frame_of
from analytics.filters import Filters
from analytics.queries import Query
from pipeline.warehouse import Snapshot


@dataclass(frozen=True)
class Ranking:
    """Called with filters: the `count` members with most of the first metric (0: all), beside what they are compared with.

    Rows of no member (postage is no product) are not listed, but count in the shares.
    """

    metrics: tuple[str, ...]
    by: str
    count: int

    def __call__(self, filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
        query = Query(self.metrics, by=(self.by,), share=True, compare=True, order=(f"-{self.metrics[0]}",))
        listed = shape.known(query.columns(filters, snapshot), (self.by,))
        frame = frame_of(shape.first(listed, self.count) if self.count else listed)
        frame.attrs |= query.compared_in_words(filters, snapshot)
        return frame

    def whole(self) -> "Ranking":
        """The same ranking with every member in it, for a table that is searched."""
        return replace(self, count=0)
