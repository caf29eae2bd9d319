"""The mapping: which column of a file with unknown names is which of ours, proposed by name and by content, with the reason."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice, permutations

from pipeline.containers import Part
from pipeline.files import NOBODY, read_header
from pipeline.headers import lacking
from pipeline.layouts import Layouts
from pipeline.sources import SOURCES, Column, Source, plain

SALES = "sales_transactions"
SAMPLED = 500
SURE = 0.9
DATE = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{1,2}[ -][A-Za-z]{3}|[A-Z][a-z]+ \d{1,2},|"
    r"\d{5}(\.\d+)?$|\d{10}$|\d{13}$"
)
NUMBER = re.compile(r"[(+-]?\s*([A-Z]{3}|[^\w\s.,(-])?\s*[+-]?\d[\d.,'’\s\u00a0\u202f]*\s*([A-Z]{3}|[^\w\s.,)-])?[)-]?")
RATING = re.compile(r"[1-5](\.0)?")
MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


@dataclass(frozen=True)
class Match:
    """A column of ours and the header that it probably stands under, `confidence` from 0 to 1; no header where none fits."""

    column: str
    header: str
    confidence: float
    reason: str


@dataclass(frozen=True)
class Proposal:
    """What a file probably is: a source (empty where none fits), a match for each of its columns, and the first rows."""

    name: str
    source: str
    headers: tuple[str, ...]
    matches: tuple[Match, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def columns(self) -> dict[str, str]:
        """The header of each column that was found: what `Answers.columns` takes once confirmed."""
        return {match.column: match.header for match in self.matches if match.header}

    @property
    def missing(self) -> list[str]:
        """What the source needs and no header gives."""
        return lacking(SOURCES[self.source], self.columns) if self.source else []


@dataclass(frozen=True)
class Sample:
    """The first rows of a table, by column."""

    name: str
    headers: tuple[str, ...]
    values: tuple[tuple[str, ...], ...]

    def share(self, place: int, pattern: re.Pattern[str]) -> float:
        """The share of a column's values that a pattern matches as a whole, or from their beginning where they are dates."""
        given = [v for v in self.values[place] if v]
        match = pattern.match if pattern is DATE else pattern.fullmatch
        return sum(bool(match(value)) for value in given) / len(given) if given else 0.0


def propose(parts: Iterable[Part], layouts: Layouts = NOBODY) -> list[Proposal]:
    """What each table of a folder probably is. Ids that several files share tell which column is which id."""
    samples = [sample(part, layouts) for part in parts]
    first = [proposed(each) for each in samples]
    ids = _ids(samples, first)
    return [
        before if before.source and not _unsure(before) else proposed(each, ids)
        for each, before in zip(samples, first, strict=True)
    ]


def sample(part: Part, layouts: Layouts = NOBODY) -> Sample:
    """The first rows of a table. Raises `DataError` where its text cannot be read."""
    header, text, _ = read_header(part, layouts, anyhow=True)
    if header is None:
        return Sample(part.name, (), ())
    lines = islice(io.StringIO(text, newline=""), header.last, None)
    width = len(header.names)
    reader = csv.reader(lines, delimiter=header.separator)
    rows = list(islice((row for row in reader if len(row) == width), SAMPLED))
    columns = tuple(tuple(value.strip() for value in column) for column in zip(*rows, strict=True)) or ((),) * width
    return Sample(part.name, header.names, columns)


def proposed(of: Sample, ids: Mapping[str, set[str]] | None = None) -> Proposal:
    """The source whose columns fit best, needed ones first. Where none has what it needs, quantity times price equal to a total
    still tell sales, of which the rest has to be asked; else none."""
    every = {name: matched(source, of, ids or {}) for name, source in SOURCES.items()}
    sums = bool(_product(SOURCES[SALES], of))
    fits = {n: found for n, found in every.items() if not lacking(SOURCES[n], _found(found)) or (n == SALES and sums)}
    best = max(fits, key=lambda name: _weight(SOURCES[name], fits[name]), default="")
    rows = tuple(islice(zip(*of.values, strict=True), 5))
    return Proposal(of.name, best, of.headers, tuple(every[best].values()) if best else (), rows)


def matched(source: Source, of: Sample, ids: Mapping[str, set[str]]) -> dict[str, Match]:
    """Each column of a source with its likeliest header; the surest pairs are made first, and none is used twice."""
    sums = _product(source, of)
    pairs = sorted(
        ((*_likeness(column, of, place, ids, sums), column.name, place) for column in source.columns for place in range(len(of.headers))),
        key=lambda pair: (-pair[0], pair[3]),
    )  # fmt: skip
    out: dict[str, Match] = {}
    taken: set[int] = set()
    for confidence, reason, name, place in pairs:
        if confidence >= 0.4 and name not in out and place not in taken:
            out[name] = Match(name, of.headers[place], round(confidence, 2), reason)
            taken.add(place)
    return {c.name: out.get(c.name, Match(c.name, "", 0.0, "no column looks like it")) for c in source.columns}


def _likeness(
    column: Column, of: Sample, place: int, ids: Mapping[str, set[str]], sums: dict[str, int]
) -> tuple[float, str]:
    """How sure it is that a header is a column, and why."""
    name, how = _by_name(column, of.headers[place])
    content, what = _by_content(column, of, place)
    given = {value for value in of.values[place] if value}
    shared = len(given & ids.get(column.name, set())) / len(given) if given else 0.0
    if sums.get(column.name) == place:
        return max(name, 0.85), "quantity times price gives the total"
    if shared > 0.5 and column.kind == "id":
        return max(name, 0.5 + 0.4 * shared), f"{shared:.0%} of its values are known ids"
    if name and content < 0.5 and given:
        return name * 0.4, f"{how}, but it does not hold {what}"
    return (name, how) if name else (0.6 * content if column.name in TELLING else 0.0, f"it holds {what}")


def _by_name(column: Column, header: str) -> tuple[float, str]:
    name = plain(header)
    if not name:
        return 0.0, ""
    if name == plain(column.name):
        return 1.0, "its name"
    if name in column.also.split():
        return 0.95, f"{header!r} is another name for it"
    near = max(SequenceMatcher(None, name, other).ratio() for other in (plain(column.name), *column.also.split()))
    inside = any(len(other) > 3 and other in name for other in (plain(column.name), *column.also.split()))
    close = max(near, 0.8 if inside else 0.0)
    return (0.8 * close, f"{header!r} is like its name") if close >= 0.75 else (0.0, "")


TELLING = ("email", "order_date", "signup_date", "review_date", "rating", "review_text")


def _by_content(column: Column, of: Sample, place: int) -> tuple[float, str]:
    """How well a header's values suit a column, and what they should be."""
    given = [value for value in of.values[place] if value]
    if not given:
        return 0.0, "anything"
    if column.name == "email":
        return of.share(place, MAIL), "e-mail addresses"
    if column.kind in ("day", "moment"):
        return of.share(place, DATE), "dates"
    if column.name == "rating":
        return of.share(place, RATING), "ratings of 1 to 5"
    if column.kind == "number":
        return of.share(place, NUMBER), "numbers"
    if column.name == "review_text":
        return min(sum(map(len, given)) / len(given) / 40, 1.0), "longer texts"
    if column.kind == "id":
        return sum(" " not in value.strip() for value in given) / len(given), "ids"
    return 1.0 - of.share(place, DATE) * 0.9, "words"


def _product(source: Source, of: Sample) -> dict[str, int]:
    """Quantity, price and total where one column times another is a third, and not only times one."""
    if source.name != SALES:
        return {}
    numbers = {p: [_number(v) for v in of.values[p]] for p in range(len(of.headers)) if of.share(p, NUMBER) > 0.9}
    for a, b, c in permutations(list(numbers)[:12], 3):
        rows = [(q, x, t) for q, x, t in zip(numbers[a], numbers[b], numbers[c], strict=True) if None not in (q, x, t)]
        right = [(q, x) for q, x, t in rows if q and x and t and abs(q * x - t) < 0.011]
        telling = sum(q != 1 and x != 1 for q, x in right)
        if len(right) > 0.9 * len(rows) and telling > 2 and sum(q.is_integer() for q, _ in right) == len(right):
            return {"quantity": a, "unit_price": b, "total_amount": c}
    return {}


def _number(text: str) -> float | None:
    digits = re.sub(r"[^\d.,-]", "", text)
    if digits.rfind(",") > digits.rfind("."):
        digits = digits.replace(".", "").replace(",", ".")
    try:
        return float(digits.replace(",", ""))
    except ValueError:
        return None


def _found(matches: Mapping[str, Match]) -> list[str]:
    return [match.column for match in matches.values() if match.header]


def _weight(source: Source, matches: Mapping[str, Match]) -> float:
    needed = {*source.required, *(name for need in source.needs for name in need)}
    return sum(match.confidence * (2 if match.column in needed else 1) for match in matches.values())


def _unsure(proposal: Proposal) -> bool:
    return any(match.confidence < SURE for match in proposal.matches if match.header)


def _ids(samples: list[Sample], proposals: list[Proposal]) -> dict[str, set[str]]:
    """The ids that surely named columns hold."""
    out: dict[str, set[str]] = {}
    for of, proposal in zip(samples, proposals, strict=True):
        for match in proposal.matches:
            if match.confidence >= SURE and match.column in ("customer_id", "product_id"):
                out.setdefault(match.column, set()).update(of.values[of.headers.index(match.header)])
    return {name: values - {""} for name, values in out.items()}
