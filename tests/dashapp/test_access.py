"""Who may ask: every route and callback is guarded, and other sites are turned away."""

import pytest
from dash import Dash
from flask.testing import FlaskClient

DASH_OWN = ("/_", "/assets", "/<path:path>", "/static")
UPDATE = "/_dash-update-component"


@pytest.fixture
def client(app: Dash) -> FlaskClient:
    return app.server.test_client()


def test_every_route_of_ours_asks_who_is_there(app: Dash) -> None:
    rules = [
        rule for rule in app.server.url_map.iter_rules() if not rule.rule.startswith(DASH_OWN) and rule.rule != "/"
    ]
    assert len(rules) > 6
    assert [rule.rule for rule in rules if not hasattr(app.server.view_functions[rule.endpoint], "allowed")] == []


def test_every_server_callback_of_ours_asks_who_is_there(app: Dash) -> None:
    served = {name: c for name, c in app.callback_map.items() if "callback" in c and "_pages" not in name}
    assert "answer.data" in served
    functions = [callback["callback"].__wrapped__ for callback in served.values()]
    cancels = [
        f for f in functions if f.__module__ == "dash.dash"
    ]  # Dash's own; it ends jobs by their signed number alone
    assert {f.__name__ for f in cancels} == {"cancel_call"}
    assert [f.__qualname__ for f in functions if f not in cancels and not hasattr(f, "allowed")] == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "http://127.0.0.1:9999"}, 403),
    ],
)
def test_a_post_from_another_site_is_refused(client: FlaskClient, headers: dict, status: int) -> None:
    got = client.post(UPDATE, json={}, headers=headers, base_url="http://127.0.0.1:8050")
    assert got.status_code == status


def test_a_post_from_our_own_page_passes_the_guard(client: FlaskClient) -> None:
    body = {
        "output": "answer.data",
        "outputs": {"id": "answer", "property": "data"},
        "inputs": [{"id": "url", "property": "search", "value": ""}, [], []],
        "state": [
            {"id": "url", "property": "pathname", "value": "/"},
            {"id": "main", "property": "data-scope", "value": ""},
        ],
        "changedPropIds": ["url.search"],
    }
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1:8050"}
    assert client.post(UPDATE, json=body, headers=headers, base_url="http://127.0.0.1:8050").status_code == 200


def test_a_foreign_host_name_is_refused(client: FlaskClient) -> None:
    assert client.get("/", base_url="http://rebound.example:8050").status_code == 403
    assert client.get("/", base_url="http://localhost:8050").status_code == 200


def test_every_response_carries_the_protective_headers(client: FlaskClient) -> None:
    headers = client.get("/health", base_url="http://localhost").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    policy = headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-inline" not in policy.split("style-src")[0]
