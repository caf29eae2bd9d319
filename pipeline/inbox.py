"""The inbox: rows that programs send, kept until they stand in the file of their source."""

import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from pipeline.disk import clear_unfinished, keep_text
from pipeline.errors import DataError
from pipeline.files import File, recognise
from pipeline.layouts import Layouts
from pipeline.rows import Joined, Row, Written, encodable, join, judge, lines, written
from pipeline.run import remembered
from pipeline.sources import SOURCES
from pipeline.uploads import Uploads
from settings import Settings

MOST = 10_000  # rows at a time
NAMED = 5


@dataclass(frozen=True)
class Folded:
    """A set of files in which the rows stand, none where they change nothing; and what became of them."""

    made: Path | None
    new: int
    changed: dict[str, tuple[str, ...]]
    known: int

    def __str__(self) -> str:
        told = [f"{self.new:,} {'row is' if self.new == 1 else 'rows are'} new"]
        for source, keys in self.changed.items():
            more = f" and {len(keys) - NAMED:,} more" if len(keys) > NAMED else ""
            told.append(f"{len(keys):,} of {source} changed ({', '.join(keys[:NAMED])}{more})")
        return f"{', '.join(told)}, {self.known:,} {'was' if self.known == 1 else 'were'} there already."


class Inbox:
    """The rows that wait in one shop."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.folder = settings.uploads / "inbox"

    def put(self, name: str, rows: list[Row]) -> None:
        """Keep rows of a source, whole or not at all. `DataError` with row, column and value where one would be set aside, or the
        shop's files are not ours."""
        source = SOURCES.get(name)
        if source is None:
            raise DataError(f"No source {name!r}. Choose from: {', '.join(SOURCES)}.")
        if not 0 < len(rows) <= MOST:
            raise DataError(f"{len(rows):,} rows came. Send 1 to {MOST:,} at a time.")
        served = self._ours()
        plain_rows = [written(source, row, place) for place, row in enumerate(rows, 1)]
        file = self._files(served).get(name)
        encodable(file, "\n".join(lines(file, source, plain_rows)))
        judge(source, plain_rows)
        stamp = f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}-{uuid4().hex[:8]}"
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        keep_text(self.folder / f"{stamp}.json", json.dumps({"source": name, "rows": plain_rows}))

    def waiting(self) -> list[Path]:
        """In the order in which they came."""
        return sorted(self.folder.glob("[0-9]*.json")) if self.folder.is_dir() else []

    def fold(self, waiting: Iterable[Path]) -> Folded:
        """The shop's files with these rows: a set of its own where they change anything."""
        rows: dict[str, list[Written]] = {}
        for path in waiting:
            told = json.loads(path.read_text(encoding="utf-8"))
            rows.setdefault(told["source"], []).extend(told["rows"])
        uploads, served = Uploads(self.settings), self._ours()
        files, making = self._files(served), uploads.making()
        try:
            for path in served.iterdir() if served else ():
                os.link(path, making / path.name)
            found = {name: _joined(making, files.get(name), name, each) for name, each in rows.items()}
            new, changed = sum(f.new for f in found.values()), {n: f.changed for n, f in found.items() if f.changed}
            made = uploads.made(making) if new or changed else None
            return Folded(made, new, changed, sum(f.known for f in found.values()))
        finally:
            shutil.rmtree(making, ignore_errors=True)

    def refuse(self, waiting: Iterable[Path]) -> None:
        """Rows with which the shop cannot be loaded stand in the way of no others: they are kept aside."""
        aside = self.folder / "refused"
        aside.mkdir(mode=0o700, exist_ok=True)
        for path in waiting:
            path.replace(aside / path.name)

    def recover(self) -> None:
        """Clear away what was being written when a process died."""
        clear_unfinished(self.folder)

    def _files(self, served: Path | None) -> dict[str, File]:
        return recognise(served, Layouts(self.settings.layouts))[0] if served else {}

    def _ours(self) -> Path | None:
        """The set that the shop is made of; none before there are data. `DataError` where it reads a folder of someone else's."""
        served, source = Uploads(self.settings).served(), remembered(self.settings)
        if served is None and source is not None:
            raise DataError(
                f"This shop reads {source}, which is never written. Add the rows there, or load its files on the page Add data first."
            )
        return served


def _joined(folder: Path, file: File | None, name: str, rows: list[Written]) -> Joined:
    """Write the rows into the file of their source in this folder, one of our own where there is none."""
    found = join(file, SOURCES[name], rows)
    if found.new or found.changed:
        path = folder / (file.path.name if file else f"{name}.csv")
        path.unlink(missing_ok=True)
        path.write_bytes(found.data)
    return found
