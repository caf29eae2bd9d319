"""The files themselves: as many rows as asked for, the same bytes for the same seed, nothing that contradicts itself."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.files import recognise
from pipeline.generate import generate, writing
from pipeline.sources import OPTIONAL, SOURCES
from tests.pipeline.generate.conftest import FIRST, LAST, Made

DOCS = Path(__file__).parents[3] / "docs" / "generator.md"
SALES = [
    "order_id",
    "customer_id",
    "product_id",
    "order_date",
    "quantity",
    "unit_price",
    "total_amount",
    "region",
    "category",
]
CUSTOMERS = ["customer_id", "customer_name", "email", "signup_date", "customer_segment", "region"]
PRODUCTS = ["product_id", "product_name", "category", "price", "stock_level"]
REVIEWS = ["review_id", "customer_id", "product_id", "rating", "review_date", "review_text"]
FOUR = {
    "sales_transactions": SALES,
    "customer_database": CUSTOMERS,
    "product_catalog": PRODUCTS,
    "customer_reviews": REVIEWS,
}
EXTRAS = {
    "marketing_spend": "date channel region amount",
    "returns": "order_id product_id return_date quantity amount reason",
    "promotions": "start end scope discount",
    "external": "date region series value",
    "service_contacts": "customer_id date topic resolved",
    "campaigns": "campaign_id start end channel cost",
    "campaign_members": "campaign_id customer_id group",
    "touchpoints": "customer_id date channel campaign_id stage",
    "targets": "metric scope from to value",
}


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.mark.parametrize("rows", [1, 2, 7, 50, 200, 1_000, 20_000])
def test_a_shop_of_any_size_has_exactly_the_lines_asked_for(shop_of: Callable[..., Made], rows: int) -> None:
    shop = shop_of(rows=rows, seed=3, extras=True)
    assert len(shop.sales) == rows == shop.truth["rows"]
    assert set(shop.sales.customer_id) <= set(shop.read("customer_database").customer_id)
    assert set(shop.sales.product_id) <= set(shop.read("product_catalog").product_id)
    assert shop.sales.day.max() == LAST
    assert shop.sales.day.min() == (FIRST if shop.sales.order_id.nunique() > 1 else LAST)


def test_less_than_one_line_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one order line"):
        generate(tmp_path, rows=0)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(shop_of: Callable[..., Made]) -> None:
    one, again, other = (shop_of(rows=3_000, seed=seed, extras=True, dirt=True) for seed in (1, 1, 2))
    assert bytes_of(one.folder) == bytes_of(again.folder)
    assert bytes_of(one.folder)["sales_transactions.csv"] != bytes_of(other.folder)["sales_transactions.csv"]


def test_the_size_of_the_blocks_changes_no_byte(shop_of: Callable[..., Made], monkeypatch: pytest.MonkeyPatch) -> None:
    whole = shop_of(rows=3_000, seed=1)
    monkeypatch.setattr(writing, "BLOCK", 701)
    assert bytes_of(shop_of(rows=3_000, seed=1).folder) == bytes_of(whole.folder)


def test_extras_change_no_byte_of_the_others(shop_of: Callable[..., Made]) -> None:
    plain, rich = (bytes_of(shop_of(rows=3_000, seed=1, extras=extras).folder) for extras in (False, True))
    assert {name for name in plain if plain[name] != rich[name]} == {"product_catalog.csv"}
    assert set(rich) - set(plain) == {f"{name}.csv" for name in EXTRAS}


def test_the_columns_are_those_of_the_specification(made: Made, shop_of: Callable[..., Made]) -> None:
    plain = shop_of(rows=200)
    assert {name: list(plain.read(name)) for name in FOUR} == FOUR
    assert list(made.read("product_catalog")) == [*PRODUCTS, "cost", "supplier", "lead_time_days"]
    assert {name: list(made.read(name)) for name in EXTRAS} == {n: c.split() for n, c in EXTRAS.items()}


def test_every_file_is_taken_for_its_source(made: Made) -> None:
    found, unknown = recognise(made.folder)
    assert {name: file.path.name for name, file in found.items()} == {s.name: s.file for s in SOURCES.values()}
    assert not unknown


def test_every_optional_file_is_known_by_its_header_under_any_name(
    shop_of: Callable[..., Made], tmp_path: Path
) -> None:
    made = shop_of(rows=3_000, seed=1, extras=True)
    for number, name in enumerate(["sales_transactions", *EXTRAS]):
        shutil.copy(made.folder / f"{name}.csv", tmp_path / f"export {number}.csv")
    found, unknown = recognise(tmp_path)
    assert not unknown
    assert [found[name].path.name for name in ("sales_transactions", *OPTIONAL)] == [
        f"export {n}.csv" for n in range(len(EXTRAS) + 1)
    ]


def test_totals_are_quantity_times_price_to_the_cent(made: Made) -> None:
    cents = {c: (made.sales[c] * 100).round().astype("int64") for c in ("unit_price", "total_amount")}
    assert (made.sales.quantity >= 1).all()
    assert (cents["unit_price"] * made.sales.quantity).equals(cents["total_amount"])
    assert cents["total_amount"].sum() == round(made.truth["revenue"] * 100)
    assert made.read("sales_transactions").order_date.str.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d").all()


def test_an_order_has_one_customer_moment_and_region_and_no_product_twice(made: Made) -> None:
    of_order = made.sales.groupby("order_id")[["customer_id", "order_date", "region"]].nunique()
    assert (of_order == 1).all().all()
    assert not made.sales.duplicated(["order_id", "product_id"]).any()
    assert made.sales.order_date.is_monotonic_increasing


def test_ids_are_unique_and_names_are_those_of_people(made: Made) -> None:
    for name, columns in FOUR.items():
        key = columns[0]
        assert name == "sales_transactions" or made.read(name)[key].is_unique
    people = made.read("customer_database")
    assert people.email.str.fullmatch(r"[a-z]+\.[a-z]+\d+@example\.com").all()
    assert people.email.is_unique
    assert people.customer_name.nunique() > 5_000
    assert made.read("product_catalog").product_name.is_unique


def test_nobody_buys_before_they_sign_up(made: Made) -> None:
    people = made.read("customer_database").set_index("customer_id")
    first = made.orders.groupby("customer_id").day.min()
    assert (pd.to_datetime(people.signup_date).reindex(first.index) <= first).all()
    assert people.signup_date.is_monotonic_increasing


def test_reviews_follow_an_order_of_that_product_by_that_customer(made: Made) -> None:
    reviews = made.read("customer_reviews")
    first = made.sales.groupby(["customer_id", "product_id"]).day.min().rename("bought").reset_index()
    joined = reviews.merge(first, how="left", on=["customer_id", "product_id"])
    assert (pd.to_datetime(joined.review_date) >= joined.bought).all()
    assert set(reviews.rating) == {1, 2, 3, 4, 5}


def test_every_key_of_the_truth_is_documented(made: Made) -> None:
    documented = set(re.findall(r"^\| `([\w.]+)", DOCS.read_text(), flags=re.M))
    assert set(made.truth) <= {key.split(".")[0] for key in documented}
    parquet = pd.read_parquet(made.folder / "truth_customers.parquet")
    assert set(parquet) <= documented
    assert np.array_equal(parquet.customer_id, made.read("customer_database").customer_id)


@pytest.mark.parametrize("rows", [1, 2, 7, 50, 400])
def test_a_tiny_shop_has_its_dirt_too(tmp_path: Path, rows: int) -> None:
    generate(tmp_path, rows=rows, seed=5)
    planted = json.loads((tmp_path / "truth.json").read_text())["dirt"]["sales_transactions"]
    assert planted["total_row"] == 1
