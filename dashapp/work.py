"""The work: jobs asked for, looked at and cancelled, and the rules that their results are held to."""

import time
from dataclasses import asdict

from flask import Blueprint, Response, jsonify, request

from analytics.errors import QuestionError
from analytics.periods import day_words
from analytics.quality import Quality, Rule
from dashapp import shop
from dashapp.access import allowed, current_role
from dashapp.components.upload.losses import lost
from dashapp.jobs.catalogue import JOBS
from dashapp.jobs.runs import Run
from pipeline.warehouse import NoSnapshot

work = Blueprint("work", __name__)
STATES = {
    "queued": "Waiting", "running": "Running", "done": "Done", "failed": "Failed", "cancelled": "Cancelled",
    "interrupted": "Interrupted",
}  # fmt: skip


@work.get("/api/v1/jobs")
@allowed("viewer")
def jobs() -> Response:
    """The jobs there are, their latest runs, and the snapshot that is served meanwhile."""
    named = [{"name": job.name, "title": job.title, "about": job.about} for job in JOBS.values()]
    return jsonify(jobs=named, runs=[_plain(run) for run in shop.jobs().all()], served=_served())


@work.post("/api/v1/jobs")
@allowed("analyst")
def ask() -> tuple[Response, int]:
    """`{name}`: run that job as soon as its turn comes. A load that takes away what is served asks for `"replace": true`."""
    body = request.get_json(silent=True)
    body = body if isinstance(body, dict) else {}
    name = body.get("name")
    if not isinstance(name, str):
        raise QuestionError('Send {"name": "..."}; GET /api/v1/jobs lists the names.')
    if name == "upload" and body.get("replace") is not True and (taken := lost(shop.settings())):
        raise QuestionError(
            f'{" ".join(taken)} Say that this is meant first: tick the box above, or send "replace": true.'
        )
    return jsonify(_plain(shop.jobs().start(name, current_role()))), 202


@work.post("/api/v1/jobs/<id_>/cancel")
@allowed("analyst")
def cancel(id_: str) -> Response:
    """It is over at once; what is served stays as it was. A run that is over already is left as it is."""
    return jsonify(_plain(shop.jobs().cancel(id_)))


@work.get("/api/v1/report")
@allowed("viewer")
def report() -> Response:
    """The cleaning report of the snapshot that is served."""
    return jsonify(shop.snapshot().report)


@work.get("/api/v1/quality")
@allowed("viewer")
def quality() -> Response:
    """The shop's own rules and what came of each for the snapshot that is served."""
    found = Quality(shop.settings()).check(shop.snapshot())
    return jsonify([{**asdict(rule), "says": str(rule), "measured": a.measured, "holds": a.holds} for rule, a in found])


@work.post("/api/v1/quality")
@allowed("analyst")
def expect() -> Response:
    """`{kind, table, column, low, high}`: a rule from now on."""
    body = request.get_json(silent=True)
    fields = ("kind", "table", "column", "low", "high")
    if not isinstance(body, dict) or set(body) - set(fields) or not all(_fits(f, body.get(f)) for f in fields):
        raise QuestionError('Send {"kind": "null", "table": "sales", "column": "customer_id", "high": 5}.')
    Quality(shop.settings()).add(Rule(**{f: v for f, v in body.items() if v is not None}), shop.snapshot())
    return quality()


@work.delete("/api/v1/quality/<int:id_>")
@allowed("analyst")
def expect_no_more(id_: int) -> Response:
    """The rule and what came of it are forgotten."""
    Quality(shop.settings()).drop(id_)
    return quality()


def _fits(field: str, value: object) -> bool:
    if field in ("low", "high"):
        return value is None or (isinstance(value, int | float) and not isinstance(value, bool))
    return isinstance(value, str) or (value is None and field == "column")


def _plain(run: Run) -> dict[str, object]:
    known = JOBS.get(run.name)
    return {
        "id": run.id, "name": run.name, "title": known.title if known else run.name, "who": run.who, "open": run.open,
        "state": run.state, "label": STATES[run.state], "progress": round(run.progress, 3), "stage": run.stage,
        "seconds": round(run.seconds, 1), "ago": round(time.time() - run.asked_at), "says": run.says,
    }  # fmt: skip


def _served() -> dict[str, str] | None:
    try:
        snapshot = shop.snapshot()
    except NoSnapshot:
        return None
    return {"id": snapshot.id, "says": f"Data to {day_words(snapshot.as_of)}"}
