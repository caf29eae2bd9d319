"""A chart: which data, how it is drawn, what it says. It knows no page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from analytics.filters import Filters
from analytics.lights import lit_by
from analytics.queries import comparison_for, table
from dashapp.figures.figure import Figure
from dashapp.figures.palette import colours
from pipeline.warehouse import Snapshot

Data = Callable[[Filters, Snapshot], pd.DataFrame]
Draw = Callable[[pd.DataFrame, Mapping[str, str]], Figure]
Say = Callable[[pd.DataFrame, Filters], str]


@dataclass(frozen=True)
class Chart:
    """`picks` names what a click filters by (dimensions, `brush` for the sub-range of time); its own chart keeps
    all marks and dims the others. `needs` are the dimensions and files without which there is nothing to draw; `compares` tells
    that there must be an earlier period; `thin` says what is missing where there are sales but nothing to draw; `short`
    is its name on a switch between charts; `opens` is the list that shows what is behind a mark."""

    name: str
    title: str
    data: Data
    draw: Draw
    say: Say
    about: str
    picks: tuple[str, ...] = ()
    coloured: str = ""
    needs: tuple[str, ...] = ()
    compares: bool = False
    thin: str = ""
    height: Literal["low", "medium", "tall"] = "medium"
    wide: bool = False
    short: str = ""
    opens: Literal["transactions", "customers"] = "transactions"

    def frame(self, filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
        """What is drawn, exported and spoken of: one row a mark, not narrowed by the chart's own picks."""
        return self.data(filters.without(*self.picks), snapshot)

    def answer(self, filters: Filters, snapshot: Snapshot) -> dict[str, object]:
        """Everything the browser needs to show it: a figure, or the reason why there is none."""
        missing = [lit_by(need) for need in self.needs if need in snapshot.lacks]
        if missing:
            return {"empty": f"This chart needs {' and '.join(missing)}.", "lacks": True}
        frame = self.frame(filters, snapshot)
        if frame.empty or not _counts(frame):
            return {"empty": self._why_empty(filters, snapshot)}
        known = colours(snapshot.members[self.coloured]) if self.coloured else {}
        return {"figure": self.draw(frame, known), "say": self.say(frame, filters)}

    def _why_empty(self, filters: Filters, snapshot: Snapshot) -> str:
        """What is missing: sales, something to compare them with, or enough of them."""
        seen = filters.without(*self.picks)
        if not table("revenue")(seen, snapshot)["revenue"].sum():
            return "No sales match these filters. Remove one, or reset them all."
        comparison = comparison_for(seen, snapshot)
        if self.compares and comparison.base is None:
            return f"Nothing to compare with: {comparison.missing}. Choose a later period or another comparison."
        return self.thin or "There is nothing to show for these filters. Remove one, or reset them all."


def _counts(frame: pd.DataFrame) -> bool:
    """Whether any number in it is known and not 0."""
    numbers = (column.to_numpy(float, na_value=np.nan) for _, column in frame.items() if column.dtype.kind in "iuf")
    return any(np.nan_to_num(column).any() for column in numbers)
