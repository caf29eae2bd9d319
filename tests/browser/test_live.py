"""Live: what is added to the folder, or sent as rows, comes to every open page by itself, which keeps its place and says so; what is
still being written is left, and what cannot be read is told while the old data stay."""

import csv
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from dashapp.jobs.catalogue import load_uploads
from ml.scoring import SCORES
from pipeline.files import candidates
from pipeline.progress import silent
from pipeline.run import run_pipeline
from pipeline.uploads import Uploads
from tests.browser.conftest import Journey
from tests.browser.test_pipeline import Shop

pytestmark = pytest.mark.slow
MINUTE = 60_000  # ms
AMOUNT = Decimal("777.25")
SALE = {"order_id": "NEW", "customer_id": "C00001", "product_id": "P0001", "quantity": "1", "unit_price": str(AMOUNT),
        "total_amount": str(AMOUNT)}  # fmt: skip


class Live(Shop):
    """A shop whose folder is looked at each second."""

    def sales(self) -> Path:
        return self.exports / "sales_transactions.csv"

    def row(self, order: str) -> dict[str, str]:
        """A sale of the last day, in a region that the filter picks."""
        return {
            **SALE,
            "order_id": order,
            "order_date": str(self.served().as_of),
            "region": "North",
            "category": "Home",
        }

    def append(self, *orders: str) -> Decimal:
        """More sales at the end of the file, as a till would write them; what they are worth."""
        with self.sales().open(newline="") as file:
            header = next(csv.reader(file))
        with self.sales().open("a", newline="") as file:
            csv.DictWriter(file, header, restval="", lineterminator="\n").writerows(self.row(order) for order in orders)
        return AMOUNT * len(orders)


def made(home: Path, exports: Path) -> Live:
    return Live(home, shutil.copytree(exports, home / "exports"), watch=1.0)


@pytest.fixture(scope="module")
def shop(exports: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """One that reads a folder."""
    shop = made(tmp_path_factory.mktemp("live"), exports)
    run_pipeline(shop.settings, shop.exports, scores=SCORES)
    shop.serve()
    yield shop
    shop.kill()


@pytest.fixture(scope="module")
def fed(exports: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """One whose files were uploaded, and that takes rows."""
    shop = made(tmp_path_factory.mktemp("fed"), exports)
    uploads = Uploads(shop.settings)
    for path in candidates(shop.exports):
        data = path.read_bytes()
        uploads.receive(uploads.announce(path.name, len(data)), 0, [data])
    load_uploads(shop.settings, silent)
    shop.serve()
    yield shop
    shop.kill()


def visit(browser: Browser, shop: Live, search: str = "?region=North") -> Journey:
    context = browser.new_context(viewport={"width": 1440, "height": 700})
    return Journey(context, shop.site).open(f"/{search}")


def revenue(journey: Journey) -> Decimal:
    return Decimal(str(journey.value("revenue"))).quantize(Decimal("0.01"))


def shows(page: Page, amount: Decimal) -> None:
    """The card shows that revenue, within a minute."""
    expect(page.locator("[data-metric=revenue]")).to_have_attribute("data-value", str(float(amount)), timeout=MINUTE)


def test_rows_of_the_folder_come_to_two_open_pages_that_keep_their_place(browser: Browser, shop: Live) -> None:
    first, second = visit(browser, shop), visit(browser, shop, "")
    before, all_before, fresh = revenue(first), revenue(second), shop.served().id
    page = first.page
    page.get_by_role("textbox").first.focus()
    page.evaluate("window.scrollTo(0, 300)")
    focus = page.evaluate("document.activeElement.id")
    assert focus
    added = shop.append("N1", "N2", "N3")
    shows(page, before + added)
    shows(second.page, all_before + added)
    for journey in (first, second):
        expect(journey.page.locator(".fresh")).not_to_have_attribute("data-snapshot", fresh)
        expect(journey.page.locator(".fresh")).to_contain_text("New")
        expect(journey.page.locator("#live")).to_contain_text("New data are shown")
    assert page.url == f"{shop.site}/?region=North"
    assert (page.evaluate("window.scrollY"), page.evaluate("document.activeElement.id")) == (300, focus)
    for journey in (first, second):
        assert journey.troubles == []
        journey.page.context.close()


def test_rows_sent_by_a_program_come_to_the_open_page(browser: Browser, fed: Live) -> None:
    journey = visit(browser, fed)
    before, rows = revenue(journey), [fed.row("P1"), fed.row("P2")]
    for added in (2 * AMOUNT, Decimal(0)):
        sent = journey.page.request.post(f"{fed.site}/api/v1/rows/sales_transactions", data=rows)
        assert (sent.status, sent.json()["accepted"]) == (202, 2)
        run = journey.page.locator(f"[data-run='{sent.json()['run']}']")
        expect(run).to_have_attribute("data-state", "done", timeout=MINUTE)
        expect(run.locator(".says")).to_contain_text(
            "2 rows are new" if added else "0 rows are new, 2 were there already"
        )
        before += added
        shows(journey.page, before)
    expect(journey.page.locator("#live")).to_contain_text("New data are shown")
    assert journey.troubles == []
    journey.page.context.close()


def test_a_file_that_grows_is_left_until_it_rests(browser: Browser, shop: Live) -> None:
    journey = visit(browser, shop)
    before, served, added = revenue(journey), shop.served().id, Decimal(0)
    for i in range(20):
        added += shop.append(f"G{i}")
        journey.page.wait_for_timeout(250)
        assert shop.served().id == served
    shows(journey.page, before + added)
    journey.page.context.close()


def test_a_file_that_cannot_be_read_is_told_and_the_old_data_stay(browser: Browser, shop: Live) -> None:
    journey, sales = visit(browser, shop), shop.sales()
    page, whole, before, served = journey.page, sales.read_bytes(), revenue(journey), shop.served().id
    sales.write_bytes(whole.split(b"\n", 1)[1])
    expect(page.locator("[data-at-work]")).to_have_text("Jobs · failed", timeout=MINUTE)
    expect(page.locator("#live")).to_contain_text("sales_transactions.csv, line 1")
    assert (revenue(journey), shop.served().id) == (before, served)
    page.reload()
    page.locator(".work summary").click()
    expect(page.locator(".work .run").first.locator(".says")).to_contain_text("sales_transactions.csv, line 1")
    sales.write_bytes(whole)
    added = shop.append("B1")
    shows(page, before + added)
    assert journey.troubles == []
    page.context.close()
