"""Contribution: what each member of a dimension brought, now and before, and to the change between the two."""

from dataclasses import dataclass

import pandas as pd

from analytics.filters import Filters
from analytics.metrics import UNKNOWN
from analytics.queries import Query, comparison_for
from pipeline.warehouse import Snapshot

OTHERS, TOTAL = "Others", "Total"
LABELS = {"category": {UNKNOWN: "Services and unknown"}}


@dataclass(frozen=True)
class Contribution:
    """Called with filters: revenue in the two periods compared, one row a member, largest first.

    - the member under the name of the dimension, empty in rows that are no member; `label` is what is read
    - `revenue_now`, `revenue_before`, `change` in money; `growth` = change / before; `share` and `share_before` of the whole
    - `against`: the two periods in words
    - past `rows` members the rest are one row; with `total` the last row is the whole change, and rows stand by change

    The parts add up to the total to the cent. Without an earlier period the columns about it are empty; with `total`
    there is then no row at all.
    """

    by: str
    rows: int = 12
    total: bool = False

    def __call__(self, filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
        frame = Query(("revenue",), by=(self.by,), compare=True)(filters, snapshot)
        frame = frame[[self.by, "revenue_now", "revenue_before"]].round(2)
        frame["label"] = frame[self.by].map(LABELS.get(self.by, {})).fillna(frame[self.by]).astype(str)
        frame = _measured(frame[frame[["revenue_now", "revenue_before"]].gt(0).any(axis=1)])
        if self.total and (frame.empty or frame["change"].isna().any()):
            return frame.head(0)
        weight = frame["change"].abs() if self.total else frame[["revenue_now", "revenue_before"]].max(axis=1)
        frame = self._shortened(frame.loc[weight.sort_values(ascending=False, kind="stable").index])
        order = frame["change" if self.total else "revenue_now"]
        frame = frame.loc[order.sort_values(ascending=False, kind="stable").index]
        whole = pd.concat([frame, self._one(frame, TOTAL)] if self.total else [frame], ignore_index=True)
        return whole.assign(against=comparison_for(filters, snapshot).words)

    def _shortened(self, frame: pd.DataFrame) -> pd.DataFrame:
        if len(frame) <= self.rows + 1:
            return frame
        rest = frame.iloc[self.rows :]
        others = self._one(rest, f"{len(rest)} {OTHERS.lower()}")
        both = pd.concat([frame.iloc[: self.rows], others], ignore_index=True)
        return _measured(both[[self.by, "label", "revenue_now", "revenue_before"]])

    def _one(self, frame: pd.DataFrame, label: str) -> pd.DataFrame:
        """All rows of `frame` as one that is no member."""
        sums = frame[["revenue_now", "revenue_before"]].sum(min_count=1).round(2)
        whole = pd.DataFrame([{self.by: None, "label": label, **sums}])
        return _measured(whole)


def _measured(frame: pd.DataFrame) -> pd.DataFrame:
    now, before = frame["revenue_now"], frame["revenue_before"]
    return frame.assign(
        change=(now - before).round(2),
        growth=(now / before.where(before > 0)) - 1,
        share=now / now.sum() if now.sum() else float("nan"),
        share_before=before / before.sum() if before.sum() else float("nan"),
    )
