"""Scoring again: the snapshot that is served, with the models' tables made anew and all else as it was."""

import hashlib
from datetime import UTC, datetime

import duckdb

from pipeline.outputs import keys
from pipeline.run import Scores, score
from pipeline.snapshot import Snapshot, quoted
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
        return warehouse.publish(db, _publication(db, before, score(db, scores, before.as_of, settings)))


def _publication(db: duckdb.DuckDBPyConnection, before: Snapshot, told: dict[str, dict[str, object]]) -> Publication:
    now, old = datetime.now(UTC), before.manifest
    rows = {name: (db.sql(f"SELECT count(*) FROM {name}").fetchone() or (0,))[0] for name in told}
    id_ = f"{now:%Y%m%d-%H%M%S}-{hashlib.sha256(f'{before.id}{now}'.encode()).hexdigest()[:8]}"
    manifest = old | {
        "published": now.isoformat(timespec="seconds"),
        "rows": old["rows"] | rows,
        "lacks": [*(name for name in old["lacks"] if name not in told), *(name for name in told if not rows[name])],
        "scores": old["scores"] | told,
    }
    folder = before.folder / "snapshots" / before.id
    linked = tuple(path for path in sorted(folder.iterdir()) if path.name != "manifest.json")
    kept = {name: parts for name, parts in old["tables"].items() if name not in told}
    return Publication(id_, keys(told), manifest=manifest, kept=kept, linked=linked)
