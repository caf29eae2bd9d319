"""Contribution: what each member of a dimension brought, now and before, and to the change between the two."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics import shape
from analytics.beside import Column, Columns, frame_of, objects
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
        found = Query(("revenue",), by=(self.by,), compare=True).columns(filters, snapshot)
        now, before = (np.round(found[f"revenue_{when}"].astype(float), 2) for when in ("now", "before"))
        labels = [LABELS.get(self.by, {}).get(member, str(member)) for member in found[self.by].tolist()]
        rows = {self.by: found[self.by], "label": objects(labels), "revenue_now": now, "revenue_before": before}
        rows = _measured(shape.at(rows, (now > 0) | (before > 0)))
        if self.total and (not len(rows["change"]) or np.isnan(rows["change"]).any()):
            return frame_of(shape.at(rows, slice(0)))
        weight = np.abs(rows["change"]) if self.total else np.fmax(rows["revenue_now"], rows["revenue_before"])
        rows = self._shortened(shape.at(rows, np.argsort(-weight, kind="stable")))
        order = "change" if self.total else "revenue_now"
        rows = shape.ordered(rows, (order,), {order})
        whole = _stacked(rows, self._one(rows, TOTAL)) if self.total else rows
        return frame_of(whole).assign(against=comparison_for(filters, snapshot).words)

    def _shortened(self, rows: Columns) -> Columns:
        if len(rows["label"]) <= self.rows + 1:
            return rows
        rest = shape.at(rows, slice(self.rows, None))
        others = self._one(rest, f"{len(rest['label'])} {OTHERS.lower()}")
        return _measured(_stacked(shape.at(rows, slice(self.rows)), others))

    def _one(self, rows: Columns, label: str) -> Columns:
        """All rows as one that is no member."""
        sums = {name: np.round([_sum(rows[name])], 2) for name in ("revenue_now", "revenue_before")}
        return _measured({self.by: objects([None]), "label": objects([label]), **sums})


def _measured(rows: Columns) -> Columns:
    now, before = rows["revenue_now"], rows["revenue_before"]
    return rows | {
        "change": np.round(now - before, 2),
        "growth": now / np.where(before > 0, before, np.nan) - 1,
        "share": now / (_sum(now) or np.nan),
        "share_before": before / (_sum(before) or np.nan),
    }


def _sum(values: Column) -> float:
    """Of what is known; missing where nothing is."""
    known = values[~np.isnan(values)]
    return float(known.sum()) if len(known) else float("nan")


def _stacked(above: Columns, below: Columns) -> Columns:
    return {name: np.concatenate([column, below[name]]) for name, column in above.items()}
