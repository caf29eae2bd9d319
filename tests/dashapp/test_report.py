"""Reports on paper: the page's own numbers and words, read back from the PDF; data never become markup."""

import os
import re
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
from dash import Dash
from dash.development.base_component import Component
from pypdf import PdfReader

from analytics.errors import QuestionError
from analytics.filters import Filters
from dashapp.cards import cards
from dashapp.charts.catalogue import chart
from dashapp.components.costs import dark_by
from dashapp.components.kpi_card import card_body
from dashapp.figures.bars import bars
from dashapp.figures.svg.picture import picture
from dashapp.pages import PAGES, declared
from dashapp.report.contents import contents, shown, titles
from dashapp.report.typeset import pdf, report
from pipeline.warehouse import Snapshot
from settings import Settings

PRINTED = ("overview", "sales", "customers", "transactions", "returns", "customer", "forecast", "churn", "costs")
VIEWS = ("", "region=North&from=2024-03-01&to=2024-05-31&cmp=prev", "category=Books&cmp=off", "region=Nowhere")
HOSTILE = (
    "#let x = 1",
    "<script>alert(1)</script>",
    "*bold* _it_ $x$",
    "</text></svg>",
    '"#sys.inputs" \\u{41} @a',
    "a & b",
)


def pages_of(made: bytes) -> list[str]:
    """The text of each page without white space, which a PDF does not keep."""
    return [squeezed(page.extract_text()) for page in PdfReader(BytesIO(made)).pages]


def squeezed(text: object) -> str:
    return "".join(str(text).split())


def spoken(component: object) -> str:
    """What a reader sees of a component."""
    if isinstance(component, list | tuple):
        return "".join(map(spoken, component))
    return spoken(component.children) if isinstance(component, Component) else str(component or "")


def parts(component: Component, kind: str) -> list[str]:
    found = [c for c in component._traverse() if isinstance(c, Component) and getattr(c, "className", "") == kind]
    return [spoken(c) for c in found]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_prints_all_that_it_shows_or_says_that_it_cannot(
    app: Dash, settings: Settings, snapshot: Snapshot, page: str
) -> None:
    if page not in PRINTED:
        with pytest.raises(QuestionError, match="no cards or charts"):
            report(page, "", settings, snapshot)
        return
    text = "".join(pages_of(report(page, "", settings, snapshot)))
    assert squeezed(declared(page).TITLE) in text
    for heading in titles(shown(page)[1]).values():
        assert squeezed(heading) in text


@pytest.mark.parametrize("page", [page for page in PRINTED if page != "customer"])
def test_what_is_printed_is_what_stands_on_the_page(app: Dash, snapshot: Snapshot, page: str) -> None:
    """And on costs also what the files do not hold, which the page tells in one table."""
    import dash

    layout = dash.page_registry[f"dashapp.pages.{page}"]["layout"]
    with app.server.app_context():
        laid = layout() if callable(layout) else layout
    found = [c.id for c in laid._traverse() if isinstance(getattr(c, "id", None), dict)]
    ids = {kind: [id_["name"] for id_ in found if id_["part"] == kind] for kind in ("card", "graph")}
    dark = dark_by(snapshot) if page == "costs" else {}
    printed = [[name for name in names if name not in dark] for names in shown(page)]
    assert [ids["card"], ids["graph"]] == printed


@pytest.mark.parametrize("page", [page for page in PAGES if page != "customer"])
def test_a_page_offers_a_report_where_there_is_one(app: Dash, page: str) -> None:
    import dash

    layout = dash.page_registry[f"dashapp.pages.{page}"]["layout"]
    with app.server.app_context():
        laid = layout() if callable(layout) else layout
    assert vars(laid)["data-printable"] == str(page in PRINTED).lower()


@pytest.mark.parametrize("search", VIEWS)
@pytest.mark.parametrize("page", ["overview", "sales"])
def test_every_number_is_that_of_its_card(
    app: Dash, settings: Settings, snapshot: Snapshot, page: str, search: str
) -> None:
    first = pages_of(report(page, search, settings, snapshot))[0]
    for card in cards(shown(page)[0], Filters.parse(search), snapshot):
        body = card_body(card, "/", search)
        (figure,), (change,) = parts(body, "figure"), parts(body, "change")
        after = first.split(squeezed(card.metric.label + card.metric.about), 1)[1]
        assert after.startswith(squeezed(figure))
        assert squeezed(change) in after[:200]


def test_the_first_page_says_how_to_find_the_numbers_again(app: Dash, settings: Settings, snapshot: Snapshot) -> None:
    search = "region=North&from=2024-03-01&to=2024-05-31&cmp=prev&grain=week&regoin=South"
    first = pages_of(report("overview", search, settings, snapshot))[0]
    for said in (settings.brand, "Mar–May 2024, 92 days", "RegionNorth", "vs Dec 2023–Feb 2024", "by week, chosen",
                 snapshot.id, "Not understood: regoin=South"):  # fmt: skip
        assert squeezed(said) in first


@pytest.mark.parametrize("search", VIEWS)
def test_charts_say_what_they_say_on_the_page(app: Dash, settings: Settings, snapshot: Snapshot, search: str) -> None:
    text = "".join(pages_of(report("sales", search, settings, snapshot)))
    for name in shown("sales")[1]:
        made = chart(name).answer(Filters.parse(search), snapshot)
        assert squeezed(made.get("say") or made["empty"]) in text


def test_a_chart_tells_its_own_period(app: Dash, settings: Settings, snapshot: Snapshot) -> None:
    held = contents("overview", "from=2024-01-01&to=2024-12-31&brush=2024-03-01..2024-03-31", settings, snapshot)
    told = {drawn["title"]: drawn["rests"] for drawn in held["charts"]}
    assert told["Revenue over time"].startswith("Numbers of Jan–Dec 2024, 366 days. Not narrowed")
    assert told["Top products"] == "Numbers of Mar 2024, 31 days."


@pytest.mark.parametrize("hostile", HOSTILE)
def test_names_are_printed_as_they_are(app: Dash, settings: Settings, snapshot: Snapshot, hostile: str) -> None:
    held = contents("overview", "", settings, snapshot)
    svg = picture(bars(pd.DataFrame({"name": [hostile], "revenue": [1.0]}), "name", "revenue"))
    held |= {"title": hostile, "brand": hostile, "facts": [("Region", hostile)]}
    held["charts"] = [{"title": hostile, "say": hostile, "svg": svg, "rests": hostile, "about": hostile}]
    held["cards"] = [held["cards"][0] | {"label": hostile, "about": hostile}]
    assert "".join(pages_of(pdf(held))).count(squeezed(hostile)) == 12


def test_a_hostile_filter_is_a_name_like_any_other(app: Dash, settings: Settings, snapshot: Snapshot) -> None:
    made = report("overview", "region=%23panic(%22x%22)&region=%3Csvg%3E%00%1f", settings, snapshot)
    assert '#panic("x")(notinthedata)' in pages_of(made)[0]


@pytest.mark.parametrize("name", [*HOSTILE, "\x00\x1b\ud800 end"])
def test_a_drawing_holds_names_as_text(name: str) -> None:
    svg = picture(bars(pd.DataFrame({"name": [name], "revenue": [1.0]}), "name", "revenue"))
    texts = [element.text for element in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]
    assert [re.sub("\ufffd", "", text) for text in texts] == [re.sub("[\x00\x1b\ud800]", "", name)[:26]]


def test_bars_are_as_long_as_their_values() -> None:
    frame = pd.DataFrame({"name": list("abc"), "revenue": [400.0, 100.0, 50.0]})
    root = ElementTree.fromstring(picture(bars(frame, "name", "revenue", labels=["x", "y", "z"])))
    wide = [float(r.get("width")) for r in root.findall("{http://www.w3.org/2000/svg}rect")]
    assert wide == pytest.approx([wide[0], wide[0] / 4, wide[0] / 8], abs=0.11)


def test_the_page_offers_the_same_file(app: Dash, settings: Settings, snapshot: Snapshot) -> None:
    client = app.server.test_client()
    got = client.get("/report/overview.pdf?region=North", base_url="http://127.0.0.1")
    assert (got.status_code, got.mimetype) == (200, "application/pdf")
    assert 'filename="overview-report_region-North_' in got.headers["Content-Disposition"]
    assert pages_of(got.data) == pages_of(report("overview", "region=North", settings, snapshot))
    assert client.get("/report/overveiw.pdf", base_url="http://127.0.0.1").status_code == 400


@pytest.mark.slow
def test_the_command_line_writes_it(settings: Settings, snapshot: Snapshot, tmp_path: Path) -> None:
    root, out = Path(__file__).parents[2], tmp_path / "sales.pdf"
    command = [sys.executable, "run.py", "report", "--out", out, "--page", "sales", "--filters", "region=North"]
    subprocess.run(command, cwd=root, env=os.environ | {"IBA_HOME": str(settings.home)}, check=True)
    assert "RegionNorth" in pages_of(out.read_bytes())[0]


@pytest.mark.slow
def test_the_command_line_says_which_pages_there_are(settings: Settings, tmp_path: Path) -> None:
    command = [sys.executable, "run.py", "report", "--out", tmp_path / "x.pdf", "--page", "nowhere"]
    env = os.environ | {"IBA_HOME": str(settings.home)}
    told = subprocess.run(command, cwd=Path(__file__).parents[2], env=env, capture_output=True, text=True)
    assert told.returncode == 1
    assert "Traceback" not in told.stderr
    assert "No page 'nowhere'. There are: overview" in told.stderr
