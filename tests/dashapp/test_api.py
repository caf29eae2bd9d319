"""The REST API says what the page says."""

import csv
import io

import pytest
from dash import Dash
from flask.testing import FlaskClient

from analytics.dimensions import DIMENSIONS
from analytics.lights import lacking, lit_by
from analytics.metrics import METRICS
from dashapp.charts.catalogue import SALES_CHARTS
from dashapp.exports import harmless
from pipeline.snapshot import Snapshot


@pytest.fixture
def client(app: Dash) -> FlaskClient:
    client = app.server.test_client()
    client.environ_base["HTTP_HOST"] = "127.0.0.1:8050"
    return client


def test_a_query_names_its_columns_filters_day_and_snapshot(client: FlaskClient) -> None:
    got = client.get("/api/v1/query?metrics=revenue,orders&by=region,category&cmp=off&customer_segment=Nobody").json
    assert got["columns"] == ["region", "category", "revenue", "orders"]
    assert set(got) >= {"columns", "rows", "filters", "as_of", "snapshot"}
    assert got["filters"] == "cmp=off&customer_segment=Nobody"


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_is_served(client: FlaskClient, snapshot: Snapshot, name: str) -> None:
    got = client.get(f"/api/v1/query?metrics={name}").json
    assert got["columns"] == [name]
    if need := lacking(name, snapshot):
        assert got["rows"] == [[None]]
        assert got["reasons"][name] == f"needs {lit_by(need)}"
    else:
        assert isinstance(got["rows"][0][0], int | float)


def test_a_missing_value_is_null_with_a_reason(client: FlaskClient) -> None:
    got = client.get("/api/v1/query?metrics=aov,revenue&region=Nowhere").json
    assert got["rows"] == [[None, 0]]
    assert got["reasons"]["aov"] == "no orders in this selection"


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("/api/v1/query", "at least one metric"),
        ("/api/v1/query?metrics=revenu", "Did you mean: revenue"),
        ("/api/v1/query?metrics=revenue&regoin=North", "Did you mean: region"),
        ("/api/v1/query?metrics=revenue&from=yesterday", "from=yesterday"),
        ("/api/v1/query?metrics=revenue&limit=many", "limit=many"),
        ("/api/v1/query?metrics=revenue&like_for_like=1", "not computed yet"),
        ("/api/v1/query?metrics=revenue&by=month&order=profit", "order by 'profit'"),
        ("/export/overview/nothing.csv", "No chart"),
        ("/export/nowhere/revenue.csv", "No page"),
    ],
)
def test_a_question_that_cannot_be_answered_says_what_to_do(client: FlaskClient, url: str, says: str) -> None:
    got = client.get(url)
    assert got.status_code == 400
    assert says in got.json["error"]


def test_the_catalogues_are_served(client: FlaskClient) -> None:
    assert [m["name"] for m in client.get("/api/v1/metrics").json] == list(METRICS)
    assert [d["name"] for d in client.get("/api/v1/dimensions").json] == list(DIMENSIONS)
    assert client.get("/health").json == {"status": "ok"}
    assert client.get("/ready").json["status"] == "ready"


@pytest.mark.parametrize("name", [*SALES_CHARTS, "revenue", "aov"])
def test_every_chart_and_card_is_a_file_named_for_what_it_holds(client: FlaskClient, name: str) -> None:
    got = client.get(f"/export/overview/{name}.csv?from=2024-01-01&to=2025-06-30&region=North")
    assert f"overview-{name}_region-North_2024-01-01_2025-06-30.csv" in got.headers["Content-Disposition"]
    assert got.data.startswith(b"\xef\xbb\xbf")
    assert len(list(csv.reader(io.StringIO(got.data.decode("utf-8-sig"))))) > 1


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_text_that_a_spreadsheet_would_run_is_made_harmless(cell: str) -> None:
    assert harmless(cell) == "'" + cell


def test_numbers_and_plain_text_are_left_as_they_are() -> None:
    assert [harmless(cell) for cell in (-1.5, "Books", None)] == [-1.5, "Books", None]


def test_a_question_in_plain_english_is_answered_with_its_reading(client: FlaskClient) -> None:
    got = client.post("/api/v1/ask", json={"question": "revenue by region in 2024"}).json
    assert set(got) >= {"answer", "columns", "rows", "reading", "refused", "clarify", "conversation"}
    assert got["columns"] == ["region", "revenue"]
    again = client.post("/api/v1/ask", json={"question": "and in 2025?", "conversation": got["conversation"]}).json
    assert "from=2025-01-01" in again["conversation"]
    assert again["columns"] == got["columns"]


@pytest.mark.parametrize(
    "body", [{}, {"question": ""}, {"question": 5}, ["revenue"], {"question": "revenue", "conversation": 5}]
)
def test_what_is_not_a_question_is_refused_with_a_form_to_follow(client: FlaskClient, body: object) -> None:
    got = client.post("/api/v1/ask", json=body)
    assert got.status_code == 400
    assert '"question"' in got.json["error"]
