"""Ingest: any real table as columns of text, with the line that each row stands on."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.encodings import decoded
from pipeline.errors import DataError
from pipeline.files import File
from pipeline.reader import Records, Text, records
from pipeline.sources import Column

INVISIBLE = "[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad]"
BLANKS = "[\u00a0\u2007\u202f]"
TELLING = (b"\xe2\x80", b"\xe2\x81", b"\xef\xbb", b"\xc2\xad", b"\xc2\xa0")


@dataclass(frozen=True)
class Raw:
    """A file as text: `table` has a column for each column of the source (null where empty, or where the file lacks it),
    without the blanks around it (`spaced` tells where there were any) and what cannot be seen (`hidden`), `line`, and
    `raw`, the record as found, where its number of fields is not the header's."""

    file: File
    table: Path
    rows: int


def ingest(file: File, folder: Path, quick: bool = True) -> Raw:
    """Write the file as a Parquet table of text, in the order of its lines; memory stays bounded, whatever its size.

    Raises `DataError` where the file changes while it is read. Not `quick`: all by Python's csv, for comparison.
    """
    before = _state(file.path)
    target = folder / f"{file.source.name}.parquet"
    names = [column.name for column in file.source.columns]
    flags = [("line", pa.int64()), ("raw", pa.string()), ("spaced", pa.bool_()), ("hidden", pa.bool_())]
    schema = pa.schema([*flags, *((name, pa.string()) for name in names)])
    rows = 0
    with pq.ParquetWriter(target, schema, compression="lz4", use_dictionary=False, write_statistics=False) as writer:
        for table in tables(file, schema, quick):
            writer.write_table(table)
            rows += table.num_rows
    if _state(file.path) != before:
        raise DataError(f"{file.name} changed while it was read. Wait until its export has finished, then load again.")
    return Raw(file, target, rows)


def _state(path: Path) -> tuple[int, int]:
    now = path.stat()
    return now.st_size, now.st_mtime_ns


def tables(file: File, schema: pa.Schema, quick: bool = True) -> Iterator[pa.Table]:
    """The rows of a file, block by block."""
    text = Text(file.name, decoded(file.part, file.encoding))
    text.skip(file.header.last)
    for found in records(text, file.separator, len(file.headers), quick=quick, is_row=partial(_is_row, file)):
        yield _table(file, found, schema)


def _table(file: File, found: Records, schema: pa.Schema) -> pa.Table:
    count = len(found.lines)
    cells = [_seen(file, column, found, count) for column in file.source.columns]
    spaced, texts = _trimmed([text for text, _ in cells], count)
    hidden = pa.array(np.logical_or.reduce([np.zeros(count, bool), *(flag for _, flag in cells)]))
    good = pa.table([pa.array(found.lines), pa.nulls(count, pa.string()), spaced, hidden, *texts], schema=schema)
    if not found.broken:
        return good
    lines, raws = zip(*found.broken, strict=True)
    no = pa.array([False] * len(lines))
    empty = [pa.nulls(len(lines), pa.string())] * len(texts)
    bad = pa.table([pa.array(lines, pa.int64()), pa.array(raws, pa.string()), no, no, *empty], schema=schema)
    return pa.concat_tables([good, bad]).sort_by("line")


def _seen(file: File, column: Column, found: Records, count: int) -> tuple[pa.Array, np.ndarray]:
    """A column's texts without what cannot be seen, and where there was any. Free text keeps it: it may join letters."""
    place = file.places.get(column.name)
    nothing = np.zeros(count, bool)
    if place is None:
        return pa.nulls(count, pa.string()), nothing
    text = found.fields[place]
    data = text.buffers()[2]
    content = data.to_pybytes() if data else b""
    if column.kind == "text" or not any(sign in content for sign in TELLING):
        return text, nothing
    seen = pc.replace_substring_regex(pc.replace_substring_regex(text, INVISIBLE, ""), BLANKS, " ")
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
    return spaced, [pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text) for text in trimmed]


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
