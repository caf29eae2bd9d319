"""Scoring again: the snapshot that is served, with the models' tables made anew and all else as it was."""

import hashlib
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from pipeline.engine import There
from pipeline.outputs import keys
from pipeline.run import Scores, score
from pipeline.snapshot import Snapshot, named, quoted
from pipeline.warehouse import Publication, Warehouse
from settings import Settings


def rescore(settings: Settings, scores: Scores) -> Snapshot:
    """Publish what the models say now. `NoSnapshot` before the first load; `DataError` while another one runs."""
    warehouse = Warehouse(settings)
    with warehouse.writing(), duckdb.connect() as db:
        before = warehouse.current()
        db.execute(f"SET memory_limit = '{settings.memory_limit}'; SET threads = {settings.threads}")
        for name, parts in before.manifest["tables"].items():
            files = ", ".join(quoted(before.folder / "files" / part) for part in parts)
            db.execute(f'CREATE VIEW "{name}" AS SELECT * FROM read_parquet([{files}])')
        for name in scores:
            db.execute(f'DROP VIEW IF EXISTS "{name}"')
        told = score(db, scores, before.as_of, settings, before.table)
        sent = _sent(db, told, before, settings)
        snapshot = warehouse.publish(db, _publication(db, before, told, sent))
        warehouse.tidy_engine()
        return snapshot


def _sent(
    db: duckdb.DuckDBPyConnection, told: Iterable[str], before: Snapshot, settings: Settings
) -> dict[str, object]:
    """The new scores where the other tables are; what the manifest then says of the engine, if there is one."""
    if "engine" not in before.manifest:
        return {}
    place = There.of(settings.engine, settings.home)
    with tempfile.TemporaryDirectory(dir=before.folder) as scratch:
        for name in told:
            place.send(name, db, Path(scratch))
    tables = before.manifest["engine"]["tables"] | dict.fromkeys(told, place.schema)
    return {"engine": before.manifest["engine"] | {"tables": tables}}


def _publication(
    db: duckdb.DuckDBPyConnection, before: Snapshot, told: dict[str, dict[str, object]], sent: dict[str, object]
) -> Publication:
    now, old = datetime.now(UTC), before.manifest
    rows = {name: (db.sql(f"SELECT count(*) FROM {name}").fetchone() or (0,))[0] for name in told}
    id_ = named(now, hashlib.sha256(f"{before.id}{now}".encode()).hexdigest()[:8])
    manifest = old | {
        "published": now.isoformat(timespec="seconds"),
        "rows": old["rows"] | rows,
        "lacks": [*(name for name in old["lacks"] if name not in told), *(name for name in told if not rows[name])],
        "scores": old["scores"] | told,
        **sent,
    }
    folder = before.folder / "snapshots" / before.id
    linked = (folder / "cleaning_report.json",)
    kept = {name: parts for name, parts in old["tables"].items() if name not in told}
    return Publication(id_, keys(told), manifest=manifest, kept=kept, linked=linked)
