"""A view that nobody has chosen yet: answered when there is time for it, and never at the cost of one that was chosen."""

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from dashapp.ahead import AHEAD, PURPOSE, UPDATE, stand_back

WHIM = {PURPOSE: AHEAD}


@pytest.fixture
def client() -> FlaskClient:
    """A server whose view, asked for "outer", tells how another one fares meanwhile; "broken" fails."""
    server = Flask("views")
    stand_back(server)

    @server.post(UPDATE)
    def view() -> str:
        kind = request.get_data(as_text=True)
        if kind == "broken":
            raise RuntimeError
        whims = {"outer, whim": WHIM, "outer, chosen": {}}
        return str(server.test_client().post(UPDATE, headers=whims[kind]).status_code) if kind in whims else ""

    return server.test_client()


def test_beside_another_it_has_no_content(client: FlaskClient) -> None:
    assert client.post(UPDATE, data="outer, whim").text == "204"
    assert client.post(UPDATE, data="outer, chosen").text == "200"


@pytest.mark.parametrize("before", ["", "broken", "outer, whim"])
def test_alone_it_is_answered_whatever_came_before(client: FlaskClient, before: str) -> None:
    client.post(UPDATE, data=before)
    assert client.post(UPDATE, headers=WHIM).status_code == 200
