"""The containers: a file as the tables it holds: itself, the members of an archive, the sheets of a workbook."""

import csv
import gzip
import io
import os
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import chain
from pathlib import Path
from typing import IO, Any, Literal

from pipeline.errors import DataError

Wrapping = Literal["", "gzip", "zip", "workbook"]
SUFFIXES = (".csv", ".tsv", ".txt", ".gz", ".zip", ".xlsx", ".xlsm")
OTHERS = (
    ".xls", ".xlsb", ".ods", ".json", ".jsonl", ".parquet", ".feather", ".xml", ".7z", ".rar", ".bz2", ".xz", ".zst", ".tar", ".tgz",
    ".dbf", ".numbers", ".sqlite", ".dat", ".tab",
)  # fmt: skip
TRUTH = ("truth.json", "truth_customers.parquet")  # what the generator says of its own files
TABLES = (".csv", ".tsv", ".txt")
CHUNK = 1 << 20
FREE, RATIO = 256 << 20, 100
FOREIGN = {
    b"\x89PNG": "a picture", b"\xff\xd8\xff": "a picture", b"GIF8": "a picture", b"%PDF": "a PDF document",
    b"PAR1": "a Parquet file", b"\xd0\xcf\x11\xe0": "an old Excel workbook (.xls) or one locked with a password", b"\x7fELF": "a program",
    b"SQLite format 3": "a database", b"7z\xbc\xaf": "a 7z archive", b"Rar!": "a RAR archive", b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive", b"\x28\xb5\x2f\xfd": "a zstd archive", b"RIFF": "a media file",
}  # fmt: skip
UNRECKONED = re.compile(
    rb'<c r="([A-Z]+\d+)"(?![^>]*t="str")[^>]*><f(?:\s[^>]*)?(?:/>|>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>'
)
OVERLAP = 1 << 14
BROKEN = (EOFError, zlib.error, zipfile.BadZipFile, gzip.BadGzipFile, NotImplementedError, RuntimeError)


@dataclass(frozen=True)
class Part:
    """One table inside a file: `inside` is the member of an archive or the sheet of a workbook that holds it, `alone` says that
    the sheet is the only one, `since_1904` that its days are counted from there."""

    path: Path
    wrapping: Wrapping = ""
    inside: str = ""
    alone: bool = False
    since_1904: bool = False

    @property
    def name(self) -> str:
        """How a message calls it."""
        return f"{self.path.name} ({self.inside})" if self.inside else self.path.name

    @property
    def stem(self) -> str:
        """The name that may tell which source it is."""
        own = self.wrapping == "zip" or (self.wrapping == "workbook" and not self.alone)
        return (self.inside if own else self.path.name).rsplit("/", 1)[-1].split(".")[0]

    def chunks(self, start: int = 0) -> Iterator[bytes]:
        """The bytes of the table, a sheet as CSV; memory stays bounded. Of a plain file those behind the first `start`.

        Raises `DataError` where the container is damaged, or unpacks to far more than a table does.
        """
        with self._told():
            if self.wrapping == "workbook":
                yield from _sheet(self.path, self.inside)
                return
            with self._opened() as file:
                file.seek(start)
                yield from self._guarded(iter(lambda: file.read(CHUNK), b""))

    def head(self, size: int = 1 << 18) -> bytes:
        """The first bytes."""
        out = b""
        for chunk in self.chunks():
            out += chunk
            if len(out) >= size:
                break
        return out[:size]

    @contextmanager
    def _opened(self) -> Iterator[IO[bytes]]:
        if self.wrapping == "zip":
            with zipfile.ZipFile(self.path) as archive, archive.open(self.inside) as file:
                yield file
        elif self.wrapping == "gzip":
            with gzip.open(self.path) as file:
                yield file  # type: ignore[misc]
        else:
            with self.path.open("rb") as file:
                yield file

    def _guarded(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        limit = max(FREE, self.path.stat().st_size * RATIO)
        size = 0
        for chunk in chunks:
            size += len(chunk)
            if self.wrapping and size > limit:
                raise DataError(
                    f"{self.name} unpacks to more than {limit >> 20} MB from {self.path.stat().st_size >> 10} kB, which no table does. "
                    "Unpack it and give the table itself."
                )
            yield chunk

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except BROKEN as error:
            raise DataError(f"{self.name} cannot be unpacked: {error}. Pack or export it again.") from None


def passed_over(path: Path) -> Iterator[str]:
    """What lies in a folder or an archive and is not read, though it may hold a table: each with what to do."""
    if path.is_dir():
        inside = {each.name.lower() for each in path.iterdir()} if os.access(path, os.R_OK | os.X_OK) else set()
        if "manifest.json" not in inside and any(
            name.endswith((*SUFFIXES, *OTHERS)) for name in inside
        ):  # our outputs have one
            yield f"{path.name}/ (put its files beside the others)"
    elif path.name.lower().endswith(OTHERS) and path.name not in TRUTH:
        yield f"{path.name} (save it as CSV)"
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            names = [each.filename for each in archive.infolist() if not each.filename.startswith(("__MACOSX", "."))]
        if "[Content_Types].xml" not in names:
            yield from (
                f"{path.name} ({n}: unpack it)"
                for n in names
                if n.lower().endswith((*OTHERS, ".gz", ".zip", ".xlsx", ".xlsm"))
            )


def parts(path: Path) -> list[Part]:
    """The tables that a file may hold, by what its first bytes say, whatever its name."""
    with path.open("rb") as file:
        start = file.read(8)
    if start[:2] == b"\x1f\x8b":
        return [Part(path, "gzip")]
    if start[:4] != b"PK\x03\x04":
        return [Part(path)]
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except BROKEN as error:
        raise DataError(f"{path.name} cannot be unpacked: {error}. Pack or export it again.") from None
    if any(member.filename == "[Content_Types].xml" for member in members):
        _refuse_bomb(path, members)
        sheets, since_1904 = _sheets(path)
        return [Part(path, "workbook", sheet, len(sheets) == 1, since_1904) for sheet in sheets]
    tables = [
        m for m in members if m.filename.lower().endswith(TABLES) and not m.filename.startswith(("__MACOSX", "."))
    ]
    if any(member.flag_bits & 1 for member in tables):
        raise DataError(f"{path.name} is locked with a password. Unpack it and give the tables themselves.")
    return [Part(path, "zip", member.filename) for member in tables]


def unreckoned(part: Part) -> str:
    """The first cell of a sheet that holds a formula without what came of it, as programs write that do no sums; else empty."""
    if part.wrapping != "workbook":
        return ""
    with _workbook(part.path) as book:
        inside = book[part.inside]._worksheet_path  # what it is in the archive, openpyxl alone knows
    with zipfile.ZipFile(part.path) as archive, archive.open(inside.lstrip("/")) as sheet:
        tail = b""
        for chunk in iter(lambda: sheet.read(CHUNK), b""):
            found = UNRECKONED.search(tail + chunk)
            if found:
                return found[1].decode()
            tail = (tail + chunk)[-OVERLAP:]
    return ""


def foreign(head: bytes) -> str:
    """What a file is that is no table of text, in words; empty where it may be one."""
    found = next((what for magic, what in FOREIGN.items() if head.startswith(magic)), "")
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if head[257:262] == b"ustar":
        return "a tar archive, which is not unpacked here"
    if found or not head:
        return found
    if start == b"<":
        return "a web page or XML"
    if start in (b"{", b"["):
        return "JSON"
    controls = sum(head.count(bytes([c])) for c in range(32) if c not in (0, 9, 10, 12, 13))
    return "no text" if controls > len(head) / 20 else ""


def _refuse_bomb(path: Path, members: list[zipfile.ZipInfo]) -> None:
    size = sum(member.file_size for member in members)
    if size > max(FREE, path.stat().st_size * RATIO):
        raise DataError(f"{path.name} unpacks to {size >> 20} MB, which no workbook does. Export the sheet as CSV.")


@contextmanager
def _workbook(path: Path) -> Iterator[Any]:
    from openpyxl import load_workbook

    book = None
    try:
        with path.open("rb") as file:  # by the open file, as openpyxl refuses names that it does not know
            book = load_workbook(file, read_only=True, data_only=True)
            yield book
    except DataError:
        raise
    except (*BROKEN, KeyError, ValueError, TypeError, AttributeError, IndexError, SyntaxError) as error:
        raise DataError(f"{path.name} is no workbook that can be read: {error}. Export the sheet as CSV.") from None
    finally:
        if book is not None:
            book.close()


def _sheets(path: Path) -> tuple[list[str], bool]:
    """The names of the sheets, and whether days are counted from 1904."""
    with _workbook(path) as book:
        return [sheet.title for sheet in book.worksheets], book.epoch.year == 1904


def _sheet(path: Path, name: str) -> Iterator[bytes]:
    """A sheet as CSV, a row a line: line breaks within a cell become blanks, so that lines are the rows of the sheet."""
    with _workbook(path) as book:
        sheet = book[name]
        sheet.reset_dimensions()
        width, out = 0, io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        for cells in _whole(sheet.iter_rows(values_only=True)):
            texts = [_cell(cell) for cell in cells]
            filled = max((i + 1 for i, text in enumerate(texts) if text), default=0)
            width = width or (filled if filled > 2 else 0)
            writer.writerow(texts[: max(width, filled)] + [""] * (width - len(texts)))
            if out.tell() > CHUNK:
                yield out.getvalue().encode()
                out.seek(0)
                out.truncate()
        yield out.getvalue().encode()


def _whole(rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """The rows; the first one asked for at once, so that a damaged sheet is told before anything is written."""
    first = next(rows, None)
    return chain([] if first is None else [first], rows)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime | date | time):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return " ".join(str(value).splitlines())
