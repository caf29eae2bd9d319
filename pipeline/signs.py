"""The signs: what the values of a whole file tell of how its columns are written, gathered block by block."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

import duckdb

from pipeline import evidence, values
from pipeline.errors import DataError
from pipeline.evidence import Decimal
from pipeline.files import File
from pipeline.sources import Column
from pipeline.values import Order, Styles

FEW = 50  # one date that tells is not believed of more that do not: it may be the one that is wrong
FEW_NUMBERS = 20  # as many to each number that tells; to a single one `FEWEST`
FEWEST = 5
NUMBER_ASKED = (
    "can be read with thousands or with decimals, and too few other numbers of the file tell which. "
    "Write the numbers without separators between thousands, or state the decimal sign of this file."
)
DATE_ASKED = (
    "can be read day first or month first, or as another order, and too few other dates of the file tell which. "
    "Write the dates as YYYY-MM-DD, or state the order of this file."
)


@dataclass(frozen=True)
class Dates:
    """Of the slashed dates of a column: how many there are (some counted twice), must have the day first, the month first, or
    leave it open; whether the first part may be the year throughout, whether the last can be none, and all that stand there."""

    all: int
    day: int
    month: int
    undecided: int
    may_be_year: bool
    last_is_none: bool
    firsts: tuple[int, ...]
    lasts: tuple[int, ...]

    @classmethod
    def of(cls, fields: Iterable[Any]) -> "Dates":
        """In the order of the fields, lists for those that are many."""
        return cls(*(tuple(each) if isinstance(each, list) else each for each in fields))  # type: ignore[arg-type]

    def __add__(self, more: "Dates") -> "Dates":
        if not self.all or not more.all:
            return self if self.all else more
        return Dates(
            self.all + more.all, self.day + more.day, self.month + more.month, self.undecided + more.undecided,
            self.may_be_year and more.may_be_year, self.last_is_none or more.last_is_none,
            tuple(sorted({*self.firsts, *more.firsts})), tuple(sorted({*self.lasts, *more.lasts})),
        )  # fmt: skip

    @property
    def order(self) -> Order | None:
        """What comes first; "" where the sure ones differ, nothing where it has to be asked."""
        if self.may_be_year and (self.last_is_none or len(self.lasts) >= len(self.firsts)):
            return "year" if self.last_is_none else None
        if self.undecided > (self.day + self.month) * FEW:
            return None
        return "" if bool(self.day) == bool(self.month) else "day" if self.day else "month"


@dataclass(frozen=True)
class Signs:
    """By number: values that can only have a decimal comma, only a point, or either; by date its `Dates`; rows by currency; for
    how many open numbers of sales which reading makes the total the product; rows by the currency that a column of its own states."""

    numbers: dict[str, tuple[int, ...]]
    dates: dict[str, Dates]
    currencies: dict[str, int]
    products: tuple[int, ...] = ()
    stated: dict[str, int] = field(default_factory=dict)

    def __add__(self, more: "Signs") -> "Signs":
        """Those of all rows of both."""
        return Signs(
            {name: tuple(map(sum, zip(told, more.numbers[name], strict=True))) for name, told in self.numbers.items()},
            {name: told + more.dates[name] for name, told in self.dates.items()},
            dict(Counter(self.currencies) + Counter(more.currencies)),
            tuple(map(sum, zip_longest(self.products, more.products, fillvalue=0))),
            dict(Counter(self.stated) + Counter(more.stated)),
        )

    @property
    def currency(self) -> str:
        """The currency that most amounts carry, where they carry several; else empty."""
        return self.main if len(self.currencies) > 1 else ""

    @property
    def main(self) -> str:
        """The currency of all, or most; empty where nothing says it."""
        told = self.stated or self.currencies
        return min(told, key=lambda name: (-told[name], name), default="")


def signs(db: duckdb.DuckDBPyConnection, file: File) -> Signs:
    """What the texts of a block tell, looked for only among those that can tell anything."""
    there = [column for column in file.source.columns if column.name in file.places]
    rows = f"{file.source.name}_text"
    numbers: dict[str, tuple[int, ...]] = {}
    currencies: dict[str, int] = {}
    for name in (column.name for column in there if column.kind == "number"):
        db.execute(
            f'CREATE OR REPLACE TABLE counted AS SELECT "{name}_text" AS t, count(*) AS n FROM {rows} GROUP BY 1'
        )
        votes = ", ".join(values.comma_votes("t"))
        numbers[name] = (
            db.sql(f"SELECT {votes} FROM counted WHERE contains(t, ',') OR contains(t, '.')").fetchone() or ()
        )
        carried = f"SELECT {values.currency('t')} AS c, n FROM counted WHERE {values.has_currency('t')}"
        for currency, count in db.sql(f"SELECT c, sum(n)::BIGINT FROM ({carried}) GROUP BY 1").fetchall():
            currencies[currency] = currencies.get(currency, 0) + count
    db.execute("DROP TABLE IF EXISTS counted")
    dates = {column.name: _dates(db, rows, column) for column in there if column.kind in ("day", "moment")}
    open_ = file.source.name == "sales_transactions" and any(votes[2:] != (0,) for votes in numbers.values())
    return Signs(
        numbers, dates, currencies, evidence.products(db, file) if open_ else (), _stated(db, rows) if numbers else {}
    )


def styles(file: File, told: Signs) -> dict[str, Styles | None]:
    """How each column is written: as was said of the layout, else from the values that can be read in one way only. Numbers that
    leave it open follow the other numbers of the file. None where nothing tells, and it has to be asked."""
    out: dict[str, Styles | None] = {}
    for name, found in _decimals(told).items():
        decimal = file.answers.decimal or found
        out[name] = None if decimal is None else Styles(decimal=decimal, currency=told.currency)
    for name, dates in told.dates.items():
        order = file.answers.dates or dates.order
        out[name] = (
            None if order is None else Styles(order=order, zero="1904-01-01" if file.part.since_1904 else Styles.zero)
        )
    return out


def unsettled(db: duckdb.DuckDBPyConnection, file: File, column: Column) -> list[tuple[bool, int, str]]:
    """The value of a block for which it has to be asked how its column is written, with its line; first those that are most open."""
    text, number = f'"{column.name}_text"', column.kind == "number"
    open_ = f"regexp_full_match({values.bare(text) if number else text}, '{values.OPEN.pattern if number else values.SLASHES}')"
    less = "false" if number else f"NOT coalesce({values.is_undecided(text)}, false)"
    rows = f"SELECT {less} AS less, line, {text} FROM {file.source.name}_text WHERE {open_}"
    return db.sql(f"{rows} ORDER BY less, line LIMIT 1").fetchall()


def refusal(file: File, column: Column, line: int, value: str) -> DataError:
    """Says which value leaves it open."""
    number = column.kind == "number"
    why = NUMBER_ASKED if number else DATE_ASKED
    return DataError(
        f"{file.name}, line {line}, column {column.name}: {value!r} {why}", "decimal" if number else "dates"
    )


def _stated(db: duckdb.DuckDBPyConnection, rows: str) -> dict[str, int]:
    said = (
        f"SELECT {values.stated_currency('stated')} AS c, n FROM (SELECT stated, count(*) AS n FROM {rows} GROUP BY 1)"
    )
    return dict(db.sql(f"SELECT c, sum(n)::BIGINT FROM ({said}) WHERE c IS NOT NULL GROUP BY 1").fetchall())


def _dates(db: duckdb.DuckDBPyConnection, rows: str, column: Column) -> Dates:
    text = f'"{column.name}_text"'
    telling = f"SELECT DISTINCT {text} AS t FROM {rows} WHERE {values.is_slashed(text)}"
    votes = f"SELECT {', '.join(values.slash_votes('t'))} FROM ({telling})"
    return Dates.of(db.sql(votes).fetchone() or ())


def _decimals(told: Signs) -> dict[str, Decimal | None]:
    """What stands before the decimals of each column, by its own values, else by those of the file, and by what the totals are."""
    sums = tuple(sum(votes[i] for votes in told.numbers.values()) for i in range(3))
    out = {name: _decimal(votes, sums) for name, votes in told.numbers.items()}
    open_ = {name for name, votes in told.numbers.items() if votes[2]}
    sure = {name: _sure(votes) for name, votes in told.numbers.items()}
    return {**out, **evidence.settled(out, open_, sure, told.products)}


def _decimal(votes: tuple[int, ...], file: tuple[int, ...]) -> Decimal | None:
    """What stands before the decimals of a column; "" where both do, nothing where too few values of the file tell and one asks."""
    for told in (votes, file):
        marks = _sure(told)
        if marks and _tells(told):
            mark: Decimal = "" if len(marks) > 1 else "," if "," in marks else "."
            return mark if told is votes or _sure(votes) <= {mark} else None
    return None if votes[2] else "."


def _sure(votes: tuple[int, ...]) -> set[str]:
    return {mark for mark, count in zip((",", "."), votes, strict=False) if count}


def _tells(votes: tuple[int, ...]) -> bool:
    told = votes[0] + votes[1]
    return votes[2] <= (FEWEST if told == 1 else told * FEW_NUMBERS)
