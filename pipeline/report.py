"""The cleaning report: every row and every cent of every file, and what was done to them."""

from decimal import Decimal

import duckdb

from pipeline.errors import UnbalancedError
from pipeline.ingest import Raw
from pipeline.lines import VALID

Counts = dict[str, object]


def report(db: duckdb.DuckDBPyConnection, raws: dict[str, Raw]) -> Counts:
    """Per source: rows read and where they went, what was missing, repaired, flagged; line kinds with their money.

    Raises `UnbalancedError` where a row or a cent is in no place or in two.
    """
    sources = {name: _source(db, raw, raws) for name, raw in raws.items()}
    kinds = _kinds(db)
    _balance(db, raws["sales_transactions"], kinds)
    return {"sources": sources, "lines": kinds, "merge": _merge(db), "revenue": str(_revenue(db))}


def _source(db: duckdb.DuckDBPyConnection, raw: Raw, raws: dict[str, Raw]) -> Counts:
    name = raw.file.source.name
    kept, doubles, quarantined = (_count(db, name + part) for part in ("", "_duplicates", "_quarantine"))
    if raw.rows != kept + doubles + quarantined:
        raise UnbalancedError(
            f"{raw.file.path.name}: {raw.rows} rows read, but {kept} kept, {doubles} duplicates and {quarantined} quarantined."
        )
    marks = "lines" if name == "sales_transactions" else name
    return {
        "file": raw.file.path.name,
        "rows_read": raw.rows,
        "rows_kept": kept,
        "duplicate": doubles,
        "quarantined": dict(_pairs(db, f"SELECT reason, count(*) FROM {name}_quarantine GROUP BY 1 ORDER BY 1")),
        "marks": dict(
            _pairs(db, f"SELECT mark, count(*) FROM (SELECT unnest(marks) AS mark FROM {marks}) GROUP BY 1 ORDER BY 1")
        ),
        "flags": _flags(db, name, set(raws)),
        "missing_percent": _missing(db, raw, f"{name}_text", "raw IS NULL"),
        "missing_percent_after": _missing(db, raw, name, "true"),
        "columns_ignored": list(raw.file.ignored),
    }


def _flags(db: duckdb.DuckDBPyConnection, name: str, present: set[str]) -> Counts:
    """What looks odd in the light of the other files; the rows are kept."""
    asked = {
        "sales_transactions": {
            "orphan_customer": "SELECT count(*) FROM lines WHERE customer_id IS NOT NULL "
            "AND customer_id NOT IN (SELECT customer_id FROM customer_database)",
            "orphan_product": "SELECT count(*) FROM lines WHERE product_id NOT IN (SELECT product_id FROM product_catalog)",
        },
        "customer_database": {
            "invalid_email": "SELECT count(*) FROM customer_database WHERE email IS NOT NULL "
            "AND NOT regexp_matches(email, '^[^@ ]+@[^@ ]+\\.[^@ ]+$')",
            "signup_after_first_order": "SELECT count(*) FROM customers WHERE signed_up_after_first_order",
        },
        "customer_reviews": {
            "orphan_review": "SELECT count(*) FROM customer_reviews WHERE product_id NOT IN (SELECT product_id FROM product_catalog)",
        },
    }.get(name, {})
    needs = {
        "orphan_customer": "customer_database",
        "orphan_product": "product_catalog",
        "orphan_review": "product_catalog",
    }
    return {flag: _number(db, query) for flag, query in asked.items() if needs.get(flag, name) in present}


def _missing(db: duckdb.DuckDBPyConnection, raw: Raw, table: str, where: str) -> Counts:
    """Share of rows without a value, in percent, for each column that the file has."""
    names = list(raw.file.places)
    shares = ", ".join(f'round(100.0 * count(*) FILTER ("{n}" IS NULL) / greatest(count(*), 1), 2)' for n in names)
    row = db.sql(f"SELECT {shares} FROM {table} WHERE {where}").fetchone() or ()
    return {name: float(value) for name, value in zip(names, row, strict=True)}


def _kinds(db: duckdb.DuckDBPyConnection) -> Counts:
    """Rows and money of each kind, positive and negative apart; `rounding` is what cents cannot hold."""
    found = db.sql(
        "SELECT kind, count(*), sum(total_amount), coalesce(sum(total_amount) FILTER (total_amount > 0), 0), "
        "coalesce(sum(total_amount) FILTER (total_amount < 0), 0), sum(money) - sum(total_amount) FROM lines GROUP BY 1 ORDER BY 1"
    ).fetchall()
    names = ("rows", "money", "positive", "negative", "rounding")
    return {kind: {k: v if k == "rows" else str(v) for k, v in zip(names, row, strict=True)} for kind, *row in found}


def _balance(db: duckdb.DuckDBPyConnection, raw: Raw, kinds: Counts) -> None:
    """Rows read = kinds + duplicates + quarantined, and their money likewise; revenue is the same on both sides of the merge."""
    name = "sales_transactions"
    rows = sum(k["rows"] for k in kinds.values()) + _count(db, f"{name}_duplicates") + _count(db, f"{name}_quarantine")  # type: ignore[index]
    if rows != raw.rows:
        raise UnbalancedError(f"{raw.file.path.name}: {raw.rows} rows read, {rows} accounted for.")
    money = "coalesce(total_amount, quantity * unit_price)"
    read = _number(db, f"SELECT coalesce(sum({money}), 0) FROM {name}_judged")
    parts = [
        f"SELECT {money} FROM {name}_duplicates",
        f"SELECT money FROM {name}_quarantine",
        "SELECT money FROM lines",
    ]
    found = sum(_number(db, f"SELECT coalesce(sum(m), 0) FROM ({part}) t(m)") for part in parts)
    if read != found:
        raise UnbalancedError(f"{raw.file.path.name}: money read {read}, accounted for {found}.")
    if (merged := _number(db, "SELECT coalesce(sum(total_amount), 0) FROM sales")) != _revenue(db):
        raise UnbalancedError(f"The merged table holds {merged} of revenue, the valid lines {_revenue(db)}.")


def _merge(db: duckdb.DuckDBPyConnection) -> Counts:
    """Of the valid lines, the share that found its customer and its product in their files, and a review of the pair."""
    shares = {
        "customer": "customer_id IN (SELECT customer_id FROM customer_database)",
        "product": "product_id IN (SELECT product_id FROM product_catalog)",
        "review": "review_count > 0",
    }
    listed = ", ".join(
        f"round(100.0 * count(*) FILTER ({when}) / greatest(count(*), 1), 2)" for when in shares.values()
    )
    row = db.sql(f"SELECT {listed} FROM sales").fetchone() or ()
    return {f"{name}_percent": float(value) for name, value in zip(shares, row, strict=True)}


def _revenue(db: duckdb.DuckDBPyConnection) -> Decimal:
    return Decimal(_number(db, f"SELECT coalesce(sum(total_amount), 0) FROM lines WHERE kind IN {VALID}"))


def _pairs(db: duckdb.DuckDBPyConnection, query: str) -> list[tuple[str, int]]:
    return db.sql(query).fetchall()


def _count(db: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(_number(db, f"SELECT count(*) FROM {table}"))


def _number(db: duckdb.DuckDBPyConnection, query: str):  # type: ignore[no-untyped-def]
    return (db.sql(query).fetchone() or (0,))[0]
