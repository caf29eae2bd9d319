"""What a user does with a list and on a customer's page, and what must come of it."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Route, expect

from analytics.conditions import conditions
from analytics.filters import Filters
from analytics.formats import full, manner
from analytics.lists import LISTS, View
from dashapp.summary import summary
from pipeline.warehouse import Snapshot
from tests.browser.conftest import Journey


class Listed:
    """A list on a page, as a reader sees it."""

    def __init__(self, journey: Journey, name: str, snapshot: Snapshot) -> None:
        self.journey, self.page, self.snapshot = journey, journey.page, snapshot
        self.listing = LISTS[name]
        self.box = self.page.locator(f"[data-list={name}]")

    def open(self, address: str) -> "Listed":
        self.page.goto(self.journey.site + address)
        self.is_told()
        return self

    def asked(self) -> View:
        """The view that the address of the page stands for."""
        parts = urlsplit(self.page.url)
        own = dict(parse_qsl(parts.fragment))
        filters = Filters.parse(parts.query).scoped(self.page.locator("#main").get_attribute("data-scope") or "")
        order = tuple(filter(None, own.get("order", "").split(",")))
        where = conditions(own.get("where", ""), self.listing.kinds)
        return View(self.listing, filters, order, where, own.get("find", ""))

    def is_told(self) -> None:
        """The line above the list and the first rows are those of the address as it is now."""
        expect(self.box).to_be_visible()
        self.journey.settled()
        asked = self.asked()
        expect(self.box.locator(".say")).to_have_text(summary(asked, self.snapshot))
        first = asked.block(0, 1, self.snapshot)
        if len(first):
            expect(self.row(0)).to_have_attribute("row-id", str(first[self.listing.key].iloc[0]))

    def row(self, index: int) -> Locator:
        return self.box.locator(f".ag-center-cols-container .ag-row[row-index='{index}']")

    def cell(self, index: int, column: str) -> Locator:
        return self.row(index).locator(f"[col-id={column}]")

    def go(self, act: Callable[[], object]) -> None:
        before = self.page.url
        act()
        self.page.wait_for_url(lambda url: url != before)
        self.is_told()


@pytest.fixture
def transactions(journey: Journey, snapshot: Snapshot) -> Listed:
    return Listed(journey, "transactions", snapshot).open("/transactions")


def test_scrolling_to_the_end_shows_the_last_row(transactions: Listed) -> None:
    asked = transactions.asked()
    total = asked.total(transactions.snapshot)
    last = asked.block(total - 1, total, transactions.snapshot)["line"].iloc[0]
    transactions.cell(0, "order_date").click()
    transactions.page.keyboard.press("Control+End")
    expect(transactions.row(total - 1)).to_have_attribute("row-id", str(last))


def test_a_header_sorts_and_a_link_sorts_the_same_way(transactions: Listed) -> None:
    header = transactions.box.locator(".ag-header-cell[col-id=total_amount] .ag-header-cell-label")
    transactions.go(header.click)
    assert transactions.asked().order == ("-total_amount",)
    address = transactions.page.url.removeprefix(transactions.journey.site)
    transactions.page.goto("about:blank")
    transactions.open(address)
    assert transactions.asked().order == ("-total_amount",)


def test_a_list_writes_numbers_as_the_shop_does(
    journey: Journey, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setenv("IBA_LOCALE", "de_DE")
    monkeypatch.setenv("IBA_CURRENCY", "€")
    request.addfinalizer(manner.cache_clear)
    manner.cache_clear()
    shown = Listed(journey, "transactions", snapshot).open("/transactions#order=-total_amount")
    most = shown.asked().block(0, 1, snapshot)["total_amount"].iloc[0]
    assert full("revenue", most).endswith("\N{NO-BREAK SPACE}€")
    expect(shown.cell(0, "total_amount")).to_have_text(full("revenue", most))


def test_a_column_is_narrowed_by_its_own_filter(transactions: Listed) -> None:
    transactions.box.locator(".ag-header-cell[col-id=product_name] .ag-header-icon").first.click()
    word = transactions.page.locator(".ag-filter-body input[type=text]").first
    transactions.go(lambda: word.fill("royal"))
    assert transactions.asked().where
    expect(transactions.box.locator(".say")).to_contain_text(" of ")


def test_lines_without_a_customer_are_found_and_have_no_link(transactions: Listed) -> None:
    model = json.dumps({"customer_id": {"filterType": "text", "type": "blank"}})
    transactions.page.goto("about:blank")
    transactions.open(f"/transactions#where={model}")
    assert transactions.asked().total(transactions.snapshot) > 0
    expect(transactions.cell(0, "customer_id")).to_have_text("–")
    expect(transactions.cell(0, "customer_id").locator("a")).to_have_count(0)


def test_a_search_narrows_and_its_box_has_a_name(transactions: Listed) -> None:
    box = transactions.page.get_by_label("Search in transactions")
    transactions.go(lambda: box.fill("mini north"))
    transactions.go(lambda: box.fill("mini"))
    assert transactions.asked().find == "mini"
    box.fill("no such thing anywhere")
    expect(transactions.box.locator(".ag-overlay")).to_contain_text("No rows match")


def test_a_cell_toggles_its_member_in_the_address_and_the_list_follows_in_place(transactions: Listed) -> None:
    transactions.page.evaluate("document.querySelector('.ag-root-wrapper').dataset.same = 'yes'")
    member = transactions.cell(2, "region").inner_text()
    transactions.go(transactions.cell(2, "region").click)
    assert parse_qs(urlsplit(transactions.page.url).query) == {"region": [member]}
    expect(transactions.page.locator(".chip")).to_contain_text(member)
    transactions.go(transactions.cell(0, "region").click)
    assert urlsplit(transactions.page.url).query == ""
    transactions.cell(1, "category").focus()
    transactions.go(lambda: transactions.page.keyboard.press("Enter"))
    assert set(parse_qs(urlsplit(transactions.page.url).query)) == {"category"}
    transactions.go(transactions.page.go_back)
    assert urlsplit(transactions.page.url).query == ""
    expect(transactions.box.locator(".ag-root-wrapper")).to_have_attribute("data-same", "yes")


def test_a_row_leads_to_its_customer_and_back_brings_the_list_as_it_was(transactions: Listed) -> None:
    transactions.go(transactions.cell(0, "region").click)
    transactions.go(lambda: transactions.page.get_by_label("Search in transactions").fill("mini"))
    was = transactions.page.url
    link = transactions.cell(0, "customer_id").locator("a")
    customer = link.inner_text()
    link.click()
    transactions.page.wait_for_url("**/customers/**")
    assert urlsplit(transactions.page.url).path == f"/customers/{customer}"
    assert urlsplit(transactions.page.url).query == urlsplit(was).query
    orders = Listed(transactions.journey, "orders", transactions.snapshot)
    orders.is_told()
    transactions.page.go_back()
    transactions.page.wait_for_url(was)
    transactions.is_told()
    expect(transactions.page.get_by_label("Search in transactions")).to_have_value("mini")


@pytest.mark.parametrize("kind", ["CSV", "Parquet"])
def test_the_file_is_the_list_as_narrowed_searched_and_ordered(transactions: Listed, kind: str) -> None:
    transactions.page.goto("about:blank")
    transactions.open("/transactions?region=North&from=2024-01-01&to=2024-12-31#order=-total_amount&find=mini")
    transactions.box.locator("summary").click()
    with transactions.page.expect_download() as download:
        transactions.page.get_by_role("button", name=f"Download {kind}").click()
    name = f"transactions-found_region-North_2024-01-01_2024-12-31.{kind.lower()}"
    assert download.value.suggested_filename == name
    if kind == "CSV":
        rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig"))))
        asked = transactions.asked()
        shown = asked.block(0, 1000, transactions.snapshot)
        assert [int(row["line"]) for row in rows] == shown["line"].tolist()
        assert len(rows) == asked.total(transactions.snapshot)


def test_a_late_block_of_an_older_view_is_dropped(transactions: Listed) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        older = "region=" in route.request.url and "category=" not in route.request.url
        held.append(route) if older else route.continue_()

    transactions.page.route("**/lists/transactions*", hold)
    transactions.page.route("**/lists/transactions/summary*", hold)
    transactions.cell(0, "region").click()
    expect(transactions.page.locator(".chip")).to_have_count(1)
    transactions.journey.until(lambda: len(held) >= 2)
    transactions.go(transactions.cell(0, "category").click)
    for route in held:
        with transactions.page.expect_response(route.request.url):
            route.continue_()
    transactions.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    transactions.is_told()


def test_a_failing_list_keeps_its_rows_and_tells_the_reader(transactions: Listed) -> None:
    transactions.page.route("**/lists/**", lambda route: route.abort())
    transactions.cell(0, "region").click()
    expect(transactions.box.locator(".say")).to_contain_text("cannot be reached")
    expect(transactions.cell(0, "order_id")).not_to_be_empty()
    transactions.page.goto("about:blank")
    transactions.journey.troubles.clear()


def test_a_customers_page_is_about_that_customer_alone(journey: Journey, snapshot: Snapshot) -> None:
    top = View(LISTS["customers"], Filters()).block(0, 1, snapshot).iloc[0]
    orders = Listed(journey, "orders", snapshot).open(f"/customers/{top.customer_id}")
    assert orders.asked().filters.members("customer") == (top.customer_id,)
    assert journey.value("orders") == top.orders
    assert journey.value("revenue") == pytest.approx(float(top.revenue))
    expect(journey.page.locator(".facts")).to_contain_text(top.email)
    card = journey.page.locator("[data-chart=revenue_by_category]")
    card.locator("summary").click()
    with journey.page.expect_download() as download:
        card.get_by_text("Download CSV").click()
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig"))))
    assert sum(float(row["revenue"]) for row in rows) == pytest.approx(float(top.revenue))


def test_the_breadcrumb_leads_back_with_the_filters(journey: Journey, snapshot: Snapshot) -> None:
    customer = View(LISTS["customers"], Filters.parse("region=North")).block(0, 1, snapshot).iloc[0].customer_id
    Listed(journey, "orders", snapshot).open(f"/customers/{customer}?region=North")
    journey.page.locator(".crumbs a").click()
    journey.page.wait_for_url("**/customers?region=North")
    customers = Listed(journey, "customers", snapshot)
    customers.is_told()
    expect(customers.cell(0, "customer_id")).to_have_text(customer)


def test_an_unknown_customer_is_told_so(journey: Journey) -> None:
    journey.page.goto(journey.site + "/customers/no%20such%2Fone")
    expect(journey.page.locator("h1")).to_have_text("No such customer")
    expect(journey.page.locator(".page-head")).to_contain_text("'no such/one'")


@pytest.mark.parametrize("path", ["/transactions", "/returns", "/customers"])
def test_on_a_phone_a_list_has_few_columns_and_nothing_sticks_out(
    browser: Browser, site: str, snapshot: Snapshot, path: str
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    phone = Listed(Journey(context, site), path[1:], snapshot).open(path)
    assert phone.page.evaluate("document.documentElement.scrollWidth") == 390
    expect(phone.box.locator(".ag-header-cell")).to_have_count(sum(c.phone for c in phone.listing.columns))
    troubles = phone.journey.troubles
    context.close()
    assert troubles == []


def test_back_finds_the_list_where_it_was_left(journey: Journey, snapshot: Snapshot) -> None:
    customers = Listed(journey, "customers", snapshot).open("/customers")
    customers.cell(0, "orders").click()
    customers.page.keyboard.press("Control+End")
    last = customers.asked().total(snapshot) - 1
    expect(customers.row(last)).to_be_visible()
    customers.cell(last, "customer_id").locator("a").click()
    expect(customers.page.locator("h1")).not_to_have_text("Customers")
    customers.page.go_back()
    expect(customers.row(last)).to_be_visible()
