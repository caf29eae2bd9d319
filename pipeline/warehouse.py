"""The warehouse: where snapshots are published, whole or not at all.

Files are named by their content and never change, so that a new snapshot shares what stayed the same; one
line, CURRENT, says which snapshot is served, and changing it is the last thing a publication does.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from pipeline.csvs import write_csv
from pipeline.disk import sync
from pipeline.engine import tidy
from pipeline.errors import BusyError, DataError
from pipeline.snapshot import NoSnapshot, Snapshot, quoted
from settings import Settings

KEPT = 3


@dataclass(frozen=True)
class Publication:
    """What is about to be published: tables with the columns that order their rows (so that equal tables are equal files; the
    `monthly` ones in a file a month, by the day or moment in a column), the queries of each CSV file, the manifest.

    `made` tables are files already, `kept` ones and `linked` files are as they were.
    """

    id: str
    tables: Mapping[str, str]
    monthly: Mapping[str, str] = field(default_factory=dict)
    csvs: Mapping[str, Sequence[str]] = field(default_factory=dict)
    documents: Mapping[str, object] = field(default_factory=dict)
    manifest: Mapping[str, object] = field(default_factory=dict)
    made: Mapping[str, Iterable[Path]] = field(default_factory=dict)
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

    def before(self) -> Snapshot | None:
        """The last snapshot of other files, as long as it is kept and the folder that it was made of is there."""
        now = self.current()
        made = (
            path.name for path in (self.folder / "snapshots").iterdir() if path.name[0] != "." and path.name < now.id
        )
        kept = [Snapshot(name, self.folder, self.settings.engine) for name in sorted(made, reverse=True)]
        other = next((each for each in kept if each.manifest["files"] != now.manifest["files"]), None)
        return other if other and self._is_whole(other) else None

    def _is_whole(self, snapshot: Snapshot) -> bool:
        source = snapshot.manifest.get("source", "")
        csvs = self.folder / "snapshots" / str(snapshot.manifest.get("csvs", snapshot.id))
        return source != "" and Path(source).is_dir() and csvs.is_dir()

    def go_back(self, ready: Callable[[], object] = lambda: None) -> Snapshot:
        """Serve the snapshot of the files before again; the one that was served is given up. `ready` is called just before."""
        with self.writing():
            before = self.before()
            if before is None:
                raise DataError("The data before are not kept any more. Load their files again.")
            ready()
            self._serve(before.id)
            return self.current()

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
        parts = self._parts()
        made = {
            name: self._write_table(db, name, keys, what.monthly.get(name, ""), parts)
            for name, keys in what.tables.items()
        }
        target = self.folder / "snapshots" / what.id
        making = target.with_name("." + what.id)
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(parents=True)
        for name, queries in what.csvs.items():
            write_csv(db, queries, making / name)
            sync(making / name)
        for path in what.linked:
            os.link(path, making / path.name)
        moved = {name: [self._placed(path, path.stem) for path in paths] for name, paths in what.made.items()}
        tables = {**what.kept, **made, **moved}
        named = {part for each in tables.values() for part in each}
        parts = {stem: part for stem, part in parts.items() if part[1] in named}
        csvs = what.id if what.csvs else self._csvs()
        manifest = {**what.manifest, "id": what.id, "tables": tables, "parts": parts, "csvs": csvs}
        for name, document in {**what.documents, "manifest.json": manifest}.items():
            _write(making / name, json.dumps(document, indent=1, default=str))
        sync(making)
        making.rename(target)
        sync(target.parent)
        sync(self.folder / "files")
        ready()
        self._serve(what.id)
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
            self.current()
            self._link()

    def _parts(self) -> dict[str, list[str]]:
        """What the parts of the tables that are served hold, told by a key, and the file of each."""
        try:
            return dict(self.current().manifest.get("parts", {}))
        except NoSnapshot:
            return {}

    def _write_table(
        self, db: duckdb.DuckDBPyConnection, name: str, keys: str, day: str, parts: dict[str, list[str]]
    ) -> list[str]:
        """Each part that is not there already; `parts` is brought up to date."""
        made = []
        for month, key in _contents(db, name, day):
            stem, rows = name, f"SELECT * FROM {name} ORDER BY {keys}"
            if month:
                stem = f"{name}-{month:%Y-%m}"
                rows = f"SELECT * FROM {name} WHERE date_trunc('month', {day}) = DATE '{month}' ORDER BY {keys}"
            if parts.get(stem, [""])[0] != key:
                parts[stem] = [key, self._write_part(db, rows, stem)]
            made.append(parts[stem][1])
        return made

    def _write_part(self, db: duckdb.DuckDBPyConnection, query: str, stem: str) -> str:
        making = self.folder / "files" / f".{stem}.parquet"
        db.execute(f"COPY ({query}) TO {quoted(making)} (FORMAT parquet, COMPRESSION zstd)")
        return self._placed(making, stem)

    def _placed(self, made: Path, stem: str) -> str:
        """The name of a file among those of the snapshots; one that is there already keeps its own."""
        if made.parent == self.folder / "files" and made.name[0] != ".":
            return made.name
        name = f"{stem}-{_digest(made)}.parquet"
        sync(made)
        made.rename(self.folder / "files" / name)
        return name

    def _serve(self, id_: str) -> None:
        _write(self.folder / "CURRENT.new", id_ + "\n")
        (self.folder / "CURRENT.new").replace(self.folder / "CURRENT")
        with suppress(OSError):  # it is served: what else is to be done, the next writer does
            sync(self.folder)
            self._link()
            self._tidy()

    def _csvs(self) -> str:
        """The snapshot that the CSV outputs are of: the last one that wrote any."""
        try:
            return str(self.current().manifest.get("csvs", self.current().id))
        except NoSnapshot:
            return ""

    def _link(self) -> None:
        """The CSV outputs, with the report and the manifest of the snapshot that they are of."""
        link, target = self.settings.processed, self.folder / "snapshots" / (self._csvs() or self.current().id)
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
            if path not in kept and not (current and path.name == self._csvs()):
                shutil.rmtree(path)
        tables = [Snapshot(path.name, self.folder).manifest["tables"] for path in kept]
        named = {part for each in tables for parts in each.values() for part in parts}
        for path in (self.folder / "files").iterdir():
            if path.name not in named:
                path.unlink()


def _contents(db: duckdb.DuckDBPyConnection, name: str, day: str) -> list[tuple[date | None, str]]:
    """The months of a table, or none where it is one part, each with a key that is another one for other rows or columns."""
    month = f"date_trunc('month', {day})::DATE" if day else "NULL::DATE"
    found = db.sql(
        f"SELECT {month}, count(*), coalesce(sum(hash(hash(a_row))::HUGEINT), 0)::VARCHAR FROM {name} a_row GROUP BY 1 ORDER BY 1"
    ).fetchall()
    columns = db.sql(f"DESCRIBE {name}").fetchall()
    listed = found or [(None, 0, "")]
    return [(m, hashlib.sha256(repr((columns, rows, key)).encode()).hexdigest()[:24]) for m, rows, key in listed]


def _write(path: Path, text: str) -> None:
    path.write_text(text)
    sync(path)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


__all__ = ["NoSnapshot", "Publication", "Snapshot", "Warehouse", "sync"]
