"""The reuse: what a file was read and cleaned to is kept, so that the next load reads only what has come since."""

import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

from pipeline.cells import columns
from pipeline.errors import DataError
from pipeline.files import File
from pipeline.ingest import changed
from pipeline.notes import Note, family, key
from pipeline.parts import Parts
from pipeline.progress import Progress, silent
from pipeline.reading import Reading

VIEWS = ("", "_quarantine", "_duplicates")


@dataclass(frozen=True)
class Read:
    """A file that was read to these parts: how many records and how much money it holds, in which currency if it says so, and the
    share of each column, in percent, that is empty."""

    file: File
    rows: int
    money: Decimal
    missing: dict[str, float]
    parts: Parts
    currency: str = ""

    @classmethod
    def of(cls, file: File, note: Note, folder: Path) -> "Read":
        rows, money = note.tally.rows, note.tally.money
        missing = {name: round(100 * empty / max(rows, 1), 3) for name, empty in note.empty.items()}
        return cls(file, rows, money, missing, note.parts(folder), note.signs.main)

    def open(self, db: duckdb.DuckDBPyConnection) -> None:
        """Make `<source>`, `<source>_quarantine` and `<source>_duplicates` in `db`: views of the parts, in the order of the lines."""
        listed = ", ".join(f'"{name}"' for name in ("line", "marks", *columns(self.file.source)))
        for table in VIEWS:
            wanted = "*" if table == "_quarantine" else listed
            name = self.file.source.name + table
            db.execute(f"CREATE OR REPLACE VIEW {name} AS SELECT {wanted} FROM {self.parts.rows(table)}")


class Shelf:
    """Where what files were read to is kept; `used` is that of this load."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.used: set[str] = set()

    def read(self, db: duckdb.DuckDBPyConnection, file: File, today: date, progress: Progress = silent) -> Read:
        """What a file was read to, as it is kept while file, rules and answers are the same. Of a file that has grown only what
        has come is read, where that gives what reading all of it would.

        Raises `DataError` where it cannot be read, or changes meanwhile.
        """
        kin = family(file, today)
        name = key(file, kin)
        self.used.add(name)
        kept = self.folder / name
        note = Note.of(kept)
        if note is None or not note.fits(kept, today):
            making = self._emptied(name)
            try:
                note = self._made(Reading(db, file, kin, today, making, progress))
                if key(file, kin) != name:
                    raise changed(file)
                if not kept.exists():
                    making.rename(kept)
            finally:
                shutil.rmtree(making, ignore_errors=True)
        return Read.of(file, note, kept)

    def want(self, files: Iterable[File], today: date) -> None:
        """What these were read to stays, whatever befalls the others."""
        self.used |= {key(file, family(file, today)) for file in files}

    def tidy(self) -> None:
        """Only what this load used is kept, be it refused or not, so that files that change never pile up; of one that was refused
        what its beginning was read to."""
        for path in self.folder.iterdir() if self.folder.is_dir() else ():
            if path.name not in self.used:
                shutil.rmtree(path, ignore_errors=True)

    def _emptied(self, name: str) -> Path:
        """A place to make it in, and none where it will be."""
        making = self.folder / f".{name}-{os.getpid()}"
        for path in (making, self.folder / name):
            shutil.rmtree(path, ignore_errors=True)
        making.mkdir(mode=0o700, parents=True)
        return making

    def _made(self, reading: Reading) -> Note:
        shorter = list(self._shorter(reading))
        folder, note = max(shorter, key=lambda found: found[1].size, default=(None, None))
        try:
            return (reading.longer(folder, note) if folder and note else None) or reading.whole()
        except DataError:
            self.used |= {folder.name for folder, _ in shorter}
            raise

    def _shorter(self, reading: Reading) -> Iterator[tuple[Path, Note]]:
        """What may be the beginning of this file, with what it was read to."""
        size = reading.file.path.stat().st_size
        for folder in self.folder.iterdir():
            note = Note.of(folder)
            if (
                note
                and note.open
                and note.family == reading.family
                and note.size < size
                and note.fits(folder, reading.today)
            ):
                yield folder, note
