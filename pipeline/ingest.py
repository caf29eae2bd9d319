"""Ingest: any real table as columns of text, with the line that each row stands on."""

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.encodings import decoded
from pipeline.errors import DataError
from pipeline.files import File
from pipeline.nothing import words
from pipeline.reader import Records, Text, records
from pipeline.sources import Column, Source, plain
from pipeline.verdicts import called_off, piece, reduced, stamp

CONTROLS = bytes(c for c in range(1, 32) if c not in b"\t\n\r")
INVISIBLE = "[\x01-\x08\x0b\x0c\x0e-\x1f\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\u061c\u180e\u3164\ufe00-\ufe0f\ufeff\u00ad]"
BLANKS = "[\u00a0\u2007\u202f]"
QUOTED = "^[\u201c\u201d\u201e\u00ab\u00bb\u2018\u2019]+|[\u201c\u201d\u201e\u00ab\u00bb\u2018\u2019]+$"
TELLING = (
    b"\xe2\x80", b"\xe2\x81", b"\xef\xbb", b"\xef\xb8", b"\xd8\x9c", b"\xe1\xa0", b"\xe3\x85", b"\xc2\xad", b"\xc2\xa0",
    b"\xc2\xab", b"\xc2\xbb",
)  # fmt: skip
BLOCK, LARGEST = 1_000_000, 256 << 20  # rows and bytes at a time
CURRENCY = (
    "currency",
    "currencycode",
    "waehrung",
    "whrung",
    "devise",
    "monnaie",
    "moneda",
    "valuta",
)  # headers, made plain
FLAGS = {
    "line": pa.int64(), "raw": pa.string(), "stated": pa.string(), "spaced": pa.bool_(), "hidden": pa.bool_(), "odd": pa.bool_(),
    "called_off": pa.bool_(), "reduced": pa.bool_(), "stamp": pa.string(), "piece": pa.string(),
}  # fmt: skip


@dataclass(frozen=True)
class Start:
    """Where reading begins: behind so many bytes, which hold so many physical lines; 0: at the top, before the header."""

    bytes: int = 0
    lines: int = 0


BEGINNING = Start()


@dataclass
class Raw:
    """A file that is read as text, from `start` on; not `quick`: all by Python's csv, for comparison.

    `lines`, all physical lines, and `empty`, the rows without a value by column of the file, are those of what has been read.
    """

    file: File
    start: Start = BEGINNING
    quick: bool = True
    lines: int = 0
    empty: Counter[str] = field(default_factory=Counter)

    def blocks(self, rows: int = BLOCK) -> Iterator[pa.Table]:
        """Tables of about so many rows, in the order of their lines; one at least. Memory stays bounded, whatever the file.

        There is a column `<name>_text` for each column of the source: null where empty, where it says that there is nothing,
        or where the file lacks it; without the blanks around it (`spaced` tells where there were any) and what cannot be seen
        (`hidden`). `odd` tells of NUL bytes and letters beyond ASCII, `called_off`, `reduced`, `stamp` and `piece` what other columns
        say, `stated` the currency that a column of its own says, `line` where the row stands, and `raw` is the record as found,
        where its number of fields is not the header's. Raises `DataError` where the file changes while it is read.
        """
        before, held = state(self.file.path), [schema_of(self.file.source).empty_table()]
        for table in self._tables():
            if sum(each.num_rows for each in held) + table.num_rows > rows or sum(e.nbytes for e in held) > LARGEST:
                yield pa.concat_tables(held)
                held = []
            held.append(table)
        if state(self.file.path) != before:
            raise changed(self.file)
        yield pa.concat_tables(held)

    def _tables(self) -> Iterator[pa.Table]:
        text = Text(
            self.file.name, decoded(self.file.part, self.file.encoding, self.start.bytes), line=self.start.lines
        )
        if not self.start.bytes:
            text.skip(self.file.header.last)
        is_row = partial(_is_row, self.file)
        for found in records(text, self.file.separator, len(self.file.headers), quick=self.quick, is_row=is_row):
            table = _table(self.file, found, schema_of(self.file.source))
            self.empty.update({name: table[f"{name}_text"].null_count for name in self.file.places})
            yield table
        self.lines = text.line


def schema_of(source: Source) -> pa.Schema:
    return pa.schema([*FLAGS.items(), *((f"{column.name}_text", pa.string()) for column in source.columns)])


def changed(file: File) -> DataError:
    return DataError(f"{file.name} changed while it was read. Wait until its export has finished, then load again.")


def state(path: Path) -> tuple[int, int]:
    """What changes with a file: its size and its time of change."""
    now = path.stat()
    return now.st_size, now.st_mtime_ns


def _table(file: File, found: Records, schema: pa.Schema) -> pa.Table:
    count = len(found.lines)
    cells = [_seen(file, column, found, count) for column in file.source.columns]
    spaced, trimmed = _trimmed([text for text, _ in cells], count)
    texts = [_given(column, text) for column, text in zip(file.source.columns, trimmed, strict=True)]
    hidden = pa.array(np.logical_or.reduce([np.zeros(count, bool), *(flag for _, flag in cells)]))
    odd = pa.array(np.logical_or.reduce([np.zeros(count, bool), *map(_odd, texts)]))
    stated = next((found.fields[i] for i in _of_currency(file)), pa.nulls(count, pa.string()))
    beside = {name: found.fields[i] for i, name in enumerate(file.headers) if i not in file.places.values()}
    said = [
        pa.array(called_off(beside, count)),
        pa.array(reduced(beside, count)),
        stamp(beside, count),
        piece(beside, count),
    ]
    good = pa.table(
        [pa.array(found.lines), pa.nulls(count, pa.string()), stated, spaced, hidden, odd, *said, *texts], schema=schema
    )
    if not found.broken:
        return good
    lines, raws = zip(*found.broken, strict=True)
    no = pa.array([False] * len(lines))
    none = pa.nulls(len(lines), pa.string())
    flags = [none, *[no] * 5, none, none]
    bad = pa.table(
        [pa.array(lines, pa.int64()), pa.array(raws, pa.string()), *flags, *[none] * len(texts)], schema=schema
    )
    return pa.concat_tables([good, bad]).sort_by("line")


def _of_currency(file: File) -> list[int]:
    """Where a column stands that says the currency of each row."""
    return [i for i, name in enumerate(file.headers) if plain(name) in CURRENCY and i not in file.places.values()]


def _seen(file: File, column: Column, found: Records, count: int) -> tuple[pa.Array, np.ndarray]:
    """A column's texts without what cannot be seen, and where there was any. Free text keeps it: it may join letters."""
    place = file.places.get(column.name)
    nothing = np.zeros(count, bool)
    if place is None:
        return pa.nulls(count, pa.string()), nothing
    text = found.fields[place]
    content = b"" if column.kind == "text" else _content(text)
    controls = len(content.translate(None, CONTROLS)) < len(content)
    if not controls and (content.isascii() or not any(sign in content for sign in TELLING)):
        return text, nothing
    seen = pc.replace_substring_regex(pc.replace_substring_regex(text, INVISIBLE, ""), BLANKS, " ")
    if column.kind == "id":
        seen = pc.replace_substring_regex(seen, QUOTED, "")
    return seen, pc.not_equal(seen, text).to_numpy(zero_copy_only=False)


def _trimmed(texts: list[pa.Array], count: int) -> tuple[pa.Array, list[pa.Array]]:
    """Whether any text of a row had blanks around it, and the texts without them; null where nothing is left."""
    trimmed = [pc.utf8_trim_whitespace(text) for text in texts]
    spaced = pa.array(np.zeros(count, bool))
    for before, after in zip(texts, trimmed, strict=True):
        if before.null_count == count or before.nbytes == after.nbytes:
            continue
        something = pc.and_(pc.not_equal(before, after), pc.not_equal(after, ""))
        spaced = pc.or_(spaced, pc.fill_null(something, False))
    return spaced, trimmed


def _given(column: Column, text: pa.Array) -> pa.Array:
    """The texts, null where empty or a word that programs write for nothing."""
    nothing = pc.is_in(text, value_set=words(column))
    return pc.if_else(nothing, pa.scalar(None, pa.string()), text) if pc.any(nothing).as_py() else text


def _odd(text: pa.Array) -> np.ndarray:
    content = _content(text)
    if content.isascii() and b"\0" not in content:
        return np.zeros(len(text), bool)
    beyond = pc.not_equal(pc.binary_length(text), pc.utf8_length(text))
    return pc.fill_null(pc.or_(beyond, pc.match_substring(text, "\0")), False).to_numpy(zero_copy_only=False)


def _content(text: pa.Array) -> bytes:
    data = text.buffers()[2]
    return data.to_pybytes() if data else b""


def _is_row(file: File, piece: str) -> bool:
    """Whether a line within a field has as many fields as a row, and figures where it should."""
    if piece.count(file.separator) < len(file.headers) - 1:
        return False
    fields = next(csv.reader([piece], delimiter=file.separator), [])
    counted = [c.name for c in file.source.columns if c.kind in ("number", "day", "moment") and c.name in file.places]
    return len(fields) >= len(file.headers) and all(
        any(letter.isdigit() for letter in fields[file.places[name]]) or not fields[file.places[name]].strip()
        for name in counted
    )
