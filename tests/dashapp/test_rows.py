"""The routes of lists and customers: blocks, totals, files, and refusals in words."""

import csv
import io
import json

import pandas as pd
import pyarrow as pa
import pytest
from dash import Dash
from flask.testing import FlaskClient

from analytics.filters import Filters
from analytics.lists import LISTS
from analytics.queries import table
from dashapp import access
from dashapp.exports import csv as as_csv
from dashapp.exports import csv_part
from pipeline.warehouse import Snapshot

FILLED = [name for name in LISTS if name != "at_risk"]  # which needs a model: tests/dashapp/test_churn.py
SEARCH = "region=North&from=2024-01-01&to=2024-12-31"


@pytest.fixture
def client(app: Dash) -> FlaskClient:
    client = app.server.test_client()
    client.environ_base["HTTP_HOST"] = "127.0.0.1:8050"
    return client


@pytest.mark.parametrize("name", FILLED)
def test_a_block_has_plain_rows_and_says_how_many_there_are(client: FlaskClient, name: str) -> None:
    got = client.get(f"/lists/{name}?start=0&end=5&{SEARCH}").json
    assert list(got["rows"][0]) == list(LISTS[name].names)
    assert len(got["rows"]) == min(5, got["total"]) > 0


@pytest.mark.parametrize("name", FILLED)
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_file_holds_all_rows_and_is_named_for_what_it_holds(client: FlaskClient, name: str, kind: str) -> None:
    total = client.get(f"/lists/{name}?start=0&end=1&{SEARCH}").json["total"]
    got = client.get(f"/lists/{name}.{kind}?{SEARCH}")
    assert f"{name}_region-North_2024-01-01_2024-12-31.{kind}" in got.headers["Content-Disposition"]
    if kind == "parquet":
        assert len(pd.read_parquet(io.BytesIO(got.data))) == total
        return
    assert got.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(got.data.decode("utf-8-sig"))))
    assert len(rows) == total
    assert list(rows[0]) == list(LISTS[name].names)


def test_a_long_file_is_whole_and_in_order(client: FlaskClient, snapshot: Snapshot) -> None:
    rows = pd.read_csv(io.BytesIO(client.get("/lists/transactions.csv?order=-total_amount").data))
    assert rows["total_amount"].is_monotonic_decreasing
    revenue = table("revenue")(Filters(), snapshot)["revenue"].iloc[0]
    assert rows["total_amount"].sum() == pytest.approx(revenue, abs=0.005)


def test_a_list_without_rows_is_a_file_with_a_header(client: FlaskClient) -> None:
    for kind in ("csv", "parquet"):
        got = client.get(f"/lists/returns.{kind}?region=Nowhere")
        read = pd.read_csv if kind == "csv" else pd.read_parquet
        assert list(read(io.BytesIO(got.data))) == list(LISTS["returns"].names)
    assert client.get("/lists/returns?start=0&end=9&region=Nowhere").json == {"rows": [], "total": 0, "dark": []}
    assert client.get("/lists/returns/summary?region=Nowhere").json["says"] == "0 lines in 0 orders, $0.00"


def test_the_summary_is_that_of_the_cards(client: FlaskClient, snapshot: Snapshot) -> None:
    cards = table("revenue", "orders", "customers")(Filters.parse(SEARCH), snapshot).iloc[0]
    says = client.get(f"/lists/transactions/summary?{SEARCH}").json["says"]
    assert says.endswith(f"lines in {cards.orders:,.0f} orders, ${cards.revenue:,.2f}")
    assert client.get(f"/lists/customers/summary?{SEARCH}").json["says"].startswith(f"{cards.customers:,.0f} customers")


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("/lists/transaction?start=0&end=9", "Did you mean: transactions"),
        ("/lists/transactions", "start= is not a whole number"),
        ("/lists/transactions?start=-1&end=9", "start=-1"),
        ("/lists/transactions?start=0&end=9999", "1 to 1000 rows"),
        ("/lists/transactions?start=0&end=" + "9" * 400, "not a whole number"),
        ("/lists/transactions?start=0&end=9&order=money", "No column 'money'"),
        ("/lists/transactions?start=0&end=9&where={", "not JSON"),
        ("/lists/transactions.csv?find=" + "x" * 201, "at most 200"),
        ("/lists/nothing.parquet", "No list"),
        ("/lists/nothing/summary", "No list"),
    ],
)
def test_a_question_that_cannot_be_answered_says_why(client: FlaskClient, url: str, says: str) -> None:
    got = client.get(url)
    assert got.status_code == 400
    assert says in got.json["error"]


def test_a_customer_is_served_whole(client: FlaskClient, snapshot: Snapshot) -> None:
    orders = snapshot.table("orders").to_pandas()
    id_ = orders["customer_id"].iloc[0]
    own = orders[orders["customer_id"] == id_]
    got = client.get(f"/api/v1/customers/{id_}").json
    assert set(got) == {"customer_id", "profile", "features", "value", "scores", "orders", "as_of", "snapshot"}
    assert len(got["orders"]) == got["features"]["purchase_count"] == len(own)
    assert sum(order["value"] for order in got["orders"]) == pytest.approx(float(own["value"].sum()))
    value = got["value"]
    assert value["predicted"] == pytest.approx(value["expected_orders"] * value["expected_value"])
    assert value["total"] == pytest.approx(value["historic"] + value["predicted"])
    assert got["orders"] == sorted(got["orders"], key=lambda order: -order["order_number"])


def test_a_customer_who_never_bought_has_a_profile_and_no_numbers(client: FlaskClient, snapshot: Snapshot) -> None:
    people = snapshot.table("customers").to_pandas()
    id_ = people.loc[people["first_order_date"].isna(), "customer_id"].iloc[0]
    got = client.get(f"/api/v1/customers/{id_}").json
    assert (got["features"], got["value"], got["orders"]) == ({}, {}, [])


def test_an_unknown_customer_is_not_found_in_words(client: FlaskClient) -> None:
    got = client.get("/api/v1/customers/C1%2F2 OR 1=1")
    assert got.status_code == 404
    assert "No customer 'C1/2 OR 1=1'" in got.json["error"]


def test_a_viewer_sees_no_names(client: FlaskClient, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "current_role", lambda: "viewer")
    row = client.get("/lists/customers?start=0&end=1").json["rows"][0]
    own = client.get(f"/api/v1/customers/{row['customer_id']}").json["profile"]
    assert {row["customer_name"], row["email"], own["customer_name"], own["email"]} == {"•••"}
    names = set(snapshot.table("customers").customer_name.to_pandas()) - {"Unknown"}
    file = client.get("/lists/transactions.csv").data.decode()
    assert not [name for name in list(names)[:50] if name in file]
    model = json.dumps({"email": {"type": "notEqual", "filter": "•••"}})
    assert client.get(f"/lists/customers?start=0&end=1&where={model}").json["total"] == 0


def test_a_long_file_is_written_as_a_short_one_is() -> None:
    cells = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "plain, with a comma", 'a "quote"', "", None, "ü"]
    frame = pd.DataFrame({"text": cells, "amount": [n + 0.25 for n in range(len(cells))]})
    batch = pa.RecordBatch.from_pandas(frame, preserve_index=False)
    parts = csv_part(batch.slice(0, 5), first=True) + csv_part(batch.slice(5), first=False)
    short, long = (
        list(csv.reader(io.StringIO(text.decode("utf-8-sig"), newline=""))) for text in (as_csv(frame), parts)
    )
    assert long == short
    assert long[1] == ["'=1+1", "0.25"]
