"""The cells: every field of a file as trimmed text, and beside it the value that is read from it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb

from pipeline import values
from pipeline.errors import DataError
from pipeline.ingest import FLAGS, Raw
from pipeline.literals import quoted
from pipeline.sources import Column, Source
from pipeline.values import Order, Styles

DATE_YEAR, DATE_NOT_LAST, DATE_ALL = 3, 4, 7  # places among the votes of a date


def columns(source: Source) -> dict[str, str]:
    """The columns of a clean table with their types: those of the source, and `categories`, all that a field named, between bars."""
    columns = {column.name: column.type for column in source.columns}
    return {**columns, "categories": "VARCHAR"} if "category" in columns else columns


def texts(source: Source, blocks: list[Path]) -> str:
    """Make `<source>_text`, a view of the blocks with each column's text as `<name>_text`."""
    listed = ", ".join(f'"{c.name}" AS "{c.name}_text"' for c in source.columns)
    files = ", ".join(map(quoted, blocks))
    flags = ", ".join(FLAGS)
    return f"CREATE OR REPLACE VIEW {source.name}_text AS SELECT {flags}, {listed} FROM read_parquet([{files}])"


@dataclass(frozen=True)
class Signs:
    """What the values of a file tell of how they are written: the votes of each number and date, the rows by currency."""

    votes: dict[str, list[int]]
    currencies: dict[str, int]

    @property
    def currency(self) -> str:
        """The currency that most amounts carry, where they carry several; else empty."""
        ranked = sorted(self.currencies, key=lambda currency: (-self.currencies[currency], currency))
        return ranked[0] if len(ranked) > 1 else ""

    def __add__(self, more: "Signs") -> "Signs":
        """Those of two runs of rows, as far as it tells whether there are any."""
        votes = {
            name: [a + b for a, b in zip(told, more.votes[name], strict=True)] for name, told in self.votes.items()
        }
        currencies = {
            c: self.currencies.get(c, 0) + more.currencies.get(c, 0) for c in {**self.currencies, **more.currencies}
        }
        return Signs(votes, currencies)

    def settle(self, more: "Signs") -> bool:
        """Whether rows that follow are surely read in the same styles: they show nothing that these have not shown."""
        known = all(_settles(told, more.votes[name]) for name, told in self.votes.items())
        return known and (self + more).currency == self.currency


def _settles(told: list[int], more: list[int]) -> bool:
    """Dates that may begin with the year are counted, not only seen: they settle nothing."""
    of_dates = len(told) > DATE_YEAR
    counted = of_dates and bool(more[DATE_ALL]) and bool(told[DATE_YEAR])
    seen = [i for i in range(len(told)) if not of_dates or i not in (DATE_YEAR, DATE_NOT_LAST)]
    return not counted and all(told[i] or not more[i] for i in seen)


def signs(db: duckdb.DuckDBPyConnection, raw: Raw) -> Signs:
    """What the values tell, looked for only among those that can tell anything."""
    columns = [c for c in raw.file.source.columns if c.name in raw.file.places]
    votes: dict[str, list[int]] = {}
    currencies: dict[str, int] = {}
    for column in columns:
        text, rows = f'"{column.name}_text"', f"{raw.file.source.name}_text"
        if column.kind == "number":
            db.execute(
                f"CREATE OR REPLACE TEMP TABLE counted AS SELECT {text} AS t, count(*) AS n FROM {rows} GROUP BY 1"
            )
            telling = "FROM counted WHERE contains(t, ',') OR contains(t, '.')"
            votes[column.name] = _row(db, f"SELECT {', '.join(values.comma_votes('t'))} {telling}")
            carried = f"SELECT {values.currency('t')} AS c, n FROM counted WHERE {values.has_currency('t')}"
            for currency, n in db.sql(f"SELECT c, sum(n) FROM ({carried}) GROUP BY 1").fetchall():
                currencies[currency] = currencies.get(currency, 0) + int(n)
        elif column.kind in ("day", "moment"):
            telling = f"FROM (SELECT DISTINCT {text} AS t FROM {rows} WHERE {values.is_slashed(text)})"
            votes[column.name] = _row(db, f"SELECT {', '.join(values.slash_votes('t'))} {telling}")
    db.execute("DROP TABLE IF EXISTS counted")
    return Signs(votes, currencies)


def styles(db: duckdb.DuckDBPyConnection, raw: Raw, told: Signs) -> dict[str, Styles]:
    """How each column is written: as was said of the layout, else from the values that can be read in one way only.

    Numbers that leave it open follow the other numbers of the file. Where nothing tells at all, `DataError` is raised.
    """
    columns = [c for c in raw.file.source.columns if c.name in raw.file.places]
    numbers = [c for c in columns if c.kind == "number"]
    sums = [sum(told.votes[c.name][i] for c in numbers) for i in range(2)]
    out = {}
    for column in numbers:
        decimal = raw.file.answers.decimal or _decimal(told.votes[column.name], sums)
        if decimal is None:
            _refuse(db, raw, column, values.OPEN.pattern, NUMBER_ASKED)
        out[column.name] = Styles(decimal=decimal or "", currency=told.currency)
    for column in (c for c in columns if c.kind in ("day", "moment")):
        order = raw.file.answers.dates or _order(told.votes[column.name])
        if order is None:
            _refuse(db, raw, column, values.SLASHES, DATE_ASKED)
        out[column.name] = Styles(order=order or "")
    return out


NUMBER_ASKED = (
    "can be read with thousands or with decimals, and no other number in the file tells which. "
    "Write the numbers without separators between thousands, or state the decimal sign of this file."
)
DATE_ASKED = (
    "can be read day first or month first, or as another order, and no other date in the file tells which. "
    "Write the dates as YYYY-MM-DD, or state the order of this file."
)


def _row(db: duckdb.DuckDBPyConnection, query: str) -> list[int]:
    return [int(value) for value in db.sql(query).fetchone() or ()]


def _decimal(votes: list[int], file: list[int]) -> Literal["", ".", ","] | None:
    """What stands before the decimals of a column; "" where both do, nothing where no value of the file tells and one asks."""
    for comma, point, *_ in (votes, file):
        if comma or point:
            return "" if comma and point else "," if comma else "."
    return None if votes[2] else "."


def _order(votes: list[int]) -> Order | None:
    """What comes first in the dates of a column; "" where the sure ones differ, nothing where it has to be asked."""
    day, month, undecided, may_be_year, last_is_none, firsts, lasts, _ = votes
    if may_be_year and (last_is_none or lasts >= firsts):
        return "year" if last_is_none else None
    if undecided and not day and not month:
        return None
    return "" if bool(day) == bool(month) else "day" if day else "month"


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
        return f'"{column.name}_read"'
    if column.kind == "id":
        return values.identifier(f'"{column.name}_text"')
    text = f'"{column.name}_text"'
    if column.name == "category":
        text = f"CASE WHEN category_all IS NULL THEN {text} ELSE category_all[1] END"
    whole = f"CASE WHEN odd THEN replace({text}, chr(0), '') ELSE {text} END"
    return whole if column.fill is None else f"coalesce({whole}, '{column.fill}')"
