"""The page of questions: asked, answered, gone on from, refused and checked as a reader would."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from settings import Settings
from tests.assistant.endpoint import says, scripted
from tests.browser.conftest import Journey

ROOT = Path(__file__).parents[2]


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


def test_a_whole_question_holds_within_the_filters_of_the_page_until_they_are_removed(journey: Journey) -> None:
    page = journey.open("/sales?category=Books&region=North").page
    page.get_by_role("link", name="Ask", exact=True).click()
    field, turns = page.get_by_label("Your question"), page.locator(".turn")
    expect(page.locator(".within .chip")).to_have_count(2)
    field.fill("revenue by month")
    field.press("Enter")
    expect(turns.first.locator(".reading")).to_contain_text("only Books")
    expect(turns.first.locator(".reading")).to_contain_text("only North")
    page.locator(".within .chip", has_text="North").click()
    expect(page.locator(".within .chip")).to_have_count(1)
    field.fill("revenue by month")
    field.press("Enter")
    expect(turns.nth(1).locator(".reading")).to_contain_text("only Books")
    expect(turns.nth(1).locator(".reading")).not_to_contain_text("North")


def test_an_answer_is_marked_and_verified_and_stands_on_the_page_of_what_was_asked(journey: Journey) -> None:
    page = journey.page
    page.goto(f"{journey.site}/assistant")
    field, turns = page.get_by_label("Your question"), page.locator(".turn")
    for place, text in enumerate(("orders by region in 2024", "What was our profit <i>then</i>?")):
        field.fill(text)
        field.press("Enter")
        expect(turns).to_have_count(place + 1)
    good = turns.first.get_by_role("button", name="Good", exact=True)
    good.click()
    expect(good).to_have_attribute("aria-pressed", "true")
    turns.first.get_by_role("button", name="Verify").click()
    expect(turns.first).to_contain_text("Verified")
    page.get_by_role("link", name="What was asked, and what came of it.").click()
    row = page.locator("tr", has_text="orders by region in 2024")
    expect(row.first).to_contain_text("Holds")
    expect(row.last).to_contain_text("Split by: region")
    expect(row.last).to_contain_text("Good")
    expect(page.locator("tr", has_text="What was our profit <i>then</i>?")).to_contain_text("Refused")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download CSV").click()
    assert "orders by region in 2024" in saved.value.path().read_text("utf-8-sig")
    row.first.get_by_role("button", name="Let go").click()
    expect(page.locator("tr", has_text="Holds")).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_words_in_a_chart_are_as_dark_as_others(journey: Journey, theme: str) -> None:
    page = journey.page
    page.goto(f"{journey.site}/assistant")
    page.get_by_label("Your question").fill("revenue by region")
    page.get_by_label("Your question").press("Enter")
    expect(page.locator(".turn .cartesianlayer text").first).to_be_visible()
    page.evaluate(f"document.documentElement.dataset.bsTheme = '{theme}'")
    of = "[...document.querySelectorAll('.turn .cartesianlayer text')].map(text => getComputedStyle(text).fill)"
    muted = page.evaluate("getComputedStyle(document.querySelector('.fresh')).color")
    assert set(page.evaluate(of)) == {muted}


@pytest.mark.parametrize("path", ["/assistant?region=North", "/asked"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_these_pages(journey: Journey, path: str, theme: str) -> None:
    page = journey.page
    page.goto(f"{journey.site}/assistant?region=North")
    page.get_by_label("Your question").fill("revenue by region")
    page.get_by_label("Your question").press("Enter")
    expect(page.locator(".turn")).to_have_count(1)
    if path == "/asked":
        page.goto(f"{journey.site}{path}")
        expect(page.locator("#latest")).to_be_visible()
    page.evaluate(f"document.documentElement.dataset.bsTheme = '{theme}'")
    found = Axe().run(page).response["violations"]
    assert [(v["id"], [n["html"][:100] for n in v["nodes"]]) for v in found] == []


def test_the_words_of_a_language_model_replace_ours_and_its_lies_do_not(
    browser: Browser, settings: Settings, tmp_path: Path
) -> None:
    """Its words come through a process beside the server, over the shop of the environment."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with scripted(says("The numbers stand below. In all it was 987,654,321.")) as model:
        environment = {
            **os.environ,
            "IBA_HOME": str(settings.home),
            "IBA_LLM_URL": model.endpoint.url,
            "IBA_LLM_MODEL": "scripted",
        }
        command = [sys.executable, "run.py", "run", "--no-browser", "--port", str(port)]
        with (
            (tmp_path / "log").open("w") as log,
            subprocess.Popen(command, cwd=ROOT, env=environment, stderr=log) as server,
        ):
            try:
                until(lambda: socket.socket().connect_ex(("127.0.0.1", port)) == 0)
                page = browser.new_page()
                page.goto(f"http://127.0.0.1:{port}/assistant")
                page.get_by_label("Your question").fill("revenue by region in 2024")
                page.get_by_label("Your question").press("Enter")
                turn = page.locator(".turn")
                expect(turn).to_have_attribute("data-engine", "language model", timeout=60_000)
                expect(turn.locator(".answer")).to_contain_text("The numbers stand below.")
                expect(turn).not_to_contain_text("987,654,321")
                expect(turn.locator(".reading")).to_contain_text("1 sentence was left out")
                page.close()
            finally:
                server.terminate()


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.1)
