"""Advice: what could be done next, each with its evidence and its size in money."""

from dataclasses import replace

import pandas as pd

from analytics.errors import QuestionError
from analytics.filters import Filters
from analytics.formats import full, signed
from analytics.queries import Query
from analytics.skills.baskets import pairs
from analytics.skills.courses import stock_cover
from analytics.skills.people import lapsed
from pipeline.warehouse import Snapshot

SOON = 30
Row = tuple[str, str, float]


def advise(query: Query, filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
    """Actions by the money they concern, each with the `evidence` and the `money`: what was lost, is at stake, or was made."""
    plain = replace(query, skill="", by=(), limit=0, order=())
    rows: list[Row] = []
    for made in (_quiet, _falling, _short, _together):
        try:
            rows += made(plain, filters, snapshot)
        except QuestionError:
            continue
    frame = pd.DataFrame(rows, columns=["action", "evidence", "money"])
    return frame.sort_values("money", ascending=False, kind="stable").reset_index(drop=True)


def _quiet(plain: Query, filters: Filters, snapshot: Snapshot) -> list[Row]:
    frame = lapsed(plain, filters, snapshot).head(50)
    money = float(frame["revenue"].sum())
    text = f"the {len(frame)} most valuable customers past the shop's churn window brought {full('revenue', money)} to date"
    return [("Win back the best customers who have gone quiet", text, money)] if len(frame) else []


def _falling(plain: Query, filters: Filters, snapshot: Snapshot) -> list[Row]:
    compared = replace(plain, metrics=("revenue",), by=("category",), compare=True, growth=True)
    frame = compared(filters, snapshot).dropna(subset=["revenue_growth"])
    lost = frame[frame["revenue_change"] < 0].sort_values("revenue_change").head(1)
    against = frame.attrs.get("against", "")
    return [
        (f"Look into {r['category']}", f"revenue {signed(r['revenue_growth'])} {against}".strip(), -r["revenue_change"])
        for r in lost.to_dict("records")
    ]


def _short(plain: Query, filters: Filters, snapshot: Snapshot) -> list[Row]:
    frame = stock_cover(plain, filters, snapshot)
    soon = frame[frame["days_of_cover"] < SOON]
    sold = Query(("revenue",), by=("product",), left_out=plain.left_out)(filters, snapshot).set_index("product")[
        "revenue"
    ]
    return [
        (f"Reorder {r.product_name}", f"{r.stock_level:,.0f} on hand last {r.days_of_cover:.0f} days at the pace of the last 90",
         float(sold.get(r.product, 0.0)))
        for r in soon.head(3).itertuples()
    ]  # fmt: skip


def _together(plain: Query, filters: Filters, snapshot: Snapshot) -> list[Row]:
    best = pairs(replace(plain, limit=1), filters, snapshot)
    return [
        (f"Offer {r.product_name} and {r.with_name} as a bundle",
         f"together in {r.orders:,} orders, {r.lift:.1f} times as often as by chance", 0.0)
        for r in best.itertuples()
    ]  # fmt: skip
