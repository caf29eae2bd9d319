"""The values: how text becomes a number or a moment, as expressions that DuckDB evaluates.

A column is read in one style, decided from the values that can be read in one way only; what stays
ambiguous is refused, never guessed. Of each cell the form it is written in is told first, then it is read.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from pipeline.nothing import WORDS
from pipeline.sources import TYPES

CODES = "USD|EUR|GBP|CHF|JPY|CNY|CAD|AUD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|RON|BGN|TRY|RUB|UAH|INR|HKD|SGD|ZAR|BRL|MXN|KRW|ILS|THB|AED|SAR"
SIGNS = r"US\$|CA\$|AU\$|NZ\$|HK\$|R\$|[$€£¥₹₽₺₩₪฿₴]|kr\.?|zł|Kč|Ft|Fr\."
CURRENCY = f"(?:(?i:{CODES})|{SIGNS})"
SAME_CURRENCY = {
    "$": "USD", "US$": "USD", "CA$": "CAD", "AU$": "AUD", "NZ$": "NZD", "HK$": "HKD", "R$": "BRL", "€": "EUR", "£": "GBP", "¥": "JPY",
    "₹": "INR", "₽": "RUB", "₺": "TRY", "₩": "KRW", "₪": "ILS", "฿": "THB", "₴": "UAH", "KR.": "KR", "ZŁ": "PLN", "KČ": "CZK",
    "FT": "HUF", "FR.": "CHF",
}  # fmt: skip
MONEY = TYPES["number"]
FLOOR, CEILING = "1900-01-02", "2200-01-01"
NEVER = "BETWEEN '1969-12-31' AND '1970-01-01'"  # what programs write for no date, in any zone, as they do the first day of 1900
MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
Order = Literal["", "day", "month", "year"]


@dataclass(frozen=True)
class Styles:
    """How a column writes: `decimal` what stands before the decimals, `order` what comes first in a slashed date, "" where
    nothing tells; `currency` the one that is meant where others stand in the column as well; `zero` the day from which days are
    counted."""

    decimal: Literal["", ".", ","] = "."
    order: Order = ""
    currency: str = ""
    zero: str = "1899-12-30"


@dataclass(frozen=True)
class Form:
    """A way to write a value: the pattern that tells it, and the expression over `{t}` that reads it."""

    name: str
    pattern: str
    reads: str


PLAIN = Form("plain", r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", "{t}")
COMMAS = Form("commas", r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?", "replace({t}, ',', '')")
DOTS = Form("dots", r"[+-]?[1-9]\d{0,2}(\.\d{3})+(,\d+)?", "replace(replace({t}, '.', ''), ',', '.')")
COMMA = Form("comma", r"[+-]?\d*,\d+", "replace({t}, ',', '.')")
OPEN = Form("open", r"[+-]?[1-9]\d{0,2}[.,]\d{3}", "NULL")
GAP = r"[\s\x{A0}\x{202F}\x{2007}\x{2009}''’]"  # the apostrophe doubled, as in a literal of SQL
GROUPED = rf"[+-]?\d{{1,3}}({GAP}\d{{3}})+([.,]\d+)?"

SLASHES = (
    r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})"
    r"(?:,?[ T]+(\d{1,2}:\d{2}(?::\d{2})?)(?:\.0+)?(?: ?([AaPp])\.?[Mm]\.?)?)?"
)
HALVES = "['%Y-%m-%d %I:%M:%S %p', '%Y-%m-%d %I:%M %p']"
NAMED = ", ".join(
    f"'{form}'"
    for form in (
        "%d-%b-%y", "%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y",
        "%d-%b-%Y %H:%M:%S", "%d-%b-%Y %H:%M", "%d/%b/%Y", "%b %d %Y %I:%M%p", "%b %d, %Y %I:%M %p",
        "%Y/%m/%d", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d %I:%M:%S %p", "%Y/%m/%d %I:%M %p",
        "%Y.%m.%d", "%Y.%m.%d %H:%M:%S", "%Y.%m.%d %H:%M",
    )
)  # fmt: skip
MOMENTS = (
    Form(
        "iso",
        r"\d{4}-\d{1,2}-\d{1,2}([ T].*)?",
        f"coalesce(try_cast({{t}} AS TIMESTAMP), try_strptime({{t}}, {HALVES}))",
    ),
    Form("slashed", SLASHES, "{slashed}"),
    Form("excel", r"\d{5}(\.\d+)?", "TIMESTAMP '{zero}' + to_seconds(round(try_cast({t} AS DOUBLE) * 86400))"),
    Form("epoch", r"\d{10}", "make_timestamp(try_cast({t} AS BIGINT) * 1000000)"),
    Form("epoch_ms", r"\d{13}", "make_timestamp(try_cast({t} AS BIGINT) * 1000)"),
    Form("compact", r"\d{8}", "try_strptime({t}, '%Y%m%d')"),
    Form("compact_time", r"\d{14}", "try_strptime({t}, '%Y%m%d%H%M%S')"),
    Form("named", r".*\d.*", f"coalesce(try_strptime({{t}}, [{NAMED}]), try_cast({{t}} AS TIMESTAMP))"),
)


def identifier(text: str) -> str:
    """An id without the `.0` that a spreadsheet or pandas appends to numbers, and without what marks it as text to one."""
    bare = rf"regexp_replace({text}, '^(=\"|'')(.*?)\"?$', '\2')"
    return (
        f"CASE WHEN {is_decimal_id(text)} THEN regexp_replace({text}, '[.,]0+$', '') "
        f"WHEN {is_marked(text)} THEN {bare} ELSE {text} END"
    )


def is_decimal_id(text: str) -> str:
    return rf"(suffix({text}, '0') AND regexp_full_match({text}, '\d+[.,]0{{1,2}}'))"


def is_marked(text: str) -> str:
    """Whether an id is written so that a spreadsheet keeps it as text: ="00123" or '00123."""
    return rf"(left({text}, 1) IN ('=', '''') AND regexp_full_match({text}, '=\".+\"|''.*[^'']'))"


def is_in_figures(text: str) -> str:
    """Whether an id went through a spreadsheet that wrote it as 1.23457E+11, its last digits lost, or as the date 1-Mar."""
    written = rf"\d[.,]\d+[eE]\+?\d+|\d[eE]\+\d{{2,}}|\d{{1,3}}(,\d{{3}})+|(?i:\d{{1,2}}-({MONTHS})|({MONTHS})-\d{{2}})"
    return rf"CASE WHEN regexp_matches({text}, '[-+.,]') THEN regexp_full_match({text}, '{written}') ELSE false END"


def is_rounded(text: str) -> str:
    """Whether a spreadsheet wrote a number as 1.2E+03, with fewer digits than it has."""
    digits = rf"length(regexp_extract({text}, '[.,](\d+)E', 1))"
    power = rf"try_cast(regexp_extract({text}, '^[+-]?\d(?:[.,]\d+)?E\+(\d{{1,2}})$', 1) AS INT)"
    return f"CASE WHEN contains({text}, 'E+') THEN coalesce({digits} < {power}, false) ELSE false END"


def is_plain(text: str) -> str:
    """Whether a number is written in figures alone, with a point before its decimals, as most are."""
    return f"regexp_full_match({text}, '{PLAIN.pattern}')"


def bare(text: str, plain: str = "") -> str:
    """A number's text without currency and gaps, with a leading minus: `(12.50)` and `12.50-` are below zero. `12.-` is 12.

    A currency is taken off at an end only, and a gap only before three digits: 12€50 and 12 50 stay as they are.
    """
    minus = f"replace({text}, '\u2212', '-')"
    first = rf"regexp_replace({minus}, '^([+(-]*)\s*{CURRENCY}{GAP}*', '\1')"
    last = rf"regexp_replace({first}, '{GAP}*{CURRENCY}([-)]*)$', '\1')"
    round_ = rf"regexp_replace({last}, '(\d)[.,][-\x{{2013}}\x{{2014}}]{{1,2}}([-)]*)$', '\1\2')"
    signed = rf"regexp_replace(regexp_replace({round_}, '^\((.*)\)$', '-\1'), '^([^-].*)-$', '-\1')"
    close = rf"regexp_replace({signed}, '^([+-]){GAP}+', '\1')"
    joined = f"regexp_replace({close}, '{GAP}', '', 'g')"
    whole = f"CASE WHEN regexp_full_match({close}, '{GROUPED}') THEN {joined} ELSE {close} END"
    return f"CASE WHEN {plain or is_plain(text)} THEN {text} ELSE {whole} END"


def number_form(bare: str, plain: str, styles: Styles) -> str:
    """Under which form a bare number is read; null where under none, `open` where 1,234 may be either. Most are `plain` and
    no other form fits."""
    point, comma = (PLAIN, COMMAS, DOTS, COMMA), (DOTS, COMMA, PLAIN, COMMAS)
    others = {".": "", ",": f" AND NOT contains({bare}, '.')", "": f" AND instr({bare}, '.') <> strlen({bare}) - 3"}
    forms = {".": point, ",": comma, "": (OPEN, *point)}[styles.decimal]
    return f"CASE WHEN {plain}{others[styles.decimal]} THEN 'plain' ELSE {_first(bare, forms)} END"


def number(bare: str, form: str) -> str:
    """The number in this form, or null where it cannot be read."""
    text = _read(form, (PLAIN, COMMAS, DOTS, COMMA), bare)
    # The wide type is read thirty times slower than the narrow one, and seldom needed.
    return f"coalesce(try_cast({text} AS DECIMAL(18,6))::{MONEY}, try_cast({text} AS {MONEY}))"


def fits(number: str, most: int) -> str:
    """Whether a number is none that is too large for its column."""
    return f"{number} BETWEEN -{most} AND {most}"


def has_currency(text: str) -> str:
    """Whether an amount carries a currency; asked only where it does not begin and end with a figure."""
    figures = f"left({text}, 1) BETWEEN '0' AND '9' AND right({text}, 1) BETWEEN '0' AND '9'"
    return f"CASE WHEN {figures} THEN false ELSE regexp_matches({text}, '{CURRENCY}') END"


def currency(text: str) -> str:
    """The currency that an amount carries, by its code where it has one; empty where none."""
    found = rf"trim(upper(regexp_extract({text}, '{CURRENCY}')))"
    cases = " ".join(f"WHEN '{sign}' THEN '{code}'" for sign, code in SAME_CURRENCY.items())
    return f"CASE {found} {cases} ELSE {found} END"


def stated_currency(text: str) -> str:
    """The currency that a column of its own states; null where it states none."""
    words = ", ".join(f"'{word}'" for word in ("", *WORDS))
    said = f"upper(trim({text}))"
    return f"CASE WHEN lower(trim({text})) NOT IN ({words}) THEN coalesce(nullif({currency(text)}, ''), {said}) END"


def moment_form(text: str) -> str:
    return _first(text, MOMENTS)


def moment(text: str, form: str, styles: Styles) -> str:
    """The moment in this form, or null where it cannot be read.

    ISO with or without time, slashed in the column's order, with month names, Excel's day numbers, epochs. A zone
    behind the time is left off: dates are those on the shop's wall.
    """
    return _read(form, MOMENTS, text).replace("{slashed}", slashed(text, styles)).replace("{zero}", styles.zero)


def sane(moment: str) -> str:
    """The moment where it lies in the years 1900 to 2199 and is not what programs write for none."""
    never = f"CAST({moment} AS DATE) {NEVER}"
    return f"CASE WHEN {moment} BETWEEN TIMESTAMP '{FLOOR}' AND TIMESTAMP '{CEILING}' AND NOT {never} THEN {moment} END"


def slashed(text: str, styles: Styles) -> str:
    """Day, month and year in the column's order; day and month in the other where only that makes a date. Undecided: only
    what is sure. Years of two digits lie in this century."""
    a, b, y, time, half = (f"regexp_extract({text}, '^{SLASHES}$', {part})" for part in (1, 2, 3, 4, 5))
    day, month = (a, b) if styles.order == "day" else (b, a)
    if styles.order == "year":
        day, month, y = y, b, a
    year = f"CASE WHEN len({y}) = 2 THEN '20' || {y} ELSE {y} END"
    clock = f"CASE WHEN {time} = '' THEN '' WHEN {half} = '' THEN ' ' || {time} ELSE ' ' || {time} || ' ' || upper({half}) || 'M' END"
    usual = f"{year} || '-' || lpad({month}, 2, '0') || '-' || lpad({day}, 2, '0') || {clock}"
    turned = f"{year} || '-' || lpad({day}, 2, '0') || '-' || lpad({month}, 2, '0') || {clock}"
    read = ", ".join(f"try_cast({t} AS TIMESTAMP), try_strptime({t}, {HALVES})" for t in (usual, turned))
    if styles.order == "year":
        read = f"try_cast({usual} AS TIMESTAMP), try_strptime({usual}, {HALVES})"
    return f"coalesce({read})" if styles.order else f"CASE WHEN NOT {is_undecided(text)} THEN coalesce({read}) END"


def is_slashed(text: str) -> str:
    return f"regexp_full_match({text}, '{SLASHES}')"


def is_undecided(text: str) -> str:
    """Whether a slashed date is another one with day and month exchanged."""
    first, second = slash_part(text, 1), slash_part(text, 2)
    return f"({first} <= 12 AND {second} <= 12 AND {first} <> {second})"


def slash_part(text: str, part: int) -> str:
    """One of the three numbers of a slashed date."""
    return f"try_cast(regexp_extract({text}, '^{SLASHES}$', {part}) AS INT)"


def slash_votes(text: str) -> tuple[str, ...]:
    """Of slashed dates: all, those whose first part must be a day, whose second part must be one, undecided ones; whether the
    first part may be the year throughout, whether the last part can be none, and all that stand in each."""
    first, second, third = (slash_part(text, part) for part in (1, 2, 3))
    when = ("true", f"{first} > 12", f"{second} > 12", is_undecided(text))
    counts = [f"count(*) FILTER ({condition})" for condition in when]
    now = date.today().year % 100
    fits = f"{first} <= {now} AND {second} BETWEEN 1 AND 12 AND {third} BETWEEN 1 AND 31"
    year = f"coalesce(bool_and({fits}), false)"
    late = f"coalesce(bool_and({third} > 99 OR {third} <= {now}), true)"
    there = (f"coalesce(list_sort(list(DISTINCT {part})), [])" for part in (first, third))
    return *counts, year, f"NOT {late}", *there


def comma_votes(text: str) -> tuple[str, str, str]:
    """Of a column: values that can only have a decimal comma, that can only have a decimal point, and that may have either."""
    comma = r"^[^,]*,(\d{1,2}|\d{4,})\D*$|\.\d{3},|^\D*0*,\d{3}\D*$|\d{4},\d{3}\D*$|\d\.\d{3}\.\d{3}"
    point = r"^[^.]*\.(\d{1,2}|\d{4,})\D*$|,\d{3}\.|^\D*0*\.\d{3}\D*$|\d{4}\.\d{3}\D*$|\d,\d{3},\d{3}"
    either = r"^\D*[1-9]\d{0,2}[.,]\d{3}\D*$"
    a, b, c = (f"count(*) FILTER (regexp_matches({text}, '{pattern}'))" for pattern in (comma, point, either))
    return a, b, c


def _first(text: str, forms: tuple[Form, ...]) -> str:
    cases = " ".join(f"WHEN regexp_full_match({text}, '{form.pattern}') THEN '{form.name}'" for form in forms)
    return f"CASE {cases} END"


def _read(form: str, forms: tuple[Form, ...], text: str) -> str:
    cases = " ".join(f"WHEN '{f.name}' THEN {f.reads.replace('{t}', text)}" for f in forms)
    return f"CASE {form} {cases} END"
