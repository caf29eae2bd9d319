"""The pipeline page: a load run, watched, left, cancelled and refused from the browser, over a server that can be killed."""

import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from pipeline.snapshot import Snapshot
from pipeline.warehouse import Warehouse
from settings import Settings
from tests.browser.conftest import Journey
from tests.dashapp.test_jobs import nothing_left, wait_for

ROOT = Path(__file__).parents[2]
LONG = 90_000  # ms: a load on a machine that is busy with other things


class Shop:
    """A shop of its own, served by a process of its own."""

    def __init__(self, home: Path, exports: Path, watch: float = Settings.watch) -> None:
        self.settings = Settings(home=home, watch=watch)
        self.exports = exports
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.site = f"http://127.0.0.1:{self.port}"

    def serve(self) -> None:
        settings = f"Settings(home=Path({str(self.settings.home)!r}), watch={self.settings.watch})"
        code = (
            "from pathlib import Path; import run; from settings import Settings; "
            f"run._serve({settings}, '127.0.0.1', {self.port}, False, False)"
        )
        self.process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.DEVNULL)
        wait_for(lambda: socket.socket().connect_ex(("127.0.0.1", self.port)) == 0, 60)

    def served(self) -> Snapshot:
        return Warehouse(self.settings).current()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture(scope="module")
def shop(settings: Settings, exports: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    home = tmp_path_factory.mktemp("own")
    copied = shutil.copytree(exports, home / "exports")
    shutil.copytree(settings.warehouse, home / "data" / "warehouse")
    current = (home / "data" / "warehouse" / "CURRENT").read_text().strip()
    manifest = home / "data" / "warehouse" / "snapshots" / current / "manifest.json"
    manifest.write_text(manifest.read_text().replace(str(exports), str(copied)))
    made = Shop(home, copied)
    made.serve()
    yield made
    made.kill()


@pytest.fixture
def journey(browser: Browser, shop: Shop) -> Iterator[Journey]:
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, accept_downloads=True)
    made = Journey(context, shop.site)
    yield made
    troubles = made.troubles
    context.close()
    assert troubles == []


def visit(page: Page, site: str) -> None:
    page.goto(site + "/pipeline")
    expect(card(page).locator(".runs > *").first).to_be_visible()


def card(page: Page) -> Locator:
    return page.locator(".section:has(#run)")


def latest(page: Page) -> Locator:
    return card(page).locator(".run").first


def start(page: Page) -> str:
    """Press the button; the id of the run that this made."""
    before = latest(page).get_attribute("data-run") if card(page).locator(".run").count() else ""
    card(page).locator(".primary").click()
    expect(latest(page)).not_to_have_attribute("data-run", before or "")
    return latest(page).get_attribute("data-run") or ""


def test_a_load_runs_from_the_page_and_the_page_takes_the_new_data(journey: Journey, shop: Shop) -> None:
    page, before = journey.page, shop.served().id
    visit(page, shop.site)
    start(page)
    expect(page.locator("[data-at-work]")).to_contain_text("Load the data")
    expect(latest(page)).to_have_attribute("data-state", "done", timeout=LONG)
    now = shop.served().id
    assert now != before
    expect(page.locator(".facts")).to_contain_text(now)
    expect(page.locator(".fresh")).to_have_attribute("data-snapshot", now)
    expect(page.locator(".section:has(#history) tbody tr").first).to_contain_text("Published")
    expect(page.locator("[data-at-work]")).to_have_text("Jobs")


def test_a_run_is_seen_after_a_reload_in_a_second_tab_and_on_every_page(journey: Journey, shop: Shop) -> None:
    page = journey.page
    visit(page, shop.site)
    run = start(page)
    page.reload()
    expect(latest(page)).to_have_attribute("data-run", run)
    second = page.context.new_page()
    second.goto(shop.site + "/")
    second.locator(".work summary").click()
    expect(second.locator(f".work [data-run='{run}']")).to_have_attribute("data-state", "done", timeout=LONG)
    expect(latest(page)).to_have_attribute("data-state", "done", timeout=LONG)


def test_a_cancelled_run_leaves_what_is_served_as_it_was(journey: Journey, shop: Shop) -> None:
    page, before = journey.page, shop.served().id
    visit(page, shop.site)
    start(page)
    latest(page).locator("[data-cancel]").click()
    expect(latest(page)).to_have_attribute("data-state", "cancelled")
    expect(latest(page)).to_contain_text("what is served is as it was")
    wait_for(lambda: nothing_left(shop.settings), 60)
    assert shop.served().id == before


def test_a_load_that_is_refused_says_why_and_what_to_do(journey: Journey, shop: Shop) -> None:
    page, before = journey.page, shop.served().id
    sales = shop.exports / "sales_transactions.csv"
    hidden = sales.rename(shop.exports.parent / "away.csv")
    try:
        visit(page, shop.site)
        start(page)
        expect(latest(page)).to_have_attribute("data-state", "failed", timeout=LONG)
        expect(latest(page).locator(".says")).to_contain_text("sales_transactions")
        expect(latest(page).get_by_role("button")).to_have_text("Run again")
        expect(page.locator("[data-at-work]")).to_have_text("Jobs · failed")
        page.locator(".work summary").click()
        expect(page.locator("[data-at-work]")).to_have_text("Jobs")
    finally:
        hidden.rename(sales)
    assert shop.served().id == before
    page.reload()
    expect(page.locator(".section:has(#history) tbody tr").first).to_contain_text("Refused")


def test_rows_set_aside_are_a_click_away_with_their_reasons(journey: Journey, shop: Shop) -> None:
    page = journey.page
    visit(page, shop.site)
    told = page.locator("#pipeline a[href='/pipeline/quarantine']")
    rows = shop.served().manifest["rows"]["quarantine"]
    expect(told).to_have_text(f"{rows:,} quarantined")
    told.click()
    expect(page.locator("[data-list=quarantine] .say")).to_have_text(f"{rows:,} rows set aside")
    expect(page.locator(".ag-row [col-id=means]").first).not_to_be_empty()
    page.locator("[data-list=quarantine] summary").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    assert len(Path(download.value.path()).read_text("utf-8-sig").splitlines()) > rows


def test_a_server_killed_in_the_middle_tells_of_it_when_it_is_back(browser: Browser, shop: Shop) -> None:
    context = browser.new_context()
    page, before = context.new_page(), shop.served().id
    visit(page, shop.site)
    start(page)
    shop.kill()
    assert shop.served().id == before
    shop.serve()
    assert not list(shop.settings.warehouse.glob("tmp*"))
    expect(latest(page)).to_have_attribute("data-state", "interrupted", timeout=LONG)
    latest(page).get_by_role("button", name="Run again").click()
    expect(latest(page)).to_have_attribute("data-state", "done", timeout=LONG)
    assert shop.served().id != before
    context.close()


def test_on_a_phone_nothing_of_the_page_sticks_out(browser: Browser, shop: Shop) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    visit(page, shop.site)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    context.close()
