"""What a browser is given at its first request, and what it need not ask for again."""

import re

import pytest
from dash import Dash


def test_the_first_page_holds_no_layouts_and_names_our_scripts_by_their_change(app: Dash) -> None:
    page = app.server.test_client().get("/").text
    assert len(page) < 20_000
    scripts = re.findall(r'src="(/assets/[^"]+)"', page)
    assert len(scripts) > 10
    assert all("?m=" in script for script in scripts)
    (icon,) = re.findall(
        r'rel="icon"[^>]*href="([^"]+)"', page
    )  # a browser asks for it again at each change of the address
    assert app.server.test_client().get(icon).cache_control.immutable


@pytest.mark.parametrize(
    ("address", "kept"), [("/assets/page.js?m=1", True), ("/assets/page.js", False), ("/?m=1", False)]
)
def test_a_script_of_ours_is_kept_under_the_name_of_its_change(app: Dash, address: str, kept: bool) -> None:
    assert app.server.test_client().get(address).cache_control.immutable is kept
