"""The reading: a file is read and cleaned to parts, all of it or what has come behind what was read before."""

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NoReturn

import duckdb
import pyarrow as pa

from pipeline.clean import Tally, clean
from pipeline.currencies import doubt_the_money
from pipeline.disk import sync
from pipeline.doubts import doubt_the_end
from pipeline.files import File
from pipeline.ingest import Raw, Start
from pipeline.notes import Note, digests
from pipeline.parts import Parts
from pipeline.progress import Progress
from pipeline.signs import Signs, refusal, signs, styles, unsettled
from pipeline.values import Styles
from pipeline.verdicts import is_stamped

MOST = 100  # parts, before all is read again to few
GROWING = ("utf-8", "utf-8-sig", "cp1252", "latin-1")
Written = Mapping[str, Styles | None]


@dataclass
class Course:
    """What has been `seen` of a file so far, in which styles its first rows are `written`, and whether that `stands`."""

    seen: Signs | None = None
    written: Written | None = None
    stands: bool = True

    def look(self, db: duckdb.DuckDBPyConnection, file: File) -> Written | None:
        """The styles in which to read a block, after a look at it; nothing once it is clear that they have to be others."""
        more = signs(db, file)
        self.seen = self.seen + more if self.seen else more
        now = styles(file, self.seen)
        self.written = now if self.written is None else self.written
        self.stands = self.stands and now == self.written and None not in now.values()
        return self.written if self.stands else None


@dataclass(frozen=True)
class Reading:
    """A file of some family that is read to the folder `target` by way of `db`."""

    db: duckdb.DuckDBPyConnection
    file: File
    family: str
    today: date
    target: Path
    progress: Progress

    def whole(self) -> Note:
        """Read and clean all of it, in the styles that the first block tells. Where those behind it tell otherwise, all is read
        once more, in the styles that all of it tells. Raises `DataError` where it cannot be read."""
        size = self.file.path.stat().st_size
        (digest,) = digests(self.file.path, size)
        raw, course = Raw(self.file), Course()
        parts, tally = self._put(raw, Parts(self.target), lambda: course.look(self.db, self.file))
        told = course.seen or Signs({}, {}, {})
        if not course.stands:
            self._clear()
            raw, course.written = Raw(self.file), styles(self.file, told)
            if None in course.written.values():
                self._refuse(course.written)
            parts, tally = self._put(raw, Parts(self.target), lambda: course.written)
        return self._noted(raw, size, digest, parts, tally, told, course.written or {})

    def longer(self, folder: Path, before: Note) -> Note | None:
        """Read and clean what has come behind that; nothing where it began otherwise, or where its columns would have to be read
        in other styles."""
        size = self.file.path.stat().st_size
        began, digest = digests(self.file.path, before.size, size)
        if began != before.digest:
            return None
        for path in before.parts(folder).paths():
            os.link(path, self.target / path.name)
        raw, course = Raw(self.file, Start(before.size, before.lines)), Course(before.signs, before.written)
        parts, tally = self._put(raw, before.parts(self.target), lambda: course.look(self.db, self.file))
        if not course.stands:
            self._clear()
            return None
        raw.empty.update(before.empty)
        told = course.seen or before.signs
        return self._noted(raw, size, digest, parts, before.tally + tally, told, before.written)

    def _put(self, raw: Raw, parts: Parts, decide: Callable[[], Written | None]) -> tuple[Parts, Tally]:
        """Put each block behind the parts, in the styles decided for it; those for which there are none are only looked at."""
        tally = Tally()
        for block in self._blocks(raw):
            written = decide()
            self.progress(f"Cleaning {self.file.name}: {tally.rows:,} rows so far", 0.5)
            if written is not None:
                done = {name: style for name, style in written.items() if style}
                tally += clean(self.db, self.file, block, done, self.today, parts)
                parts = parts.one_more()
        doubt_the_end(self.file, block)
        return parts, tally

    def _blocks(self, raw: Raw) -> Iterator[pa.Table]:
        """Each block of text in turn, as the table `<source>_text`; the next one is read meanwhile."""
        name = f"{self.file.source.name}_text"
        for block in _ahead(raw.blocks()):
            self.db.register(name, block)
            yield block
            self.db.unregister(name)

    def _refuse(self, written: Written) -> NoReturn:
        """Name the value for which it has to be asked how a column is written."""
        column = next(c for c in self.file.source.columns if c.name in written and written[c.name] is None)
        found = [value for _ in self._blocks(Raw(self.file)) for value in unsettled(self.db, self.file, column)]
        raise refusal(self.file, column, *min(found)[1:])

    def _clear(self) -> None:
        for path in self.target.iterdir():
            path.unlink()

    def _noted(
        self, raw: Raw, size: int, digest: str, parts: Parts, tally: Tally, told: Signs, written: Written
    ) -> Note:
        """Say what the parts are, and have all of it on the disk."""
        doubt_the_money(self.file, told)
        open_ = self._is_open() and parts.count < MOST
        sizes = [path.stat().st_size for path in parts.paths()]
        empty = {name: raw.empty[name] for name in self.file.places}
        done = {name: style for name, style in written.items() if style}
        note = Note(self.family, str(self.today), size, digest, open_, raw.lines, tally, empty, told, done, sizes)
        note.keep(self.target)
        sync(self.target)
        return note

    def _is_open(self) -> bool:
        """Whether rows may be put behind the last one and all is read as it was: text of one byte a line end that ends in one, and no
        row that is a later state of another."""
        if self.file.part.wrapping or self.file.encoding not in GROWING or is_stamped(self.file.ignored):
            return False
        with self.file.path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read() == b"\n"


def _ahead(blocks: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """The blocks, each read while the one before is worked on."""
    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(next, blocks, None)
        while (block := coming.result()) is not None:
            coming = reader.submit(next, blocks, None)
            yield block
