"""What a browser is given at its first request, and what it need not ask for again."""

import json
import re
from collections.abc import Callable

import pytest
from dash import Dash
from dash.development.base_component import Component

from dashapp.components.costs import costs_page, dark_by
from dashapp.components.forecast.body import forecast_page
from dashapp.components.models.body import models_page
from ml.training import TRAINERS
from pipeline.snapshot import Snapshot


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


def shown(page: Callable[[], Component], app: Dash) -> str:
    """A page as it is sent."""
    with app.server.app_context():
        return json.dumps(page().to_plotly_json(), default=lambda part: part.to_plotly_json())


def test_a_model_that_has_not_been_trained_says_so_and_is_offered_once(app: Dash) -> None:
    told = shown(models_page, app)
    assert told.count("model has been trained yet") == told.count('"className": "primary"') == len(TRAINERS)
    told = shown(forecast_page, app)
    assert "No model has been trained yet" in told
    assert told.count('"className": "primary"') == 1


def test_costs_show_what_the_files_tell_and_fold_the_rest_into_what_would_bring_it(app: Dash, rich: Snapshot) -> None:
    told = shown(costs_page, app)
    assert '"data-chart": "target_trend"' not in told
    assert "targets.csv" in told
    assert "Revenue against its target" in told
    assert '"data-chart": "margin_by_category"' in told or "with a cost column" in told
    assert dark_by(rich) == {}


@pytest.mark.parametrize(
    ("path", "status"), [("/", 200), ("/sales", 200), ("/customers/C000001", 200), ("/nowhere", 404), ("/a/b", 404)]
)
def test_an_address_without_a_page_is_told_to_programs(app: Dash, path: str, status: int) -> None:
    assert app.server.test_client().get(path).status_code == status
