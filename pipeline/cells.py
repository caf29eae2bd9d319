"""The cells: every field of a file as trimmed text, and beside it the value that is read from it."""

from typing import Literal

import duckdb

from pipeline import values
from pipeline.errors import DataError
from pipeline.ingest import Raw
from pipeline.sources import Column, Source
from pipeline.values import Order, Styles


def columns(source: Source) -> dict[str, str]:
    """The columns of a clean table with their types: those of the source, and `categories`, all that a field named, between bars."""
    columns = {column.name: column.type for column in source.columns}
    return {**columns, "categories": "VARCHAR"} if "category" in columns else columns


def texts(source: Source) -> str:
    """Each column's text as `<name>_text`."""
    return ", ".join(
        f'{text if c.kind in ("text", "category") else values.given(text)} AS "{c.name}_text"'
        for c in source.columns
        for text in (f'"{c.name}"',)
    )


def styles(db: duckdb.DuckDBPyConnection, raw: Raw) -> dict[str, Styles]:
    """How each column is written: as was said of the layout, else from the values that can be read in one way only.

    Numbers that leave it open follow the other numbers of the file. Where nothing tells at all, `DataError` is raised.
    """
    columns = [c for c in raw.file.source.columns if c.name in raw.file.places]
    numbers = [c for c in columns if c.kind == "number"]
    dates = [c for c in columns if c.kind in ("day", "moment")]
    counted = _votes(db, raw, numbers, dates)
    currency = _currency(db, raw, numbers)
    sums = tuple(sum(counted[c.name][i] for c in numbers) for i in range(3))
    out = {}
    for column in numbers:
        decimal = raw.file.answers.decimal or _decimal(counted[column.name], sums)
        if decimal is None:
            _refuse(db, raw, column, values.OPEN.pattern, NUMBER_ASKED)
        out[column.name] = Styles(decimal=decimal or "", currency=currency)
    for column in dates:
        order = raw.file.answers.dates or _order(counted[column.name])
        if order is None:
            _refuse(db, raw, column, values.SLASHES, DATE_ASKED)
        out[column.name] = Styles(order=order or "")
    return out


FEW = 50  # one value that tells is not believed of more that do not: it may be the one that is wrong
NUMBER_ASKED = (
    "can be read with thousands or with decimals, and too few other numbers of the file tell which. "
    "Write the numbers without separators between thousands, or state the decimal sign of this file."
)
DATE_ASKED = (
    "can be read day first or month first, or as another order, and too few other dates of the file tell which. "
    "Write the dates as YYYY-MM-DD, or state the order of this file."
)


def _votes(
    db: duckdb.DuckDBPyConnection, raw: Raw, numbers: list[Column], dates: list[Column]
) -> dict[str, tuple[int, ...]]:
    """What the values of each column tell, looked for only among those that can tell anything."""
    rows = f"{raw.file.source.name}_text"
    asked: dict[str, tuple[tuple[str, ...], str]] = {
        c.name: (values.comma_votes("t"), "contains(t, ',') OR contains(t, '.')") for c in numbers
    }
    asked |= {c.name: (values.slash_votes("t"), values.is_slashed("t")) for c in dates}
    out = {}
    for name, (votes, where) in asked.items():
        telling = f'SELECT DISTINCT t FROM (SELECT "{name}_text" AS t FROM {rows}) WHERE {where}'
        out[name] = db.sql(f"SELECT {', '.join(votes)} FROM ({telling})").fetchone() or ()
    return out


def _decimal(votes: tuple[int, ...], file: tuple[int, ...]) -> Literal["", ".", ","] | None:
    """What stands before the decimals of a column; "" where both do, nothing where no value of the file tells and one asks."""
    for comma, point, open_ in (votes, file):
        if (comma or point) and (comma + point) * FEW >= open_:
            return "" if comma and point else "," if comma else "."
    return None if votes[2] else "."


def _order(votes: tuple[int, ...]) -> Order | None:
    """What comes first in the dates of a column; "" where the sure ones differ, nothing where it has to be asked."""
    day, month, undecided, may_be_year, last_is_none, firsts, lasts = votes
    if may_be_year and (last_is_none or lasts >= firsts):
        return "year" if last_is_none else None
    if undecided > (day + month) * FEW:
        return None
    return "" if bool(day) == bool(month) else "day" if day else "month"


def _currency(db: duckdb.DuckDBPyConnection, raw: Raw, numbers: list[Column]) -> str:
    """The currency that most amounts of a file carry, where they carry several; else empty."""
    each = [
        f"SELECT {values.currency(text)} AS c FROM {raw.file.source.name}_text WHERE {values.has_currency(text)}"
        for text in (f'"{c.name}_text"' for c in numbers)
    ]
    if not each:
        return ""
    found = db.sql(f"SELECT c, count(*) FROM ({' UNION ALL '.join(each)}) GROUP BY 1 ORDER BY 2 DESC, 1").fetchall()
    return found[0][0] if len(found) > 1 else ""


def _refuse(db: duckdb.DuckDBPyConnection, raw: Raw, column: Column, pattern: str, why: str) -> None:
    """Name the first value that leaves it open."""
    text, rows = f'"{column.name}_text"', f"{raw.file.source.name}_text"
    number = column.kind == "number"
    open_ = f"regexp_full_match({values.bare(text) if number else text}, '{pattern}')"
    most = "true" if number else values.is_undecided(text)
    line, value = db.sql(
        f"SELECT line, {text} FROM {rows} WHERE {open_} ORDER BY NOT coalesce({most}, false), line LIMIT 1"
    ).fetchone() or (0, "")
    raise DataError(
        f"{raw.file.name}, line {line}, column {column.name}: {value!r} {why}", "decimal" if number else "dates"
    )


def typed(source: Source, written: dict[str, Styles]) -> str:
    """Beside each text the value read from it, under the column's name; in steps, so that each is worked out once."""
    numbers = [c.name for c in source.columns if c.kind == "number"]
    moments = [c.name for c in source.columns if c.kind in ("day", "moment")]
    style = {name: written.get(name, Styles()) for name in (*numbers, *moments)}
    bare = [f'{values.bare(f"{n}_text")} AS "{n}_bare"' for n in numbers]
    forms = [f'{values.number_form(f"{n}_bare", style[n])} AS "{n}_form"' for n in numbers]
    forms += [f'{values.moment_form(f"{n}_text")} AS "{n}_form"' for n in moments]
    read = [f'{values.number(f"{n}_bare", f"{n}_form")} AS "{n}_read"' for n in numbers]
    read += [f'{values.moment(f"{n}_text", f"{n}_form", style[n])} AS "{n}_read"' for n in moments]
    if "category" in columns(source):
        read.append(f"{_split('category_text')} AS category_all")
    out = f"{source.name}_text"
    for step in (bare, forms, read, [f'{_value(c)} AS "{c.name}"' for c in source.columns]):
        out = f"(SELECT {', '.join(['*', *step])} FROM {out})"
    return out


def _split(text: str) -> str:
    """All categories that a field names, between bars or semicolons."""
    parts = f"list_filter(list_transform(regexp_split_to_array({text}, '[|;]'), c -> trim(c)), c -> c <> '')"
    return f"CASE WHEN contains({text}, '|') OR contains({text}, ';') THEN {parts} WHEN {text} <> '' THEN [{text}] END"


def _value(column: Column) -> str:
    if column.kind in ("day", "moment"):
        read = values.sane(f'"{column.name}_read"')
        return f"CAST({read} AS DATE)" if column.kind == "day" else read
    if column.kind == "number":
        return f'"{column.name}_read"'
    if column.kind == "id":
        return values.identifier(f'"{column.name}_text"')
    text = "category_all[1]" if column.name == "category" else f'"{column.name}_text"'
    whole = f"replace({text}, chr(0), '')"
    return whole if column.fill is None else f"coalesce({whole}, '{column.fill}')"
