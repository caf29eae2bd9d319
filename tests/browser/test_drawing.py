"""Whatever happens meanwhile, each chart in sight ends up visible and with the data of the address."""

import pytest
from playwright.sync_api import Locator, Request, expect

from tests.browser.conftest import Journey

BARS = "revenue_by_category"
NEVER_TWICE = """() => {
    const react = Plotly.react;
    Plotly.react = () => { Plotly.react = react; return Promise.reject(new Error("a drawing that fails")); };
}"""
AWAY_AND_BACK = """chart => {
    const main = document.getElementById("main"), spacer = document.createElement("div"), answer = structuredClone(iba.last);
    answer.charts[chart].figure.data[0].text[0] = "another answer";
    spacer.style.height = "9000px";
    main.prepend(spacer);
    iba.spread(answer);
    spacer.remove();
}"""
DRAWN = """() => [...document.querySelectorAll("[data-chart] .js-plotly-plot")].map(plot => [
    plot.closest("[data-chart]").dataset.chart,
    plot._fullData.map(trace => [trace.type, trace.opacity, trace.selectedpoints, [...trace.x], JSON.stringify(trace.z || [...trace.y])]),
])"""


def card(journey: Journey, chart: str = BARS) -> Locator:
    return journey.page.locator(f"[data-chart={chart}]")


def test_a_chart_whose_drawing_failed_once_shows_the_next_answer(journey: Journey) -> None:
    journey.open()
    journey.page.evaluate(NEVER_TWICE)
    journey.go(lambda: journey.page.locator("#compare").select_option("off"))
    journey.go(lambda: journey.page.evaluate("iba.go('?region=North')"))
    for chart in ("revenue_trend", BARS, "top_products"):
        expect(card(journey, chart).locator(".points path").first).to_be_visible()
        shown = card(journey, chart).locator(".js-plotly-plot").evaluate("plot => plot.data.at(-1).hovertext")
        assert shown == journey.page.evaluate("chart => iba.last.charts[chart].figure.data.at(-1).hovertext", chart)


def test_a_chart_that_was_out_of_sight_for_a_moment_is_drawn(journey: Journey) -> None:
    journey.open()
    journey.page.evaluate(AWAY_AND_BACK, BARS)
    expect(card(journey)).to_contain_text("another answer")


def test_quick_clicks_everywhere_leave_what_a_fresh_load_shows(journey: Journey) -> None:
    journey.open()
    for chart, across, down in [
        ("revenue_trend", 0.4, 0.5),
        (BARS, 0.1, 0.2),
        (BARS, 0.1, 0.7),
        (BARS, 0.1, 0.4),
    ]:
        box = card(journey, chart).locator(".nsewdrag").bounding_box()
        assert box
        journey.page.mouse.click(box["x"] + box["width"] * across, box["y"] + box["height"] * down)
    journey.page.set_viewport_size({"width": 1200, "height": 1600})
    expect(journey.page).not_to_have_url(journey.site + "/")
    journey.settled()
    fresh = Journey(journey.page.context, journey.site)
    fresh.page.set_viewport_size({"width": 1200, "height": 1600})
    fresh.open(journey.page.url.removeprefix(journey.site))
    fresh.page.bring_to_front()
    expected = rested(fresh)
    assert [name for name, _ in expected][:3] == ["revenue_trend", BARS, "top_products"]
    journey.page.bring_to_front()
    assert rested(journey) == expected
    assert fresh.troubles == []


def test_a_pressed_mark_is_asked_for_before_the_hand_is_lifted_and_only_once(journey: Journey) -> None:
    journey.open()
    member = journey.member(BARS, 1)
    box = journey.marks(BARS).nth(1).bounding_box()
    assert box
    journey.updates.clear()
    with journey.page.expect_request("**/_dash-update-component*") as request:
        journey.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        journey.page.mouse.down()
    assert f"?category={member}" in (request.value.post_data or "")
    assert journey.page.url == journey.site + "/"
    journey.go(journey.page.mouse.up)
    expect(journey.page.locator("#busy")).not_to_have_class("busy")
    assert len(journey.updates) == 1


def rest_on(journey: Journey, mark: int) -> Request:
    """Lay the hand on a bar until the page has asked for what a press would pick."""
    member = journey.member(BARS, mark)
    with journey.page.expect_request(lambda r: f"?category={member}" in (r.post_data or "")) as request:
        journey.page.mouse.move(*at_rest(journey, mark))
    return request.value


def test_what_a_resting_hand_may_pick_is_there_when_it_presses(journey: Journey) -> None:
    journey.open()
    rested(journey)
    journey.updates.clear()
    asked = rest_on(journey, 1)
    assert asked.headers["purpose"] == "prefetch"
    response = asked.response()
    assert response
    assert response.status == 200
    assert journey.page.url == journey.site + "/"
    journey.go(lambda: journey.page.mouse.click(*at_rest(journey, 1)))
    expect(journey.page.locator("#busy")).not_to_have_class("busy")
    assert len(journey.updates) == 1


def test_a_period_under_a_resting_hand_is_there_when_it_presses(journey: Journey) -> None:
    journey.open("/?region=North")
    rested(journey)
    with journey.page.expect_response(lambda r: "purpose" in r.request.headers) as answer:
        journey.page.locator("[data-drop]").first.hover()
    assert answer.value.status == 200
    journey.updates.clear()
    journey.go(journey.page.locator("[data-drop]").first.click)
    expect(journey.page.locator("#busy")).not_to_have_class("busy")
    assert journey.updates == []


def test_a_resting_hand_that_had_to_stand_back_is_answered_when_it_presses(journey: Journey) -> None:
    journey.open()
    rested(journey)
    journey.page.route(
        "**/_dash-update-component*",
        lambda route: route.fulfill(status=204) if "purpose" in route.request.headers else route.continue_(),
    )
    everything = journey.value("revenue")
    rest_on(journey, 1)
    journey.go(lambda: journey.page.mouse.click(*at_rest(journey, 1)))
    assert journey.value("revenue") != everything
    journey.page.unroute_all()


def at_rest(journey: Journey, mark: int) -> tuple[float, float]:
    box = journey.marks(BARS).nth(mark).bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_the_room_for_labels_is_that_of_a_fresh_load(journey: Journey) -> None:
    sizes = (
        "() => [...document.querySelectorAll('.js-plotly-plot')].flatMap(plot => Object.values(plot._fullLayout._size))"
    )
    journey.open()
    rested(journey)
    journey.page.evaluate("window.scrollTo(0, 0)")
    journey.go(lambda: journey.click(BARS, 1))
    rested(journey)
    quick = journey.page.evaluate(sizes)
    journey.open(journey.page.url.removeprefix(journey.site))
    rested(journey)
    assert quick == pytest.approx(journey.page.evaluate(sizes), abs=2)


def rested(journey: Journey) -> object:
    """What is drawn, once every chart in sight is, and nothing has changed for some frames."""
    journey.page.mouse.wheel(0, 3000)
    in_sight = journey.page.locator("[data-chart]:not(.is-empty)")
    expect(journey.page.locator("[data-chart]:not(.is-empty) .nsewdrag")).to_have_count(in_sight.count())
    before, now = None, journey.page.evaluate(DRAWN)
    while before != now:
        before, now = now, journey.page.evaluate(f"() => new Promise(done => setTimeout(() => done(({DRAWN})()), 300))")
    return now
