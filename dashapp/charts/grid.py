"""Grids: a metric over the members of a dimension and the months, few enough rows to be read."""

from dataclasses import dataclass

import pandas as pd

from analytics.contribution import OTHERS
from analytics.filters import Filters
from analytics.queries import table
from pipeline.warehouse import Snapshot


@dataclass(frozen=True)
class Grid:
    """Called with filters: one row a member and month, the `rows` largest members first, the rest as `OTHERS`.

    The parts still add up to the whole.
    """

    metric: str
    by: str
    rows: int = 14

    def __call__(self, filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
        frame = table(self.metric, by=(self.by, "month"))(filters, snapshot)
        sums = frame.groupby(self.by)[self.metric].sum().sort_values(ascending=False, kind="stable")
        listed = list(sums.index[: self.rows]) if len(sums) > self.rows + 1 else list(sums.index)
        names = frame[self.by].where(frame[self.by].isin(listed), OTHERS)
        ordered = frame.assign(**{self.by: pd.Categorical(names, [*listed, OTHERS], ordered=True)})
        grouped = ordered.groupby([self.by, "month"], as_index=False, observed=True)[self.metric].sum()
        return grouped.assign(**{self.by: grouped[self.by].astype(str)})
