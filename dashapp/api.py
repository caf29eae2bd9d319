"""The REST API: the same metrics, dimensions and filters as the pages, for programs."""

from dataclasses import asdict, fields
from urllib.parse import parse_qsl, urlencode

import pandas as pd
from flask import Blueprint, Response, jsonify, request

from analytics.asked import OWN, query_of
from analytics.assistant import ask as answer
from analytics.dimensions import DIMENSIONS
from analytics.emptied import why_null
from analytics.errors import QuestionError, known
from analytics.filters import unread
from analytics.metrics import METRICS
from analytics.views import View
from dashapp import shop
from dashapp.access import allowed, current_role
from dashapp.charts.catalogue import chart
from dashapp.exports import WRITERS, exported, file_name
from dashapp.pages import PAGES
from dashapp.tables import keys, twin
from pipeline.warehouse import NoSnapshot

api = Blueprint("api", __name__)


@api.get("/api/v1/query")
@allowed("viewer")
def query() -> Response:
    """`metrics=a,b&by=x,y` with the filters as in the address; and all other fields of a query as `asked.py` writes them."""
    own, search = _split(request.query_string.decode())
    filters, snapshot = shop.filters(search), shop.snapshot()
    asked = query_of(own)
    frame = asked(filters, snapshot)
    dark = [name for name in asked.metrics if not asked.by and name in frame and pd.isna(frame[name].iloc[0])]
    return jsonify(
        columns=list(frame.columns),
        rows=[[_plain(value) for value in row] for row in frame.itertuples(index=False)],
        filters=str(filters),
        as_of=snapshot.as_of.isoformat(),
        snapshot=snapshot.id,
        reasons={name: why_null(name, filters, snapshot) for name in dark},
    )


@api.post("/api/v1/ask")
@allowed("viewer")
def ask() -> Response:
    """`{question, conversation?, filters?}`: an answer in words with its rows, its reading and the address that gives them
    again. `filters`, written as in an address, hold for what a whole question does not say itself."""
    body = request.get_json(silent=True)
    body = body if isinstance(body, dict) else {}
    question, conversation, search = (body.get(key, "") for key in ("question", "conversation", "filters"))
    if not all(isinstance(text, str) for text in (question, conversation, search)) or not question:
        raise QuestionError('Send {"question": "What was revenue last month?", "conversation": "", "filters": ""}.')
    told = answer(question, shop.snapshot(), conversation, shop.filters(search))
    shop.questions().keep(question, told, current_role())
    return jsonify(asdict(told))


@api.get("/api/v1/metrics")
@allowed("viewer")
def metrics() -> Response:
    """Every metric with its unit, definition and better direction."""
    return jsonify(
        [
            {"name": m.name, "label": m.label, "unit": m.unit, "about": m.about, "better": m.better}
            for m in METRICS.values()
        ]
    )


@api.get("/api/v1/dimensions")
@allowed("viewer")
def dimensions() -> Response:
    """Every dimension, with its members where they are few."""
    members = shop.snapshot().members
    return jsonify(
        [
            {
                "name": d.name,
                "label": d.label,
                "about": d.about,
                "time": bool(d.unit),
                "members": list(members.get(d.name, ())),
            }
            for d in DIMENSIONS.values()
        ]
    )


@api.get("/export/<page>/<name>.<kind>")
@allowed("viewer")
def export(page: str, name: str, kind: str) -> Response:
    """What a chart or card of a page shows, as a file."""
    known(dict.fromkeys(PAGES), page, "page")
    write, media = known(WRITERS, kind, "kind of file")
    filters, snapshot = shop.filters(request.query_string.decode()), shop.snapshot()
    headers = {"Content-Disposition": f'attachment; filename="{file_name(page, name, filters, snapshot, kind)}"'}
    return Response(write(exported(name, filters, snapshot)), mimetype=media, headers=headers)


@api.get("/table/<name>")
@allowed("viewer")
def table(name: str) -> Response:
    """The rows of a chart in words, and what each picks, for its table twin."""
    frame = exported(name, shop.filters(request.query_string.decode()), shop.snapshot())
    return jsonify({**twin(frame), "keys": keys(frame, chart(name).picks)})


@api.post("/api/v1/sets")
@allowed("viewer")
def keep_set() -> Response:
    """`{members: [...]}` is kept for ever and gets a name that stands for it in an address."""
    body = request.get_json(silent=True)
    members = body.get("members") if isinstance(body, dict) else None
    if not isinstance(members, list):
        raise QuestionError('Send {"members": ["...", ...]}.')
    return jsonify(name=shop.sets().keep(members))


@api.get("/api/v1/views")
@allowed("viewer")
def list_views() -> Response:
    """The named views: `[{name, path, search}]`."""
    return jsonify([asdict(view) for view in shop.views().all()])


@api.post("/api/v1/views")
@allowed("viewer")
def save_view() -> Response:
    """`{name, path, search}` is kept under its name; a view of that name is replaced."""
    body = request.get_json(silent=True)
    if not isinstance(body, dict) or not all(isinstance(body.get(f.name), str) for f in fields(View)):
        raise QuestionError('Send {"name": "...", "path": "/...", "search": "?..."}.')
    shop.views().save(View(**{f.name: body[f.name] for f in fields(View)}))
    return list_views()


@api.delete("/api/v1/views/<path:name>")
@allowed("viewer")
def drop_view(name: str) -> Response:
    """Forget a view."""
    shop.views().drop(name)
    return list_views()


@api.get("/health")
@allowed("viewer")
def health() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@api.get("/ready")
@allowed("viewer")
def ready() -> Response:
    """There is a snapshot to answer from; 503 until then."""
    return jsonify(status="ready", snapshot=shop.snapshot().id)


@api.app_errorhandler(QuestionError)
def unanswerable(error: QuestionError) -> tuple[Response, int]:
    return jsonify(error=str(error)), 400


@api.app_errorhandler(NoSnapshot)
def nothing_published(_error: NoSnapshot) -> tuple[Response, int]:
    return jsonify(error="No data has been published yet. Run: python run.py pipeline", status="empty"), 503


def _split(query_string: str) -> tuple[list[tuple[str, str]], str]:
    """The query's own fields, and the rest: the filters, none of which may go unread."""
    pairs = parse_qsl(query_string, keep_blank_values=True)
    search = urlencode([(k, v) for k, v in pairs if k not in OWN])
    for left in unread(search):
        known(
            {k: k for k in (*OWN, *DIMENSIONS, "from", "to", "brush", "cmp", "grain")}, left.split("=")[0], "parameter"
        )
        raise QuestionError(f"Cannot read {left}. Dates are like from=2024-05-01; cmp is off, prev or year.")
    return [(k, v) for k, v in pairs if k in OWN], search


def _plain(value: object) -> object:
    """A cell as JSON: ISO dates, cents, null where undefined, whole numbers without a point."""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, float):
        return None if value != value else int(value) if value.is_integer() and abs(value) < 2**53 else round(value, 10)
    return value.item() if hasattr(value, "item") else value
