"""The pages of churn and of the models: cross-filtering, a retrain watched and cancelled, a version that serves again."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from analytics.filters import Filters
from analytics.lists import LISTS, View
from ml.registry import Registry
from settings import Settings
from tests.browser.conftest import Journey
from tests.browser.test_pipeline import LONG, Shop

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="module")
def shop(trained: Settings, exports: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    home = tmp_path_factory.mktemp("own")
    shutil.copytree(trained.home, home, symlinks=True, dirs_exist_ok=True)
    made = Shop(home, exports)
    made.serve()
    yield made
    made.kill()


@pytest.fixture
def journey(browser: Browser, shop: Shop) -> Iterator[Journey]:
    context = browser.new_context(viewport={"width": 1440, "height": 1400}, accept_downloads=True)
    made = Journey(context, shop.site)
    yield made
    troubles = made.troubles
    context.close()
    assert troubles == []


def scores(shop: Shop) -> pd.DataFrame:
    return shop.served().table("churn_scores").to_pandas()


def serving(shop: Shop) -> str:
    champion = Registry(shop.settings.models).champion("churn")
    assert champion
    return champion.id


def run_of(page: Page) -> Locator:
    """The card that trains churn."""
    return page.locator(".section:has(#run-churn)")


def train(page: Page) -> Locator:
    """Press the button; the run that this makes."""
    before = run_of(page).locator(".run").count()
    run_of(page).get_by_role("button", name="Train churn", exact=True).click()
    expect(run_of(page).locator(".run")).to_have_count(min(before + 1, 3))
    return run_of(page).locator(".run").first


def test_a_click_on_a_band_filters_figures_charts_and_list(journey: Journey, shop: Shop) -> None:
    page, high = journey.open("/churn").page, scores(shop).query("band == 'high'")
    total = page.locator("[data-list=at_risk] .say")
    expect(total).to_contain_text(f"{len(scores(shop)):,} customers")
    before = page.locator("[data-chart=at_risk_by_region] .say").text_content()
    journey.click("risk_bands", 0)
    expect(page).to_have_url(re.compile("risk=high"))
    expect(total).to_contain_text(f"{len(high):,} customers")
    expect(page.locator(".headline dd").first).to_have_text(f"{len(high):,}")
    expect(page.locator("[data-chart=at_risk_by_region] .say")).not_to_have_text(before or "")
    page.locator("[data-list=at_risk] [col-id=reason_1].ag-cell").first.click()
    expect(page).to_have_url(re.compile("customer="))
    chosen = View(LISTS["at_risk"], Filters.parse("risk=high")).block(0, 1, shop.served()).iloc[0]
    expect(page.locator(".section:has(#explorer) .say")).to_contain_text(f"Customer {chosen['customer_id']}:")
    expect(page.locator(".section:has(#explorer) tbody tr").last).to_contain_text(f"{chosen['probability'] * 100:.2f}")


def test_the_threshold_moves_the_matrix(journey: Journey) -> None:
    page = journey.open("/models").page
    flagged = page.locator("[data-told=tp]")
    before = flagged.text_content()
    page.locator("#threshold").focus()
    for _ in range(10):
        page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-told=threshold]")).to_have_text("40 %")
    expect(flagged).not_to_have_text(before or "")


@pytest.mark.slow
def test_a_cancelled_retrain_leaves_the_champion(journey: Journey, shop: Shop) -> None:
    page, before, table = journey.open("/models").page, serving(shop), scores(shop)
    run = train(page)
    expect(run.locator("p").first).to_contain_text("Judging", timeout=LONG)
    run.get_by_role("button", name="Cancel: Train churn").click()
    expect(run).to_have_attribute("data-state", "cancelled")
    assert serving(shop) == before
    pd.testing.assert_frame_equal(scores(shop), table)


@pytest.mark.slow
def test_a_retrain_makes_a_version_and_the_old_one_serves_again_with_its_scores(journey: Journey, shop: Shop) -> None:
    page, before, table = journey.open("/models").page, serving(shop), scores(shop)
    run = train(page)
    expect(run.locator("progress")).to_be_visible()
    expect(run).to_have_attribute("data-state", "done", timeout=LONG)
    versions = page.locator(".section:has(#versions-churn)")
    now = serving(shop)
    assert now != before
    expect(versions.locator("tbody tr").filter(has_text=now).first).to_contain_text("Serves")
    page.get_by_role("button", name=f"Let {before} serve").click()
    expect(versions.locator("tbody tr").filter(has_text=before).first).to_contain_text("Serves", timeout=LONG)
    assert serving(shop) == before
    pd.testing.assert_frame_equal(scores(shop), table)


def test_the_schedule_is_kept(journey: Journey) -> None:
    page = journey.open("/models").page
    page.locator("#schedule-churn").select_option("off")
    expect(page.locator("[data-next=churn]")).to_have_text("none")
    page.reload()
    expect(page.locator("#schedule-churn")).to_have_value("off")


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("address", ["/churn?region=North", "/models"])
def test_axe_finds_nothing_of_ours(browser: Browser, shop: Shop, address: str, theme: str) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 2400}, color_scheme=theme)  # type: ignore[arg-type]
    shown = Journey(context, shop.site).open(address)
    found = Axe().run(shown.page, options={"runOnly": TAGS})
    ours = [
        v for v in found.response["violations"] if not all("dash-dropdown" in str(node["html"]) for node in v["nodes"])
    ]
    context.close()
    assert ours == [], [(v["id"], [node["html"][:200] for node in v["nodes"]][:3]) for v in ours]
