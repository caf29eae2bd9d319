"""The preview: what each file is taken for, its first problems and the totals to expect, before anything is published."""

import json
import tempfile
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from pipeline.containers import Part, parts
from pipeline.errors import Asks, DataError
from pipeline.files import NOBODY, File, candidates, no_table, recognised
from pipeline.layouts import Layouts, layout
from pipeline.lines import VALID, classify, guessed
from pipeline.mapping import Match, Proposal, matched, propose, sample
from pipeline.reuse import Shelf
from pipeline.rules import RULES
from pipeline.snapshot import quoted
from pipeline.sources import SOURCES, LineRules

SHOWN = 20
SALES = "sales_transactions"
PLAIN = LineRules()


@dataclass(frozen=True)
class Problem:
    """A row that would be set aside, and why."""

    line: int
    reason: str
    column: str
    value: str | None
    means: str
    done: str


@dataclass(frozen=True)
class Preview:
    """One table of a file or folder. Where it cannot be loaded `error` says why and what to do, and `asks` names the answer
    that would settle it; where it is none of ours, `source` is empty, and `is_no_table` says what it is where that is seen.
    `inside` is the sheet or member of a file that holds several. `columns` gives the header of each column of ours.

    `rules` say what marks special lines of sales, `guessed` what may.
    `rows` are those read, `kept` those that stay; `revenue`, `orders`, `first_day` and `last_day` are those of valid sales.
    """

    name: str
    source: str = ""
    error: str = ""
    asks: Asks = ""
    is_no_table: str = ""
    inside: str = ""
    headers: tuple[str, ...] = ()
    layout: str = ""
    encoding: str = ""
    separator: str = ""
    header_line: int = 0
    columns: dict[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    rows: int = 0
    kept: int = 0
    duplicates: int = 0
    quarantined: dict[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    revenue: Decimal | None = None
    orders: int = 0
    first_day: date | None = None
    last_day: date | None = None
    rules: LineRules = field(default=PLAIN)
    guessed: LineRules = field(default=PLAIN)
    proposal: Proposal | None = None

    @classmethod
    def parse(cls, fields: dict[str, Any]) -> "Preview":
        """From what `written` made of it."""
        days = {name: date.fromisoformat(fields[name]) for name in ("first_day", "last_day") if fields[name]}
        rules = {name: LineRules.of(fields[name]) for name in ("rules", "guessed")}
        problems = tuple(Problem(**each) for each in fields["problems"])
        return cls(**{
            **fields, **days, **rules, "problems": problems, "headers": tuple(fields["headers"]), "ignored": tuple(fields["ignored"]),
            "revenue": None if fields["revenue"] is None else Decimal(fields["revenue"]), "proposal": _proposal(fields["proposal"]),
        })  # fmt: skip

    def written(self) -> dict[str, Any]:
        """As plain values."""
        return json.loads(json.dumps(asdict(self), default=str))


def _proposal(fields: dict[str, Any] | None) -> Proposal | None:
    if fields is None:
        return None
    matches = tuple(Match(**match) for match in fields["matches"])
    rows = tuple(tuple(row) for row in fields["rows"])
    return Proposal(fields["name"], fields["source"], tuple(fields["headers"]), matches, rows)


def preview(
    path: Path,
    layouts: Layouts = NOBODY,
    memory_limit: str = "1GB",
    scratch: Path | None = None,
    shelf: Path | None = None,
) -> list[Preview]:
    """Every table of a file or a folder, each looked at by itself. What it was read to is put on the `shelf` for a load to come;
    nothing else is written but to a folder in `scratch` that goes again."""
    out: list[Preview] = []
    for file in sorted(candidates(path)) if path.is_dir() else [path]:
        try:
            tables = parts(file)
        except DataError as error:
            out.append(Preview(file.name, error=str(error), asks=error.asks))
            continue
        out += [_previewed(part, layouts, memory_limit, scratch, shelf) for part in tables]
    return rivalled(out)


def rivalled(found: list[Preview]) -> list[Preview]:
    """Tables that are looked at together: two for one source are told of each other."""
    return [_rivalled(each, found) for each in found]


def _rivalled(each: Preview, all_: list[Preview]) -> Preview:
    """Two tables for one source: neither is taken before it is said which."""
    others = [o.name for o in all_ if o.source == each.source and o is not each]
    if not each.source or not others or each.error:
        return each
    what = f"{each.name} and {others[0]} both look like {each.source}. Keep one of them, or say which to leave out."
    return Preview(**{**vars(each), "error": what, "asks": "source"})


def _previewed(part: Part, layouts: Layouts, memory_limit: str, folder: Path | None, shelf: Path | None) -> Preview:
    """What came of looking, with what the table may be."""
    proposal = _proposed(part, layouts)
    headers = proposal.headers if proposal else ()
    return replace(
        _looked(part, layouts, memory_limit, folder, shelf),
        inside="" if part.alone else part.inside,
        headers=headers,
        layout=layout(headers),
        proposal=proposal,
    )


def _looked(part: Part, layouts: Layouts, memory_limit: str, folder: Path | None, shelf: Path | None) -> Preview:
    try:
        file = recognised(part, layouts)
        if file is None:
            return Preview(part.name, is_no_table=no_table(part))
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            return _tried(file, Path(scratch), memory_limit, shelf)
    except DataError as error:
        return Preview(part.name, error=str(error), asks=error.asks)


def _proposed(part: Part, layouts: Layouts) -> Proposal | None:
    """What the table may be; where that was said, which of its columns is which."""
    try:
        if no_table(part):
            return None
        found = propose([part], layouts)[0]
        said = layouts.of(found.headers).source
        if said in ("", "none", found.source):
            return found
        matches = matched(SOURCES[said], sample(part, layouts), {})
        return replace(found, source=said, matches=tuple(matches.values()))
    except DataError:
        return None


def _tried(file: File, scratch: Path, memory_limit: str, shelf: Path | None) -> Preview:
    db = duckdb.connect()
    db.execute(f"SET memory_limit = '{memory_limit}'; SET temp_directory = {quoted(scratch)}")
    try:
        read = Shelf(shelf or scratch / "read").read(db, file, date.today())
        read.open(db)
        return _counted(db, file, read.rows)
    finally:
        db.close()


def _counted(db: duckdb.DuckDBPyConnection, file: File, rows: int) -> Preview:
    name = file.source.name
    kept, duplicates = (_first(db, f"SELECT count(*) FROM {table}")[0] for table in (name, f"{name}_duplicates"))
    aside = db.sql(f"SELECT reason, count(*) FROM {name}_quarantine GROUP BY 1 ORDER BY 2 DESC, 1").fetchall()
    seen = db.sql(f'SELECT line, reason, "column", value FROM {name}_quarantine ORDER BY line LIMIT {SHOWN}').fetchall()
    problems = tuple(
        Problem(line, reason, column, value, RULES[reason].means, RULES[reason].done)
        for line, reason, column, value in seen
    )
    return Preview(
        file.name, name, "", "", "", "", file.headers, "", file.encoding, file.separator, file.header.first,
        {column: file.headers[place] for column, place in file.places.items()}, file.ignored,
        rows, kept, duplicates, dict(aside), problems, *(_sales(db, file) if name == SALES else ()),
    )  # fmt: skip


def _sales(
    db: duckdb.DuckDBPyConnection, file: File
) -> tuple[Decimal, int, date | None, date | None, LineRules, LineRules]:
    rules = file.answers.rules or file.source.rules(file.known_headers)
    classify(db, rules)
    sums = "coalesce(sum(total_amount), 0), count(DISTINCT order_id), min(order_date), max(order_date)"
    revenue, orders, first, last = _first(db, f"SELECT {sums} FROM lines WHERE kind IN {VALID}")
    return Decimal(revenue), orders, first, last, rules, guessed(db)


def _first(db: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    return db.sql(query).fetchone() or ()
