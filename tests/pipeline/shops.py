"""Shops of a few rows, written by hand: three lines, two customers, two products, one review."""

import csv
import tempfile
from datetime import date
from pathlib import Path

import duckdb

from pipeline.files import recognise
from pipeline.intake import read_all
from pipeline.reuse import Shelf
from pipeline.run import judge

Row = dict[str, str]
Shop = dict[str, list[Row]]

HEADERS = {
    "sales_transactions": "order_id customer_id product_id order_date quantity unit_price total_amount region category",
    "customer_database": "customer_id customer_name email signup_date customer_segment region",
    "product_catalog": "product_id product_name category price stock_level",
    "customer_reviews": "review_id customer_id product_id rating review_date review_text",
}
ROWS = {
    "sales_transactions": (
        "O1|C1|P1|2024-03-14 10:30:00|2|600.50|1201.00|North|Home",
        "O1|C1|P2|2024-03-14 10:30:00|1|4.00|4.00|North|Toys",
        "O2|C2|P1|2024-05-20 09:00:00|1|600.50|600.50|South|Home",
        "O3|C1|P2|2024-06-30 18:15:00|3|4.00|12.00|North|Toys",
    ),
    "customer_database": (
        "C1|Ada Almeida|ada@example.com|2024-01-25|Consumer|North",
        "C2|Björn Brown|bjorn@example.com|2024-02-15|Corporate|South",
    ),
    "product_catalog": ("P1|Nordic Lamp|Home|600.50|12", "P2|Kite|Toys|4.00|80"),
    "customer_reviews": (
        "R1|C1|P1|5|2024-04-01|Excellent, exactly what I wanted.",
        "R2|C2|P1|4|2024-06-02|Works well.",
    ),
}


def shop() -> Shop:
    """All four files, without a fault."""
    return {
        name: [dict(zip(HEADERS[name].split(), line.split("|"), strict=True)) for line in lines]
        for name, lines in ROWS.items()
    }


def write_shop(folder: Path, files: Shop) -> Path:
    """The files as CSV; a row that lacks fields is cut there."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in files.items():
        with (folder / f"{name}.csv").open("w", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(max(rows, key=len))
            writer.writerows(row.values() for row in rows)
    return folder


def judged(folder: Path) -> duckdb.DuckDBPyConnection:
    """A database in which the files of a folder have been cleaned, up to the line kinds."""
    db = duckdb.connect()
    with tempfile.TemporaryDirectory() as scratch:
        judge(db, read_all(db, recognise(folder)[0], Shelf(Path(scratch) / "read")))
        for (name,) in db.sql("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall():
            db.execute(
                f"CREATE TABLE own AS FROM {name} ORDER BY line; DROP VIEW {name}; ALTER TABLE own RENAME TO {name}"
            )
    return db


def found(db: duckdb.DuckDBPyConnection, name: str) -> dict[str, int]:
    """How often each rule found something in a file, with copies and unusual line kinds."""
    lines = "lines" if name == "sales_transactions" else name
    queries = [
        f"SELECT mark FROM (SELECT unnest(marks) AS mark FROM {lines})",
        f"SELECT reason FROM {name}_quarantine",
        f"SELECT 'duplicate' FROM {name}_duplicates",
    ]
    if name == "sales_transactions":
        queries.append("SELECT kind FROM lines WHERE kind NOT IN ('sale', 'service')")
    return dict(db.sql(f"SELECT x, count(*) FROM ({' UNION ALL '.join(queries)}) t(x) GROUP BY 1").fetchall())


def lines_of(folder: Path, columns: str) -> list[tuple[object, ...]]:
    """The clean lines of a folder in the order of the file."""
    return judged(folder).sql(f"SELECT {columns} FROM lines ORDER BY line").fetchall()


TOMORROW = date.today().replace(year=date.today().year + 1)
