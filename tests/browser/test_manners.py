"""The manners of every page, one journey a sentence."""

import csv
import io
import re
from datetime import date
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Route, expect

from analytics.filters import Filters
from analytics.formats import full
from analytics.periods import day_words
from analytics.queries import table
from pipeline.warehouse import Snapshot
from tests.browser.conftest import Journey

BARS = "revenue_by_category"
PAGES = ["/", "/sales"]
LISTS = ["/customers", "/transactions", "/returns"]


def asked(journey: Journey) -> dict[str, list[str]]:
    return parse_qs(urlsplit(journey.page.url).query)


def card(journey: Journey, chart: str) -> Locator:
    return journey.page.locator(f"[data-chart={chart}]")


def menu(journey: Journey, chart: str, item: str) -> None:
    card(journey, chart).locator(".more > summary").click()
    card(journey, chart).get_by_role("button", name=item, exact=True).click()


def twin(journey: Journey, chart: str) -> Locator:
    menu(journey, chart, "Show as table")
    rows = card(journey, chart).locator("tbody tr")
    expect(rows.first).to_be_visible()
    return rows


def test_escape_clears_what_was_picked_last(journey: Journey) -> None:
    journey.open("/?region=North")
    journey.go(lambda: journey.click(BARS, 0))
    journey.go(lambda: journey.page.keyboard.press("Escape"))
    assert asked(journey) == {"region": ["North"]}


def test_control_click_adds_as_shift_click_does(journey: Journey) -> None:
    journey.open()
    journey.go(lambda: journey.click(BARS, 0))
    journey.page.keyboard.down("Control")
    journey.go(lambda: journey.click(BARS, 1))
    journey.page.keyboard.up("Control")
    assert len(asked(journey)["category"]) == 2


@pytest.mark.parametrize("chart", [BARS, "revenue_trend", "revenue_region_month"])
def test_keys_walk_along_the_marks_and_enter_picks(journey: Journey, chart: str) -> None:
    journey.open()
    card(journey, chart).scroll_into_view_if_needed()
    expect(card(journey, chart).locator(".points path, .hm").first).to_be_visible()
    card(journey, chart).locator(".picture").focus()
    journey.page.keyboard.press("ArrowRight")
    journey.page.keyboard.press("ArrowRight")
    expect(journey.page.locator("#live")).to_contain_text("Revenue: $")
    journey.go(lambda: journey.page.keyboard.press("Enter"))
    assert asked(journey)
    journey.go(lambda: journey.page.keyboard.press("Escape"))
    assert asked(journey) == {}


def test_a_card_says_on_hover_what_it_counts_and_what_it_is_made_of(journey: Journey, snapshot: Snapshot) -> None:
    journey.open()
    totals = table("revenue", "orders")(Filters(), snapshot).iloc[0]
    tip = journey.page.locator("#tip-aov")
    expect(tip).not_to_be_visible()
    journey.page.locator("[data-metric=aov]").hover()
    expect(tip).to_be_visible()
    expect(tip).to_contain_text("Revenue divided by orders.")
    expect(tip).to_contain_text(full("revenue", totals["revenue"]))
    expect(tip).to_contain_text(full("orders", totals["orders"]))


def test_the_card_of_lifetime_value_shows_both_of_its_parts(journey: Journey) -> None:
    journey.open()
    journey.page.locator("[data-metric=clv]").hover()
    for part in ("Value to date: $", "Value to come: $", "Customers with a predicted value: "):
        expect(journey.page.locator("#tip-clv")).to_contain_text(part)


def test_a_tooltip_keeps_its_order(journey: Journey) -> None:
    journey.open("/?from=2024-03-01&to=2024-05-31")
    journey.page.locator(f"[data-chart={BARS}] .picture").focus()
    journey.page.keyboard.press("ArrowRight")
    order = (
        r"^\w+, Revenue: \$.+, .+ of the total, Compared: .+ with .+ before .+, vs Mar–May 2023, Orders: .+, Units: .+$"
    )
    expect(journey.page.locator("#live")).to_have_text(re.compile(order))


def test_of_several_charts_one_is_shown_at_a_time(journey: Journey) -> None:
    journey.open("/sales")
    expect(card(journey, "cohort_customers")).not_to_be_visible()
    journey.page.get_by_role("button", name="Customers", exact=True).click()
    expect(card(journey, "cohort_customers").locator(".hm").first).to_be_visible()
    expect(card(journey, "cohort_retention")).not_to_be_visible()


def test_a_cohort_cell_opens_its_customers(journey: Journey, snapshot: Snapshot) -> None:
    journey.open("/sales")
    table_ = card(journey, "cohort_retention")
    table_.scroll_into_view_if_needed()
    expect(table_.locator(".hm").first).to_be_visible()
    box = table_.locator(".nsewdrag").first.bounding_box()
    assert box

    def click() -> None:
        journey.page.mouse.move(box["x"] + 4, box["y"] + box["height"] * 0.4)
        journey.page.mouse.move(box["x"] + 6, box["y"] + box["height"] * 0.4)
        expect(table_.locator(".hoverlayer .hovertext")).to_have_count(1)
        journey.page.mouse.down()
        journey.page.mouse.up()

    journey.go(click)
    assert set(asked(journey)) == {"cohort", "age"}
    customers = table("customers")(Filters.parse(urlsplit(journey.page.url).query), snapshot).iloc[0, 0]
    card(journey, "cohort_retention").get_by_role("link", name="See the customers").click()
    expect(journey.page.locator("h1")).to_have_text("Customers")
    expect(journey.page.locator("[data-list=customers] .say")).to_contain_text(f"{customers:,} customer")


def test_a_card_says_in_words_what_it_is_held_against(journey: Journey) -> None:
    journey.open("/?from=2024-05-01&to=2024-05-14")
    expect(journey.page.locator("[data-metric=revenue] .change")).to_contain_text("vs 1–14 May 2023, same days")
    journey.open("/?from=2024-05-01&to=2024-05-14&cmp=prev")
    expect(journey.page.locator("[data-metric=revenue] .change")).to_contain_text("vs 1–14 Apr 2024, same days")
    change = journey.page.locator("[data-metric=revenue] .change .better, [data-metric=revenue] .change .worse")
    expect(change).to_have_text(re.compile(r"^[▲▼] [+−]\$[\d,.]+[kM]? \([+−][\d.]+ %\)$"))


def test_the_table_twin_has_the_rows_of_the_chart_and_its_rows_pick(journey: Journey) -> None:
    journey.open()
    count = journey.marks(BARS).count()
    member = journey.member(BARS, 1)
    rows = twin(journey, BARS)
    expect(rows).to_have_count(count)
    expect(rows.nth(1).locator("td").first).to_have_text(member)
    journey.go(lambda: rows.nth(1).click())
    assert asked(journey) == {"category": [member]}
    expect(rows.nth(1)).to_have_class("on")
    expect(rows).to_have_count(count)


def test_a_row_of_the_cohort_twin_picks_its_cohort_and_month(journey: Journey) -> None:
    journey.open("/sales")
    row = twin(journey, "cohort_retention").filter(has=journey.page.locator("button")).nth(1)
    cohort, age = row.locator("td").all_text_contents()[:2]
    journey.go(row.click)
    picked = asked(journey)
    assert [day_words(date.fromisoformat(picked["cohort"][0])), picked["age"]] == [cohort, [age]]


def test_the_twin_sorts_by_its_heads_and_searches_its_rows(journey: Journey) -> None:
    journey.open()
    rows = twin(journey, "top_products")
    names = rows.locator("td:first-child").all_text_contents()
    card(journey, "top_products").get_by_role("button", name="Product name").click()
    assert rows.locator("td:first-child").all_text_contents() == sorted(names)
    card(journey, "top_products").get_by_label("Search the rows").fill(names[3])
    expect(rows.filter(visible=True)).to_have_count(names.count(names[3]))


def test_the_twin_follows_the_filters(journey: Journey, snapshot: Snapshot) -> None:
    journey.open()
    rows = twin(journey, BARS)
    before = rows.first.text_content()
    journey.page.locator(".presets summary").click()
    journey.go(lambda: journey.page.get_by_role("button", name="Last 90 days").click())
    expect(rows.first).not_to_have_text(str(before))


def test_no_filter_is_without_a_chip_and_many_are_gathered(journey: Journey, snapshot: Snapshot) -> None:
    regions, categories = snapshot.members["region"], snapshot.members["category"]
    pairs = [("region", r) for r in regions[:4]] + [("category", c) for c in categories[:3]]
    journey.open("/?" + urlencode([("from", "2024-01-01"), ("to", "2024-12-31"), *pairs]))
    chips = journey.page.locator(".chip")
    expect(chips).to_have_count(3)
    expect(chips.nth(0)).to_contain_text("Jan–Dec 2024")
    expect(chips.nth(1)).to_contain_text("Region: 4 chosen")
    journey.go(lambda: chips.nth(1).click())
    assert set(asked(journey)) == {"from", "to", "category"}
    journey.go(lambda: journey.page.get_by_role("button", name="Clear all").click())
    assert asked(journey) == {}


def test_an_emptied_view_says_which_filter_did_it_and_offers_the_way_out(journey: Journey, snapshot: Snapshot) -> None:
    journey.open("/?region=Nroth&from=2024-01-01&to=2024-03-31")
    notice = journey.page.locator("#notice")
    expect(notice).to_contain_text("Nothing was sold that matches all of these filters")
    without = Filters.parse("from=2024-01-01&to=2024-03-31")
    orders = table("orders")(without, snapshot).iloc[0, 0]
    journey.go(lambda: notice.get_by_role("button", name=f"without the region: {orders:,} orders").click())
    assert "region" not in asked(journey)
    assert journey.value("orders") == orders


def test_a_waiting_page_keeps_its_picture_and_shows_a_thin_bar(journey: Journey) -> None:
    journey.open()
    held: list[Route] = []
    journey.page.route("**/_dash-update-component*", lambda route: held.append(route))
    journey.click(BARS, 0)
    expect(journey.page.locator("#busy")).to_have_css("opacity", "1")
    expect(journey.marks(BARS).first).to_be_visible()
    assert journey.value("revenue")
    held[0].continue_()
    journey.settled()
    expect(journey.page.locator("#busy")).to_have_css("opacity", "0")


def test_a_chart_that_cannot_filter_does_not_look_clickable(journey: Journey) -> None:
    journey.open()
    box = card(journey, BARS)
    box.evaluate("box => box.dataset.picks = '[]'")
    expect(box.locator(".nsewdrag")).to_have_css("cursor", "default")


@pytest.mark.parametrize("kind", ["CSV", "Parquet", "PNG", "SVG"])
def test_a_chart_is_taken_along_under_a_name_that_says_what_it_holds(
    journey: Journey, kind: str, snapshot: Snapshot
) -> None:
    search = "from=2024-01-01&to=2024-12-31&region=North"
    journey.open("/?" + search)
    with journey.page.expect_download() as download:
        menu(journey, BARS, f"Download {kind}")
    assert download.value.suggested_filename == f"overview-{BARS}_region-North_2024-01-01_2024-12-31.{kind.lower()}"
    content = Path(download.value.path()).read_bytes()
    if kind in ("PNG", "SVG"):
        assert content.startswith(b"\x89PNG" if kind == "PNG" else b"<svg")
        return
    rows = (
        pd.read_parquet(io.BytesIO(content))
        if kind == "Parquet"
        else list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    )
    total = sum(map(float, rows["revenue"] if isinstance(rows, pd.DataFrame) else (row["revenue"] for row in rows)))
    assert total == pytest.approx(table("revenue")(Filters.parse(search), snapshot).iloc[0, 0])


def test_a_view_is_saved_under_a_name_and_opened_again(journey: Journey) -> None:
    journey.open("/?region=North&cmp=prev")
    journey.page.get_by_text("Views", exact=True).click()
    journey.page.get_by_label("Name of this view").fill("The north, <b>month</b> on month")
    journey.page.get_by_role("button", name="Save this view").click()
    link = journey.page.locator("#views a")
    expect(link).to_have_text("The north, <b>month</b> on month")
    journey.open("/sales")
    journey.page.get_by_text("Views", exact=True).click()
    link.click()
    expect(journey.page.get_by_role("heading", name="Overview")).to_be_visible()
    journey.settled()
    assert asked(journey) == {"region": ["North"], "cmp": ["prev"]}
    journey.page.get_by_text("Views", exact=True).click()
    journey.page.get_by_role("button", name="Forget The north").click()
    expect(link).to_have_count(0)


def test_what_became_of_a_link_or_a_view_is_shown_to_all(journey: Journey) -> None:
    notice = journey.open("/?region=North").page.locator("#notice")
    journey.page.get_by_text("Views", exact=True).click()
    journey.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    journey.page.get_by_role("button", name="Copy the link").click()
    expect(notice).to_have_text("The link is copied.")
    assert journey.page.evaluate("navigator.clipboard.readText()") == journey.page.url
    journey.page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    journey.page.get_by_text("Views", exact=True).click()
    journey.page.get_by_role("button", name="Copy the link").click()
    expect(notice).to_contain_text("does not allow")
    journey.page.get_by_text("Views", exact=True).click()
    journey.page.route("**/api/v1/views", lambda route: route.abort())
    journey.page.get_by_label("Name of this view").fill("Lost")
    journey.page.get_by_role("button", name="Save this view").click()
    expect(notice).to_have_text("The server cannot be reached. Try again.")
    expect(notice).to_be_visible()
    assert [trouble for trouble in journey.troubles if "ERR_FAILED" not in trouble] == []
    journey.troubles.clear()


def test_a_choice_too_long_for_an_address_is_a_saved_set_that_can_still_be_changed(
    journey: Journey, browser: Browser, site: str, snapshot: Snapshot
) -> None:
    top = table("revenue", by="product", order=("-revenue",), limit=2)(Filters(), snapshot)["product"].tolist()
    long = [*top, *(f"made-up product number {i}" for i in range(150))]
    journey.open()
    journey.go(lambda: journey.page.evaluate("keys => { iba.fold('choose', 'product', keys) }", long))
    assert asked(journey)["product"][0].startswith("set:")
    expect(journey.page.locator(".chip")).to_contain_text("Product: 152 chosen")
    both = table("revenue")(Filters().choose("product", *top), snapshot).iloc[0, 0]
    assert journey.value("revenue") == pytest.approx(both)
    context = browser.new_context(viewport={"width": 1440, "height": 1600})
    other = Journey(context, site).open("/?" + urlsplit(journey.page.url).query)
    card(other, "top_products").locator(".picture").focus()
    other.page.keyboard.press("ArrowRight")
    other.go(lambda: other.page.keyboard.press("Shift+Enter"))
    one = table("revenue")(Filters().choose("product", top[1]), snapshot).iloc[0, 0]
    assert other.value("revenue") == pytest.approx(one)
    context.close()
    assert other.troubles == []


def test_days_in_the_wrong_order_stand_in_order_and_are_told(journey: Journey) -> None:
    journey.open("/?from=2024-03-31&to=2024-03-01")
    expect(journey.page.locator("#from")).to_have_value("2024-03-01")
    expect(journey.page.locator("#to")).to_have_value("2024-03-31")
    expect(journey.page.locator("#notice")).to_have_text("The first day came after the last: the two are swapped.")


def test_paper_shows_the_view_and_not_its_controls(journey: Journey) -> None:
    journey.open("/?region=North")
    journey.page.emulate_media(media="print")
    expect(journey.page.locator(".fields")).not_to_be_visible()
    expect(journey.page.locator(".chip")).to_be_visible()
    expect(journey.page.locator(".period")).to_contain_text("days")


def test_the_period_and_its_length_stay_in_sight(journey: Journey) -> None:
    journey.open("/?from=2024-02-01&to=2024-02-29")
    journey.page.set_viewport_size({"width": 1440, "height": 700})
    journey.page.mouse.wheel(0, 3000)
    expect(journey.page.locator(".period")).to_be_in_viewport()
    expect(journey.page.locator(".period")).to_contain_text("Feb 2024 · 29 days")


def test_a_rate_of_few_says_of_how_many(journey: Journey, snapshot: Snapshot) -> None:
    by_day = table("customers", by=("region", "day"), order=("-customers",))(Filters(), snapshot)
    few = by_day[by_day["customers"].between(1, 29)].iloc[0]
    journey.open("/?" + urlencode({"from": few["day"], "to": few["day"], "region": few["region"]}))
    says = "too few for a rate" if few["customers"] < 5 else f"n = {few['customers']:.0f}; 95 %:"
    expect(journey.page.locator("[data-metric=retention_rate] .change")).to_contain_text(says)


@pytest.mark.parametrize("page", PAGES)
def test_no_heading_skips_a_level(journey: Journey, page: str) -> None:
    of = "[...document.querySelectorAll('#main :is(h1, h2, h3, h4)')].map(heading => Number(heading.localName[1]))"
    levels = journey.open(page).page.evaluate(of)
    assert levels[0] == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("page", [*PAGES, *LISTS, "/costs"])
def test_axe_finds_nothing_of_ours(browser: Browser, site: str, page: str, theme: str) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 2400}, color_scheme=theme)  # type: ignore[arg-type]
    shown = Journey(context, site).arrive(page + "?region=North")
    expect(shown.page.locator(".ag-row, .js-plotly-plot .points path").first).to_be_visible()
    found = Axe().run(shown.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    ours = [
        v for v in found.response["violations"] if not all("dash-dropdown" in str(node["html"]) for node in v["nodes"])
    ]
    context.close()
    assert ours == [], [(v["id"], [node["html"][:200] for node in v["nodes"]][:3]) for v in ours]


@pytest.mark.parametrize("page", PAGES)
def test_everything_is_reached_by_tab_in_reading_order(journey: Journey, page: str) -> None:
    journey.open(page)
    stops = ("skip", "header", "filter-bar", "kpi", "chart")
    where = "stops => stops.findIndex(name => document.activeElement.closest('.' + name))"
    seen: list[int] = []
    while len(seen) < 150 and not (len(seen) > 1 and seen[-1] == 0):
        journey.page.keyboard.press("Tab")
        seen.append(journey.page.evaluate(where, list(stops)))
    places = [place for place in seen[:-1] if place >= 0]
    assert places == sorted(places)
    assert set(places) == set(range(len(stops)))
