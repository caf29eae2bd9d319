"""Features mean what the catalogue says, and know nothing later than their day."""

from datetime import date, timedelta
from inspect import signature
from pathlib import Path

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from pipeline import features, integrate
from pipeline.features import FEATURES, flag_columns
from pipeline.run import run_pipeline
from pipeline.warehouse import Snapshot, Warehouse
from settings import Settings
from tests import oracle
from tests.pipeline.shops import shop, write_shop

Tables = dict[str, pa.Table]
CUTS = (date(2023, 6, 30), date(2024, 2, 29), date(2025, 11, 3))


@pytest.fixture(scope="module")
def merged(settings: Settings) -> pd.DataFrame:
    return pd.read_csv(settings.processed / "merged_analytics_data.csv", keep_default_na=False, na_values=[""])


@pytest.fixture(scope="module")
def lines(exports: Path) -> pd.DataFrame:
    return oracle.load(exports)


@pytest.fixture(scope="module")
def tables(snapshot: Snapshot) -> Tables:
    """What the features are made of."""
    return {name: snapshot.table(name).to_pyarrow() for name in ("sales", "reviews")}


def made(name: str, tables: Tables, as_of: date) -> pd.DataFrame:
    step = getattr(features, name)
    given = {key: ibis.memtable(table) for key, table in tables.items()} | {"as_of": as_of}
    given["valid"], given["baskets"] = given["sales"], integrate.baskets(given["sales"])
    frame = step(**{key: given[key] for key in signature(step).parameters}).to_pandas()
    return frame.sort_values(list(frame.columns[:2])).reset_index(drop=True)


def until(tables: Tables, day: date) -> Tables:
    """The tables as they were in the evening of a day, their rows in another order."""
    days = {"sales": "order_date", "reviews": "review_date"}
    kept = {name: table.filter(pc.less_equal(table[days[name]], pa.scalar(day))) for name, table in tables.items()}
    return {name: table.take(np.random.default_rng(3).permutation(len(table))) for name, table in kept.items()}


@pytest.mark.parametrize("day", CUTS)
@pytest.mark.parametrize("name", ["customer_features", "product_features", "customer_categories"])
def test_features_of_a_day_are_the_same_bit_for_bit_when_the_future_is_cut_off(
    tables: Tables, name: str, day: date
) -> None:
    whole, truncated = made(name, tables, day), made(name, until(tables, day), day)
    assert len(whole) > 20
    pd.testing.assert_frame_equal(whole, truncated, check_exact=True)


def test_features_of_a_sale_are_the_same_when_the_files_end_on_its_day(
    exports: Path, snapshot: Snapshot, tmp_path: Path
) -> None:
    day = date(2024, 6, 30)
    for name in ("customer_database", "product_catalog", "customer_reviews"):
        (tmp_path / f"{name}.csv").write_bytes((exports / f"{name}.csv").read_bytes())
    text = (exports / "sales_transactions.csv").read_text().split("\n")
    kept = [line for line in text[1:] if "2023-" in line or any(f"2024-0{month}-" in line for month in range(1, 7))]
    (tmp_path / "sales_transactions.csv").write_text("\n".join([text[0], *kept]))
    home = Settings(home=tmp_path / "home")
    run_pipeline(home, tmp_path)
    own = [f.name for f in FEATURES.values() if f.table == "sales" and f.name not in ("average_rating", "review_count")]
    keys = ["order_id", "product_id", "ordered_at", "quantity", "customer_id"]
    now, then = (s.table("sales").select(*keys, *own).to_pandas() for s in (snapshot, Warehouse(home).current()))
    pairs = then.merge(now, on=keys, suffixes=("_then", "_now"))
    assert len(pairs) == len(then) > 1000
    assert pairs["ordered_at"].max().date() <= day
    for name in own:
        pd.testing.assert_series_equal(
            pairs[f"{name}_then"], pairs[f"{name}_now"], check_names=False, check_dtype=False
        )


def test_time_features_are_those_of_the_calendar(merged: pd.DataFrame) -> None:
    day = pd.to_datetime(merged["order_date"])
    assert merged["year_added"].equals(day.dt.year.astype("int64"))
    assert merged["month_added"].equals(day.dt.month.astype("int64"))
    assert merged["quarter_added"].equals(day.dt.quarter.astype("int64"))
    assert merged["day_of_week"].equals(day.dt.isocalendar().day.astype("int64"))
    assert merged["is_weekend"].equals((day.dt.dayofweek >= 5).astype("int64"))
    since = (day - pd.to_datetime(merged["signup_date"])).dt.days
    assert merged["days_since_signup"].dropna().astype(int).equals(since.dropna().astype(int))


def test_customer_features_equal_pandas(snapshot: Snapshot, lines: pd.DataFrame) -> None:
    known = lines[lines["customer_id"] != ""]
    orders = (
        known.groupby(["customer_id", "order_id"]).agg(day=("day", "min"), value=("total_amount", "sum")).reset_index()
    )
    grouped = orders.groupby("customer_id")
    as_of = lines["day"].max()
    theirs = pd.DataFrame(
        {
            "purchase_count": grouped.size(),
            "clv": grouped["value"].sum(),
            "aov": grouped["value"].mean(),
            "days_since_last_purchase": (as_of - grouped["day"].max()).dt.days,
            "customer_age_days": (as_of - grouped["day"].min()).dt.days,
            "mean_days_between_orders": grouped["day"].apply(lambda d: d.sort_values().diff().dt.days.mean()),
            "orders_recent": grouped["day"].apply(lambda d: (as_of - d < timedelta(days=90)).sum()),
        }
    ).sort_index()
    ours = snapshot.table("customer_features").to_pandas().set_index("customer_id").sort_index()
    assert list(ours.index) == list(theirs.index)
    for column in theirs:
        assert ours[column].astype(float).tolist() == pytest.approx(
            theirs[column].astype(float).tolist(), nan_ok=True
        ), column


def test_a_customers_ratings_are_those_written_by_the_day(tmp_path: Path) -> None:
    files = shop()
    late = {**files["customer_reviews"][0], "review_id": "R3", "rating": "1", "review_date": "2025-01-01"}
    files["customer_reviews"].append(late)
    home = Settings(home=tmp_path / "home")
    table = run_pipeline(home, write_shop(tmp_path / "exports", files)).table("customer_features").to_pandas()
    first = table.set_index("customer_id").loc["C1"]
    assert (first["mean_rating_given"], first["reviews_given"]) == (5, 1)


def test_purchase_frequency_counts_the_customers_orders_in_the_category(merged: pd.DataFrame) -> None:
    known = merged[merged["customer_id"].notna()]
    counted = known.groupby(["customer_id", "category"])["order_id"].transform("nunique")
    assert (known["category_purchase_frequency"] == counted).all()


@pytest.mark.parametrize(
    ("score", "value", "sign"),
    [
        ("recency_score", "days_since_last_purchase", -1),
        ("frequency_score", "purchase_count", 1),
        ("monetary_score", "clv", 1),
    ],
)
def test_scores_are_fifths_and_equals_score_equally(snapshot: Snapshot, score: str, value: str, sign: int) -> None:
    table = snapshot.table("customer_features").to_pandas()
    ranked = (sign * table[value]).rank(method="min") - 1
    expected = (1 + (5 * ranked // (len(table) - 1))).clip(1, 5).astype(int)
    assert table[score].astype(int).tolist() == expected.tolist()
    assert (table.groupby(value)[score].nunique() == 1).all()


def test_one_customer_alone_is_the_best(tmp_path: Path) -> None:
    files = {"sales_transactions": shop()["sales_transactions"][:2]}
    table = run_pipeline(Settings(home=tmp_path / "home"), write_shop(tmp_path / "exports", files)).table(
        "customer_features"
    )
    scores = table.to_pandas()[["recency_score", "frequency_score", "monetary_score"]]
    assert scores.to_numpy().tolist() == [[5, 5, 5]]


@pytest.mark.parametrize("table", ["customer_features", "product_features"])
def test_every_column_of_a_feature_table_is_in_the_catalogue(snapshot: Snapshot, table: str) -> None:
    key = "customer_id" if table == "customer_features" else "product_id"
    listed = {feature.name for feature in FEATURES.values() if feature.table == table}
    assert set(snapshot.table(table).columns) == {key} | listed


def test_every_feature_stands_in_the_merged_file_and_has_a_meaning(merged: pd.DataFrame) -> None:
    days = {"first_order_day", "last_order_day", "product_last_sale_day"}
    assert set(FEATURES) - days <= set(merged.columns)
    assert all(feature.means.endswith(".") for feature in FEATURES.values())


def test_each_category_that_a_sale_is_in_is_flagged(tmp_path: Path) -> None:
    files = shop()
    files["product_catalog"][0]["category"] = "Home|Gifts"
    files["sales_transactions"][3] |= {"category": "Toys;Outdoor"}
    home = Settings(home=tmp_path / "home")
    run_pipeline(home, write_shop(tmp_path / "exports", files))
    merged = pd.read_csv(home.processed / "merged_analytics_data.csv")
    assert merged["category"].tolist() == ["Home", "Toys", "Home", "Toys"]
    flags = {name: merged[f"category_{name}"].tolist() for name in ("home", "gifts", "toys", "outdoor")}
    assert flags == {"home": [1, 0, 1, 0], "gifts": [1, 0, 1, 0], "toys": [0, 1, 0, 1], "outdoor": [0, 0, 0, 1]}
    assert merged.groupby("category")["total_amount"].sum().to_dict() == {"Home": 1801.5, "Toys": 16.0}


def test_categories_with_like_names_keep_their_own_column() -> None:
    names = flag_columns(["Home & Garden", "Home + Garden", "home / garden", "Toys"])
    assert len(set(names.values())) == 4


def test_the_usual_value_is_the_most_frequent_and_then_the_first_in_the_alphabet() -> None:
    rows = ibis.memtable({"key": ["a", "a", "a", "b", "b", "c"], "value": ["x", "y", "y", "z", "q", None]})
    usual = integrate.usual(rows, "key", "value", "best").to_pandas().set_index("key")["best"].to_dict()
    assert usual == {"a": "y", "b": "q"}
