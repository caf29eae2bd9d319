"""The models: their versions for programs, files to take along, roll-back, the schedule, the features as of a day."""

from datetime import date
from typing import Any

import orjson
from flask import Blueprint, Response, jsonify, request, send_file

from analytics.errors import QuestionError, known
from dashapp import shop
from dashapp.access import allowed
from dashapp.exports import csv
from ml import features
from ml.registry import NoModel, RefusedModel, Registry, Version
from ml.training import TRAINERS, roll_back
from pipeline.errors import BusyError

models = Blueprint("models", __name__)


@models.get("/api/v1/models")
@allowed("viewer")
def all_models() -> Response:
    """Every model: what it says, its champion with metrics and peers, its versions, when it is trained next."""
    registry, next_at = _registry(), {s.name: (s.every, s.next_at) for s in shop.schedules().all()}
    told = [
        {
            "name": trainer.name, "label": trainer.label, "about": trainer.about, **_champion(registry, trainer.name),
            "versions": [_version(v) for v in registry.versions(trainer.name)],
            "schedule": dict(zip(("every", "next_at"), next_at.get(trainer.name, ("off", None)), strict=True)),
        }
        for trainer in TRAINERS.values()
    ]  # fmt: skip
    return _json({"models": told})


@models.post("/api/v1/models/<name>/champion")
@allowed("analyst")
def serve(name: str) -> Response:
    """`{version}`: let that version serve and publish its scores; the same scores as when it served before."""
    body = request.get_json(silent=True)
    version = body.get("version") if isinstance(body, dict) else None
    if not isinstance(version, str):
        raise QuestionError('Send {"version": "..."}; GET /api/v1/models lists the versions.')
    known(TRAINERS, name, "model")
    made = roll_back(name, shop.settings(), version)
    return _json({"name": name, "champion": made.id, "snapshot": shop.snapshot().id})


@models.post("/api/v1/models/<name>/schedule")
@allowed("analyst")
def schedule(name: str) -> Response:
    """`{every}`: off, weekly, monthly or quarterly."""
    body = request.get_json(silent=True)
    every = body.get("every") if isinstance(body, dict) else None
    if not isinstance(every, str):
        raise QuestionError('Send {"every": "quarterly"}: off, weekly, monthly or quarterly.')
    made = shop.schedules().set(name, every)
    return _json({"name": made.name, "every": made.every, "next_at": made.next_at})


@models.get("/models/<name>/<version>/manifest.json")
@allowed("viewer")
def manifest(name: str, version: str) -> Response:
    """What a version was made from and how it did."""
    found = _registry().version(name, version)
    return send_file(
        found.folder / "manifest.json", as_attachment=True, download_name=f"{name}-{found.id}-manifest.json"
    )


@models.get("/models/<name>/<version>/<frame>.csv")
@allowed("viewer")
def frame(name: str, version: str, frame: str) -> Response:
    """A table registered beside a version."""
    found = _registry().version(name, version)
    return _file(csv(found.frame(frame)), f"{name}-{found.id}-{frame}.csv")


@models.get("/api/v1/features")
@allowed("viewer")
def all_features() -> Response:
    """Every feature with its table and meaning, and the version of the definitions."""
    return _json({"version": features.version(), "features": features.listed().to_dict("records")})


@models.get("/api/v1/features/customers.csv")
@allowed("viewer")
def features_as_of() -> Response:
    """`as_of=2025-01-31`: the features of every customer as they were known on that day."""
    asked, snapshot = request.args.get("as_of", ""), shop.snapshot()
    try:
        day = date.fromisoformat(asked) if asked else snapshot.as_of
    except ValueError:
        raise QuestionError(f"{asked[:40]} is no day. Ask for as_of=2025-01-31.") from None
    return _file(csv(features.as_of(day, snapshot)), f"features-{features.version()}_{day}.csv")


@models.app_errorhandler(NoModel)
def no_model(error: NoModel) -> tuple[Response, int]:
    return jsonify(error=str(error)), 404


@models.app_errorhandler(RefusedModel)
@models.app_errorhandler(BusyError)
def not_now(error: Exception) -> tuple[Response, int]:
    return jsonify(error=str(error)), 409


def _registry() -> Registry:
    return Registry(shop.settings().models)


def _champion(registry: Registry, name: str) -> dict[str, Any]:
    serving = registry.champion(name)
    told = serving.manifest if serving else {}
    since = registry.changes(name)[-1]["since"] if serving else None
    facts = {key: told.get(key) for key in ("metrics", "peers", "snapshot", "cutoff", "parameters")}
    return {"champion": serving.id if serving else None, "since": since, "trained_at": told.get("made"), **facts}


def _version(version: Version) -> dict[str, Any]:
    told = version.manifest
    return {"version": version.id} | {
        key: told.get(key) for key in ("made", "cutoff", "snapshot", "recipe", "seed", "verdict")
    }


def _json(value: object) -> Response:
    return Response(orjson.dumps(value, default=str, option=orjson.OPT_SERIALIZE_NUMPY), mimetype="application/json")


def _file(content: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype="text/csv", headers=headers)
