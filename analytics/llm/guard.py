"""The guard: a sentence of a language model stays only if each of its numbers is one that a tool returned.

Rounding, thousands and millions, percent, and sums of the rows shown are allowed; so are the numbers of the question
and dates inside the days looked at. A number of one row beside the name of another is not.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from analytics.assistant.calendar import dates_in
from analytics.assistant.vocabulary import OPERATORS
from analytics.llm.numerals import Numeral, flat, numerals
from analytics.metrics import METRICS
from analytics.periods import Period
from analytics.tools import Found

CLOSE = 0.05
RATES = ("_share", "_growth", "share", "of_change", "probability", "retention", "off", "confidence", "support")
MOVES = ("_growth", "_change", "change")
TOGETHER = frozenset({""})  # the name of a sum: that of no row
SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
FOREIGN = re.compile(r"://|www\.|!\[|\]\(|<\s*[a-z/!]|[\w.]+@\w+\.\w|`|javascript:")
YEAR_BEFORE = re.compile(r"(?:\b(?:in|of|for|during|since|from|to|until|through|and|or|vs|versus|than|year|between|before|after|"
                         r"throughout|all|whole|late|early|over)|[(–-])\s*$")  # fmt: skip
YEAR_AFTER = re.compile(
    r"\s*(?:%|percent|[a-z-]*\s?(?:orders?|customers?|units?|products?|reviews?|items?|pieces|dollars|euros)\b)"
)


@dataclass(frozen=True)
class Fact:
    """A number that may be said: of which rows (by the words that name them), whether a rate, whether a change."""

    value: float
    rate: bool = False
    moved: bool = False
    names: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Known:
    """All that may be said: facts, the names of rows, the spans of days looked at, the words of the question."""

    facts: tuple[Fact, ...]
    names: tuple[str, ...]
    spans: tuple[Period, ...]
    data: Period

    @classmethod
    def of(cls, found: Sequence[Found], question: str, data: Period) -> "Known":
        facts = [fact for one in found for fact in _facts(one.told)]
        spans = [span for one in found for span in _spans(one.told)]
        spans += [f.period for f in dates_in(flat(question), data)]
        asked = _without_dates(flat(question), spans, data) or ""
        facts += [Fact(n.value / (100 if n.rate else 1), n.rate) for n in numerals(asked) or []]
        names = {name for one in found for row in one.told.get("rows", ()) for name in _names(row)}
        names |= {flat(str(v)) for one in found for m in one.told.get("members", ()) for v in m.values()}
        return cls(tuple(facts), tuple(sorted(names, key=len, reverse=True)), tuple(spans), data)


def sentences(text: str, *, ended: bool) -> list[str]:
    """The sentences of a text; of one that goes on, without its last: a point at its end may be within a number."""
    parts = [part.strip() for part in SENTENCE.split(text) if part.strip()]
    return parts if ended or re.search(r"[.!?]\s+$", text) else parts[:-1]


def supported(sentence: str, known: Known) -> bool:
    """Whether all that the sentence states in numbers is known, and it leads nowhere else."""
    text = flat(sentence)
    if FOREIGN.search(text):
        return False
    text, places = _without_names(text, known.names)
    dated = _without_dates(text, known.spans, known.data)
    stated = numerals(dated) if dated is not None else None
    return stated is not None and all(_true(numeral, stated, text, places, known) for numeral in stated)


def _true(numeral: Numeral, stated: list[Numeral], text: str, places: list[tuple[int, str]], known: Known) -> bool:
    """One of the ways to read this numeral is a fact about what is named next to it."""
    ways = [n for n in stated if n.start == numeral.start]
    facts = [fact for fact in known.facts if any(_same(n, fact) for n in ways)]
    beside = _beside(numeral.start, places)
    return any((not f.names or not beside or f.names & beside) and _heading(f, text) for f in facts)


def _same(numeral: Numeral, fact: Fact) -> bool:
    """Equal as far as the numeral is exact, and never more than 5 % off."""
    value = abs(fact.value) * (100 if fact.rate and numeral.rate else 1)
    if numeral.rate and not fact.rate:
        return False
    off = abs(value - numeral.value)
    return off <= 1e-9 * max(1.0, value) or (off <= numeral.slack * (1 + 1e-9) and off <= CLOSE * value)


def _heading(fact: Fact, text: str) -> bool:
    """A fall is not told as a rise."""
    up, down = (bool(_MOVES[way].search(text)) for way in ("up", "down"))
    return not fact.moved or up == down or (fact.value >= 0) == up


_MOVES = {way: re.compile(rf"\b(?:{OPERATORS[way]})\b") for way in ("up", "down")}


def _beside(place: int, places: list[tuple[int, str]]) -> frozenset[str]:
    """The names of rows next before and next after."""
    before = [name for start, name in places if start < place][-1:]
    after = [name for start, name in places if start > place][:1]
    return frozenset((*before, *after))


def _without_names(text: str, names: Iterable[str]) -> tuple[str, list[tuple[int, str]]]:
    """The text without the names of rows, which may hold digits, and where each stood."""
    places: list[tuple[int, str]] = []
    for name in names:
        for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text):
            places.append((match.start(), name))
            text = text[: match.start()] + " " * len(name) + text[match.end() :]
    return text, sorted(places)


def _without_dates(text: str, spans: Sequence[Period], data: Period) -> str | None:
    """The text without its dates; None where one lies outside the days looked at."""
    for found in dates_in(text, data):
        words = text[found.start : found.end]
        if words.isdigit() and not _is_year(text, found.start, found.end):
            continue
        if not re.search(r"\d", words):
            continue
        if not any(found.period.start >= span.start and found.period.end <= span.end for span in spans):
            return None
        text = text[: found.start] + " " * len(words) + text[found.end :]
    return text


def _is_year(text: str, start: int, end: int) -> bool:
    """A bare number of four digits is a year only where a year can stand."""
    opens = start == 0 or bool(YEAR_BEFORE.search(text[:start]))
    return opens and not YEAR_AFTER.match(text[end:])


def _facts(told: dict[str, object]) -> list[Fact]:
    columns, rows = told.get("columns"), told.get("rows")
    if not isinstance(columns, list) or not isinstance(rows, list):
        return []
    facts = [Fact(float(len(rows))), Fact(float(str(told.get("rows_in_all", len(rows)))))]
    for place, column in enumerate(columns):
        rate, moved = _is_rate(column), str(column).endswith(MOVES)
        cells = [(row[place], row) for row in rows if isinstance(row[place], int | float) and math.isfinite(row[place])]
        facts += [Fact(float(value), rate, moved, frozenset(_names(row))) for value, row in cells]
        facts += [Fact(math.fsum(value for value, _ in cells), rate, moved, TOGETHER)] * (
            len(cells) > 1 and _adds_up(column)
        )
    return facts


def _is_rate(column: str) -> bool:
    name = re.sub("_(now|before|change|cumulative|moving)$", "", column)
    return column.endswith(RATES) or (name in METRICS and METRICS[name].unit == "rate")


def _adds_up(column: str) -> bool:
    name = re.sub("_(now|before|change|share)$", "", column)
    return name in METRICS and METRICS[name].additive


def _names(row: Sequence[object]) -> list[str]:
    """The words that name a row: its texts, but for dates, which are read as such."""
    return [flat(cell) for cell in row if isinstance(cell, str) and not re.fullmatch(r"\d{4}-\d\d-\d\d", cell)]


def _spans(told: dict[str, object]) -> list[Period]:
    """The days that a tool looked at, and those it compared with."""
    pairs = [(told.get(f"{key}from"), told.get(f"{key}to")) for key in ("", "compared_")]
    return [Period(date.fromisoformat(str(a)), date.fromisoformat(str(b))) for a, b in pairs if a and b]
