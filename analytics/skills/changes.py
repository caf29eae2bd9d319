"""Changes: why a number moved, in parts that add up exactly to the whole change."""

from dataclasses import replace

import numpy as np
import pandas as pd

from analytics.errors import QuestionError
from analytics.filters import Filters
from analytics.queries import Query, comparison_for
from pipeline.warehouse import Snapshot

WAYS = {
    "revenue": ("region", "category", "customer_segment"),
    "units": ("region", "category", "customer_segment"),
    "orders": ("region", "customer_segment"),
    "customers": (),
}
COLUMNS = ("split", "part", "now", "before", "change", "of_change")


def why(query: Query, filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
    """The change of a metric between two periods: a row for the total, then one a part, by each split.

    `now`, `before`, `change` in the unit of the metric, `of_change` as a share of the total change. The parts of each
    `split` add up to the total: members of a dimension; new and known customers; for revenue also volume, mix and price of
    the products sold in both periods, and what came of new and of dropped ones; orders that count in several have a part of their own.
    """
    name = query.metrics[0]
    if name not in WAYS:
        raise QuestionError(f"I can explain a change of {', '.join(WAYS)}, not of {name}.")
    plain = replace(query, skill="", by=(), compare=True, growth=False, order=(), limit=0)
    row = plain(filters, snapshot).iloc[0]
    now, before = row[f"{name}_now"], row[f"{name}_before"]
    if pd.isna(before):
        raise QuestionError(f"There is nothing to compare with: {comparison_for(filters, snapshot).missing}.")
    rows = [("total", "Total", now, before)]
    for way in query.by or WAYS[name]:
        if way not in WAYS[name]:
            raise QuestionError(f"Parts by {way} would not add up to the change of {name}.")
        rows += _rest(_members(plain, way, filters, snapshot), now, before)
    if name == "customers":
        rows += _customers(plain, filters, snapshot)
    if name == "revenue" and not query.by:
        rows += _effects(plain, filters, snapshot)
    frame = pd.DataFrame(rows, columns=list(COLUMNS[:4]))
    frame["change"] = (frame["now"] - frame["before"]).round(6)
    total = now - before
    return frame.assign(of_change=frame["change"] / total if total else np.nan)


def _members(plain: Query, way: str, filters: Filters, snapshot: Snapshot) -> list[tuple[str, str, float, float]]:
    """The members of a dimension, the largest change first."""
    name = plain.metrics[0]
    frame = replace(plain, by=(way,))(filters, snapshot)
    frame["moved"] = (frame[f"{name}_now"] - frame[f"{name}_before"]).abs()
    frame = frame.sort_values("moved", ascending=False, kind="stable")
    return [(way, str(r[way]), r[f"{name}_now"], r[f"{name}_before"]) for _, r in frame.iterrows()]


def _rest(rows: list[tuple[str, str, float, float]], now: float, before: float) -> list[tuple[str, str, float, float]]:
    """The members, and where they do not add up to the whole (an order with two regions), what is counted in several."""
    twice = (now - sum(row[2] for row in rows), before - sum(row[3] for row in rows))
    return [*rows, (rows[0][0], "Counted in more than one", *twice)] if rows and max(map(abs, twice)) > 0.005 else rows


def _customers(plain: Query, filters: Filters, snapshot: Snapshot) -> list[tuple[str, str, float, float]]:
    row = replace(plain, metrics=("customers", "new_customers"))(filters, snapshot).iloc[0]
    new = (row["new_customers_now"], row["new_customers_before"])
    old = (row["customers_now"] - new[0], row["customers_before"] - new[1])
    return [("customer", "New customers", *new), ("customer", "Customers from before", *old)]


def _effects(plain: Query, filters: Filters, snapshot: Snapshot) -> list[tuple[str, str, float, float]]:
    """Volume, mix and price as changes from 0; what names no product is a part of its own."""
    frame = replace(plain, metrics=("revenue", "units"), by=("product",))(filters, snapshot).fillna(
        {f"{m}_{side}": 0.0 for m in ("revenue", "units") for side in ("now", "before")}
    )
    r1, r0, u1, u0 = (frame[c].to_numpy(float) for c in ("revenue_now", "revenue_before", "units_now", "units_before"))
    named = frame["product"].notna().to_numpy()
    both = named & (u1 > 0) & (u0 > 0)
    new, dropped = named & ~both & (u0 <= 0) & (u1 > 0), named & ~both & (u1 <= 0) & (u0 > 0)
    price_before = r0[both].sum() / u0[both].sum() if both.any() else 0.0
    at_old = float((u1[both] * r0[both] / u0[both]).sum())
    volume = float((u1[both].sum() - u0[both].sum()) * price_before)
    mix = at_old - float(u1[both].sum() * price_before)
    rest = ~(both | new | dropped)
    effects = [
        ("Volume: more or fewer units at the old average price", volume),
        ("Mix: dearer or cheaper products within the units", mix),
        ("Price: the same products at other prices", float(r1[both].sum()) - at_old),
        ("Products sold only in the later period", float((r1 - r0)[new].sum())),
        ("Products sold only in the earlier period", float((r1 - r0)[dropped].sum())),
        ("Postage, fees and lines without a product", float((r1 - r0)[rest].sum())),
    ]
    return [("price, volume, mix", label, value, 0.0) for label, value in effects if value]
