"""Ingest: any real CSV as a table of text, with the line that each row stands on."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.files import File, records

BATCH = 100_000


@dataclass(frozen=True)
class Raw:
    """A file as text: `table` has a column for each column of the source (null where the file lacks it), `line`, and
    `raw`, the fields as found, for the rows (`broken`) whose number of fields is not the header's."""

    file: File
    table: Path
    rows: int


def ingest(file: File, folder: Path) -> Raw:
    """Write the file as a Parquet table of text; memory stays bounded, whatever the file's size.

    Python's own parser is used because it knows the physical line of each record and follows RFC 4180 to the letter.
    """
    target = folder / f"{file.source.name}.parquet"
    names = [column.name for column in file.source.columns]
    schema = pa.schema([("line", pa.int64()), ("raw", pa.string()), *((name, pa.string()) for name in names)])
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
    columns = [[line for line, _ in batch], raw]
    for name in names:
        place = file.places.get(name)
        columns.append([None] * len(batch) if place is None else [None if f is None else f[place] for f in whole])
    return pa.table(
        [pa.array(values, type=field.type) for values, field in zip(columns, schema, strict=True)], schema=schema
    )
