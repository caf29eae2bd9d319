"""The cleaning report: every row and every cent of every file, and what was done to them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

import duckdb
import ibis.expr.types as ir

from pipeline.clean import money
from pipeline.engine import Here, Place, Wanted
from pipeline.errors import UnbalancedError
from pipeline.lines import KINDS, VALID
from pipeline.reuse import Read
from pipeline.rules import RULES, Effect
from pipeline.sources import SOURCES, Source

Counts = dict[str, object]
MARKED: tuple[Effect, ...] = ("repaired", "filled", "flagged")
AFTER = {"sales_transactions": "dressed"}


def report(
    db: duckdb.DuckDBPyConnection, reads: dict[str, Read], place: Place, merged: Iterable[str] = ("sales", "merged")
) -> Counts:
    """Per file: records before and after, where each row and cent went, what was missing, repaired, filled and flagged;
    of the sales the line kinds; how well the files fit together; and every rule that found something, in words.

    Raises `UnbalancedError` where a row or a cent is in no place or in two.
    """
    files = {name: _file(db, reads[name], place) for name in SOURCES if name in reads}
    revenue = _revenue(db, place, merged)
    return {
        "files": files,
        "line_kinds": _kinds(db),
        "merge": _merge(place, set(reads)),
        "revenue": str(revenue),
        "rules": _words(files),
    }


def left_out(account: Mapping[str, Any]) -> Iterator[str]:
    """What of the files a load did not use, a sentence a file: columns, rows, files."""
    for file in account["files"].values():
        aside, rows = sum(file["quarantined"].values()), file["records_before"]
        columns = (
            f"columns not used: {', '.join(filter(None, file['columns_ignored']))}"
            if any(file["columns_ignored"])
            else ""
        )
        which = "all" if aside == rows else f"{aside:,} of"
        found = [columns, f"{which} {rows:,} rows in quarantine" if aside else ""]
        if any(found):
            yield f"{file['file']}: {'; '.join(filter(None, found))}."
    if account["files_not_used"]:
        yield f"Not used: {', '.join(account['files_not_used'])}."


def _file(db: duckdb.DuckDBPyConnection, read: Read, place: Place) -> Counts:
    after = place if read.file.source.name in AFTER else Here(db)
    source = read.file.source
    name = source.name
    quarantined = _counts(db, f"SELECT reason, count(*) FROM {name}_quarantine GROUP BY 1 ORDER BY 1")
    marks = _counts(
        db, f"SELECT mark, count(*) FROM (SELECT unnest(marks) AS mark FROM {_clean(source)}) GROUP BY 1 ORDER BY 1"
    )
    return {
        "file": read.file.name,
        "columns": {column: read.file.headers[place] for column, place in read.file.places.items()},
        "columns_ignored": list(read.file.ignored),
        "records_before": read.rows,
        "records_after": _number(db, f"SELECT count(*) FROM {name}"),
        "duplicates": _number(db, f"SELECT count(*) FROM {name}_duplicates"),
        "quarantined": quarantined,
        **{effect: {m: n for m, n in marks.items() if RULES[m].effect == effect} for effect in MARKED},
        "missing_percent_before": read.missing,
        "missing_percent_after": _missing(read, after, AFTER.get(name, name)),
        "balance": _balance(db, read),
    }


def _clean(source: Source) -> str:
    """The table whose marks count: those of the sales are complete once they are lines."""
    return "lines" if source.name == "sales_transactions" else source.name


def _balance(db: duckdb.DuckDBPyConnection, read: Read) -> Counts:
    """Where the rows of a file went, and their money; asserted to be all of them."""
    source = read.file.source
    parts = {
        **{kind: ("lines", f"kind = '{kind}'", "money") for kind in KINDS if _clean(source) == "lines"},
        **({} if _clean(source) == "lines" else {"kept": (source.name, "true", "0")}),
        "duplicates": (f"{source.name}_duplicates", "true", money(source)),
        "quarantined": (f"{source.name}_quarantine", "true", "money"),
    }
    found = {part: _rows_and_money(db, *where) for part, where in parts.items()}
    whole = (read.rows, read.money)
    total = (sum(rows for rows, _ in found.values()), sum((m for _, m in found.values()), Decimal(0)))
    if whole != total:
        raise UnbalancedError(
            f"{read.file.name}: {whole[0]} rows and {whole[1]} read, {total[0]} rows and {total[1]} accounted for."
        )
    listed = {"read": whole, **found}
    return {part: {"rows": rows, "money": _exact(amount)} for part, (rows, amount) in listed.items() if rows}


def _rows_and_money(db: duckdb.DuckDBPyConnection, table: str, where: str, amount: str) -> tuple[int, Decimal]:
    row = db.sql(f"SELECT count(*), coalesce(sum({amount}), 0) FROM {table} WHERE {where}").fetchone() or (0, 0)
    return row[0], Decimal(row[1])


def _missing(read: Read, place: Place, name: str) -> Counts:
    """Share of rows without a value, in percent, for each column that the file has."""
    return _shares(place, f"missing {name}", name, lambda table: {c: table[c].isnull() for c in read.file.places})


def _shares(place: Place, label: str, name: str, wanted: Wanted) -> Counts:
    """Of the rows of a table the share that meets each condition, in percent."""
    found = place.summed(label, name, lambda table: {f"c_{n}": is_ for n, is_ in wanted(table).items()})
    rows = max(found["rows"], 1)
    return {n.removeprefix("c_"): round(100.0 * found[n] / rows, 3) for n in found if n != "rows"}


def _kinds(db: duckdb.DuckDBPyConnection) -> Counts:
    """Rows and money of each kind, positive and negative apart; `rounding` is what cents cannot hold."""
    found = db.sql(
        "SELECT kind, count(*), sum(total_amount), coalesce(sum(total_amount) FILTER (total_amount > 0), 0), "
        "coalesce(sum(total_amount) FILTER (total_amount < 0), 0), sum(money) - sum(total_amount) FROM lines GROUP BY 1 ORDER BY 1"
    ).fetchall()
    names = ("rows", "money", "positive", "negative", "rounding")
    kinds = {kind: {k: v if k == "rows" else str(v) for k, v in zip(names, row, strict=True)} for kind, *row in found}
    return {name: {"label": KINDS[name].label, "means": KINDS[name].means, **counts} for name, counts in kinds.items()}


def _merge(place: Place, present: set[str]) -> Counts:
    """Of the valid lines, the share that found its customer and its product in their files, and a review of the pair."""
    asked: dict[str, tuple[str, Callable[[ir.Table], ir.Value]]] = {
        "customer_database": ("customer", lambda t: t.customer_id.isin(place.table("customer_database").customer_id)),
        "product_catalog": ("product", lambda t: t.product_id.isin(place.table("product_catalog").product_id)),
        "customer_reviews": ("review", lambda t: t.review_count > 0),
    }
    wanted = {f"{name}_percent": when for source, (name, when) in asked.items() if source in present}
    shares = _shares(place, "merge", "sales", lambda t: {name: when(t) for name, when in wanted.items()})
    return {"valid_lines": int(place.table("sales").count().to_pandas()), **shares}


def _revenue(db: duckdb.DuckDBPyConnection, place: Place, tables: Iterable[str]) -> Decimal:
    """Revenue, the same before and after the merge."""
    before = Decimal(_number(db, f"SELECT coalesce(sum(total_amount), 0) FROM lines WHERE kind IN {VALID}"))
    for name in tables:
        after = Decimal(str(place.table(name).total_amount.sum().fill_null(0).to_pyarrow().as_py()))
        if before != after:
            raise UnbalancedError(f"The table {name} holds {after} of revenue, the valid lines {before}.")
    return before


def _words(files: dict[str, Counts]) -> Counts:
    """The rules that found something, in the words of the catalogue."""
    sections = [file[section] for file in files.values() for section in (*MARKED, "quarantined")]
    found = {name for section in sections for name in section}  # type: ignore[attr-defined]
    return {
        rule.name: {"effect": rule.effect, "means": rule.means, "done": rule.done}
        for rule in RULES.values()
        if rule.name in found
    }


def _exact(amount: Decimal) -> str:
    """All decimals that are not zero, and two at least: the parts of a balance add up as they are printed."""
    cents = amount.quantize(Decimal("0.01"))
    return format(cents if cents == amount else amount.normalize(), "f")


def _counts(db: duckdb.DuckDBPyConnection, query: str) -> dict[str, int]:
    return dict(db.sql(query).fetchall())


def _number(db: duckdb.DuckDBPyConnection, query: str):  # type: ignore[no-untyped-def]
    return (db.sql(query).fetchone() or (0,))[0]
