"""Clean: text to typed columns; what cannot be used goes to quarantine with its reason, what was repaired is counted."""

from datetime import date
from functools import partial
from pathlib import Path

import duckdb

from pipeline import values
from pipeline.cells import columns, styles, texts, typed
from pipeline.ingest import Raw
from pipeline.lines import VALID
from pipeline.rules import AMOUNT, CONFLICT, FLAGS, MISSING, REASONS, WRITING, Rule, asked
from pipeline.snapshot import quoted
from pipeline.sources import SOURCES, Column, Source
from pipeline.values import Styles

TOTAL = (
    r"((grand|sub|net|overall|report|page|running)[\s-]*)?(totals?|subtotals?|sums?|summe|zwischensumme|gesamt(summe)?|insgesamt|"
    r"somme|totale?|totaal|suma|razem|itog|итого)\b.*"
)


def clean(db: duckdb.DuckDBPyConnection, raw: Raw, today: date) -> None:
    """Make `<source>` (the rows to go on with), `<source>_quarantine` and `<source>_duplicates` in `db`.

    Every row of the file ends in exactly one of the three. Beside the typed columns each has `line` and
    `marks`, the names of the rules that found something. `today` is the day of loading: later dates are errors.
    """
    source = raw.file.source
    name = source.name
    db.execute(
        f"CREATE OR REPLACE TABLE {name}_text AS SELECT line, raw, spaced, hidden, {texts(source)} FROM read_parquet({quoted(raw.table)})"
    )
    db.execute(f"CREATE OR REPLACE TABLE {name}_judged AS {_judged(raw, styles(db, raw), today)}")
    said = raw.file.answers.equals_removed
    _find_doubles(db, source, source.equals_removed if said is None else said)
    _divide(db, raw)


def compared(source: Source, present: set[str]) -> str:
    """The marks of a row with those that the other files add: an expression over the clean table."""
    cases = [f"CASE WHEN {when} THEN '{name}' END" for name, when in beside(source, present).items()]
    return f"list_concat(marks, {_those(cases)})" if cases else "marks"


def beside(source: Source, present: set[str]) -> dict[str, str]:
    """The rules that look at other files, and when each holds of a row of the clean table."""
    valid = f"l.kind IN {VALID}"
    rules = [r for r, _ in asked(FLAGS, source, present) if r.beside and set(r.beside) <= present]
    return {rule.name: f"({rule.when.replace('{valid}', valid)})" for rule in rules}


def compare(db: duckdb.DuckDBPyConnection, source: Source, present: set[str]) -> None:
    """Add to a clean table the marks that only the other files can give."""
    marks = compared(source, present)
    if marks != "marks":
        db.execute(
            f"CREATE OR REPLACE TABLE {source.name} AS SELECT * REPLACE ({marks} AS marks) FROM {source.name} ORDER BY line"
        )


def absent(db: duckdb.DuckDBPyConnection, source: Source) -> None:
    """An empty clean table for a file that is not there."""
    listed = ", ".join(f'"{name}" {type_}' for name, type_ in columns(source).items())
    db.execute(f"CREATE OR REPLACE TABLE {source.name} (line BIGINT, marks VARCHAR[], {listed})")


def _judged(raw: Raw, written: dict[str, Styles], today: date) -> str:
    """Each typed row with its marks, and with the first reason and column for which it cannot be used, if any."""
    source, present = raw.file.source, set(raw.file.places)
    found: dict[str, list[str]] = {}
    when = partial(_when, raw=raw, written=written, today=today)
    for rule, column in asked((*WRITING, *MISSING, *FLAGS), source, present):
        if not rule.beside:
            found.setdefault(rule.name, []).append(f"({when(rule, column)})")
    marks = [f"CASE WHEN {' OR '.join(conditions)} THEN '{name}' END" for name, conditions in found.items()]
    reasons = " ".join(
        f"WHEN {when(rule, column)} THEN '{rule.name}|{_blamed(rule, column, source)}'"
        for rule, column in asked(REASONS, source, present)
    )
    emptied = [f"CASE WHEN {when(rule, c)} THEN NULL ELSE \"{c.name}\" END AS \"{c.name}\""
               for rule, c in asked(MISSING, source, present) if rule.name == "future_signup" and c]  # fmt: skip
    replaced = f"REPLACE ({', '.join(emptied)})" if emptied else ""
    more = ", array_to_string(category_all, '|') AS categories" if "categories" in columns(source) else ""
    alike = f"hash({', '.join(_same(source))})".replace('"categories"', "category_all")
    return (
        f"SELECT * {replaced}{more}, {_those(marks)} AS marks, CASE {reasons} END AS reason, {alike} AS likeness "
        f"FROM {typed(source, written)}"
    )


def _when(rule: Rule, column: Column | None, *, raw: Raw, written: dict[str, Styles], today: date) -> str:
    source = raw.file.source
    name = column.name if column else source.key
    meant = written[name].currency if name in written else ""
    sign = values.currency(f'"{name}_text"')
    return rule.when.format(
        x=f'"{name}"', x_text=f'"{name}_text"', x_all=f'"{name}_all"', form=f'"{name}_form"', today=today,
        undecided=values.is_undecided(f'"{name}_text"'), is_total=_is_total(source), is_header=_is_header(raw),
        foreign=f"({sign} NOT IN ('', '{meant}'))" if meant else "false", end='"to"' if name == "from" else '"end"',
    )  # fmt: skip


def _blamed(rule: Rule, column: Column | None, source: Source) -> str:
    return column.name if column else rule.blames or source.key


def _is_total(source: Source) -> str:
    """The first word of the row names a total, and beside it the row says little but numbers."""
    words = [f'"{c.name}_text"' for c in source.columns if c.kind != "number"]
    few = " + ".join(f"({word} IS NOT NULL)::INT" for word in words)
    first = f"coalesce({', '.join(words)})"
    most = max(2, len(words) // 2 - 1)
    return f"(CASE WHEN {few} <= {most} THEN regexp_full_match(lower({first}), '{TOTAL}') ELSE false END)"


def _is_header(raw: Raw) -> str:
    """The row says its own column names, which are no values."""
    file = raw.file
    same = [
        f'lower("{name}_text") = {quoted(Path(file.headers[place].lower()))}'
        for name, place in file.places.items()
        if file.headers[place]
    ]
    return f"(CASE WHEN {same[0]} THEN {' AND '.join(same)} ELSE false END)"


def _same(source: Source) -> list[str]:
    return [f'"{name}"' for name in columns(source)]


def _find_doubles(db: duckdb.DuckDBPyConnection, source: Source, removed: bool) -> None:
    """`<source>_copies` and `<source>_conflicts`: lines equal to an earlier one, and lines with the key of an earlier one.

    Only rows that look like another are compared in full.
    """
    name, key = source.name, f'"{source.key}"'
    usable = f"FROM {name}_judged WHERE reason IS NULL"
    alike = f"{usable} AND likeness IN (SELECT likeness {usable} GROUP BY 1 HAVING count(*) > 1)"
    copies = _later(alike, _same(source)) if removed else _none()
    db.execute(f"CREATE OR REPLACE TABLE {name}_copies AS {copies}")
    others = f"{usable} AND line NOT IN (SELECT line FROM {name}_copies)"
    twice = f"{others} AND {key} IN (SELECT {key} {others} GROUP BY 1 HAVING count(*) > 1)"
    db.execute(f"CREATE OR REPLACE TABLE {name}_conflicts AS {_later(twice, [key]) if source.unique else _none()}")


def _later(rows: str, columns: list[str]) -> str:
    numbered = f"SELECT line, row_number() OVER (PARTITION BY {', '.join(columns)} ORDER BY line) AS copy {rows}"
    return f"SELECT line FROM ({numbered}) WHERE copy > 1"


def _none() -> str:
    return "SELECT 0::BIGINT AS line WHERE false"


def _divide(db: duckdb.DuckDBPyConnection, raw: Raw) -> None:
    """Every judged row goes to one of three tables."""
    source = raw.file.source
    name, listed = source.name, ", ".join(_same(source))
    copy, conflict = (f"line IN (SELECT line FROM {name}_{part})" for part in ("copies", "conflicts"))
    judged = f"FROM {name}_judged WHERE reason IS NULL"
    db.execute(
        f"CREATE OR REPLACE TABLE {name} AS SELECT line, marks, {listed} {judged} AND NOT {copy} AND NOT {conflict} ORDER BY line"
    )
    db.execute(
        f"CREATE OR REPLACE TABLE {name}_duplicates AS SELECT line, marks, {listed} {judged} AND {copy} ORDER BY line"
    )
    whole = ", ".join(f'"{c.name}" := "{c.name}_text"' for c in source.columns)
    value = " ".join(f"WHEN '{c.name}' THEN \"{c.name}_text\"" for c in source.columns)
    reason = f"coalesce(reason, '{CONFLICT.name}|{source.key}')"
    db.execute(
        f"CREATE OR REPLACE TABLE {name}_quarantine AS SELECT '{name}' AS source, {quoted(Path(raw.file.name))} AS file, "
        f"line, split_part({reason}, '|', 1) AS reason, split_part({reason}, '|', 2) AS \"column\", "
        f'CASE "column" {value} END AS value, coalesce(raw, to_json(struct_pack({whole}))::VARCHAR) AS raw, '
        f"{money(source)} AS money FROM {name}_judged WHERE reason IS NOT NULL OR {conflict} ORDER BY line"
    )


def money(source: Source) -> str:
    """What a row is worth: the amount of a sale; rows of other files carry none."""
    return AMOUNT if source is SOURCES["sales_transactions"] else f"NULL::{values.MONEY}"


def _those(cases: list[str]) -> str:
    return f"list_filter([{', '.join(cases)}]::VARCHAR[], mark -> mark IS NOT NULL)"
