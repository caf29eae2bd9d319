"""Files sent by programs and browsers: streamed, limited, refused early, answered about, and never from another site."""

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from dash import Dash
from flask import Flask
from flask.testing import FlaskClient

from dashapp import shop
from dashapp.access import stand_guard
from dashapp.api import api
from dashapp.jobs.board import Board
from dashapp.uploads import uploads
from pipeline.inbox import Inbox
from pipeline.looks import look
from pipeline.uploads import Uploads
from settings import Settings
from tests.pipeline.damages import HEADER, R, dates, table
from tests.serving import serving

BASE = "http://localhost"


class Nobody:
    """A manager that never finds a process."""

    func_registry: dict[str, object] = {}  # noqa: RUF012

    def register(self, *_args: object) -> None: ...


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    (tmp_path / "data").mkdir()
    return Settings(home=tmp_path, upload_limit=3 << 20)


@pytest.fixture
def server(home: Settings) -> Flask:
    made = Flask("uploads")
    made.config["MAX_CONTENT_LENGTH"] = 2 << 20
    shop.serve(made.config, home, Board(home, Nobody()))  # type: ignore[arg-type]
    for blueprint in (api, uploads):
        made.register_blueprint(blueprint)
    stand_guard(made, lambda: "default-src 'self'")
    return made


@pytest.fixture
def client(server: Flask) -> FlaskClient:
    return server.test_client()


def test_a_file_sent_whole_or_in_pieces_waits(client: FlaskClient, home: Settings) -> None:
    text = table(R).encode()
    got = client.put("/api/v1/uploads/sales.csv", data=text, base_url=BASE)
    assert (got.status_code, got.json["received"], got.json["whole"]) == (200, len(text), True)
    id_ = "a" * 32
    for at in range(0, len(text), 400):
        address = f"/api/v1/uploads/other.csv?id={id_}&at={at}&size={len(text)}"
        got = client.put(address, data=text[at : at + 400], base_url=BASE)
        assert got.status_code == 200
    assert got.json["whole"]
    assert [path.read_bytes() for path in Uploads(home).files()] == [text, text]
    again = client.put(f"/api/v1/uploads/x.csv?id={'b' * 32}&at=100&size=900", data=b"x", base_url=BASE)
    assert (again.status_code, again.json["received"]) == (409, 0)


def test_what_is_too_large_is_refused_though_more_than_other_routes_take_may_come(client: FlaskClient) -> None:
    assert client.put("/api/v1/uploads/a.csv", data=bytes(3 << 20), base_url=BASE).status_code == 200
    got = client.put("/api/v1/uploads/a.csv?at=0&size=600000000", data=b"x", base_url=BASE)
    assert got.status_code == 413
    assert "run.py pipeline" in got.json["error"]


@pytest.mark.parametrize(
    "address", ["/api/v1/uploads/a.exe", "/api/v1/uploads/a.csv?at=-1", "/api/v1/uploads/a.csv?id=../x"]
)
def test_what_cannot_be_taken_is_refused_in_words(client: FlaskClient, address: str) -> None:
    got = client.put(address, data=b"x", base_url=BASE)
    assert (got.status_code, bool(got.json["error"])) == (400, True)


def test_another_site_can_send_nothing(client: FlaskClient, home: Settings) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert client.put("/api/v1/uploads/a.csv", data=b"x", headers=headers, base_url=BASE).status_code == 403
    assert client.delete("/api/v1/uploads", headers=headers, base_url=BASE).status_code == 403
    assert Uploads(home).files() == []


def test_an_answer_is_kept_for_the_layout_and_a_file_can_be_taken_out(client: FlaskClient, home: Settings) -> None:
    text = table(dates(R[:3], "%d/%m/%Y"))
    client.put("/api/v1/uploads/sales.csv", data=text.encode(), base_url=BASE)
    look(home)
    found = client.get("/api/v1/uploads", base_url=BASE).json
    assert found["files"][0]["tables"][0]["asks"] == "dates"
    assert "day first or month first" in found["in_the_way"]
    said = {"table": "sales.csv", "answers": {"source": "sales_transactions", "dates": "day"}}
    assert client.post("/api/v1/uploads/sales.csv/answers", json=said, base_url=BASE).status_code == 200
    look(home)
    found = client.get("/api/v1/uploads", base_url=BASE).json
    assert (found["in_the_way"], found["files"][0]["tables"][0]["first_day"]) == ("", "2024-03-09")
    wrong = {"table": "sales.csv", "answers": {"dates": "week"}}
    assert client.post("/api/v1/uploads/sales.csv/answers", json=wrong, base_url=BASE).status_code == 400
    assert client.delete("/api/v1/uploads/sales.csv", base_url=BASE).json["files"] == []
    assert client.delete("/api/v1/uploads/sales.csv", base_url=BASE).status_code == 400


def test_rows_are_taken_as_json_or_csv_and_loaded_together(server: Flask, client: FlaskClient, home: Settings) -> None:
    with server.app_context():
        board = shop.jobs()
    board.start = lambda name, who: board.runs.add(name, who)  # type: ignore[method-assign]
    rows = [{k: R[0][k] for k in HEADER}]
    address = "/api/v1/rows/sales_transactions"
    sent = [
        client.post(address, json=rows, base_url=BASE),
        client.post(address, json={"rows": rows}, base_url=BASE),
        client.post(address, data=table(R[:2]), content_type="text/csv", base_url=BASE),
    ]
    assert [(got.status_code, got.json["accepted"]) for got in sent] == [(202, 1), (202, 1), (202, 2)]
    assert len({got.json["run"] for got in sent}) == 1
    assert len(Inbox(home).waiting()) == 3
    for wrong in ({"rows": "x"}, [{"colour": 1}], []):
        assert client.post(address, json=wrong, base_url=BASE).status_code == 400
    assert client.post("/api/v1/rows/tills", json=rows, base_url=BASE).status_code == 400
    got = client.post(address, data="a,b\n1\n", content_type="text/csv", base_url=BASE)
    assert got.status_code == 400


@pytest.fixture
def port(server: Flask, home: Settings) -> Iterator[int]:
    """As `run.py` serves it."""
    with serving(server, max_request_body_size=home.upload_limit + (1 << 20)) as port:
        yield port


def test_half_a_gigabyte_is_refused_before_it_has_come(port: int, home: Settings) -> None:
    with socket.create_connection(("127.0.0.1", port)) as link:
        began = time.monotonic()
        link.sendall(
            f"PUT /api/v1/uploads/a.csv HTTP/1.1\r\nHost: localhost\r\nContent-Length: {500 << 20}\r\n\r\n".encode()
        )
        link.settimeout(10)
        assert b" 413 " in link.recv(200)
        print(f"refused in {time.monotonic() - began:.3f} s")
    assert Uploads(home).files() == []


def test_the_page_shows_what_waits(app: Dash, settings: Settings) -> None:
    from dashapp.components.upload.body import upload_page

    uploads_ = Uploads(settings)
    data = table(R, header=["Beleg", *HEADER[1:]]).encode()
    uploads_.receive(uploads_.announce("till.csv", len(data)), 0, [data])
    try:
        look(settings)
        with app.server.app_context():
            shown = json.dumps(upload_page().to_plotly_json(), default=lambda part: part.to_plotly_json())
        assert "till.csv" in shown
        assert "column:order_id" in shown
        assert "takes its place as a whole" in shown
    finally:
        uploads_.clear()
