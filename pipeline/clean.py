"""Clean: text to typed columns; what cannot be used goes to quarantine with its reason, what was repaired is counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import values
from pipeline.cells import columns
from pipeline.disk import sync
from pipeline.doubts import doubt
from pipeline.files import File
from pipeline.judgement import judged, same, those
from pipeline.lines import VALID
from pipeline.literals import quoted
from pipeline.parts import Parts
from pipeline.rules import AMOUNT, CONFLICT, FLAGS, OUTDATED, SALES, asked
from pipeline.sources import SOURCES, Source
from pipeline.values import Styles
from pipeline.verdicts import is_stamped

COPY = "copy"
FUTURE = "reason LIKE 'future_date|%' OR list_contains(marks, 'future_signup')"


@dataclass(frozen=True)
class Tally:
    """How many rows were cleaned, what they are worth, and how many were set aside or emptied for a day yet to come."""

    rows: int = 0
    money: Decimal = Decimal(0)
    future: int = 0

    def __add__(self, more: "Tally") -> "Tally":
        return Tally(self.rows + more.rows, self.money + more.money, self.future + more.future)


def clean(
    db: duckdb.DuckDBPyConnection, file: File, text: pa.Table, written: Mapping[str, Styles], today: date, parts: Parts
) -> Tally:
    """Put the rows of a block, which follow those in `parts`, behind them as one part more; `<source>_text` is its text in `db`.

    Every row ends in exactly one of the tables of rows to go on with, of quarantine and of duplicates. Beside the typed
    columns each has `line` and `marks`, the names of the rules that found something.
    """
    source, said = file.source, file.answers.equals_removed
    name = source.name
    db.execute(f"CREATE OR REPLACE TABLE {name}_judged AS {judged(file, written, today)}")
    doubt(db, file)
    if name == SALES and is_stamped(file.ignored):
        _mark_outdated(db, name)
    if source.equals_removed if said is None else said:
        _mark_copies(db, source, parts)
    if source.unique:
        _mark_conflicts(db, source, parts)
    _divide(db, file, text, parts)
    sums = f"count(*), coalesce(sum({money(source)}), 0), count(*) FILTER ({FUTURE})"
    rows, worth, future = db.sql(f"SELECT {sums} FROM {name}_judged").fetchone() or (0, 0, 0)
    db.execute(f"DROP TABLE {name}_judged")
    return Tally(rows, Decimal(worth), future)


def compared(source: Source, present: set[str]) -> str:
    """The marks of a row with those that the other files add: an expression over the clean table."""
    cases = [f"CASE WHEN {when} THEN '{name}' END" for name, when in beside(source, present).items()]
    return f"list_concat(marks, {those(cases)})" if cases else "marks"


def beside(source: Source, present: set[str]) -> dict[str, str]:
    """The rules that look at other files, and when each holds of a row of the clean table."""
    valid = f"l.kind IN {VALID}"
    rules = [r for r, _ in asked(FLAGS, source, present) if r.beside and set(r.beside) <= present]
    return {rule.name: f"({rule.when.replace('{valid}', valid)})" for rule in rules}


def compare(db: duckdb.DuckDBPyConnection, source: Source, present: set[str]) -> None:
    """Make a table of a clean view, with the marks that only the other files can give."""
    name, marks = source.name, compared(source, present)
    db.execute(f"CREATE TABLE {name}_compared AS SELECT * REPLACE ({marks} AS marks) FROM {name} ORDER BY line")
    db.execute(f"DROP VIEW {name}")
    db.execute(f"ALTER TABLE {name}_compared RENAME TO {name}")


def absent(db: duckdb.DuckDBPyConnection, source: Source) -> None:
    """An empty clean table for a file that is not there."""
    listed = ", ".join(f'"{name}" {type_}' for name, type_ in columns(source).items())
    db.execute(f"CREATE OR REPLACE TABLE {source.name} (line BIGINT, marks VARCHAR[], {listed})")


def money(source: Source) -> str:
    """What a row is worth: the amount of a sale; rows of other files carry none."""
    return AMOUNT if source == SOURCES["sales_transactions"] else f"NULL::{values.MONEY}"


def _mark_copies(db: duckdb.DuckDBPyConnection, source: Source, parts: Parts) -> None:
    """Rows equal to an earlier one of the file. Only rows that look like another are compared in full."""
    name, listed = source.name, ", ".join(same(source))
    usable = f"FROM {name}_judged WHERE reason IS NULL"
    alike = f"SELECT likeness {usable} GROUP BY 1 HAVING count(*) > 1"
    rows = f"SELECT line, {listed} {usable} AND likeness IN (SELECT likeness FROM {name}_alike)"
    db.execute(f"CREATE OR REPLACE TABLE {name}_alike AS SELECT 0::BIGINT AS line, likeness FROM ({alike})")
    if parts.count:
        every = [f"SELECT line, likeness, {listed} FROM {parts.rows(table)}" for table in ("", "_conflicts")]
        earlier = " UNION ALL ".join(every)
        db.execute(
            f"INSERT INTO {name}_alike SELECT line, likeness FROM ({earlier}) WHERE likeness IN (SELECT likeness {usable})"
        )
        if db.sql(f"SELECT 1 FROM {name}_alike WHERE line > 0 LIMIT 1").fetchone():
            rows += f" UNION ALL SELECT line, {listed} FROM ({earlier}) WHERE line IN (SELECT line FROM {name}_alike)"
    _mark_later(db, source, rows, listed, COPY)
    db.execute(f"DROP TABLE {name}_alike")


def _mark_conflicts(db: duckdb.DuckDBPyConnection, source: Source, parts: Parts) -> None:
    """Rows with the key of an earlier one that say something else."""
    key = f'"{source.key}"'
    others = f"FROM {source.name}_judged WHERE reason IS NULL"
    twice = f"SELECT {key} {others} GROUP BY 1 HAVING count(*) > 1"
    rows = f"SELECT line, {key} {others}"
    if parts.count:
        earlier = f"FROM {parts.rows('')} WHERE {key} IN (SELECT {key} {others})"
        twice, rows = f"{twice} UNION ALL SELECT {key} {earlier}", f"{rows} UNION ALL SELECT line, {key} {earlier}"
    suspects = f"SELECT * FROM ({rows}) WHERE {key} IN ({twice})"
    _mark_later(db, source, suspects, key, f"{CONFLICT.name}|{source.key}")


def _mark_outdated(db: duckdb.DuckDBPyConnection, name: str) -> None:
    """Earlier states of an order's line, of those in one block; lines of one order that were changed at once are no states."""
    late = ", ".join(f"try_cast(t.stamp AS {type_}) DESC NULLS LAST" for type_ in ("DOUBLE", "TIMESTAMP"))
    ranked = (
        f"SELECT line, rank() OVER (PARTITION BY j.order_id, j.product_id, t.piece ORDER BY {late}) AS place "
        f"FROM {name}_judged j JOIN {name}_text t USING (line) WHERE j.reason IS NULL"
    )
    db.execute(
        f"UPDATE {name}_judged SET reason = '{OUTDATED.name}|{SOURCES[name].key}' "
        f"WHERE line IN (SELECT line FROM ({ranked}) WHERE place > 1)"
    )


def _mark_later(db: duckdb.DuckDBPyConnection, source: Source, rows: str, columns: str, reason: str) -> None:
    numbered = f"SELECT line, row_number() OVER (PARTITION BY {columns} ORDER BY line) AS copy FROM ({rows})"
    db.execute(
        f"UPDATE {source.name}_judged SET reason = '{reason}' WHERE line IN (SELECT line FROM ({numbered}) WHERE copy > 1)"
    )


def _divide(db: duckdb.DuckDBPyConnection, file: File, text: pa.Table, parts: Parts) -> None:
    """Every judged row goes to one of three tables, in the order of the lines; those of conflicts are kept typed as well."""
    source = file.source
    name, listed = source.name, ", ".join(same(source))
    judged_ = f"FROM {name}_judged WHERE reason"
    aside = f"SELECT line, reason, {money(source)} AS money {judged_} <> '{COPY}'"
    whole = ", ".join(f'"{c.name}" := "{c.name}_text"' for c in source.columns)
    value = " ".join(f"WHEN '{c.name}' THEN \"{c.name}_text\"" for c in source.columns)
    rows = {
        "": f"SELECT line, marks, {listed}, likeness {judged_} IS NULL",
        "_duplicates": f"SELECT line, marks, {listed} {judged_} = '{COPY}'",
        "_conflicts": f"SELECT line, marks, {listed}, likeness {judged_} = '{CONFLICT.name}|{source.key}'",
        "_quarantine": f"SELECT '{name}' AS source, {quoted(file.name)} AS file, line, split_part(reason, '|', 1) AS reason, "
        f'split_part(reason, \'|\', 2) AS "column", CASE "column" {value} END AS value, '
        f"coalesce(raw, to_json(struct_pack({whole}))::VARCHAR) AS raw, money "
        f"FROM ({aside}) JOIN {name}_aside USING (line) ORDER BY line",
    }
    lines = db.sql(f"SELECT line FROM ({aside})").to_arrow_table()["line"]
    db.register(f"{name}_aside", text.filter(pc.is_in(text["line"], value_set=lines)))
    for table, query in rows.items():
        path = parts.path(table, parts.count)
        db.execute(f"COPY ({query}) TO {quoted(path)} (FORMAT parquet, COMPRESSION lz4, DICTIONARY_SIZE_LIMIT 10000)")
        sync(path)
    db.unregister(f"{name}_aside")
