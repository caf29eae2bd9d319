"""The inbox: rows that programs send, kept until they are written behind those of their file; rows that are there already are not
written again."""

import csv
import io
import json
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from pipeline.containers import Part
from pipeline.errors import DataError
from pipeline.files import File, recognise
from pipeline.headers import places
from pipeline.layouts import Layouts, keep_text
from pipeline.mapping import sample
from pipeline.run import remembered
from pipeline.sources import SOURCES, Source
from pipeline.uploads import Uploads
from settings import Settings

MOST = 10_000  # rows at a time
COMMA, POINT = re.compile(r"[+-]?[\d.]*\d,\d{1,2}"), re.compile(r"[+-]?[\d,]*\d\.\d{1,2}")
Row = Mapping[str, object]


class Inbox:
    """The rows that wait in one shop."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.folder = settings.uploads / "inbox"

    def put(self, name: str, rows: list[Row]) -> None:
        """Keep rows of a source, whole or not at all. `DataError` where they cannot be such rows, or the shop's files are not ours."""
        source = SOURCES.get(name)
        if source is None:
            raise DataError(f"No source {name!r}. Choose from: {', '.join(SOURCES)}.")
        if not 0 < len(rows) <= MOST:
            raise DataError(f"{len(rows):,} rows came. Send 1 to {MOST:,} at a time.")
        served = self._ours()
        plain_rows = [_row(source, row, place) for place, row in enumerate(rows, 1)]
        file = self._files(served).get(name)
        _encoded("\n".join(_lines(file, source, plain_rows)), file)
        stamp = f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}-{uuid4().hex[:8]}"
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        keep_text(self.folder / f"{stamp}.json", json.dumps({"source": name, "rows": plain_rows}))

    def waiting(self) -> list[Path]:
        """In the order in which they came."""
        return sorted(self.folder.glob("[0-9]*.json")) if self.folder.is_dir() else []

    def fold(self, waiting: Iterable[Path]) -> tuple[Path | None, int, int]:
        """A set of the shop's files with these rows behind the others; how many are new and how many were there already. No set
        where none is new."""
        rows: dict[str, list[dict[str, str]]] = {}
        for path in waiting:
            told = json.loads(path.read_text(encoding="utf-8"))
            rows.setdefault(told["source"], []).extend(told["rows"])
        uploads = Uploads(self.settings)
        served = self._ours()
        files = self._files(served)
        making, came = uploads.making(), sum(map(len, rows.values()))
        try:
            for path in served.iterdir() if served else ():
                os.link(path, making / path.name)
            new = sum(_append(making, files.get(name), SOURCES[name], each) for name, each in rows.items())
            return uploads.made(making) if new else None, new, came - new
        finally:
            shutil.rmtree(making, ignore_errors=True)

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


def read_csv(text: str) -> list[Row]:
    """Rows as CSV with a header."""
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline=""), strict=True)
    try:
        rows = list(reader)
    except csv.Error as error:
        raise DataError(f"Line {reader.line_num} is no CSV: {error}.") from None
    if any(None in row or None in row.values() for row in rows):
        raise DataError("A row has more or fewer fields than the header.")
    return rows  # type: ignore[return-value]


def _row(source: Source, row: object, place: int) -> dict[str, str]:
    """Values by our columns; the other names of a column are taken too."""
    if not isinstance(row, Mapping):
        raise DataError(f"Row {place} is no object of column and value.")
    names = list(map(str, row))
    found = {names[at]: column for column, at in places(source, names).items()}
    unknown = [name for name in names if name not in found]
    if unknown or not found:
        columns = ", ".join(column.name for column in source.columns)
        raise DataError(f"Row {place}: no column {(unknown or [''])[0]!r} in {source.name}. It has: {columns}.")
    return {found[str(name)]: _written(value, place) for name, value in row.items()}


def _written(value: object, place: int) -> str:
    if value is None:
        return ""
    if isinstance(value, bool | list | dict):
        raise DataError(f"Row {place}: {value!r} is neither text nor number.")
    return str(value)


def _append(folder: Path, file: File | None, source: Source, rows: list[dict[str, str]]) -> int:
    """Write the rows behind those of the source's file, as it is written; a file of our own where there is none. How many were new."""
    lines = _lines(file, source, rows)
    old = file.path.read_bytes() if file else (_line([c.name for c in source.columns], ",") + "\n").encode()
    text = old.decode(file.encoding if file else "utf-8", "replace")
    there = set(text.splitlines())
    fresh = [line for line in dict.fromkeys(lines) if line not in there]
    if fresh:
        path = folder / (file.path.name if file else f"{source.name}.csv")
        path.unlink(missing_ok=True)
        begin = "" if text[-1:] in ("\n", "\r", "") else "\n"
        path.write_bytes(old + _encoded(begin + "\n".join(fresh) + "\n", file))
    return len(fresh)


def _lines(file: File | None, source: Source, rows: list[dict[str, str]]) -> list[str]:
    """The rows as lines of their file, in its order and with its decimal sign. `DataError` where it has no room for them."""
    if file is None:
        return [_line([row.get(column.name, "") for column in source.columns], ",") for row in rows]
    if file.part.wrapping:
        raise DataError(f"{file.name} is packed, so that no row can be added. Load it as plain CSV first.")
    numbers = {column.name for column in source.columns if column.kind == "number"}
    commas = _has_commas(file.part, [file.places[name] for name in numbers if name in file.places])
    lost = [name for row in rows for name, value in row.items() if value and name not in file.places]
    if lost:
        raise DataError(f"{file.name} has no column {lost[0]!r}. It has: {', '.join(file.headers)}.")
    return [_line(_fields(file, row, numbers if commas else set()), file.separator) for row in rows]


def _fields(file: File, row: Mapping[str, str], with_commas: set[str]) -> list[str]:
    fields = [""] * len(file.headers)
    for name, value in row.items():
        if name in file.places:
            comma = name in with_commas and POINT.fullmatch(value)
            fields[file.places[name]] = value.replace(".", ",") if comma else value
    return fields


def _encoded(text: str, file: File | None) -> bytes:
    """The bytes of text in the middle of a file."""
    encoding = file.encoding.lower() if file else "utf-8"
    plain = {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}.get(encoding, encoding.replace("-sig", ""))
    try:
        return text.encode(plain)
    except UnicodeEncodeError as error:
        raise DataError(f"The file is written in {encoding}, which has no {error.object[error.start]!r}.") from None


def _has_commas(part: Part, places_: list[int]) -> bool:
    """Whether the numbers of a file are written with decimal commas."""
    values = [value for place in places_ for value in sample(part).values[place]]
    return any(map(COMMA.fullmatch, values)) and not any(map(POINT.fullmatch, values))


def _line(fields: list[str], separator: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="").writerow(" ".join(field.splitlines()) for field in fields)
    return out.getvalue()
