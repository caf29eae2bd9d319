"""Clean: text to typed columns; what cannot be used goes to quarantine with its reason, what was repaired is counted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from pipeline import values
from pipeline.errors import DataError
from pipeline.ingest import Raw
from pipeline.snapshot import quoted
from pipeline.sources import Column, Source
from pipeline.values import Styles

TOTAL = r"(^|\|)\s*(grand\s+)?(total|subtotal|sum)s?\s*:?\s*(\||$)"
TYPES = {"text": "VARCHAR", "number": values.MONEY, "day": "DATE", "moment": "TIMESTAMP"}
FLOOR, CEILING = "1900-01-01", "2200-01-01"


@dataclass(frozen=True)
class Rule:
    """A reason to set a row aside: what it is called, when it holds, which column is to blame."""

    name: str
    when: str
    column: str


def clean(db: duckdb.DuckDBPyConnection, raw: Raw, today: date) -> None:
    """Make `<source>` (the rows to go on with), `<source>_quarantine` and `<source>_duplicates` in `db`.

    Every row of the file ends in exactly one of the three. Beside the typed columns each has `line` and
    `marks`, the list of what was repaired or looked odd. `today` is the day of loading: later dates are errors.
    """
    source = raw.file.source
    name = source.name
    db.execute(
        f"CREATE OR REPLACE VIEW {name}_text AS SELECT line, raw, {_trimmed(source)} FROM read_parquet({quoted(raw.table)})"
    )
    styles = {column.name: _styles(db, raw, column) for column in source.columns}
    db.execute(f"CREATE OR REPLACE TABLE {name}_typed AS {_typed(raw, styles)}")
    db.execute(f"CREATE OR REPLACE TABLE {name}_judged AS {_judged(raw, today)}")
    db.execute(f"CREATE OR REPLACE TABLE {name}_quarantine AS {_quarantined(raw)}")
    columns = ", ".join(f'"{c.name}"' for c in source.columns)
    for table, when in (("duplicates", "copy > 1"), ("", "copy = 1")):
        target = f"{name}_{table}" if table else name
        db.execute(
            f"CREATE OR REPLACE TABLE {target} AS SELECT line, marks, {columns} FROM {name}_judged "
            f"WHERE reason IS NULL AND {when} ORDER BY line"
        )
    db.execute(f"DROP TABLE {name}_typed")


def _trimmed(source: Source) -> str:
    texts = [f'{values.trimmed(c.name)} AS "{c.name}"' for c in source.columns]
    spaced = " OR ".join(f"regexp_matches(\"{c.name}\", '^{values.SPACE}|{values.SPACE}$')" for c in source.columns)
    return ", ".join([*texts, f"coalesce({spaced}, false) AS spaced"])


def _styles(db: duckdb.DuckDBPyConnection, raw: Raw, column: Column) -> Styles:
    """How this column is written, from the values that can be read in one way only."""
    text = f'"{column.name}"'
    view = f"{raw.file.source.name}_text"
    if column.kind == "number":
        comma, point = db.sql(f"SELECT {values.comma_votes(text)} FROM {view}").fetchone() or (0, 0)
        return Styles(comma=comma > point)
    if column.kind in ("day", "moment"):
        day, month, slashed = db.sql(f"SELECT {values.slash_votes(text)} FROM {view}").fetchone() or (0, 0, 0)
        if slashed and not day and not month:
            _ambiguous(db, raw, column)
        return Styles(day_first=None if bool(day) == bool(month) else day > 0)
    return Styles()


def _ambiguous(db: duckdb.DuckDBPyConnection, raw: Raw, column: Column) -> None:
    text = f'"{column.name}"'
    found = db.sql(
        f"SELECT line, {text} FROM {raw.file.source.name}_text WHERE {values.is_slashed(text)} "
        f"AND {values.slash_part(text, 1)} <> {values.slash_part(text, 2)} ORDER BY line LIMIT 1"
    ).fetchone()
    if found:
        raise DataError(
            f"{raw.file.path.name}, line {found[0]}, column {column.name}: {found[1]!r} can be read day first or month first, "
            "and no other date in the file tells which. Write the dates as YYYY-MM-DD."
        )


def _typed(raw: Raw, styles: dict[str, Styles]) -> str:
    """Typed columns under their names, the text beside them as `<name>_text`, and the marks."""
    source = raw.file.source
    typed, marks = [], {"surrounding_space": "spaced"}
    for column in source.columns:
        text = f'"{column.name}"'
        typed += [f'{_value(column, styles[column.name])} AS "{column.name}"', f'{text} AS "{column.name}_text"']
        for name, when in _marks(column, styles[column.name], column.name in raw.file.places).items():
            marks[name] = f"{marks[name]} OR {when}" if name in marks else when
    listed = ", ".join(f"CASE WHEN raw IS NULL AND ({when}) THEN '{name}' END" for name, when in marks.items())
    return (
        f"SELECT line, raw, {', '.join(typed)}, list_filter([{listed}], mark -> mark IS NOT NULL) AS marks "
        f"FROM {source.name}_text"
    )


def _value(column: Column, styles: Styles) -> str:
    text = f'"{column.name}"'
    if column.kind == "number":
        return values.number(text, styles)
    if column.kind in ("day", "moment"):
        read = values.moment(text, styles)
        sane = f"CASE WHEN ({read}) BETWEEN TIMESTAMP '{FLOOR}' AND TIMESTAMP '{CEILING}' THEN {read} END"
        return f"CAST({sane} AS DATE)" if column.kind == "day" else sane
    if column.name == "category":
        return f"regexp_extract({text}, '^([^|;]*[^|; ])', 1)"
    return text


def _marks(column: Column, styles: Styles, present: bool) -> dict[str, str]:
    text = f'"{column.name}"'
    if column.kind == "number":
        return values.number_marks(text, styles)
    if column.kind in ("day", "moment"):
        return values.moment_marks(text, styles)
    several = {"several_categories": f"regexp_matches({text}, '[|;]')"} if column.name == "category" else {}
    fillable = column.fill is not None or column.name in ("customer_id", "region", "category")
    return several | (
        {f"missing_{column.name}": f"{text} IS NULL"} if fillable and present and not column.required else {}
    )


def _judged(raw: Raw, today: date) -> str:
    """Each typed row with the first reason to set it aside, if any, and which copy of its like it is."""
    source = raw.file.source
    rules = list(_rules(source, today))
    reason = " ".join(f"WHEN {rule.when} THEN '{rule.name}'" for rule in rules)
    culprit = " ".join(f"WHEN {rule.when} THEN '{rule.column}'" for rule in rules)
    same = ", ".join(f'"{c.name}"' for c in source.columns)
    judged = f"SELECT *, CASE {reason} END AS reason, CASE {culprit} END AS culprit FROM {source.name}_typed"
    copies = f"SELECT *, row_number() OVER (PARTITION BY reason IS NULL, {same} ORDER BY line) AS copy FROM ({judged})"
    if source.name == "sales_transactions":
        return copies
    key = f'"{source.key}"'
    first = f"row_number() OVER (PARTITION BY {key}, reason IS NULL, copy = 1 ORDER BY line) = 1"
    other = f"reason IS NULL AND copy = 1 AND {key} IS NOT NULL AND NOT {first}"
    return (
        f"SELECT * REPLACE (CASE WHEN {other} THEN 'conflicting_double' ELSE reason END AS reason, "
        f"CASE WHEN {other} THEN '{source.key}' ELSE culprit END AS culprit) FROM ({copies})"
    )


def _rules(source: Source, today: date) -> Iterable[Rule]:
    """The reasons, in the order in which they count."""
    kinds = {kind: [c.name for c in source.columns if c.kind == kind] for kind in ("number", "day", "moment")}
    dates = kinds["moment"] + kinds["day"]
    texts = ", ".join(f'"{c.name}_text"' for c in source.columns)
    yield Rule("wrong_field_count", "raw IS NOT NULL", source.key)
    yield Rule(
        "total_row", f"regexp_matches(lower(concat_ws('|', {texts})), '{TOTAL}') AND {_blank(source)}", source.key
    )
    for name in source.required:
        if name not in dates:
            yield Rule("missing_id", f'"{name}_text" IS NULL', name)
    if source.name == "customer_database":
        yield Rule("malformed_id", "NOT regexp_full_match(customer_id, '[A-Za-z0-9._:/#@+-]+')", "customer_id")
    for name in dates:
        if name in source.required:
            yield Rule("missing_date", f'"{name}_text" IS NULL', name)
        yield Rule("unreadable_date", f'"{name}_text" IS NOT NULL AND "{name}" IS NULL', name)
    for name in dates:
        if name != "signup_date":
            yield Rule("future_date", f"\"{name}\" >= DATE '{today}' + INTERVAL 1 DAY", name)
    for name in kinds["number"]:
        yield Rule("unreadable_number", f'"{name}_text" IS NOT NULL AND "{name}" IS NULL', name)
    if source.name == "sales_transactions":
        yield Rule("missing_amount", "coalesce(total_amount, quantity * unit_price) IS NULL", "total_amount")
        yield Rule("zero_quantity", "quantity = 0 AND coalesce(total_amount, 0) <> 0", "quantity")
    if source.name == "customer_reviews":
        yield Rule("invalid_rating", "rating NOT BETWEEN 1 AND 5", "rating")


def _blank(source: Source) -> str:
    """What a line of totals lacks: all but its label and its sums."""
    needed = [c.name for c in source.columns if c.kind in ("day", "moment")] or [source.columns[-1].name]
    return " AND ".join(f'"{name}_text" IS NULL' for name in needed)


def _quarantined(raw: Raw) -> str:
    source = raw.file.source
    whole = ", ".join(f'"{c.name}" := "{c.name}_text"' for c in source.columns)
    value = " ".join(f"WHEN culprit = '{c.name}' THEN \"{c.name}_text\"" for c in source.columns)
    money = (
        "coalesce(total_amount, quantity * unit_price)"
        if source.name == "sales_transactions"
        else f"NULL::{values.MONEY}"
    )
    return (
        f"SELECT '{source.name}' AS source, {quoted(Path(raw.file.path.name))} AS file, line, reason, culprit AS \"column\", "
        f"CASE {value} END AS value, coalesce(raw, to_json(struct_pack({whole}))::VARCHAR) AS raw, {money} AS money "
        f"FROM {source.name}_judged WHERE reason IS NOT NULL ORDER BY line"
    )
