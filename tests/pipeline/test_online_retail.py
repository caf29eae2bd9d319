"""Online Retail as it is: the answers that others published, and every row and cent."""

import gzip
import json
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from pipeline.run import run_pipeline
from pipeline.snapshot import Snapshot
from settings import Settings

pytestmark = pytest.mark.slow
PRODUCT = r"^[0-9]{5}[A-Za-z]*$|^DCGS"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, online_retail: Path) -> tuple[Settings, Snapshot]:
    home = Settings(home=tmp_path_factory.mktemp("online_retail"))
    return home, run_pipeline(home, online_retail)


@pytest.fixture(scope="module")
def report(shop: tuple[Settings, Snapshot]) -> dict:  # type: ignore[type-arg]
    return json.loads((shop[0].processed / "cleaning_report.json").read_text())


@pytest.fixture(scope="module")
def lines(shop: tuple[Settings, Snapshot]) -> pd.DataFrame:
    return shop[1].table("lines").drop("marks", "categories").to_pandas()


@pytest.fixture(scope="module")
def raw(online_retail: Path) -> pd.DataFrame:
    with gzip.open(online_retail / "online_retail.csv.gz", "rt") as file:
        return pd.read_csv(file, dtype=str, keep_default_na=False)


def test_revenue_orders_and_customers_are_the_known_ones(lines: pd.DataFrame, report: dict) -> None:  # type: ignore[type-arg]
    valid = lines[lines["kind"].isin(["sale", "service"])]
    assert report["revenue"] == "10642110.80"
    assert (len(valid), valid["order_id"].nunique()) == (524_878, 19_960)
    known = valid[valid["customer_id"].notna()]
    assert (len(known), known["customer_id"].nunique(), known["order_id"].nunique()) == (392_692, 4_338, 18_532)
    assert known["total_amount"].sum() == Decimal("8887208.89")
    assert lines["region"].nunique() == 38
    assert lines["order_id"].nunique() == 25_900
    assert lines["customer_id"].nunique() == 4_372


def test_every_row_and_cent_is_accounted_for(report: dict, raw: pd.DataFrame) -> None:  # type: ignore[type-arg]
    file = report["files"]["sales_transactions"]
    money = sum(Decimal(q) * Decimal(p) for q, p in zip(raw["Quantity"], raw["UnitPrice"], strict=True))
    assert file["records_before"] == len(raw) == 541_909
    assert file["duplicates"] == int(raw.duplicated().sum()) == 5_268
    assert Decimal(file["balance"]["read"]["money"]) == money
    assert round(money, 2) == Decimal("9747747.93")
    parts = [counts for part, counts in file["balance"].items() if part != "read"]
    assert (sum(p["rows"] for p in parts), sum(Decimal(p["money"]) for p in parts)) == (541_909, money)
    assert file["quarantined"] == {}


def test_each_kind_holds_the_lines_that_pandas_finds(lines: pd.DataFrame, raw: pd.DataFrame) -> None:
    unique = raw.drop_duplicates()
    quantity, price = unique["Quantity"].astype(int), unique["UnitPrice"].astype(float)
    cancelled, booked = unique["InvoiceNo"].str.startswith("C"), unique["InvoiceNo"].str.startswith("A")
    code = unique["StockCode"].str.strip().str.upper()
    bookings = booked | code.isin(["M", "B", "D", "S", "BANK CHARGES", "AMAZONFEE", "CRUK"])
    amount = quantity * price
    counts = lines["kind"].value_counts()
    assert counts["free"] == (amount == 0).sum()
    assert counts["adjustment"] == ((amount < 0) & bookings).sum()
    assert counts["cancellation"] == (cancelled & (amount < 0) & ~bookings).sum()
    assert counts["service"] == ((amount > 0) & (bookings | code.isin(["POST", "DOT", "C2"]))).sum()
    assert "return" not in counts
    assert counts.sum() == len(unique)


def test_lines_without_a_customer_are_kept_and_counted(report: dict, raw: pd.DataFrame) -> None:  # type: ignore[type-arg]
    file = report["files"]["sales_transactions"]
    assert round(len(raw) * file["missing_percent_before"]["customer_id"] / 100, -1) == pytest.approx(135_080, abs=5)
    assert file["filled"]["missing_customer_id"] == (raw.drop_duplicates()["CustomerID"] == "").sum()


def test_the_months_equal_those_of_another_team(lines: pd.DataFrame, online_retail: Path) -> None:
    theirs = pd.read_csv(online_retail / "reference_monthly.csv", index_col="month_label")
    product = lines[lines["product_id"].str.contains(PRODUCT, regex=True)]
    sales, gone = product[product["kind"] == "sale"], product[product["kind"] == "cancellation"]
    by_month = {
        "gross_sales": sales.groupby(_month(sales))["total_amount"].sum().astype(float).round(2),
        "units_sold": sales.groupby(_month(sales))["quantity"].sum().astype(int),
        "orders": sales.groupby(_month(sales))["order_id"].nunique(),
        "active_customers": sales.groupby(_month(sales))["customer_id"].nunique(),
        "cancellations": gone.groupby(_month(gone))["total_amount"].sum().astype(float).round(2),
        "cancellation_notes": gone.groupby(_month(gone))["order_id"].nunique(),
    }
    for column, ours in by_month.items():
        assert ours.to_dict() == theirs[column].to_dict(), column


def _month(lines: pd.DataFrame) -> pd.Series:
    return pd.to_datetime(lines["order_date"]).dt.strftime("%Y-%m")
