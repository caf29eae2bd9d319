"""The reading: a file is read and cleaned to parts, all of it or what has come behind what was read before."""

import os
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb

from pipeline.cells import signs, styles, texts
from pipeline.clean import Tally, clean
from pipeline.disk import sync
from pipeline.files import File
from pipeline.ingest import BEGINNING, Raw, Start, ingest
from pipeline.notes import Note, digests
from pipeline.parts import Parts
from pipeline.progress import Progress

MOST = 100  # parts, before all is read again to few
GROWING = ("utf-8", "utf-8-sig", "cp1252", "latin-1")


@dataclass(frozen=True)
class Reading:
    """A file of some family that is read to the folder `target` by way of `db` and a `scratch` folder."""

    db: duckdb.DuckDBPyConnection
    file: File
    family: str
    today: date
    target: Path
    scratch: Path
    progress: Progress

    def whole(self) -> Note:
        """Read and clean all of it. Raises `DataError` where it cannot be."""
        size = self.file.path.stat().st_size
        (digest,) = digests(self.file.path, size)
        raw = self._ingested(BEGINNING)
        told = signs(self.db, raw)
        written = styles(self.db, raw, told)
        empty = Note(
            self.family,
            str(self.today),
            size,
            digest,
            False,
            0,
            Tally(),
            dict.fromkeys(raw.empty, 0),
            told,
            written,
            [],
        )
        return self._cleaned(raw, empty, Parts(self.target))

    def longer(self, folder: Path, before: Note) -> Note | None:
        """Read and clean what has come behind that; nothing where it began otherwise, or where the styles of a column would have
        to be decided anew."""
        size = self.file.path.stat().st_size
        began, digest = digests(self.file.path, before.size, size)
        if began != before.digest:
            return None
        raw = self._ingested(Start(before.size, before.lines))
        more = signs(self.db, raw)
        if not before.signs.settle(more):
            return None
        parts = before.parts(folder)
        for path in parts.paths():
            os.link(path, self.target / path.name)
        longer = replace(before, today=str(self.today), size=size, digest=digest, signs=before.signs + more)
        return self._cleaned(raw, longer, replace(parts, folder=self.target))

    def _ingested(self, start: Start) -> Raw:
        raw = ingest(self.file, self.scratch, start=start)
        self.progress(f"Cleaning {self.file.name}", 0.5)
        self.db.execute(texts(self.file.source, raw.blocks))
        return raw

    def _cleaned(self, raw: Raw, before: Note, parts: Parts) -> Note:
        """Put the rows behind the parts that are there, and say so."""
        made, tally = clean(self.db, raw, before.written, self.today, parts)
        self.db.execute(f"DROP VIEW {self.file.source.name}_text")
        for path in (*raw.blocks, self.target):
            path.unlink() if path.is_file() else sync(path)
        note = replace(
            before,
            open=self._is_open() and made.count < MOST,
            lines=raw.lines,
            tally=before.tally + tally,
            empty={name: count + raw.empty[name] for name, count in before.empty.items()},
            sizes=[path.stat().st_size for path in made.paths()],
        )
        note.keep(self.target)
        return note

    def _is_open(self) -> bool:
        """Whether rows may be put behind the last one and all is read as it was: text of one byte a line end that ends in one."""
        if self.file.part.wrapping or self.file.encoding not in GROWING:
            return False
        with self.file.path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read() == b"\n"
