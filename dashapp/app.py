"""The app: one Dash server over one shop."""

from functools import cache
from pathlib import Path

import flask_bootstrap
from dash import Dash, page_registry
from flask import Flask, Response, request, send_from_directory

from analytics.saved_sets import SavedSets
from dashapp import pages, shop
from dashapp.access import allowed, stand_guard
from dashapp.ahead import stand_back
from dashapp.api import api
from dashapp.components.shell import shell
from dashapp.compression import compress_once, keep_assets
from dashapp.jobs.board import Board
from dashapp.jobs.queue import manager_for
from dashapp.jobs.schedule import Schedules, keep_time
from dashapp.models import models
from dashapp.report.route import report
from dashapp.rows import rows
from dashapp.uploads import uploads
from dashapp.work import work
from ml.registry import Registry
from pipeline.inbox import Inbox
from pipeline.layouts import Layouts
from pipeline.uploads import Uploads
from pipeline.warehouse import Warehouse
from settings import PROJECT, Settings

BOOTSTRAP = Path(flask_bootstrap.__file__).parent / "static" / "bootstrap5" / "css"

INDEX = """<!DOCTYPE html>
<html lang="en">
    <head>{%metas%}<title>{%title%}</title>{%css%}
    <link rel="icon" type="image/svg+xml" href="/assets/icon.svg?m=1">
    <link rel="preload" as="script" href="/_dash-component-suites/plotly/package_data/plotly.min.js"></head>
    <body>{%app_entry%}<footer>{%config%}{%scripts%}{%renderer%}</footer></body>
</html>"""


def create_app(settings: Settings, open_to_all: bool = False) -> Dash:
    """A server that is ready for its first request, and for many at once.

    Dash finishes its set-up during the first request, which is made here, before a second can come. It would send the layouts of
    all pages with each of them, 380 kB, for the browser to compare with the callbacks.
    """
    server = Flask("dashapp")
    server.config["MAX_CONTENT_LENGTH"] = 2 * 1024 * 1024
    compress_once(server)
    keep_assets(server)
    stand_back(server)
    tell_nowhere(server)
    manager = manager_for(settings)
    app = Dash(
        "dashapp",
        server=server,
        assets_folder=str(PROJECT / "assets"),
        use_pages=True,
        pages_folder="",
        external_stylesheets=["/bootstrap/bootstrap.min.css"],
        title=settings.brand,
        update_title=None,
        suppress_callback_exceptions=True,
        compress=True,
        index_string=INDEX,
        background_callback_manager=manager,
    )
    recover(settings)
    board = Board(settings, manager)
    shop.serve(server.config, settings, board)
    pages.register()
    with server.app_context():
        app.layout = shell
    server.register_blueprint(api)
    server.register_blueprint(rows)
    server.register_blueprint(work)
    server.register_blueprint(models)
    server.register_blueprint(uploads)
    server.register_blueprint(report)
    server.add_url_rule("/bootstrap/<path:name>", view_func=bootstrap)
    stand_guard(server, cache(lambda: policy(app)), open_to_all)
    server.test_client().get("/", base_url="http://localhost")
    keep_time(board, Schedules(settings.state))
    return app


def recover(settings: Settings) -> None:
    """Clear away what killed work has left, wherever something is kept."""
    for kept in (
        Warehouse(settings),
        Uploads(settings),
        Inbox(settings),
        Layouts(settings.layouts),
        SavedSets(settings.sets),
        Registry(settings.models),
    ):
        kept.recover()


def tell_nowhere(server: Flask) -> None:
    """An address that leads to no page is answered with its page and told to programs as 404."""

    @server.after_request
    def tell(response: Response) -> Response:
        if request.endpoint == "/<path:path>" and not _leads_somewhere(request.path.rstrip("/") or "/"):
            response.status_code = 404
        return response


def _leads_somewhere(path: str) -> bool:
    """Whether a page has that path, or a template that the path fills."""
    found = [page for page in page_registry.values() if not page["module"].endswith(pages.ELSEWHERE)]
    begins = [page["path_template"].partition("<")[0] for page in found if page.get("path_template")]
    return any(page["path"] == path for page in found) or any(map(path.startswith, begins))


@allowed("viewer")
def bootstrap(name: str) -> Response:
    """Bootstrap's stylesheet, from the package that ships it."""
    return send_from_directory(BOOTSTRAP, name, max_age=86400)


def policy(app: Dash) -> str:
    """Only our own scripts run; Plotly and React set inline styles."""
    scripts = " ".join(["'self'", *app.csp_hashes()])
    return (
        f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
