"""The exam: questions in plain English beside the same questions in SQL, which DuckDB answers over the clean tables.

Nothing here imports what is examined.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb

REVENUE = "sum(total_amount)"
ORDERS = "count(DISTINCT order_id)"
CUSTOMERS = "count(DISTINCT customer_id)"
UNITS = "sum(quantity) FILTER (kind = 'sale')"
AOV = f"{REVENUE} / {ORDERS}"
NEW = "count(DISTINCT customer_id) FILTER (order_number = 1)"
BACK = "count(DISTINCT customer_id) FILTER (order_number > 1)"
RETENTION = f"{BACK} / {CUSTOMERS}"
Y23, Y24, Y25 = (f"year(order_date) = {year}" for year in (2023, 2024, 2025))


@dataclass(frozen=True)
class Item:
    """Questions of one dialogue, of which the last is graded; without `sql` it must be refused or asked back."""

    level: str
    turns: tuple[str, ...]
    sql: str = ""

    def __str__(self) -> str:
        return " / ".join(self.turns)


def between(first: str, last: str) -> str:
    """Both days included."""
    return f"order_date BETWEEN DATE '{first}' AND DATE '{last}'"


def one(level: str, text: str | tuple[str, ...], measure: str, where: str = "true", table: str = "sales") -> Item:
    """A number."""
    return Item(level, _turns(text), f"SELECT {measure} FROM {table} WHERE {where}")


def split(level: str, text: str | tuple[str, ...], by: str, measure: str, where: str = "true") -> Item:
    """A number for every member."""
    return Item(level, _turns(text), f"SELECT {by}, {measure} FROM sales WHERE {where} GROUP BY 1")


def top(
    level: str, text: str | tuple[str, ...], by: str, measure: str, where: str = "true", n: int = 1, worst: bool = False
) -> Item:
    """The first few members."""
    way = "ASC" if worst else "DESC"
    query = f"SELECT {by}, {measure} AS m FROM sales WHERE {where} AND {by} IS NOT NULL GROUP BY 1 ORDER BY m {way} LIMIT {n}"
    return Item(level, _turns(text), query)


def sql(level: str, text: str | tuple[str, ...], query: str) -> Item:
    return Item(level, _turns(text), query)


def change(level: str, text: str | tuple[str, ...], measure: str, now: str, before: str, where: str = "true") -> Item:
    """The relative change between two selections."""
    parts = [f"(SELECT {measure} FROM sales WHERE {where} AND {span})" for span in (now, before)]
    return Item(level, _turns(text), f"SELECT {parts[0]}::DOUBLE / {parts[1]} - 1")


def refused(*texts: str) -> list[Item]:
    return [Item("refusal", (text,)) for text in texts]


def _turns(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else text


class Answers:
    """The tables of a shop, asked by SQL alone, and the names that the questions leave open."""

    def __init__(self, warehouse: Path, tables: dict[str, list[str]]) -> None:
        self.db = duckdb.connect()
        for name, parts in tables.items():
            files = [str(warehouse / "files" / part) for part in parts]
            self.db.execute(f'CREATE TABLE "{name}" AS SELECT * FROM read_parquet(?)', [files])
        self.names = self._names()

    def _names(self) -> dict[str, str]:
        best = "SELECT product_name FROM sales WHERE product_name IS NOT NULL GROUP BY 1 ORDER BY sum(total_amount) DESC LIMIT 2"
        first, second = (row[0] for row in self.db.sql(best).fetchall())
        (today,) = self.db.sql("SELECT max(order_date) FROM sales").fetchone() or ("",)
        who = "SELECT customer_id FROM sales WHERE customer_id IS NOT NULL GROUP BY 1 ORDER BY sum(total_amount) DESC"
        (customer,) = self.db.sql(who).fetchone() or ("",)
        return {"product1": first, "product2": second, "today": f"DATE '{today}'", "customer1": customer}

    def said(self, item: Item) -> tuple[str, ...]:
        """The questions with their names filled in."""
        return tuple(turn.format(**self.names) for turn in item.turns)

    def of(self, item: Item) -> list[tuple[object, ...]]:
        return self.db.sql(item.sql.format(**self.names)).fetchall()


def right(expected: Sequence[Sequence[object]], rows: Sequence[Sequence[object]], ranked: bool) -> bool:
    """Whether the answer's rows hold what SQL found: all of its rows, no more, in its order where one is asked for.

    A lone number must stand alone, or in the row of the total above its parts.
    """
    if not expected:
        return not rows
    if len(expected) == 1:
        scalar = not any(isinstance(value, str) for value in expected[0])
        whole = len(rows) == 1 or (len(rows) > 1 and rows[0][0] == "total")
        return bool(rows) and _holds(rows[0], expected[0]) and (whole or not scalar)
    if len(rows) != len(expected):
        return False
    if ranked:
        return all(_holds(row, want) for row, want in zip(rows, expected, strict=True))
    return all(any(_holds(row, want) for row in rows) for want in expected)


def _holds(row: Sequence[object], wanted: Sequence[object]) -> bool:
    return all(any(_same(cell, want) for cell in row) for want in wanted)


def _same(cell: object, want: object) -> bool:
    if isinstance(want, Decimal):
        want = float(want)
    if isinstance(want, datetime):
        want = want.date()
    if isinstance(want, date):
        return str(cell)[:10] == want.isoformat()
    if want is None or cell is None:
        return want is cell
    if isinstance(want, int | float) and isinstance(cell, int | float):
        return math.isclose(cell, want, rel_tol=1e-6, abs_tol=0.0051 if abs(want) > 1 else 1e-6)
    return cell == want
