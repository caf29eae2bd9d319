"""Grids: a metric over the members of a dimension and the months, few enough rows to be read."""

from dataclasses import dataclass

import pandas as pd

from analytics.contribution import OTHERS
from analytics.filters import Filters
from analytics.queries import table
from pipeline.warehouse import Snapshot

ROWS = 14


@dataclass(frozen=True)
class Grid:
    """Called with filters: one row a member and month, the `rows` largest members first, the rest as `OTHERS`.

    The parts still add up to the whole.
    """

    metric: str
    by: str
    rows: int = ROWS

    def __call__(self, filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
        frame = table(self.metric, by=(self.by, "month"))(filters, snapshot)
        ordered = frame.assign(**{self.by: gathered(frame, self.by, self.metric, self.rows)})
        grouped = ordered.groupby([self.by, "month"], as_index=False, observed=True)[self.metric].sum()
        return grouped.assign(**{self.by: grouped[self.by].astype(str)})


def gathered(frame: pd.DataFrame, by: str, value: str, rows: int = ROWS) -> pd.Categorical:
    """The member of each row, the largest first and all below the first `rows` as `OTHERS`; a sole one keeps its name."""
    sums = frame.groupby(by)[value].sum().sort_values(ascending=False, kind="stable")
    listed = list(sums.index[:rows]) if len(sums) > rows + 1 else list(sums.index)
    return pd.Categorical(frame[by].where(frame[by].isin(listed), OTHERS), [*listed, OTHERS], ordered=True)
