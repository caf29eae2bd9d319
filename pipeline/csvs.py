"""CSV files: what a snapshot hands out, written by all cores in a fixed order and safe to open in a spreadsheet."""

import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb

from pipeline.snapshot import quoted

RUN = "'=', '+', '-', '@', chr(9), chr(10), chr(13)"


def write_csv(db: duckdb.DuckDBPyConnection, queries: Sequence[str], path: Path) -> None:
    """The rows of the queries, one query after the other: UTF-8 with a header; a text that a spreadsheet would run as a
    formula gets an apostrophe in front.

    A query that many threads answer may give its rows in any order: here each is answered by one, several at once.
    """
    threads = (db.sql("SELECT current_setting('threads')").fetchone() or (1,))[0]
    parts = [path.with_name(f"{path.name}.{i}.part") for i in range(1, len(queries))]
    db.execute("SET threads = 1")
    try:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(lambda query, part: _write(db.cursor(), query, part, part == path), queries, [path, *parts]))
    finally:
        db.execute(f"SET threads = {threads}")
    with path.open("ab") as whole:
        for part in parts:
            with part.open("rb") as more:
                shutil.copyfileobj(more, whole, 1 << 22)
            part.unlink()


def _write(db: duckdb.DuckDBPyConnection, query: str, path: Path, header: bool) -> None:
    columns = [_harmless(name) if kind == "VARCHAR" else f'"{name}"' for name, kind, *_ in _described(db, query)]
    rows = f"SELECT {', '.join(columns)} FROM ({query})"
    db.execute(f"COPY ({rows}) TO {quoted(path)} (FORMAT csv, HEADER {header})")


def _described(db: duckdb.DuckDBPyConnection, query: str) -> list[tuple[str, ...]]:
    return db.sql(f"DESCRIBE {query}").fetchall()


def _harmless(name: str) -> str:
    """Most texts begin with a letter and are let through by one comparison."""
    return f"""CASE WHEN "{name}" < 'A' AND left("{name}", 1) IN ({RUN}) THEN '''' || "{name}" ELSE "{name}" END AS "{name}" """
