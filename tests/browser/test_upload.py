"""Adding data from the browser: files of all kinds, the questions they raise, cancel, reload, keyboard and phone."""

import csv
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from pipeline.uploads import Uploads
from settings import Settings
from tests.browser.conftest import Journey
from tests.browser.test_pipeline import LONG, Shop
from tests.dashapp.test_jobs import wait_for

MONTHS = 12


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A home without any data."""
    made = Shop(tmp_path_factory.mktemp("new"), Path())
    made.serve()
    yield made
    made.kill()


@pytest.fixture
def journey(browser: Browser, shop: Shop) -> Iterator[Journey]:
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    made = Journey(context, shop.site)
    yield made
    troubles = made.troubles
    context.close()
    assert troubles == []


def online_retail(folder: Path, rows: int = 3_000) -> Path:
    """A file in the shape of UCI Online Retail: cancellations, postage, adjustments, guests, equal lines."""
    chance, path = random.Random(5), folder / "Online Retail.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"]
        )
        for i in range(rows):
            cancelled, code = i % 50 == 7, "POST" if i % 40 == 3 else f"{85000 + i % 300}A"
            day = f"2011-{1 + i * MONTHS // rows:02d}-{1 + i % 28:02d} {8 + i % 10:02d}:26:00"
            number, price = 536365 + i // 4, f"{chance.choice((0.85, 2.55, 3.39, 4.25)):.2f}"
            quantity = -1 if cancelled else 1 + i % 12
            writer.writerow([f"{'C' * cancelled}{number}", code, f"LAMP {code}", quantity, day, price, "" if i % 9 == 0 else 17850 + i % 90,
                             chance.choice(("United Kingdom", "France", "EIRE"))])  # fmt: skip
    return path


def till(folder: Path, rows: int = 200) -> Path:
    """Semicolons, decimal commas, Latin-1, German names, days first that nothing tells apart."""
    lines = ["Beleg;Kunde;Artikel;Datum;Menge;Einzelpreis;Betrag;Gebiet"]
    for i in range(rows):
        lines.append(
            f"B{i};K{i % 20};A{i % 7};0{1 + i % 9}/0{1 + i % 7}/2024;{1 + i % 3};2,50;{(1 + i % 3) * 2.5:.2f};Süd".replace(
                ".", ","
            )
        )
    path = folder / "kasse.csv"
    path.write_text("\n".join(lines), encoding="latin-1")
    return path


def visit(page: Page, shop: Shop) -> None:
    page.goto(shop.site + "/upload")
    expect(page.locator("[data-pick]")).to_be_visible()


def add(page: Page, *files: Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.locator("[data-pick]").click()
    chooser.value.set_files(files)


def card(page: Page, name: str) -> Locator:
    return page.locator(f"[data-upload='{name}']")


def latest(page: Page) -> Locator:
    return page.locator("#may-load .run").first


def test_a_shop_without_data_takes_its_first_file_from_the_browser(
    journey: Journey, shop: Shop, tmp_path: Path
) -> None:
    page = journey.page
    page.goto(shop.site + "/")
    page.get_by_role("link", name="Add data").click()
    add(page, online_retail(tmp_path))
    expect(card(page, "Online Retail.csv").locator(".state")).to_have_text("✓ Sales", timeout=LONG)
    expect(card(page, "Online Retail.csv")).to_contain_text("3,000 rows read")
    page.locator("#may-load .primary").click()
    expect(page.locator(".fresh")).to_contain_text("Data to", timeout=LONG)
    kinds = shop.served().report["line_kinds"]
    assert (kinds["cancellation"]["rows"], kinds["service"]["rows"]) == (60, 75)


def test_a_till_of_another_language_is_mapped_asked_about_and_loaded(
    journey: Journey, shop: Shop, tmp_path: Path
) -> None:
    page, before = journey.page, shop.served().id
    visit(page, shop)
    add(page, till(tmp_path))
    ours = card(page, "kasse.csv")
    expect(ours.locator(".state")).to_contain_text("Probably Sales", timeout=LONG)
    for column, header in (
        ("order_id", "Beleg"),
        ("customer_id", "Kunde"),
        ("product_id", "Artikel"),
        ("region", "Gebiet"),
    ):
        ours.locator(f"select[name='column:{column}']").select_option(header)
    ours.get_by_role("button", name="Check again").click()
    expect(ours.locator(".trouble")).to_contain_text("day first or month first", timeout=LONG)
    page.reload()
    ours.locator("select[name=dates]").select_option("day")
    ours.get_by_role("button", name="Check again").click()
    expect(ours.locator(".trouble")).to_contain_text("both look like", timeout=LONG)
    page.get_by_role("button", name="Take out Online Retail.csv").click()
    expect(ours.locator(".state")).to_have_text("✓ Sales")
    expected = page.locator(".section:has(#expected) tbody tr").first.locator("td").nth(1).inner_text()
    page.locator("#may-load .primary").click()
    expect(page.locator("#may-load .trouble")).to_contain_text("Revenue would fall from")
    assert shop.served().id == before
    journey.troubles.clear()
    page.get_by_label("Yes, replace what is served").check()
    page.locator("#may-load .primary").click()
    expect(latest(page)).to_have_attribute("data-state", "done", timeout=LONG)
    after = page.locator(".section:has(#loaded) tbody tr").first.locator("td").nth(1)
    expect(after).to_have_text(expected)
    assert shop.served().id != before
    assert shop.served().members["region"] == ("Süd",)
    assert str(shop.served().as_of) == "2024-07-09"
    assert Uploads(shop.settings).files() == []


def test_the_answers_are_remembered_for_the_next_file_of_that_layout(
    journey: Journey, shop: Shop, tmp_path: Path
) -> None:
    page = journey.page
    visit(page, shop)
    add(page, till(tmp_path, 300))
    expect(card(page, "kasse.csv").locator(".state")).to_have_text("✓ Sales", timeout=LONG)
    expect(card(page, "kasse.csv")).to_contain_text("300 rows read")
    page.get_by_role("button", name="Take out kasse.csv").click()
    expect(page.locator("[data-upload]")).to_have_count(0)


def test_wrong_and_too_large_files_are_told_with_what_to_do(journey: Journey, shop: Shop, tmp_path: Path) -> None:
    page = journey.page
    for name, data in {
        "photo.csv": b"\x89PNG" + bytes(500),
        "cpu.csv": b"host,load\na,0.5\n",
        "prices.pdf": b"%PDF-1.4 ",
    }.items():
        (tmp_path / name).write_bytes(data)
    with (tmp_path / "huge.csv").open("wb") as file:
        file.truncate(500 << 20)
    visit(page, shop)
    page.on("response", lambda r: journey.troubles.clear() if r.status == 400 else None)
    add(page, *(tmp_path / name for name in ("photo.csv", "cpu.csv", "huge.csv", "prices.pdf")))
    arriving = page.locator(".arriving li")
    expect(arriving.filter(has_text="huge.csv")).to_contain_text("run.py pipeline --data")
    expect(arriving.filter(has_text="prices.pdf")).to_contain_text("Send CSV")
    expect(card(page, "photo.csv")).to_contain_text("is a picture", timeout=LONG)
    expect(card(page, "cpu.csv")).to_contain_text("none of those read here")
    for name in ("photo.csv", "cpu.csv"):
        page.get_by_role("button", name=f"Take out {name}").click()
        expect(card(page, name)).to_have_count(0)
    journey.troubles.clear()


def test_an_upload_and_a_load_can_be_cancelled_and_survive_a_reload(
    journey: Journey, shop: Shop, tmp_path: Path
) -> None:
    page, before = journey.page, shop.served().id
    slow = tmp_path / "slow.csv"
    slow.write_bytes(b"a,b\n" * (12 << 18))
    visit(page, shop)
    page.route(
        "**/api/v1/uploads/slow.csv*", lambda route: None if "at=0" not in route.request.url else route.continue_()
    )
    add(page, slow)
    page.get_by_role("button", name="Cancel slow.csv").click()
    expect(page.locator(".arriving li")).to_contain_text("nothing of it was kept")
    add(page, till(tmp_path, 20_000))
    expect(card(page, "kasse.csv").locator(".state")).to_have_text("✓ Sales", timeout=LONG)
    page.locator("#may-load .primary").click()
    expect(latest(page)).to_have_attribute("data-state", "running", timeout=LONG)
    page.reload()
    latest(page).locator("[data-cancel]").click()
    expect(latest(page)).to_have_attribute("data-state", "cancelled")
    expect(card(page, "kasse.csv").locator(".state")).to_have_text("✓ Sales")
    wait_for(lambda: only_the_served_set(shop.settings), 60)
    assert shop.served().id == before
    assert [path.name for path in Uploads(shop.settings).files()] == ["kasse.csv"]


def only_the_served_set(settings: Settings) -> bool:
    """As the next load leaves it; processes of the cancelled one may still die: polled."""
    Uploads(settings).settle()
    return len(list((settings.uploads / "sets").iterdir())) == 1


def test_the_page_works_on_a_phone_and_from_the_keyboard(browser: Browser, shop: Shop) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    visit(page, shop)
    page.locator(".upload-table summary").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("select[name=source]").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    with page.expect_file_chooser():
        page.locator("[data-pick]").press("Enter")
    context.close()
