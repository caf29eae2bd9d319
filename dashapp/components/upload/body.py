"""The page that adds data: where files are dropped, what each is taken for, what is to be expected, and the load."""

import shlex
from pathlib import Path

from dash import Input, Output, callback, dcc, html
from dash.development.base_component import Component

from analytics.formats import number
from dashapp import ids, shop
from dashapp.access import allowed
from dashapp.components.jobs_menu import run_card
from dashapp.components.page import page
from dashapp.components.plain_table import plain_table, section
from dashapp.components.upload.balance import expected_card, loaded_card
from dashapp.components.upload.file_card import file_card, take_out
from dashapp.components.upload.losses import lost, short_of
from pipeline.layouts import Layouts
from pipeline.looks import looks, stands_in_the_way
from pipeline.run import remembered
from pipeline.snapshot import NoSnapshot, Snapshot
from pipeline.uploads import Uploads
from settings import Settings

NAME, TITLE = "upload", "Add data"
ABOUT = "Which files does this shop run on, and are they read as they were meant?"
KINDS = "CSV, TSV, text or Excel, plain, .gz or .zip, up to {} MB each."


def upload_page(**_query: str) -> html.Main:
    """The page as of now: what waits is seen after a reload and from another browser too."""
    body = html.Div(
        [
            _drop_card(shop.settings()),
            html.Div(_told(), id=ids.UPLOADS, className="sections"),
            html.Div(run_card("upload"), id=ids.MAY_LOAD, className=_may_load()),
            dcc.Store(id=ids.TRAY),
        ],
        className="sections",
    )
    return page(NAME, TITLE, ABOUT, body=(body,), filtered=False)


@callback(
    Output(ids.UPLOADS, "children"),
    Output(ids.READS, "children"),
    Output(ids.MAY_LOAD, "className"),
    Input(ids.TRAY, "data"),
    Input(ids.SNAPSHOT, "data"),
    prevent_initial_call=True,
)
@allowed("analyst")
def renew(_when: float | None, _snapshot: str | None) -> tuple[list[Component], str, str]:
    """A file came, went or was looked at, or another snapshot is served."""
    return _told(), _reads(shop.settings()), _may_load()


def _drop_card(settings: Settings) -> html.Section:
    limit = settings.upload_limit >> 20
    drop = html.Div(
        [
            html.P("Drop files here"),
            html.Button("Choose files", type="button", className="primary", **{"data-pick": ""}),
            html.P(KINDS.format(number(limit)), className="muted"),
        ],
        className="drop",
        **{"data-limit": str(settings.upload_limit)},
    )
    arriving = html.Ul(className="arriving", **{"aria-label": "Files on their way"})
    head = html.Div([html.H2("Files", id="files"), html.P(_reads(settings), className="say", id=ids.READS)])
    return html.Section(
        [head, drop, arriving, html.P(role="status", className="upload-says")],
        className="card-box wide section",
        **{"aria-labelledby": "files"},
    )


def _told() -> list[Component]:
    settings = shop.settings()
    found, snapshot = looks(settings), _snapshot()
    if not found:
        card = loaded_card(snapshot, settings) if snapshot else None
        return [*_files(Uploads(settings).served()), *([card] if card else [])]
    layouts = Layouts(settings.layouts)
    blocked = stands_in_the_way(found)
    cards = [file_card(look, layouts) for look in found]
    return [*cards, expected_card(found, snapshot, blocked, lost(settings))]


def _files(folder: Path | None) -> list[Component]:
    """The files that were loaded here; one of several can be taken out, and the others wait to be loaded without it."""
    names = sorted(path.name for path in folder.iterdir()) if folder else []
    if not names:
        return []
    rows = [(name, take_out(name) if len(names) > 1 else "") for name in names]
    says = "What the shop is made of. Without one of them nothing changes before the others are loaded."
    return [section("Files loaded", says, plain_table("Files loaded", ("File", "Change"), rows), anchor="files-loaded")]


def _may_load() -> str:
    """The button is there once the files can be loaded."""
    found = looks(shop.settings())
    return "" if found and not stands_in_the_way(found) else "no-start"


def _reads(settings: Settings) -> str:
    """What the shop is made of now, and what loading here will change about that."""
    source = remembered(settings)
    if source is None:
        return "Nothing has been loaded yet."
    if source == Uploads(settings).served():
        return "This shop is made of the files below. They stay unless you take them out; a file of the same name is replaced."
    return (
        f"This shop reads the folder {short_of(source)}. What you load here takes its place as a whole: the folder itself is not "
        "touched, but no longer read. To return to it: "
        f"python run.py pipeline --data {shlex.quote(str(source))} --replace"
    )


def _snapshot() -> Snapshot | None:
    try:
        return shop.snapshot()
    except NoSnapshot:
        return None
