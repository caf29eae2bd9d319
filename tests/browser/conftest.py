"""A real Chromium over a real server; any console error, page error or failed request fails the journey."""

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from dash import Dash
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect, sync_playwright

from tests.conftest import AGAIN
from tests.serving import serving

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
expect.set_options(timeout=20_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(AGAIN)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(app: Dash) -> Iterator[str]:
    """The app, served as `run.py` serves it."""
    with serving(app.server, threads=8) as port:
        yield f"http://127.0.0.1:{port}"


class Journey:
    """A page, what it asked of the server, and what went wrong on it."""

    def __init__(self, context: BrowserContext, site: str) -> None:
        self.page: Page = context.new_page()
        self.site = site
        self.updates: list[str] = []
        self.troubles: list[str] = []
        self.page.on("request", self._count)
        self.page.on("console", lambda m: self.troubles.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda error: self.troubles.append(f"{error}\n{error.stack}"))
        self.page.on("response", lambda r: self.troubles.append(f"{r.status} {r.url}") if r.status >= 400 else None)

    def _count(self, request: Request) -> None:
        if "_dash-update-component" in request.url:
            self.updates.append(request.post_data or "")

    def open(self, address: str = "/") -> "Journey":
        """Go there and wait until the view has been answered and drawn."""
        self.arrive(address)
        expect(self.page.locator(".js-plotly-plot .points path, .js-plotly-plot .hm, .is-empty").first).to_be_visible()
        return self

    def arrive(self, address: str) -> "Journey":
        """Go there and wait until the view has been answered."""
        self.page.goto(self.site + address)
        self.settled()
        return self

    def settled(self) -> None:
        """The answer on the page is the one to the address as it is now, and no hand is moving."""
        expect(self.page.locator("html")).not_to_have_class("following")
        expect(self.page.locator("html")).to_have_js_property("dataset.search", self.page.evaluate("location.search"))

    def go(self, act: Callable[[], object]) -> None:
        """Do something that changes the address, and wait for its answer."""
        before = self.page.url
        act()
        self.page.wait_for_url(lambda url: url != before)
        self.settled()

    def until(self, true: Callable[[], bool], seconds: float = 20) -> None:
        """Wait while the page goes on, with a limit."""
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end
            self.page.wait_for_timeout(20)

    def value(self, metric: str) -> float | None:
        text = self.page.locator(f"[data-metric={metric}]").get_attribute("data-value")
        return float(text) if text else None

    def marks(self, chart: str):  # type: ignore[no-untyped-def]
        return self.page.locator(f"[data-chart={chart}] .points path")

    def click(self, chart: str, mark: int, shift: bool = False) -> None:
        """A click as a hand makes it: arrive, rest a moment on the mark, press."""
        if shift:
            self.page.keyboard.down("Shift")
        self._rest_on(chart, mark)
        self.page.mouse.down()
        self.page.mouse.up()
        if shift:
            self.page.keyboard.up("Shift")

    def _rest_on(self, chart: str, mark: int) -> None:
        """Until the hover text is the mark's own: a chart drawn anew under a resting hand shows none."""
        label = self.page.locator(f"[data-chart={chart}] .hoverlayer .hovertext")
        for last in [False] * 20 + [True]:
            box = self.marks(chart).nth(mark).bounding_box()
            assert box
            x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
            self.page.mouse.move(x - 2, y)
            self.page.mouse.move(x, y)
            try:
                expect(label).to_contain_text(self.member(chart, mark), timeout=500)
                return
            except AssertionError:
                if last:
                    raise

    def member(self, chart: str, mark: int) -> str:
        """The key that travels with a mark."""
        return self.page.evaluate(
            "([chart, mark]) => document.querySelector(`[data-chart=${chart}] .js-plotly-plot`)"
            ".data.find(trace => trace.customdata).customdata[mark]",
            [chart, mark],
        )


@pytest.fixture(scope="session")
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    """One visitor, whose browser keeps the scripts that it has loaded before."""
    context = browser.new_context(viewport={"width": 1440, "height": 1600}, accept_downloads=True)
    yield context
    context.close()


@pytest.fixture
def journey(visitor: BrowserContext, site: str) -> Iterator[Journey]:
    """A new page that remembers nothing of the journeys before."""
    made = Journey(visitor, site)
    yield made
    troubles = made.troubles
    if made.page.url.startswith(site):
        made.page.evaluate("localStorage.clear()")
    for page in visitor.pages:
        page.close()
    visitor.clear_cookies()
    assert troubles == []
