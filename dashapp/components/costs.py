"""The page of costs and targets: what the files can tell, then what others would add."""

from collections import defaultdict

from dash import html

from analytics.lights import lacking, lit_by
from analytics.metrics import metric
from dashapp import shop
from dashapp.charts.catalogue import chart
from dashapp.components.page import page
from dashapp.components.plain_table import plain_table, section
from pipeline.snapshot import NoSnapshot, Snapshot

NAME = "costs"
TITLE = "Costs and targets"
ABOUT = "What do customers and goods cost, what comes back, and is it what was wanted?"
CARDS = (
    "revenue_variance", "revenue_attainment", "margin", "margin_rate", "cost_known", "satisfaction",
    "cac", "ltv_cac", "ltv_cac_revenue", "return_rate", "gmroi", "inventory_turnover",
)  # fmt: skip
CHARTS = (
    "target_trend",
    "cac_by_channel", "cac_by_region",
    "margin_by_category", "return_rate_by_category",
    "return_rate_trend",
)  # fmt: skip
SAYS = "These files are optional. Each that is added beside the others lights up what stands next to it."


def costs_page(**_query: str) -> html.Main:
    """The page as of now."""
    try:
        snapshot = shop.snapshot()
    except NoSnapshot:
        return page(NAME, TITLE, ABOUT, CARDS, CHARTS)
    dark = dark_by(snapshot)
    cards, charts = (tuple(name for name in names if name not in dark) for names in (CARDS, CHARTS))
    return page(NAME, TITLE, ABOUT, cards, charts, body=(_unlit(dark),) if dark else ())


def dark_by(snapshot: Snapshot) -> dict[str, str]:
    """Each card and chart that has nothing to show, with the file that would bring it."""
    cards = {name: lit_by(need) for name in CARDS if (need := lacking(name, snapshot))}
    needs = {name: [lit_by(need) for need in chart(name).needs if need in snapshot.lacks] for name in CHARTS}
    return cards | {name: " and ".join(files) for name, files in needs.items() if files}


def _unlit(dark: dict[str, str]) -> html.Section:
    shown = defaultdict(list)
    for name, file in dark.items():
        shown[file].append(metric(name).label if name in CARDS else chart(name).title)
    table = plain_table(
        "Files and what they would show", ("File", "Would show"), [(f, ", ".join(w)) for f, w in shown.items()]
    )
    link = html.A("Add data", href="/upload", className="behind")
    return section("What other files would show", SAYS, table, html.P(link), anchor="unlit")
