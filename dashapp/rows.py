"""The rows: a list's blocks for the grid, the whole of it as a file, and a customer for programs."""

import re
import tempfile
from collections.abc import Iterator
from itertools import chain
from typing import Any, BinaryIO

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
from flask import Blueprint, Response, jsonify, request, send_file

from analytics.conditions import conditions
from analytics.customers import NoSuchCustomer, customer
from analytics.errors import QuestionError
from analytics.lists import View, listing
from analytics.risk import scores_of
from dashapp import shop
from dashapp.access import allowed, may_see_people
from dashapp.exports import csv_part, file_name
from dashapp.summary import summary
from pipeline.warehouse import Snapshot

rows = Blueprint("rows", __name__)


@rows.get("/lists/<name>")
@allowed("viewer")
def block(name: str) -> Response:
    """Rows `start` to `end`, how many there are in all, which columns hold nothing.

    Filters as in the address; beside them `order`, `where` (a filter model as JSON) and `find`.
    """
    snapshot, asked = shop.snapshot(), view(name)
    start, end = (_number(field) for field in ("start", "end"))
    made = asked.block(start, end, snapshot)
    kinds = asked.listing.kinds
    records = [
        {str(name): _plain(value, kinds[str(name)]) for name, value in row.items()}
        for row in made.to_dict(orient="records")
    ]
    answer = {"rows": records, "total": asked.total(snapshot), "dark": asked.listing.dark(snapshot)}
    return Response(orjson.dumps(answer), mimetype="application/json")


@rows.get("/lists/<name>/summary")
@allowed("viewer")
def line(name: str) -> Response:
    """The line above the list: how many rows, orders and how much money."""
    return jsonify(says=summary(view(name), shop.snapshot()))


@rows.get("/lists/<name>.<any(csv, parquet):kind>")
@allowed("viewer")
def export(name: str, kind: str) -> Response:
    """All rows of the list in their order, some thousands in memory at a time."""
    snapshot, asked = shop.snapshot(), view(name)
    named = _file_name(asked, kind, snapshot)
    if kind == "parquet":
        return send_file(_parquet(asked, snapshot), mimetype="application/vnd.apache.parquet",
                         as_attachment=True, download_name=named)  # fmt: skip
    batches = asked.batches(snapshot)
    first = next(batches, None) or asked.schema(snapshot).empty_table()
    headers = {"Content-Disposition": f'attachment; filename="{named}"'}
    return Response(_csv(chain([first], batches)), mimetype="text/csv", headers=headers)


@rows.get("/api/v1/customers/<path:customer_id>")
@allowed("viewer")
def one_customer(customer_id: str) -> Response:
    """A customer: profile, features, value, risk of leaving with its reasons, orders."""
    snapshot = shop.snapshot()
    found = customer(customer_id, snapshot, masked=not may_see_people())
    parts: dict[str, Any] = {
        "customer_id": found.id, "profile": found.profile, "features": found.features, "value": found.value,
        "scores": scores_of(found.id, snapshot), "orders": found.orders, "as_of": snapshot.as_of, "snapshot": snapshot.id,
    }  # fmt: skip
    return Response(orjson.dumps(parts, default=float), mimetype="application/json")


@rows.app_errorhandler(NoSuchCustomer)
def nobody(error: NoSuchCustomer) -> tuple[Response, int]:
    return jsonify(error=str(error)), 404


def view(name: str) -> View:
    """What this request asks of the list."""
    wanted, args = listing(name), request.args
    order = tuple(filter(None, args.get("order", "").split(",")))
    where = conditions(args.get("where", ""), wanted.kinds)
    filters = shop.filters(request.query_string.decode())
    return View(wanted, filters, order, where, args.get("find", ""), masked=not may_see_people())


def _number(field: str) -> int:
    text = request.args.get(field, "")
    if not re.fullmatch(r"[0-9]{1,12}", text):
        raise QuestionError(f"{field}={text[:40]} is not a whole number from 0 up. Ask for start=0&end=100.")
    return int(text)


def _plain(value: Any, kind: str) -> object:
    if value is None or value != value:
        return None
    if kind == "day":
        return str(value)[:10]
    return str(value) if kind == "text" else int(value) if kind == "count" else float(value)


def _file_name(asked: View, kind: str, snapshot: Snapshot) -> str:
    """As of any other export; `found` says that a search or conditions narrow it further than the address."""
    return file_name(asked.listing.name, "found" if asked.find or asked.where else "", asked.filters, snapshot, kind)


def _csv(batches: Iterator[pa.RecordBatch]) -> Iterator[bytes]:
    for number, batch in enumerate(batches):
        yield csv_part(batch, first=number == 0)


def _parquet(asked: View, snapshot: Snapshot) -> BinaryIO:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the response
    with pq.ParquetWriter(file, asked.schema(snapshot)) as writer:
        for batch in asked.batches(snapshot):
            writer.write_batch(batch)
    file.seek(0)
    return file
