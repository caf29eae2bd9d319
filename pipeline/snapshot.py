"""A snapshot: published tables that never change, and the way to read them."""

import json
import threading
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend as DuckDB

from pipeline.engine import There
from pipeline.literals import quoted

HELD = 250_000
THREADS = 16


class NoSnapshot(Exception):  # noqa: N818 - read as a sentence by whoever catches it
    """Nothing has been published yet."""


@dataclass(frozen=True)
class Snapshot:
    """Immutable Parquet files under `folder`, named by a manifest; what the manifest says to be in an engine is asked there.

    Equal when their ids are equal."""

    id: str
    folder: Path
    engine: str = field(default="", compare=False, repr=False)

    @cached_property
    def manifest(self) -> dict[str, Any]:
        return json.loads((self.folder / "snapshots" / self.id / "manifest.json").read_text())

    @cached_property
    def report(self) -> dict[str, Any]:
        """The cleaning report: what became of every row and cent."""
        return json.loads((self.folder / "snapshots" / self.id / "cleaning_report.json").read_text())

    @cached_property
    def first_day(self) -> date:
        """The day of the first valid order."""
        return date.fromisoformat(str(self.manifest["first_day"]))

    @cached_property
    def as_of(self) -> date:
        """The day of the last valid order: today, as far as the data know."""
        return date.fromisoformat(str(self.manifest["as_of"]))

    @cached_property
    def members(self) -> dict[str, tuple[str, ...]]:
        """The members of each small dimension, by all-time revenue when they were first seen."""
        return {name: tuple(members) for name, members in self.manifest["members"].items()}

    @cached_property
    def lacks(self) -> frozenset[str]:
        """The optional sources and dimensions that the files do not have."""
        return frozenset(self.manifest["lacks"])

    def notes(self, name: str) -> tuple[str, ...]:
        """What the reader of a table of scores must be told."""
        return tuple(self.manifest.get("scores", {}).get(name, {}).get("notes", ()))

    def table(self, name: str) -> ir.Table:
        """A table of the snapshot, on this thread's own connection. `DataError` where its engine cannot be reached."""
        schema = self.manifest.get("engine", {}).get("tables", {}).get(name)
        return There(self.engine, schema).table(name) if schema else _open(self)[name]


_own = threading.local()
_lock = threading.Lock()


def named(now: datetime, digest: str) -> str:
    """The id of what was made then: ids sort as they were made, two of one second too."""
    return f"{now:%Y%m%d-%H%M%S-%f}-{digest}"


def _open(snapshot: Snapshot) -> dict[str, ir.Table]:
    """This thread's tables of the snapshot; those of older snapshots are let go.

    Each thread has a connection of its own, as threads that share one mix up each other's results.
    """
    if getattr(_own, "snapshot", None) != snapshot:
        with _lock:
            connection = _connections(snapshot).pop()
            if not _connections(snapshot):
                _connections.cache_clear()
        _own.snapshot, _own.tables = snapshot, {n: connection.table(n) for n in snapshot.manifest["tables"]}
    return _own.tables


@lru_cache(maxsize=1)
def _connections(snapshot: Snapshot) -> list[DuckDB]:
    """Connections to one database that can read this folder's files and nothing else; small tables are held in memory.

    They are made before the configuration is locked, as Ibis sets the time zone of each.
    """
    root = ibis.duckdb.connect()
    files = snapshot.folder / "files"
    for name, parts in snapshot.manifest["tables"].items():
        held = "TABLE" if snapshot.manifest["rows"][name] <= HELD else "VIEW"
        listed = ", ".join(quoted(files / part) for part in parts)
        root.raw_sql(f'CREATE {held} "{name}" AS SELECT * FROM read_parquet([{listed}])')
    made = [ibis.duckdb.from_connection(root.con.cursor()) for _ in range(THREADS)]
    for setting in (
        f"allowed_directories = [{quoted(files)}]",
        "enable_external_access = false",
        "lock_configuration = true",
    ):
        root.raw_sql(f"SET {setting}")
    return made
