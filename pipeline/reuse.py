"""The reuse: what a file was read and cleaned to is kept, so that the next load does not read it again while it is the same."""

import hashlib
import json
import shutil
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

from pipeline.clean import clean, money
from pipeline.files import File
from pipeline.ingest import ingest
from pipeline.outputs import rules_version
from pipeline.progress import Progress, silent
from pipeline.snapshot import quoted
from pipeline.warehouse import sync

PARTS = ("", "_quarantine", "_duplicates")
NOTE = "read.json"


@dataclass(frozen=True)
class Read:
    """A file that was read: how many records and how much money it holds, and the share of each column, in percent, that is empty."""

    file: File
    rows: int
    money: Decimal
    missing: dict[str, float]


class Shelf:
    """Where the tables of files are kept; `used` are those of this load."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.used: set[str] = set()

    def read(
        self, db: duckdb.DuckDBPyConnection, file: File, scratch: Path, today: date, progress: Progress = silent
    ) -> Read:
        """Make `<source>`, `<source>_quarantine` and `<source>_duplicates` in `db`: as kept, where file, rules and answers are as
        they were then, and the day, as dates of the future are set aside."""
        key = _key(file, today)
        self.used.add(key)
        kept = self._taken(db, file, self.folder / key)
        if kept:
            return kept
        raw = ingest(file, scratch)
        progress(f"Cleaning {file.name}", 0.5)
        clean(db, raw, today)
        raw.table.unlink()
        made = _measured(db, file, raw.rows)
        self._keep(db, made, self.folder / key)
        return made

    def tidy(self) -> None:
        """Only what this load used is kept."""
        for path in self.folder.iterdir() if self.folder.is_dir() else ():
            if path.name not in self.used:
                shutil.rmtree(path, ignore_errors=True)

    def _taken(self, db: duckdb.DuckDBPyConnection, file: File, kept: Path) -> Read | None:
        """Nothing where it is not there, or damaged."""
        name = file.source.name
        try:
            note = json.loads((kept / NOTE).read_text())
            for part in PARTS:
                where = quoted(kept / f"table{part}.parquet")
                db.execute(f"CREATE OR REPLACE TABLE {name}{part} AS SELECT * FROM read_parquet({where})")
        except (OSError, ValueError, duckdb.Error):
            shutil.rmtree(kept, ignore_errors=True)
            return None
        return Read(file, note["rows"], Decimal(note["money"]), note["missing"])

    def _keep(self, db: duckdb.DuckDBPyConnection, made: Read, target: Path) -> None:
        making = target.with_name(f".{target.name}")
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(mode=0o700, parents=True)
        for part in PARTS:
            path = making / f"table{part}.parquet"
            db.execute(f"COPY {made.file.source.name}{part} TO {quoted(path)} (FORMAT parquet, COMPRESSION lz4)")
            sync(path)
        note = {"rows": made.rows, "money": str(made.money), "missing": made.missing}
        (making / NOTE).write_text(json.dumps(note))
        sync(making / NOTE)
        if not target.exists():
            making.rename(target)
        shutil.rmtree(making, ignore_errors=True)


def _key(file: File, today: date) -> str:
    state = file.path.stat()
    said = (file.name, state.st_size, state.st_mtime_ns, state.st_ino, str(file.answers), rules_version(), str(today))
    return hashlib.sha256(repr(said).encode()).hexdigest()[:24]


def _measured(db: duckdb.DuckDBPyConnection, file: File, rows: int) -> Read:
    """What only the tables between text and judgement can tell; they are let go."""
    name = file.source.name
    shares = ", ".join(
        f'round(100.0 * count(*) FILTER ("{n}_text" IS NULL) / greatest(count(*), 1), 3)' for n in file.places
    )
    found = db.sql(f"SELECT {shares} FROM {name}_text").fetchone() or ()
    worth = (db.sql(f"SELECT coalesce(sum({money(file.source)}), 0) FROM {name}_judged").fetchone() or (0,))[0]
    for part in ("text", "judged", "copies", "conflicts"):
        db.execute(f"DROP TABLE {name}_{part}")
    return Read(file, rows, Decimal(worth), {n: float(share) for n, share in zip(file.places, found, strict=True)})
