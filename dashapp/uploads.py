"""The uploads: files sent piece by piece and rows sent by programs, and what is said about how files are written."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, jsonify, request

from analytics.errors import QuestionError
from dashapp import shop
from dashapp.access import allowed, current_role
from pipeline.errors import DataError
from pipeline.inbox import Inbox
from pipeline.layouts import Answers, Layouts
from pipeline.looks import Look, looks, stands_in_the_way
from pipeline.preview import Preview
from pipeline.rows import Row, read_csv
from pipeline.uploads import TooLargeError, Uploads

uploads = Blueprint("uploads", __name__)
CHUNK = 1 << 20
ROWS = "rows"


@uploads.get("/api/v1/uploads")
@allowed("analyst")
def waiting() -> Response:
    """The files that wait, what each table in them is taken for, and what stands in the way of loading them."""
    found = looks(shop.settings())
    return jsonify(files=[_plain(each) for each in found], in_the_way=stands_in_the_way(found) if found else "")


@uploads.put("/api/v1/uploads/<name>")
@allowed("analyst")
def send(name: str) -> tuple[Response, int]:
    """A file as the body; or a piece of it, from byte `at`, of a file of `size` bytes under one `id`.

    Answers how many bytes are there; with 409 where the piece does not go on from those.
    """
    request.max_content_length = shop.settings().upload_limit
    at, size = (_number(field, default) for field, default in (("at", 0), ("size", request.content_length or 0)))
    kept = Uploads(shop.settings())
    arriving = kept.announce(name, size, request.args.get("id", ""))
    received = kept.receive(arriving, at, _chunks())
    on = received == at + (request.content_length or 0)
    return jsonify(name=arriving.name, id=arriving.id, received=received, whole=received == size), 200 if on else 409


@uploads.delete("/api/v1/uploads/<name>")
@allowed("analyst")
def take_out(name: str) -> Response:
    """It waits no more; what is served stays as it is."""
    Uploads(shop.settings()).remove(name)
    return waiting()


@uploads.delete("/api/v1/uploads")
@allowed("analyst")
def take_all_out() -> Response:
    """Nothing waits any more."""
    Uploads(shop.settings()).clear()
    return waiting()


@uploads.post("/api/v1/uploads/<name>/answers")
@allowed("analyst")
def answer(name: str) -> Response:
    """`{table, answers}`: what is true of all files with the header of that table; kept for the next ones."""
    body = request.get_json(silent=True)
    if not isinstance(body, dict) or not isinstance(body.get("answers"), dict):
        raise QuestionError('Send {"table": "...", "answers": {"dates": "day"}}.')
    table = _table(name, str(body.get("table", name)))
    Layouts(shop.settings().layouts).keep(table.headers, Answers.of(body["answers"]))
    return waiting()


@uploads.post("/api/v1/rows/<source>")
@allowed("analyst")
def add_rows(source: str) -> tuple[Response, int]:
    """Rows of a source as JSON (a list of objects, or `{rows}`) or CSV with a header; the same rows twice change nothing.

    They are kept at once and loaded by a job, together with others that came meanwhile.
    """
    rows = _rows()
    Inbox(shop.settings()).put(source, rows)
    queued = next((run for run in shop.jobs().all() if run.name == ROWS and run.state == "queued"), None)
    run = queued or shop.jobs().start(ROWS, current_role())
    return jsonify(accepted=len(rows), run=run.id), 202


@uploads.app_errorhandler(DataError)
def refused(error: DataError) -> tuple[Response, int]:
    return jsonify(error=str(error), asks=error.asks), 413 if isinstance(error, TooLargeError) else 400


def _table(file: str, name: str) -> Preview:
    for look in looks(shop.settings()):
        for table in look.tables or ():
            if look.file == file and table.name == name:
                return table
    raise QuestionError(f"No {name} waits that has been looked at. Look at the files first.")


def _rows() -> list[Row]:
    if request.mimetype in ("text/csv", "text/plain"):
        return read_csv(request.get_data(as_text=True))
    body = request.get_json(silent=True)
    rows = body.get("rows") if isinstance(body, dict) else body
    if not isinstance(rows, list):
        raise QuestionError('Send a list of objects as JSON, {"rows": [...]}, or CSV with a header as text/csv.')
    return rows


def _chunks() -> Iterator[bytes]:
    while chunk := request.stream.read(CHUNK):
        yield chunk


def _number(field: str, default: int) -> int:
    text = request.args.get(field, str(default))
    if not text.isdecimal() or len(text) > 15:
        raise QuestionError(f"{field}={text[:40]} is not a number of bytes.")
    return int(text)


def _plain(look: Look) -> dict[str, Any]:
    tables = None if look.tables is None else [table.written() for table in look.tables]
    return {"file": look.file, "kind": Path(look.file).suffix, "size": look.size, "tables": tables}
