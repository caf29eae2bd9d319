"""The forecast page, as one who has no model yet meets it."""

from playwright.sync_api import expect

from tests.browser.conftest import Journey


def test_without_a_model_the_page_says_how_to_make_one(journey: Journey) -> None:
    journey.page.goto(journey.site + "/forecast")
    expect(journey.page.get_by_role("heading", name="Forecast", exact=True)).to_be_visible()
    expect(journey.page.get_by_role("button", name="Forecast sales")).to_be_visible()
