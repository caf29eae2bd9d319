"""Grids: a metric over the members of a dimension and the months, few enough rows to be read."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

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
        found = table(self.metric, by=(self.by, "month")).columns(filters, snapshot)
        cells = list(zip(*(found[name].tolist() for name in (self.by, "month", self.metric)), strict=True))
        listed = largest(((member, value) for member, _, value in cells), self.rows)
        place = {member: number for number, member in enumerate(listed)}
        sums: dict[tuple[int, date], float] = defaultdict(float)
        for member, month, value in cells:
            sums[place.get(member, len(listed)), month] += value
        names = [*listed, OTHERS]
        rows = [(names[number], month, sums[number, month]) for number, month in sorted(sums)]
        return pd.DataFrame(rows, columns=[self.by, "month", self.metric])


def largest(parts: Iterable[tuple[object, float]], rows: int) -> list[str]:
    """The members with most, as many as have a row of their own; a sole one past them keeps its name, too."""
    sums: dict[str, float] = defaultdict(float)
    for member, value in parts:
        if isinstance(member, str) and value == value:
            sums[member] += value
    ranked = sorted(sums, key=lambda member: -sums[member])
    return ranked[:rows] if len(ranked) > rows + 1 else ranked


def gathered(frame: pd.DataFrame, by: str, value: str, rows: int = ROWS) -> pd.Categorical:
    """The member of each row, the largest first and all below the first `rows` as `OTHERS`; a sole one keeps its name."""
    listed = largest(zip(frame[by], frame[value], strict=True), rows)
    return pd.Categorical(frame[by].where(frame[by].isin(listed), OTHERS), [*listed, OTHERS], ordered=True)
