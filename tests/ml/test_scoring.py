"""The models' tables are part of the snapshot that they were made from."""

import math
from pathlib import Path

import pandas as pd
import pytest

from analytics.emptied import why_null
from analytics.filters import Filters
from analytics.queries import table
from dashapp.cards import cards
from ml.scoring import SCORES
from pipeline.run import run_pipeline
from pipeline.warehouse import Snapshot
from settings import Settings


def test_the_card_is_the_mean_of_the_published_values(snapshot: Snapshot) -> None:
    values = snapshot.table("customer_value").to_pandas()
    (card,) = cards(("clv",), Filters(), snapshot)
    assert card.value == pytest.approx((values["historic"] + values["predicted"]).mean())
    assert values["historic"].sum() == pytest.approx(table("revenue")(Filters(), snapshot).iloc[0, 0], rel=0.02)


def test_a_customer_seen_in_two_groups_counts_in_both_and_once_in_the_whole(snapshot: Snapshot) -> None:
    values = snapshot.table("customer_value").to_pandas().set_index("customer_id")["total"]
    sales = snapshot.table("sales").select("customer_id", "category").distinct().to_pandas().dropna()
    by_hand = sales.assign(value=sales["customer_id"].map(values)).groupby("category")["value"].sum()
    asked = table("lifetime_value", by="category")(Filters(), snapshot).set_index("category")["lifetime_value"]
    assert asked.to_dict() == pytest.approx(by_hand.to_dict())
    assert asked.sum() > values.sum()
    assert table("lifetime_value")(Filters(), snapshot).iloc[0, 0] == pytest.approx(values.sum())


def test_a_shop_that_cannot_tell_says_what_is_missing(tmp_path: Path) -> None:
    lines = [
        ("O1", "C1", "P1", "2024-01-05", 1, 5.0),
        ("O2", "C1", "P1", "2024-02-05", 1, 5.0),
        ("O3", "C2", "P1", "2024-02-06", 2, 5.0),
    ]
    columns = ["order_id", "customer_id", "product_id", "order_date", "quantity", "unit_price"]
    (tmp_path / "shop").mkdir()
    pd.DataFrame(lines, columns=columns).to_csv(tmp_path / "shop" / "sales_transactions.csv", index=False)
    small = run_pipeline(Settings(home=tmp_path / "home"), tmp_path / "shop", scores=SCORES)
    assert math.isnan(table("clv")(Filters(), small).iloc[0, 0])
    assert "1 customers came back, 50 are needed" in why_null("clv", Filters(), small)
