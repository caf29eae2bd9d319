"""The values: how text becomes a number or a moment, as expressions that DuckDB evaluates.

A column is read in one style, decided from the values that can be read in one way only; what stays
ambiguous is refused, never guessed. Of each cell the form it is written in is told first, then it is read.
"""

from dataclasses import dataclass

from pipeline.sources import TYPES

CURRENCY = r"[$€£¥₹]|\b(USD|EUR|GBP|CHF)\b"
MONEY = TYPES["number"]
NOTHING = ("na", "n/a", "#n/a", "null", "none", "nan", "nil", "undefined", "unknown", "-", "--")
FLOOR, CEILING = "1900-01-01", "2200-01-01"


@dataclass(frozen=True)
class Styles:
    """How a column writes: `comma` for decimal commas, `day_first` for slashed dates; None undecided."""

    comma: bool = False
    day_first: bool | None = None


@dataclass(frozen=True)
class Form:
    """A way to write a value: the pattern that tells it, and the expression over `{t}` that reads it."""

    name: str
    pattern: str
    reads: str


PLAIN = Form("plain", r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", "{t}")
COMMAS = Form("commas", r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", "replace({t}, ',', '')")
DOTS = Form("dots", r"[+-]?\d{1,3}(\.\d{3})+(,\d+)?", "replace(replace({t}, '.', ''), ',', '.')")
COMMA = Form("comma", r"[+-]?\d*,\d+", "replace({t}, ',', '.')")

SLASHES = r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?:[ T](\d{1,2}:\d{2}(?::\d{2})?))?"
NAMED = ", ".join(
    f"'{form}'"
    for form in (
        "%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y",
        "%Y/%m/%d", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y.%m.%d",
    )
)  # fmt: skip
MOMENTS = (
    Form("iso", r"\d{4}-\d{1,2}-\d{1,2}([ T].*)?", "try_cast({t} AS TIMESTAMP)"),
    Form("slashed", SLASHES, "{slashed}"),
    Form("excel", r"\d{5}(\.\d+)?", "TIMESTAMP '1899-12-30' + to_seconds(round(try_cast({t} AS DOUBLE) * 86400))"),
    Form("epoch", r"\d{10}", "make_timestamp(try_cast({t} AS BIGINT) * 1000000)"),
    Form("epoch_ms", r"\d{13}", "make_timestamp(try_cast({t} AS BIGINT) * 1000)"),
    Form("compact", r"\d{8}", "try_strptime({t}, '%Y%m%d')"),
    Form("named", r".+", f"coalesce(try_strptime({{t}}, [{NAMED}]), try_cast({{t}} AS TIMESTAMP))"),
)


def given(text: str) -> str:
    """The text, null for the words that programs write for nothing. Not for names: NA may be a region."""
    words = ", ".join(f"'{word}'" for word in NOTHING)
    return f"CASE WHEN strlen({text}) > 9 OR lower({text}) NOT IN ({words}) THEN {text} END"


def identifier(text: str) -> str:
    """An id without the `.0` that a spreadsheet or pandas appends to numbers."""
    return rf"CASE WHEN {is_decimal_id(text)} THEN left({text}, -2) ELSE {text} END"


def is_decimal_id(text: str) -> str:
    return rf"(suffix({text}, '.0') AND regexp_full_match({text}, '\d{{3,}}\.0'))"


def bare(text: str) -> str:
    """A number's text without currency signs and blanks, with a leading minus: `(12.50)` and `12.50-` are below zero."""
    stripped = rf"regexp_replace({text}, '{CURRENCY}|[\s\x{{A0}}\x{{202F}}\x{{2007}}]', '', 'g')"
    signed = rf"regexp_replace(regexp_replace({stripped}, '^\((.*)\)$', '-\1'), '^([^-].*)-$', '-\1')"
    return f"CASE WHEN regexp_full_match({text}, '{PLAIN.pattern}') THEN {text} ELSE {signed} END"


def number_form(bare: str, styles: Styles) -> str:
    """Under which form a bare number is read; null where under none."""
    return _first(bare, (DOTS, COMMA, PLAIN, COMMAS) if styles.comma else (PLAIN, COMMAS, DOTS, COMMA))


def number(bare: str, form: str) -> str:
    """The number in this form, or null where it cannot be read."""
    text = _read(form, (PLAIN, COMMAS, DOTS, COMMA), bare)
    # The wide type is read thirty times slower than the narrow one, and seldom needed.
    return f"coalesce(try_cast({text} AS DECIMAL(18,6))::{MONEY}, try_cast({text} AS {MONEY}))"


def moment_form(text: str) -> str:
    return _first(text, MOMENTS)


def moment(text: str, form: str, styles: Styles) -> str:
    """The moment in this form, or null where it cannot be read.

    ISO with or without time, slashed in the column's order, with month names, Excel's day numbers, epochs. A zone
    behind the time is left off: dates are those on the shop's wall.
    """
    return _read(form, MOMENTS, text).replace("{slashed}", slashed(text, styles))


def sane(moment: str) -> str:
    """The moment where it lies in the years 1900 to 2199."""
    return f"CASE WHEN {moment} BETWEEN TIMESTAMP '{FLOOR}' AND TIMESTAMP '{CEILING}' THEN {moment} END"


def slashed(text: str, styles: Styles) -> str:
    """Day and month in the column's order; in the other where only that makes a date. Undecided: only what is sure."""
    a, b, y, time = (f"regexp_extract({text}, '^{SLASHES}$', {part})" for part in (1, 2, 3, 4))
    day, month = (a, b) if styles.day_first else (b, a)
    year = f"CASE WHEN len({y}) = 2 THEN '20' || {y} ELSE {y} END"
    clock = f"CASE WHEN {time} = '' THEN '' ELSE ' ' || {time} END"
    usual = f"{year} || '-' || lpad({month}, 2, '0') || '-' || lpad({day}, 2, '0') || {clock}"
    turned = f"{year} || '-' || lpad({day}, 2, '0') || '-' || lpad({month}, 2, '0') || {clock}"
    read = f"coalesce(try_cast({usual} AS TIMESTAMP), try_cast({turned} AS TIMESTAMP))"
    return read if styles.day_first is not None else f"CASE WHEN NOT {is_undecided(text)} THEN {read} END"


def is_slashed(text: str) -> str:
    return f"regexp_full_match({text}, '{SLASHES}')"


def is_undecided(text: str) -> str:
    """Whether a slashed date is another one with day and month exchanged."""
    first, second = slash_part(text, 1), slash_part(text, 2)
    return f"({first} <= 12 AND {second} <= 12 AND {first} <> {second})"


def slash_part(text: str, part: int) -> str:
    """The first or second number of a slashed date."""
    return f"try_cast(regexp_extract({text}, '^{SLASHES}$', {part}) AS INT)"


def slash_votes(text: str) -> tuple[str, str, str]:
    """Of a column: values whose first part must be a day, values whose second part must be one, undecided ones."""
    when = (f"{slash_part(text, 1)} > 12", f"{slash_part(text, 2)} > 12", is_undecided(text))
    a, b, c = (f"count(*) FILTER ({is_slashed(text)} AND {condition})" for condition in when)
    return a, b, c


def comma_votes(text: str) -> tuple[str, str]:
    """Of a column: values that can only have a decimal comma, values that can only have a decimal point."""
    comma = r"^[^,]*,\d{1,2}\D*$|\.\d{3},"
    point = r"\.\d{1,2}\D*$|\.\d{4,}\D*$|,\d{3}\."
    a, b = (f"count(*) FILTER (regexp_matches({text}, '{pattern}'))" for pattern in (comma, point))
    return a, b


def _first(text: str, forms: tuple[Form, ...]) -> str:
    cases = " ".join(f"WHEN regexp_full_match({text}, '{form.pattern}') THEN '{form.name}'" for form in forms)
    return f"CASE {cases} END"


def _read(form: str, forms: tuple[Form, ...], text: str) -> str:
    cases = " ".join(f"WHEN '{f.name}' THEN {f.reads.replace('{t}', text)}" for f in forms)
    return f"CASE {form} {cases} END"
