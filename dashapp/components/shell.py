"""The shell: what stands around every page."""

import json
from dataclasses import asdict

from dash import dcc, html, page_container, page_registry
from dash.development.base_component import Component

from analytics.formats import manner
from analytics.periods import covered, day_words
from dashapp import ids, shop
from dashapp.components.filter_bar import filter_bar
from dashapp.components.jobs_menu import jobs_menu
from dashapp.components.page import WAY
from dashapp.components.views_menu import views_menu
from pipeline.warehouse import NoSnapshot, Snapshot
from settings import Settings


def shell() -> html.Div:
    """Made anew at each load of the page, from the snapshot as it is then."""
    settings = shop.settings()
    try:
        snapshot = shop.snapshot()
    except NoSnapshot:
        return _around(
            [
                html.Div(id=ids.BUSY),
                dcc.Location(id=ids.URL, refresh=False),
                dcc.Store(id=ids.SNAPSHOT),
                dcc.Store(id=ids.ENDED),
                _empty(settings),
                html.Div(page_container, className="pages"),
            ],
            "shell first",
        )
    return _around(
        [
            html.Div(id=ids.BUSY),
            dcc.Location(id=ids.URL, refresh=False),
            html.A("Skip to the content", href="#main", className="skip"),
            _header(settings, snapshot),
            filter_bar(snapshot),
            html.Div(id=ids.NOTICE, className="notice", role="status"),
            html.Div(id="offline", className="notice", hidden=True, role="alert"),
            html.Div(id="live", className="unseen", role="status"),
            dcc.Store(id=ids.SNAPSHOT, data=snapshot.id),
            dcc.Store(id=ids.ENDED),
            page_container,
        ],
        "shell",
    )


def _around(parts: list[Component], name: str) -> html.Div:
    """The scripts read in it how this shop writes numbers (assets/numbers.js)."""
    return html.Div(parts, className=name, **{"data-manner": json.dumps(asdict(manner()))})


def _header(settings: Settings, snapshot: Snapshot) -> html.Header:
    links = [
        html.A(page["name"], href=page["path"], className="nav-item", **WAY)
        for page in page_registry.values()
        if page["module"].startswith("dashapp.pages.") and page.get("nav", True)
    ]
    fresh = f"Data to {day_words(snapshot.as_of)}"
    theme = html.Button(
        "◐",
        type="button",
        className="quiet",
        title="Light or dark",
        **{"data-act": "theme", "aria-label": "Light or dark"},
    )
    return html.Header(
        [
            html.Strong(settings.brand),
            html.Nav(links, **{"aria-label": "Pages"}),
            html.Span(
                fresh,
                className="fresh",
                title=f"Orders from {day_words(covered(snapshot).start)}; snapshot {snapshot.id}",
                **{"data-snapshot": snapshot.id},
            ),
            jobs_menu(),
            views_menu(),
            theme,
        ],
        className="header",
    )


def _empty(settings: Settings) -> html.Main:
    return html.Main(
        [
            html.H1("No data yet"),
            html.P([dcc.Link("Add data", href="/upload", className="behind"), " from this browser."]),
            html.P(f"Or put sales_transactions.csv into {settings.data} and run: python run.py pipeline"),
            html.P(
                "customer_database.csv, product_catalog.csv and customer_reviews.csv add to it where you have them."
            ),
        ],
        className="blank",
    )
