"""The cells: beside every field of a file, as trimmed text, the value that is read from it."""

from collections.abc import Mapping

from pipeline import values
from pipeline.sources import Column, Source
from pipeline.values import Styles


def columns(source: Source) -> dict[str, str]:
    """The columns of a clean table with their types: those of the source, and `categories`, all that a field named, between bars."""
    columns = {column.name: column.type for column in source.columns}
    return {**columns, "categories": "VARCHAR"} if "category" in columns else columns


def typed(source: Source, written: Mapping[str, Styles]) -> str:
    """Beside each text the value read from it, under the column's name; in steps, so that each is worked out once."""
    numbers = [c.name for c in source.columns if c.kind == "number"]
    moments = [c.name for c in source.columns if c.kind in ("day", "moment")]
    style = {name: written.get(name, Styles()) for name in (*numbers, *moments)}
    plain = [f'{values.is_plain(f"{n}_text")} AS "{n}_plain"' for n in numbers]
    bare = [f'{values.bare(f"{n}_text", f"{n}_plain")} AS "{n}_bare"' for n in numbers]
    forms = [f'{values.number_form(f"{n}_bare", f"{n}_plain", style[n])} AS "{n}_form"' for n in numbers]
    forms += [f'{values.moment_form(f"{n}_text")} AS "{n}_form"' for n in moments]
    read = [f'{values.number(f"{n}_bare", f"{n}_form")} AS "{n}_read"' for n in numbers]
    read += [f'{values.moment(f"{n}_text", f"{n}_form", style[n])} AS "{n}_read"' for n in moments]
    worth = [f'{_value(c)} AS "{c.name}"' for c in source.columns]
    if "category" in columns(source):
        read.append(f"{_several('category_text')} AS category_all")
        worth.append("coalesce(array_to_string(category_all, '|'), category_text) AS categories")
    out = f"{source.name}_text"
    for step in (plain, bare, forms, read, worth):
        out = f"(SELECT {', '.join(['*', *step])} FROM {out})"
    return out


def _several(text: str) -> str:
    """All categories that a field names, where they stand between bars or semicolons."""
    parts = f"list_filter(list_transform(regexp_split_to_array({text}, '[|;]'), c -> trim(c)), c -> c <> '')"
    return f"CASE WHEN contains({text}, '|') OR contains({text}, ';') THEN {parts} END"


def _value(column: Column) -> str:
    if column.kind in ("day", "moment"):
        read = values.sane(f'"{column.name}_read"')
        return f"CAST({read} AS DATE)" if column.kind == "day" else read
    if column.kind == "number":
        read = f'"{column.name}_read"'
        return f"CASE WHEN {values.fits(read, column.most)} THEN {read} END"
    if column.kind == "id":
        return values.identifier(f'"{column.name}_text"')
    text = f'"{column.name}_text"'
    if column.name == "category":
        text = f"CASE WHEN category_all IS NULL THEN {text} ELSE category_all[1] END"
    whole = f"CASE WHEN odd THEN replace({text}, chr(0), '') ELSE {text} END"
    return whole if column.fill is None else f"coalesce({whole}, '{column.fill}')"
