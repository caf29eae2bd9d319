"""The headers: on which line a table's column names stand, what sets its fields apart, and which of our columns they are."""

import csv
import io
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from pipeline.errors import DataError
from pipeline.sources import SOURCES, Column, Source, plain
from pipeline.values import CURRENCY

SEPARATORS = (",", ";", "\t", "|")
UNREAD = ("^", "~", ":", "||", "#", "\u00a6", "\x01", "\x1f")
LOOKED_AT = 40
csv.field_size_limit(64 << 20)


@dataclass(frozen=True)
class Header:
    """The names as they stand; `first` and `last` are the physical lines of their record."""

    names: tuple[str, ...]
    separator: str
    first: int = 1
    last: int = 1


def find_header(text: str, known: Callable[[tuple[str, ...]], bool] = lambda _: False) -> Header | None:
    """The header among the first records: one that is `known`, else the one with the most names of one source.

    A line further down must have all that its source needs; else the first line is taken to be the header.
    """
    found: list[tuple[tuple[int, int, int], Header]] = []
    for separator in SEPARATORS:
        for i, header in enumerate(_records(text, separator)):
            score = 99 if known(header.names) else score_of(header.names, whole=i > 0)
            found.append(((score, -header.first if score else 0, len(header.names) if not i else 0), header))
    return max(found, key=lambda f: f[0])[1] if found else None


def above(name: str, text: str, header: Header) -> int:
    """The lines above a header, titles and notes. Raises `DataError` where they look like rows: they would be lost."""
    for record in _records(text, header.separator):
        filled = sum(bool(name) for name in record.names)
        if record.first < header.first and len(record.names) == len(header.names) and filled * 2 > len(header.names):
            raise DataError(
                f"{name}, line {record.first} looks like a row but stands above the column names of line {header.first}. "
                "Put the column names first."
            )
    return header.first - 1


def _records(text: str, separator: str) -> list[Header]:
    """The first records that are not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    out: list[Header] = []
    while len(out) < LOOKED_AT:
        first = reader.line_num + 1
        try:
            fields = tuple(field.strip() for field in next(reader))
        except (StopIteration, csv.Error):
            break
        if any(fields):
            out.append(Header(fields, separator, first, reader.line_num))
    return out


def score_of(names: Collection[str], whole: bool) -> int:
    """How many columns of the best-fitting source these names give; none where `whole` and it lacks what it needs."""
    header = list(names)
    scores = [len(p) for s in SOURCES.values() for p in (places(s, header),) if not (whole and lacking(s, p))]
    return max(scores, default=0)


def places(source: Source, header: list[str]) -> dict[str, int]:
    """At which position each known column stands. Own names first, so that an alias never takes another's own name."""
    found: dict[str, int] = {}
    plains = [plain(h) for h in header]
    for names in (lambda c: (plain(c.name),), lambda c: tuple(c.also.split())):
        for column in source.columns:
            _place(column, names(column), plains, found)
    return found


def _place(column: Column, names: tuple[str, ...], plains: list[str], found: dict[str, int]) -> None:
    if column.name in found:
        return
    for name in names:
        if name in plains and plains.index(name) not in found.values():
            found[column.name] = plains.index(name)
            return


def rivals(source: Source, header: list[str], found: dict[str, int]) -> dict[str, list[str]]:
    """Columns that go by an alias while another header of the file is an alias of theirs as well."""
    out = {}
    for column in source.columns:
        place = found.get(column.name)
        if place is None or plain(header[place]) == plain(column.name):
            continue
        free = [h for i, h in enumerate(header) if i not in found.values() and plain(h) in column.also.split()]
        if free:
            out[column.name] = [header[place], *free]
    return out


def in_currency(source: Source, header: list[str], found: Mapping[str, int]) -> dict[str, str]:
    """Headers such as Total (EUR), by the column that is missing and would be known by their name without the currency."""
    free = [name for i, name in enumerate(header) if i not in found.values()]
    bare = {plain(re.sub(rf"[\s_(\[]+{CURRENCY}[)\]]?$", "", name)): name for name in free if re.search(CURRENCY, name)}
    missing = [column for column in source.columns if column.kind == "number" and column.name not in found]
    names = {name: column.name for column in missing for name in (plain(column.name), *column.also.split())}
    return {names[name]: header for name, header in bare.items() if name in names}


def oddly_written(names: list[str]) -> str:
    """What is odd about names of which none is known, and what to do; else empty."""
    one = names[0]
    if len(names) == 1 and score_of(one.split(","), whole=False) > 2:
        return "the whole line stands in quotes. Take them off each line, or export again."
    for separator in UNREAD:
        if len(names) == 1 and score_of(one.split(separator), whole=False) > 2:
            return (
                f"the fields are set apart by {separator!r}, which is not read. Export with commas, semicolons or tabs."
            )
    for encoding in ("utf-16-le", "utf-16-be"):
        if score_of(re.split("[,;\t\n]", one.encode(encoding, "replace").decode("latin-1")), whole=False) > 2:
            return "the file seems to hold text in two encodings, UTF-8 and UTF-16. Export it again as one."
    return ""


def lacking(source: Source, found: Collection[str]) -> list[str]:
    """The columns without which the source cannot be used."""
    missing = [name for name in source.required if name not in found]
    if source.needs and not any(need <= set(found) for need in source.needs):
        missing += [sorted(need - set(found))[0] for need in source.needs][:1]
    return missing


def check(name: str, source: Source, header: Header, found: dict[str, int], said: Collection[str] = ()) -> None:
    """`said` are the columns that were told and leave nothing open.

    Raises `DataError` for names that stand twice, leave it open which column is meant, or lack what is needed."""
    names, line = list(header.names), f"{name}, line {header.first}"
    if not found:
        if hint := oddly_written(names):
            raise DataError(f"{line}: {hint}")
        raise DataError(
            f"{line}: no column names that are known. Put them on the first line. It holds: {', '.join(names)}.",
            "columns",
        )
    plains = [plain(header) or header.lower() for header in names]
    doubles = {header for header, p in zip(names, plains, strict=True) if p and plains.count(p) > 1}
    if doubles:
        raise DataError(f"{line}: the column {sorted(doubles)[0]!r} stands there twice. Rename or remove one.")
    missing = lacking(source, found)
    if missing and (hint := oddly_written(names)):
        raise DataError(f"{line}: {hint}")
    if missing:
        near = get_close_matches(plain(missing[0]), plains, n=1, cutoff=0.6)
        hint = f" Is it {names[plains.index(near[0])]!r}? Then rename it." if near else ""
        raise DataError(f"{line}: no column {missing[0]!r}.{hint} The file has: {', '.join(names)}.", "columns")
    for column, priced in in_currency(source, names, found).items():
        if column not in said:
            raise DataError(
                f"{line}: {priced!r} seems to be {column!r} in a currency. Rename it to {column}, or to something else if it is not.",
                "columns",
            )
    for column, headers in rivals(source, names, found).items():
        if column in said:
            continue
        raise DataError(
            f"{line}: {' and '.join(map(repr, headers))} could each be {column!r}. Rename the one that is meant to {column}.",
            "columns",
        )
