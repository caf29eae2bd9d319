"""What a user does on a page, and what must come of it."""

import csv
import io
import json
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from playwright.sync_api import Browser, Route, expect

from analytics.filters import Filters
from analytics.queries import table
from pipeline.warehouse import Snapshot
from tests.browser.conftest import Journey

CASES = json.loads((Path(__file__).parents[1] / "picking.json").read_text())
BARS = "revenue_by_category"


def revenue(snapshot: Snapshot, search: str) -> float:
    return float(table("revenue")(Filters.parse(search), snapshot).iloc[0, 0])


def asked(journey: Journey) -> dict[str, list[str]]:
    return parse_qs(urlsplit(journey.page.url).query)


def test_the_browser_folds_a_click_as_the_table_says(journey: Journey) -> None:
    journey.open()
    for case in CASES:
        made = journey.page.evaluate("c => iba.folds.pick(c.search, c.pick, c.key, c.add)", case)
        assert sorted(parse_qsl(made)) == sorted(parse_qsl(case["gives"])), case["says"]


def test_a_click_filters_the_others_with_one_request_and_a_second_click_clears(
    journey: Journey, snapshot: Snapshot
) -> None:
    journey.open()
    member = journey.member(BARS, 1)
    journey.updates.clear()
    journey.go(lambda: journey.click(BARS, 1))
    assert asked(journey) == {"category": [member]}
    assert len(journey.updates) == 1
    assert journey.value("revenue") == pytest.approx(revenue(snapshot, journey.page.url.partition("?")[2]))
    journey.go(lambda: journey.click(BARS, 1))
    assert asked(journey) == {}
    assert journey.value("revenue") == pytest.approx(revenue(snapshot, ""))


def test_the_clicked_chart_dims_and_keeps_all_its_marks(journey: Journey) -> None:
    journey.open()
    count = journey.marks(BARS).count()
    journey.go(lambda: journey.click(BARS, 0))
    expect(journey.marks(BARS)).to_have_count(count)
    expect(journey.marks(BARS).nth(0)).to_have_css("opacity", "1")
    expect(journey.marks(BARS).nth(1)).to_have_css("opacity", "0.3")


def test_shift_click_adds_and_a_chip_takes_away(journey: Journey, snapshot: Snapshot) -> None:
    journey.open()
    members = {journey.member(BARS, 0), journey.member(BARS, 2)}
    journey.go(lambda: journey.click(BARS, 0))
    journey.go(lambda: journey.click(BARS, 2, shift=True))
    assert set(asked(journey)["category"]) == members
    expect(journey.page.locator(".chip")).to_have_count(2)
    journey.go(lambda: journey.page.locator(".chip").first.click())
    assert len(asked(journey)["category"]) == 1
    assert journey.value("revenue") == pytest.approx(revenue(snapshot, urlsplit(journey.page.url).query))


def test_quick_clicks_all_count(journey: Journey, snapshot: Snapshot) -> None:
    journey.open()
    members = [journey.member(BARS, mark) for mark in range(3)]
    boxes = [journey.marks(BARS).nth(mark).bounding_box() for mark in range(3)]

    def quick() -> None:
        journey.page.keyboard.down("Shift")
        for box in filter(None, boxes):
            journey.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        journey.page.keyboard.up("Shift")

    journey.go(quick)
    expect(journey.page.locator(".chips .chip")).to_have_count(3)
    assert set(asked(journey)["category"]) == set(members)
    journey.settled()
    assert journey.value("revenue") == pytest.approx(revenue(snapshot, urlsplit(journey.page.url).query))


def test_nothing_moves_under_the_hand_that_picks(journey: Journey) -> None:
    journey.open()
    before = [journey.marks(BARS).nth(mark).bounding_box() for mark in range(3)]
    journey.go(lambda: journey.click(BARS, 0))
    journey.go(lambda: journey.click(BARS, 1, shift=True))
    after = [journey.marks(BARS).nth(mark).bounding_box() for mark in range(3)]
    assert [(box["x"], box["y"]) for box in before if box] == [(box["x"], box["y"]) for box in after if box]


def test_dragging_along_time_picks_a_range_that_the_others_obey(journey: Journey, snapshot: Snapshot) -> None:
    journey.open()
    box = journey.page.locator("[data-chart=revenue_trend] .nsewdrag").bounding_box()
    assert box

    def drag() -> None:
        journey.page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 40)
        journey.page.mouse.down()
        journey.page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 60, steps=6)
        journey.page.mouse.up()

    points = journey.marks("revenue_trend").count()
    whole = journey.value("revenue")
    journey.go(drag)
    assert set(asked(journey)) == {"brush"}
    assert journey.marks("revenue_trend").count() == points
    assert journey.value("revenue") == pytest.approx(revenue(snapshot, urlsplit(journey.page.url).query))
    journey.go(journey.page.go_back)
    assert (journey.value("revenue"), asked(journey)) == (whole, {})


def test_the_page_follows_a_drag_before_the_hand_is_lifted(journey: Journey) -> None:
    journey.open()
    before = journey.value("revenue")
    box = journey.page.locator("[data-chart=revenue_trend] .nsewdrag").bounding_box()
    assert box
    journey.page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 40)
    journey.page.mouse.down()
    journey.page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 50, steps=4)
    expect(journey.page.locator("[data-metric=revenue]")).not_to_have_attribute("data-value", str(before))
    assert journey.value("revenue") != before
    journey.page.mouse.up()
    journey.settled()


def test_a_heat_cell_picks_its_region_and_its_month(journey: Journey) -> None:
    journey.open()
    cells = journey.page.locator("[data-chart=revenue_region_month]")
    cells.scroll_into_view_if_needed()
    expect(cells.locator(".hm")).to_have_count(1)
    box = cells.locator(".nsewdrag").bounding_box()
    assert box

    def click() -> None:
        journey.page.mouse.move(box["x"] + box["width"] * 0.45 - 2, box["y"] + 40)
        journey.page.mouse.move(box["x"] + box["width"] * 0.45, box["y"] + 40)
        expect(cells.locator(".hoverlayer .hovertext")).to_have_count(1)
        journey.page.mouse.down()
        journey.page.mouse.up()

    journey.go(click)
    assert set(asked(journey)) == {"brush", "region"}
    expect(cells.locator(".hm")).to_have_count(2)


def test_back_undoes_with_one_request_and_without_a_rebuild(journey: Journey, snapshot: Snapshot) -> None:
    journey.open()
    journey.page.evaluate("document.querySelector('.page-head').dataset.same = 'yes'")
    journey.go(lambda: journey.click(BARS, 0))
    journey.updates.clear()
    journey.go(journey.page.go_back)
    assert asked(journey) == {}
    assert len(journey.updates) == 1
    assert journey.page.locator(".page-head").get_attribute("data-same") == "yes"
    assert journey.value("revenue") == pytest.approx(revenue(snapshot, ""))
    journey.go(journey.page.go_forward)
    assert "category" in asked(journey)


def test_undo_and_reset_are_on_the_page(journey: Journey) -> None:
    journey.open()
    journey.go(lambda: journey.click(BARS, 0))
    journey.go(lambda: journey.click(BARS, 1, shift=True))
    journey.go(lambda: journey.page.get_by_role("button", name="Undo").click())
    assert len(asked(journey)["category"]) == 1
    journey.go(lambda: journey.page.get_by_role("button", name="Reset").click())
    assert asked(journey) == {}


def test_a_link_shows_the_same_view_in_another_browser(journey: Journey, browser: Browser, snapshot: Snapshot) -> None:
    region = snapshot.members["region"][0]
    address = f"/?from=2024-01-01&to=2024-12-31&cmp=prev&grain=month&region={region}"
    journey.open(address)
    assert journey.value("revenue") == pytest.approx(revenue(snapshot, address.partition("?")[2]))
    expect(journey.page.locator("#from")).to_have_value("2024-01-01")
    expect(journey.page.locator("#compare")).to_have_value("prev")
    expect(journey.page.locator("#grain")).to_have_value("month")
    expect(journey.page.locator(".chip", has_text="Region")).to_contain_text(region)


def test_controls_write_the_address(journey: Journey) -> None:
    journey.open()
    journey.page.get_by_text("Period", exact=True).click()
    journey.go(lambda: journey.page.get_by_role("button", name="Last 90 days").click())
    assert set(asked(journey)) == {"from", "to"}
    journey.go(lambda: journey.page.locator("#from").fill("2024-02-01"))
    assert asked(journey)["from"] == ["2024-02-01"]
    journey.go(lambda: journey.page.locator("#compare").select_option("off"))
    assert asked(journey)["cmp"] == ["off"]
    journey.go(lambda: journey.page.locator("#grain").select_option("week"))
    assert asked(journey)["grain"] == ["week"]
    journey.go(lambda: journey.page.locator("#grain").select_option("auto"))
    assert "grain" not in asked(journey)


def test_several_members_are_chosen_in_a_list_with_search(journey: Journey, snapshot: Snapshot) -> None:
    journey.open()
    first = snapshot.members["region"][0]
    journey.page.locator(".members .dash-dropdown").first.click()
    journey.page.keyboard.type(first[:3])
    journey.go(lambda: journey.page.get_by_role("option", name=first).click())
    assert asked(journey)["region"] == [first]


def test_the_file_is_what_the_screen_shows(journey: Journey) -> None:
    journey.open("/?from=2024-01-01&to=2024-12-31")
    card = journey.page.locator(f"[data-chart={BARS}]")
    card.locator("summary").click()
    with journey.page.expect_download() as download:
        card.get_by_text("Download CSV").click()
    assert download.value.suggested_filename == "overview-revenue_by_category_all_2024-01-01_2024-12-31.csv"
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig"))))
    shown = journey.page.evaluate(
        """chart => { const t = document.querySelector(`[data-chart=${chart}] .js-plotly-plot`)._fullData[0];
                     return t.customdata.map((key, i) => [key, t.x[i]]) }""",
        BARS,
    )
    assert [[row["category"], float(row["revenue"])] for row in rows] == shown


def test_a_late_answer_to_an_older_click_is_dropped(journey: Journey, snapshot: Snapshot) -> None:
    journey.open()
    first = journey.member(BARS, 0)
    held: list[Route] = []

    def hold(route: Route) -> None:
        older = f"?category={first}" in (route.request.post_data or "")
        held.append(route) if older and not held else route.continue_()

    journey.page.route("**/_dash-update-component*", hold)
    journey.click(BARS, 0)
    expect(journey.page.locator("#busy")).to_have_class("busy")
    journey.go(lambda: journey.click(BARS, 1))
    newer = journey.value("revenue")
    with journey.page.expect_response("**/_dash-update-component*"):
        held[0].continue_()
    journey.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert journey.value("revenue") == newer == pytest.approx(revenue(snapshot, urlsplit(journey.page.url).query))


def test_filters_travel_to_the_other_page_and_back(journey: Journey, snapshot: Snapshot) -> None:
    journey.open()
    journey.go(lambda: journey.click(BARS, 0))
    query = urlsplit(journey.page.url).query
    journey.page.get_by_role("link", name="Sales").click()
    expect(journey.page.get_by_role("heading", name="Sales", exact=True)).to_be_visible()
    expect(journey.page.locator("[data-metric=net_revenue]")).not_to_have_attribute("data-value", "")
    assert urlsplit(journey.page.url).query == query
    assert journey.value("revenue") == pytest.approx(revenue(snapshot, query))
    journey.page.go_back()
    expect(journey.page.get_by_role("heading", name="Overview")).to_be_visible()
    expect(journey.page.locator("[data-metric=aov]")).not_to_have_attribute("data-value", "")


def test_an_empty_view_says_why_and_an_unknown_member_can_be_dropped(journey: Journey) -> None:
    journey.open("/?region=Nroth&colour=red")
    expect(journey.page.locator(".chip.unknown")).to_contain_text("No such region: Nroth")
    expect(journey.page.locator("#notice")).to_contain_text("colour=red")
    expect(journey.page.locator(f"[data-chart={BARS}] .empty")).to_contain_text("No sales match")
    journey.go(lambda: journey.page.locator(".chip.unknown").click())
    expect(journey.marks(BARS).first).to_be_visible()


def test_a_failing_answer_keeps_the_view_and_tells_the_reader(journey: Journey) -> None:
    journey.open()
    before = journey.value("revenue")
    journey.page.route("**/_dash-update-component*", lambda route: route.abort())
    journey.click(BARS, 0)
    expect(journey.page.locator("#offline")).to_contain_text("cannot be reached")
    assert journey.value("revenue") == before
    expect(journey.marks(BARS).first).to_be_visible()
    journey.troubles.clear()


def test_the_theme_changes_and_is_remembered(journey: Journey) -> None:
    journey.open()
    journey.page.get_by_role("button", name="Light or dark").click()
    expect(journey.page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    expect(journey.page.locator("body")).to_have_css("background-color", "rgb(15, 20, 27)")
    journey.open()
    expect(journey.page.locator("html")).to_have_attribute("data-bs-theme", "dark")


@pytest.mark.parametrize("page", ["/", "/sales"])
def test_a_phone_shows_one_column_and_nothing_sticks_out(browser: Browser, site: str, page: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    phone = Journey(context, site).open(page)
    assert phone.page.evaluate("document.documentElement.scrollWidth") == 390
    boxes = [box.bounding_box() for box in phone.page.locator("[data-chart]").all()]
    assert len({round(box["x"]) for box in boxes if box}) == 1
    expect(phone.page.locator(".fields")).not_to_be_visible()
    phone.page.get_by_text("Filters", exact=True).click()
    expect(phone.page.locator("#from")).to_be_visible()
    context.close()
    assert phone.troubles == []


@pytest.mark.parametrize("width", [768, 1024, 1280, 1440])
def test_the_pages_stand_on_one_line_at_every_width(browser: Browser, site: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    journey = Journey(context, site).open()
    boxes = [box.bounding_box() for box in journey.page.locator(".nav-item").all()]
    assert len({round(box["y"]) for box in boxes if box}) == 1
    assert journey.page.evaluate("document.documentElement.scrollWidth") == width
    context.close()


def test_an_address_that_leads_nowhere_says_so_and_leads_on(journey: Journey) -> None:
    answer = journey.page.goto(journey.site + "/nowhere")
    assert answer is not None
    assert answer.status == 404
    expect(journey.page.get_by_role("heading", name="Nothing here")).to_be_visible()
    expect(journey.page.get_by_role("link", name="Go to the overview")).to_be_visible()
    journey.troubles.clear()
    expect(journey.page.locator(".fields")).not_to_be_visible()
    journey.page.get_by_role("link", name="Sales").click()
    expect(journey.page.get_by_role("heading", level=1, name="Sales")).to_be_visible()
