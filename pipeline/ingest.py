"""Ingest: any real CSV as a table of text, with the line that each row stands on."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.files import File, records

BATCH = 100_000


@dataclass(frozen=True)
class Raw:
    """A file as text: `table` has a column for each column of the source (null where empty, or where the file lacks it),
    without the blanks around it (`spaced` tells where there were any), `line`, and `raw`, the fields as found, for the
    rows whose number of fields is not the header's."""

    file: File
    table: Path
    rows: int


def ingest(file: File, folder: Path) -> Raw:
    """Write the file as a Parquet table of text; memory stays bounded, whatever the file's size.

    Python's own parser is used because it knows the physical line of each record and follows RFC 4180 to the letter.
    """
    target = folder / f"{file.source.name}.parquet"
    names = [column.name for column in file.source.columns]
    texts = [(name, pa.string()) for name in names]
    schema = pa.schema([("line", pa.int64()), ("raw", pa.string()), ("spaced", pa.bool_()), *texts])
    rows = 0
    with pq.ParquetWriter(target, schema, compression="zstd") as writer:
        for batch in _batches(file):
            writer.write_table(_table(file, names, batch, schema))
            rows += len(batch)
    return Raw(file, target, rows)


def _batches(file: File) -> Iterator[list[tuple[int, list[str] | None]]]:
    batch = []
    for record in records(file):
        batch.append(record)
        if len(batch) >= BATCH:
            yield batch
            batch = []
    yield batch


def _table(file: File, names: list[str], batch: list[tuple[int, list[str] | None]], schema: pa.Schema) -> pa.Table:
    width = len(file.headers)
    whole = [fields if fields is not None and len(fields) == width else None for _, fields in batch]
    raw = [
        None if good is not None else file.separator.join(fields or ["(a quote out of place)"])
        for good, (_, fields) in zip(whole, batch, strict=True)
    ]
    places = [file.places.get(name) for name in names]
    texts = [
        pa.nulls(len(batch), pa.string())
        if place is None
        else pa.array([None if fields is None else fields[place] for fields in whole], pa.string())
        for place in places
    ]
    lines = pa.array([line for line, _ in batch], pa.int64())
    return pa.table([lines, pa.array(raw, pa.string()), *_trimmed(texts)], schema=schema)


def _trimmed(texts: list[pa.Array]) -> list[pa.Array]:
    """Whether any text of a row had blanks around it, and the texts without them; null where nothing is left."""
    trimmed = [pc.utf8_trim_whitespace(text) for text in texts]
    spaced = pa.array([False] * len(texts[0]), pa.bool_())
    for before, after in zip(texts, trimmed, strict=True):
        something = pc.and_(pc.not_equal(before, after), pc.not_equal(after, ""))
        spaced = pc.or_(spaced, pc.fill_null(something, False))
    return [spaced, *(pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text) for text in trimmed)]
