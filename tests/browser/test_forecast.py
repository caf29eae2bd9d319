"""The forecast page, as one meets it who has no model yet, and one who has."""

import csv
import io
from collections.abc import Iterator

import pytest
from dash import Dash
from playwright.sync_api import expect

from dashapp import shop
from pipeline.warehouse import Snapshot
from settings import Settings
from tests.browser.conftest import Journey


@pytest.fixture
def forecasting(app: Dash, forecast_shop: Settings) -> Iterator[None]:
    """For a while the server is about the shop whose sales model has been trained."""
    before = app.server.config[shop.KEY]
    shop.serve(app.server.config, forecast_shop, before.jobs)
    yield
    app.server.config[shop.KEY] = before


def test_without_a_model_the_page_says_how_to_make_one(journey: Journey) -> None:
    journey.page.goto(journey.site + "/forecast")
    expect(journey.page.get_by_role("heading", name="Forecast", exact=True)).to_be_visible()
    expect(journey.page.get_by_role("button", name="Forecast sales")).to_be_visible()


@pytest.mark.usefixtures("forecasting")
def test_the_fan_can_be_of_units_of_three_months_of_one_region(journey: Journey, forecast_snapshot: Snapshot) -> None:
    page = journey.open("/forecast?region=North").page
    expect(page.get_by_role("heading", name="Revenue: what is expected").locator("visible=true")).to_have_count(1)
    page.get_by_role("button", name="Units, 3 months").click()
    card = page.locator('[data-chart="forecast_units_3"]')
    expect(card.get_by_role("heading", name="Units: what is expected")).to_be_visible()
    expect(page.get_by_role("heading", name="Revenue: what is expected").locator("visible=true")).to_have_count(0)
    said = forecast_snapshot.table("forecasts").to_pandas()
    own = said[(said["target"] == "units") & (said["member"] == "North")].sort_values("date")["value"].head(3)
    expect(card).to_contain_text(
        f"The 3 months to {said['date'].sort_values().unique()[2]:%b %Y} together: {own.sum():,.0f}"
    )


@pytest.mark.usefixtures("forecasting")
def test_the_quotas_of_cells_come_as_a_file_that_adds_up(journey: Journey, forecast_snapshot: Snapshot) -> None:
    page = journey.open("/forecast").page
    line = page.get_by_role("listitem").filter(has_text="Each category of each region by month")
    with page.expect_download() as download:
        line.get_by_role("link", name="Revenue CSV").click()
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text(encoding="utf-8-sig"))))
    said = forecast_snapshot.table("forecasts").to_pandas()
    total = said[(said["target"] == "revenue") & (said["dimension"] == "total")]["value"].sum()
    assert {"region", "category", "date", "value"} <= set(rows[0])
    assert sum(float(row["value"]) for row in rows) == pytest.approx(total, rel=1e-6)
