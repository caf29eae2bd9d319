"""Named views and saved sets: kept, found again, refused in words."""

from collections.abc import Iterator

import pytest
from dash import Dash
from flask.testing import FlaskClient

from analytics.filters import Filters
from analytics.queries import table
from pipeline.warehouse import Snapshot

VIEW = {"name": "Northern spring", "path": "/sales", "search": "?region=North&from=2024-03-01&to=2024-05-31"}


@pytest.fixture
def client(app: Dash) -> Iterator[FlaskClient]:
    client = app.server.test_client()
    client.environ_base["HTTP_HOST"] = "127.0.0.1:8050"
    yield client
    for view in client.get("/api/v1/views").json:
        client.delete(f"/api/v1/views/{view['name']}")


def test_a_view_is_kept_replaced_and_forgotten(client: FlaskClient) -> None:
    assert client.post("/api/v1/views", json=VIEW).json == [VIEW]
    newer = {**VIEW, "search": "?region=South"}
    assert client.post("/api/v1/views", json=newer).json == [newer]
    assert client.get("/api/v1/views").json == [newer]
    assert client.delete("/api/v1/views/Northern spring").json == []


@pytest.mark.parametrize(
    "body",
    [
        {**VIEW, "name": " "},
        {**VIEW, "name": "x" * 81},
        {**VIEW, "path": "//evil.example"},
        {**VIEW, "path": "https://evil.example"},
        {"name": "half"},
        [],
    ],
)
def test_a_view_that_is_none_is_refused_in_words(client: FlaskClient, body: object) -> None:
    got = client.post("/api/v1/views", json=body)
    assert got.status_code == 400
    assert got.json["error"]
    assert client.get("/api/v1/views").json == []


def test_a_saved_set_stands_for_its_members_everywhere(client: FlaskClient, snapshot: Snapshot) -> None:
    products = sorted(snapshot.table("sales").product_id.to_pandas().dropna().unique())[:20]
    name = client.post("/api/v1/sets", json={"members": products}).json["name"]
    assert name == client.post("/api/v1/sets", json={"members": products[::-1]}).json["name"]
    through = client.get(f"/api/v1/query?metrics=revenue&product={name}").json["rows"][0][0]
    written = table("revenue")(Filters().choose("product", *products), snapshot).iloc[0, 0]
    assert through == pytest.approx(written)
    export = client.get(f"/export/overview/top_products.csv?product={name}&region=North")
    assert export.status_code == 200


@pytest.mark.parametrize("name", ["set:../../CURRENT", "set:", "set:" + "0" * 20, "set:zz"])
def test_a_set_that_was_never_kept_is_a_member_that_nothing_has(client: FlaskClient, name: str) -> None:
    got = client.get("/api/v1/query", query_string={"metrics": "orders", "product": name})
    assert got.json["rows"] == [[0]]


@pytest.mark.parametrize(
    "body",
    [{}, {"members": []}, {"members": [1, 2]}, {"members": "North"}, {"members": [{"a": 1}]}, {"members": ["a", 1]}],
)
def test_a_set_of_nothing_is_refused(client: FlaskClient, body: object) -> None:
    assert client.post("/api/v1/sets", json=body).status_code == 400
