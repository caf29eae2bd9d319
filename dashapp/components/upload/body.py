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
from dashapp.components.upload.balance import expected_card, loaded_card
from dashapp.components.upload.file_card import file_card
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
        return [card] if snapshot and (card := loaded_card(snapshot, settings)) else []
    layouts = Layouts(settings.layouts)
    blocked = stands_in_the_way(found)
    return [*(file_card(look, layouts) for look in found), expected_card(found, snapshot, blocked)]


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
        files = ", ".join(path.name for path in sorted(source.iterdir()))
        return f"This shop is made of files added here: {files}. They stay unless you take them out; a file of the same name is replaced."
    return (
        f"This shop reads the folder {_short(source)}. What you load here takes its place as a whole: the folder itself is not "
        "touched, but no longer read. To return to it: "
        f"python run.py pipeline --data {shlex.quote(str(source))} --replace"
    )


def _short(folder: Path) -> str:
    return str(folder).replace(str(Path.home()) + "/", "~/")


def _snapshot() -> Snapshot | None:
    try:
        return shop.snapshot()
    except NoSnapshot:
        return None
