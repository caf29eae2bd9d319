"""The page of questions: asked, answered, gone on from, refused and checked as a reader would."""

import json
import re
from urllib.request import urlopen

from playwright.sync_api import expect

from tests.browser.conftest import Journey


def test_a_question_is_answered_gone_on_from_refused_and_kept(journey: Journey) -> None:
    page = journey.page
    page.goto(f"{journey.site}/assistant")
    expect(page.get_by_role("button", name="Top 5 products by revenue")).to_be_visible()
    field, turns = page.get_by_label("Your question"), page.locator(".turn")

    field.fill("revenue by region")
    field.press("Enter")
    expect(turns).to_have_count(1)
    expect(turns.first.locator(".js-plotly-plot .point path").first).to_be_visible()
    expect(field).to_have_value("")
    turns.first.get_by_text("Show how").click()
    query = turns.first.locator(".address").get_attribute("href")
    told = json.load(urlopen(journey.site + str(query)))
    expect(turns.first.locator("tbody tr")).to_have_count(len(told["rows"]))

    field.fill("only Books")
    field.press("Enter")
    expect(turns).to_have_count(2)
    expect(turns.nth(1).locator(".reading")).to_contain_text("Books")
    with page.expect_download() as saved:
        turns.nth(1).get_by_role("button", name="Download CSV").click()
    assert saved.value.path().read_text("utf-8-sig").startswith("region,revenue")

    field.fill("What was our profit margin <b>now</b>?")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(turns).to_have_count(3)
    expect(turns.nth(2).locator("table")).to_have_count(0)
    expect(turns.nth(2).locator(".tries button")).to_have_count(3)
    expect(turns.nth(2).locator("h2 b")).to_have_count(0)

    page.reload()
    expect(turns).to_have_count(3)
    page.get_by_role("button", name="Start anew").click()
    expect(turns).to_have_count(0)
    assert not journey.troubles


def test_the_link_of_an_answer_opens_the_same_number(journey: Journey) -> None:
    page = journey.page
    page.goto(f"{journey.site}/assistant")
    page.get_by_label("Your question").fill("What was revenue from Books?")
    page.get_by_label("Your question").press("Enter")
    turn = page.locator(".turn")
    query = turn.locator(".address").get_attribute("href")
    told = json.load(urlopen(journey.site + str(query)))
    turn.get_by_role("link", name="See it on the page").click()
    page.wait_for_url(re.compile("category=Books"))
    card = page.locator("[data-metric=revenue]")
    expect(card).to_have_attribute("data-value", re.compile(r"\d"))
    assert abs(float(card.get_attribute("data-value") or 0) - told["rows"][0][0]) < 0.005
    assert not journey.troubles


def test_the_filters_of_a_page_are_what_a_first_question_goes_on_from(journey: Journey) -> None:
    page = journey.open("/sales?category=Books").page
    page.get_by_role("link", name="Ask", exact=True).click()
    page.get_by_role("button", name="and by region").click()
    expect(page.locator(".turn .reading")).to_contain_text("Books")
    assert not journey.troubles
