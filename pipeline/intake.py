"""The intake: what lies in a folder is recognised, read and cleaned, file by file, in a process of its own."""

import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from pipeline.confined import confined
from pipeline.files import File, recognise
from pipeline.layouts import Layouts
from pipeline.literals import quoted
from pipeline.progress import Progress, silent
from pipeline.reuse import Read, Shelf
from pipeline.sources import SOURCES
from settings import Settings

SECONDS = 6 * 3600
OVERHEAD = 2 << 30  # bytes of address space that libraries and threads take beside what DuckDB may
FEWER = "Split the largest, or raise IBA_READ_MB."


@dataclass(frozen=True)
class Intake:
    """What each source was read to, and the names of the files that are none."""

    reads: dict[str, Read]
    unknown: list[str]


def intake(settings: Settings, source: Path, scratch: Path, progress: Progress = silent) -> Intake:
    """Take in a folder, within limits. What its files were read to is kept beside the warehouse, for this load and the next.

    Raises `DataError` where it cannot be loaded as it is."""
    shelf = settings.warehouse / "read"
    memory = settings.read_memory
    return confined(
        _taken, source, Layouts(settings.layouts), shelf, scratch, memory, settings.threads,
        seconds=SECONDS, memory=memory + OVERHEAD, what=f"The files in {source}", instead=FEWER, progress=progress,
    )  # fmt: skip


def read_all(
    db: duckdb.DuckDBPyConnection, files: dict[str, File], shelf: Shelf, progress: Progress = silent
) -> dict[str, Read]:
    """Read and clean every file, by way of `db`."""
    reads, today, share = {}, date.today(), 0.45 / len(SOURCES)
    shelf.want(files.values(), today)
    for name, file in files.items():
        begin = 0.05 + list(SOURCES).index(name) * share
        progress(f"Reading {file.name}", begin)

        def told(stage: str, done: float, begin: float = begin) -> None:
            progress(stage, begin + share * done)

        reads[name] = shelf.read(db, file, today, told)
    return reads


def _taken(
    source: Path, layouts: Layouts, folder: Path, scratch: Path, memory: int, threads: int, progress: Progress
) -> Intake:
    progress("Looking at the files", 0.0)
    files, unknown = recognise(source, layouts)
    shelf = Shelf(folder)
    with tempfile.TemporaryDirectory(dir=scratch) as own, duckdb.connect() as db:
        db.execute(
            f"SET memory_limit = '{memory >> 20}MiB'; SET threads = {threads}; SET temp_directory = {quoted(own)}"
        )
        db.execute("SET enable_progress_bar = false")
        try:
            return Intake(read_all(db, files, shelf, progress), unknown)
        finally:
            shelf.tidy()
