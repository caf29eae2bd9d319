"""The warehouse: where snapshots are published, whole or not at all.

Files are named by their content and never change, so that a new snapshot shares what stayed the same; one
line, CURRENT, says which snapshot is served, and changing it is the last thing a publication does.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from pipeline.disk import sync
from pipeline.engine import tidy
from pipeline.errors import BusyError, DataError
from pipeline.snapshot import NoSnapshot, Snapshot, quoted
from settings import Settings

KEPT = 3
TEXT_TYPES = ("VARCHAR",)


@dataclass(frozen=True)
class Publication:
    """What is about to be published: tables with the columns that order their rows (so that equal tables are equal files;
    the `monthly` ones in a file a month), CSV files, the manifest; `kept` tables and `linked` files are as they were."""

    id: str
    tables: Mapping[str, str]
    monthly: frozenset[str] = frozenset()
    csvs: Mapping[str, str] = field(default_factory=dict)
    documents: Mapping[str, object] = field(default_factory=dict)
    manifest: Mapping[str, object] = field(default_factory=dict)
    kept: Mapping[str, list[str]] = field(default_factory=dict)
    linked: tuple[Path, ...] = ()


class Warehouse:
    """The snapshots of one shop."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.folder = settings.warehouse
        self._served: Snapshot | None = None

    def current(self) -> Snapshot:
        """The snapshot being served; `NoSnapshot` before the first publication."""
        try:
            id_ = (self.folder / "CURRENT").read_text().strip()
        except FileNotFoundError:
            raise NoSnapshot("Nothing has been published yet. Run: python run.py pipeline") from None
        if self._served is None or self._served.id != id_:
            self._served = Snapshot(id_, self.folder, self.settings.engine)
        return self._served

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One writer at a time; the second is told so."""
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.folder / "lock", timeout=0):
                self._clear()
                yield
        except Timeout:
            raise BusyError(
                "Another load is running for this shop. Wait until it has finished, then try again."
            ) from None

    def recover(self) -> None:
        """Clear away what a load that was killed has left; nothing happens while one is running."""
        if self.folder.is_dir():
            with suppress(DataError), self.writing():
                pass

    def publish(
        self, db: duckdb.DuckDBPyConnection, what: Publication, ready: Callable[[], object] = lambda: None
    ) -> Snapshot:
        """Write and sync the files, then point CURRENT at them. Killed at any instant, the old snapshot is served whole.

        `ready` is called just before; what it raises leaves the old snapshot in place.
        """
        (self.folder / "files").mkdir(parents=True, exist_ok=True)
        made = {name: self._write_table(db, name, keys, name in what.monthly) for name, keys in what.tables.items()}
        tables = {**what.kept, **made}
        target = self.folder / "snapshots" / what.id
        making = target.with_name("." + what.id)
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(parents=True)
        for name, query in what.csvs.items():
            _write_csv(db, query, making / name)
        for path in what.linked:
            os.link(path, making / path.name)
        manifest = {**what.manifest, "id": what.id, "tables": tables}
        for name, document in {**what.documents, "manifest.json": manifest}.items():
            _write(making / name, json.dumps(document, indent=1, default=str))
        sync(making)
        making.rename(target)
        sync(target.parent)
        sync(self.folder / "files")
        ready()
        self._serve(what.id)
        self._tidy()
        return self.current()

    def tidy_engine(self) -> None:
        """Let an engine forget what no snapshot names any more."""
        if self.settings.engine:
            made = [
                Snapshot(path.name, self.folder)
                for path in (self.folder / "snapshots").iterdir()
                if path.name[0] != "."
            ]
            named = {schema for each in made for schema in each.manifest.get("engine", {}).get("tables", {}).values()}
            tidy(self.settings.engine, self.settings.home, named)

    def _clear(self) -> None:
        """What loads that are no more have left, as no other load can be running now."""
        for pattern in ("tmp*", "read/.*"):
            for path in self.folder.glob(pattern):
                shutil.rmtree(path, ignore_errors=True)
        for path in (self.folder / "CURRENT.new", self.settings.processed.with_name(".processed.new")):
            path.unlink(missing_ok=True)
        self._tidy()
        with suppress(NoSnapshot):
            self._link(self.current().id)

    def _write_table(self, db: duckdb.DuckDBPyConnection, name: str, keys: str, monthly: bool) -> list[str]:
        whole = f"SELECT * FROM {name} ORDER BY {keys}"
        if not monthly:
            return [self._write_part(db, whole, name)]
        months = db.sql(f"SELECT DISTINCT date_trunc('month', order_date) AS m FROM {name} ORDER BY m").fetchall()
        if not months:
            return [self._write_part(db, whole, name)]
        rows = "SELECT * FROM {} WHERE date_trunc('month', order_date) = DATE '{:%Y-%m-%d}' ORDER BY {}"
        return [self._write_part(db, rows.format(name, month, keys), f"{name}-{month:%Y-%m}") for (month,) in months]

    def _write_part(self, db: duckdb.DuckDBPyConnection, query: str, stem: str) -> str:
        making = self.folder / "files" / f".{stem}.parquet"
        db.execute(f"COPY ({query}) TO {quoted(making)} (FORMAT parquet, COMPRESSION zstd)")
        name = f"{stem}-{_digest(making)}.parquet"
        sync(making)
        making.rename(self.folder / "files" / name)
        return name

    def _serve(self, id_: str) -> None:
        _write(self.folder / "CURRENT.new", id_ + "\n")
        (self.folder / "CURRENT.new").replace(self.folder / "CURRENT")
        sync(self.folder)
        self._link(id_)

    def _link(self, id_: str) -> None:
        """The CSV outputs are those of this snapshot."""
        link, target = self.settings.processed, self.folder / "snapshots" / id_
        if link.is_symlink() and link.resolve() == target.resolve():
            return
        new = link.with_name(".processed.new")
        new.unlink(missing_ok=True)
        new.symlink_to(os.path.relpath(target, link.parent))
        if link.is_dir() and not link.is_symlink():
            shutil.rmtree(link)
        new.replace(link)

    def _tidy(self) -> None:
        """Keep the last few snapshots up to the one that is served, and of the files those that they name."""
        if not (self.folder / "snapshots").is_dir():
            return
        try:
            current = self.current().id
        except NoSnapshot:
            current = ""
        snapshots = sorted(path for path in (self.folder / "snapshots").iterdir() if path.is_dir())
        kept = [path for path in snapshots if not path.name.startswith(".") and path.name <= current][-KEPT:]
        for path in snapshots:
            if path not in kept:
                shutil.rmtree(path)
        tables = [Snapshot(path.name, self.folder).manifest["tables"] for path in kept]
        named = {part for each in tables for parts in each.values() for part in parts}
        for path in (self.folder / "files").iterdir():
            if path.name not in named:
                path.unlink()


def _write_csv(db: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    """UTF-8 with a header; text that a spreadsheet would run as a formula gets an apostrophe in front."""
    described = db.sql(f"DESCRIBE {query}").fetchall()
    first = "'=', '+', '-', '@', chr(9), chr(10), chr(13)"
    harmless = """CASE WHEN left("{0}", 1) IN ({first}) THEN '''' || "{0}" ELSE "{0}" END AS "{0}" """
    columns = [
        harmless.format(name, first=first) if kind in TEXT_TYPES else f'"{name}"' for name, kind, *_ in described
    ]
    db.execute(f"COPY (SELECT {', '.join(columns)} FROM ({query})) TO {quoted(path)} (FORMAT csv, HEADER)")
    sync(path)


def _write(path: Path, text: str) -> None:
    path.write_text(text)
    sync(path)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


__all__ = ["NoSnapshot", "Publication", "Snapshot", "Warehouse", "sync"]
