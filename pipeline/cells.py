"""The cells: every field of a file as trimmed text, and beside it the value that is read from it."""

import duckdb

from pipeline import values
from pipeline.errors import DataError
from pipeline.ingest import Raw
from pipeline.sources import Column, Source
from pipeline.values import Styles


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
    """How each column is written, from the values that can be read in one way only; a number that leaves it open
    follows the other numbers of the file."""
    source = raw.file.source
    numbers = [c for c in source.columns if c.kind == "number" and c.name in raw.file.places]
    dates = [c for c in source.columns if c.kind in ("day", "moment") and c.name in raw.file.places]
    votes = [v for c in numbers for v in values.comma_votes(f'"{c.name}_text"')]
    votes += [v for c in dates for v in values.slash_votes(f'"{c.name}_text"')]
    if not votes:
        return {}
    counted = db.sql(f"SELECT {', '.join(votes)} FROM {source.name}_text").fetchone() or ()
    commas = {c.name: counted[2 * i] - counted[2 * i + 1] for i, c in enumerate(numbers)}
    written = {name: Styles(comma=(lead or sum(commas.values())) > 0) for name, lead in commas.items()}
    for i, column in enumerate(dates):
        day, month, undecided = counted[2 * len(numbers) + 3 * i :][:3]
        if undecided and not day and not month:
            _refuse(db, raw, column)
        written[column.name] = Styles(day_first=None if bool(day) == bool(month) else day > 0)
    return written


def _refuse(db: duckdb.DuckDBPyConnection, raw: Raw, column: Column) -> None:
    text = f'"{column.name}_text"'
    line, value = db.sql(
        f"SELECT line, {text} FROM {raw.file.source.name}_text WHERE {values.is_slashed(text)} "
        f"AND {values.is_undecided(text)} ORDER BY line LIMIT 1"
    ).fetchone() or (0, "")
    raise DataError(
        f"{raw.file.path.name}, line {line}, column {column.name}: {value!r} can be read day first or month first, "
        "and no other date in the file tells which. Write the dates as YYYY-MM-DD."
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
