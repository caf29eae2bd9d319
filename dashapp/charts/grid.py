"""Grids: a metric over the members of a dimension and the months, few enough rows to be read."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

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
        found = table(self.metric, by=(self.by, "month")).columns(filters, snapshot)
        cells = list(zip(*(found[name].tolist() for name in (self.by, "month", self.metric)), strict=True))
        listed = self._largest([(member, value) for member, _, value in cells if isinstance(member, str)])
        place = {member: number for number, member in enumerate(listed)}
        sums: dict[tuple[int, date], float] = defaultdict(float)
        for member, month, value in cells:
            sums[place.get(member, len(listed)), month] += value
        names = [*listed, OTHERS]
        rows = [(names[number], month, sums[number, month]) for number, month in sorted(sums)]
        return pd.DataFrame(rows, columns=[self.by, "month", self.metric])

    def _largest(self, parts: list[tuple[str, float]]) -> list[str]:
        sums: dict[str, float] = defaultdict(float)
        for member, value in parts:
            sums[member] += value
        ranked = sorted(sums, key=lambda member: -sums[member])
        return ranked[: self.rows] if len(ranked) > self.rows + 1 else ranked
