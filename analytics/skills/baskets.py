"""Baskets: what is bought together, what a customer may want next, and how few products make most of the money."""

from dataclasses import replace

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from analytics.cut import Cut
from analytics.dimensions import DIMENSIONS
from analytics.errors import QuestionError
from analytics.filters import Filters
from analytics.periods import covered
from analytics.queries import Query
from analytics.warehouse import rows_of
from pipeline.warehouse import Snapshot

CLASSES = ((0.8, "A"), (0.95, "B"))


def lines(query: Query, filters: Filters, snapshot: Snapshot) -> ir.Table:
    """The lines of sales that a query looks at."""
    return rows_of(Cut("sales", (), (), filters.period(covered(snapshot)), filters.chosen, query.left_out), snapshot)


def pairs(query: Query, filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
    """Pairs of products in one order, most frequent first: `orders` with both, `support` = their share of all orders,
    `confidence` = P(second | first), `lift` = how much more often than by chance (Agrawal and Srikant 1994). Products that
    are chosen keep the pairs that they are in."""
    named = filters.members("product")
    sales = lines(query, filters.without("product"), snapshot)
    baskets = sales.filter(sales.kind == "sale").select("order_id", "product_id", "product_name").distinct()
    other = baskets.rename(with_product="product_id", with_name="product_name").view()
    both = baskets.join(other, [baskets.order_id == other.order_id, baskets.product_id < other.with_product])
    counted = both.group_by("product_id", "product_name", "with_product", "with_name").aggregate(orders=both.count())
    if named:
        counted = counted.filter(counted.product_id.isin(named) | counted.with_product.isin(named))
    found = counted.order_by([counted.orders.desc(), counted.product_id, counted.with_product]).limit(query.limit or 10)
    frame = found.to_pandas().rename(columns={"product_id": "product"})
    alone = (
        baskets.group_by("product_id").aggregate(n=baskets.order_id.nunique()).to_pandas().set_index("product_id")["n"]
    )
    many = int(baskets.order_id.nunique().execute())
    first, second = (frame[c].map(alone).astype(float) for c in ("product", "with_product"))
    return frame.assign(support=frame["orders"] / max(many, 1), confidence=frame["orders"] / first,
                        lift=frame["orders"] * many / (first * second))  # fmt: skip


def recommend(query: Query, filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
    """Products a customer has not bought, by how many orders held them together with what the customer has bought."""
    if len(filters.members("customer")) != 1:
        raise QuestionError(
            "Recommendations are for one customer: name its id, such as 'recommend products for C000001'."
        )
    sales = lines(query, filters.without("customer"), snapshot)
    sales = sales.filter(sales.kind == "sale")
    own = sales.filter(sales.customer_id == filters.members("customer")[0]).select("product_id").distinct()
    held = sales.semi_join(own, "product_id").select("order_id").distinct()
    beside = sales.semi_join(held, "order_id").anti_join(own, "product_id")
    scored = beside.group_by("product_id", "product_name").aggregate(orders=beside.order_id.nunique())
    best = scored.order_by([scored.orders.desc(), scored.product_id]).limit(query.limit or 5)
    return best.to_pandas().rename(columns={"product_id": "product"})


def pareto(query: Query, filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
    """Members by size with their `share`, the `cumulative` share and ABC `class`; who crosses a limit is in the better one."""
    by, name = (query.by or ("product",))[0], query.metrics[0]
    ordered = replace(query, skill="", by=(by,), share=True, order=(f"-{name}",), limit=0)
    frame = ordered(filters, snapshot)
    frame[f"{name}_share"] = frame[name] / frame[name].sum() if frame[name].sum() else np.nan
    frame = frame.dropna(subset=[by]).reset_index(drop=True)
    after = frame[f"{name}_share"].cumsum()
    start = after - frame[f"{name}_share"]
    return frame.assign(
        cumulative=after, abc=np.select([start < limit - 1e-12 for limit, _ in CLASSES], [c for _, c in CLASSES], "C")
    )


def pareto_count(query: Query, filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
    """One row: how many of the largest members make up `query.limit` percent (80 unless set), of how many, in what share."""
    goal = (query.limit or 80) / 100
    frame = pareto(query, filters, snapshot)
    by = (query.by or ("product",))[0]
    many = int((frame["cumulative"] - frame[f"{query.metrics[0]}_share"] < goal - 1e-12).sum())
    share = float(frame["cumulative"].iloc[many - 1]) if many else 0.0
    return pd.DataFrame({DIMENSIONS[by].plural: [many], "of": [len(frame)], "share": [share]})
