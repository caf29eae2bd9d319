"""The values: how text becomes a number or a moment, as expressions that DuckDB evaluates.

A column is read in one style, decided from the values that can be read in one way only; what stays
ambiguous is refused, never guessed.
"""

from dataclasses import dataclass

SPACE = r"[\s\x{A0}\x{202F}]"
CURRENCY = r"[$€£¥₹]|\b(USD|EUR|GBP|CHF)\b"
MONEY = "DECIMAL(24,6)"


@dataclass(frozen=True)
class Styles:
    """How a column writes: `comma` for decimal commas, `day_first` or `month_first` for slashed dates; None undecided."""

    comma: bool = False
    day_first: bool | None = None


def trimmed(column: str) -> str:
    """The text without surrounding space; null where nothing is left."""
    return f"""nullif(regexp_replace("{column}", '^{SPACE}+|{SPACE}+$', '', 'g'), '')"""


def bare(text: str) -> str:
    """A number's text without currency signs and spaces, with a leading minus: `(12.50)` and `12.50-` are below zero."""
    stripped = f"regexp_replace({text}, '{CURRENCY}|{SPACE}', '', 'g')"
    return rf"regexp_replace(regexp_replace({stripped}, '^\((.*)\)$', '-\1'), '^([^-].*)-$', '-\1')"


def number(text: str, styles: Styles) -> str:
    """The number, or null where it cannot be read."""
    s = bare(text)
    plain = rf"regexp_full_match({s}, '[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?')"
    dotted = rf"regexp_full_match({s}, '[+-]?\d{{1,3}}(\.\d{{3}})+(,\d+)?')"
    comma_ambiguous = rf"regexp_full_match({s}, '[+-]?\d{{1,3}},\d{{3}}')"
    grouped = grouped_by_commas(s)
    undotted = f"replace(replace({s}, '.', ''), ',', '.')"
    branches = [
        (f"{dotted}", undotted) if styles.comma else (plain, s),
        (plain, s) if styles.comma else (f"{grouped}", f"replace({s}, ',', '')"),
        (f"{grouped} AND NOT {comma_ambiguous}", f"replace({s}, ',', '')"),
        (dotted, undotted),
        (rf"regexp_full_match({s}, '[+-]?\d*,\d+')", f"replace({s}, ',', '.')"),
    ]
    cases = " ".join(f"WHEN {when} THEN {then}" for when, then in branches)
    return f"try_cast(CASE {cases} END AS {MONEY})"


def grouped_by_commas(s: str) -> str:
    return rf"regexp_full_match({s}, '[+-]?\d{{1,3}}(,\d{{3}})+(\.\d+)?')"


def number_marks(text: str, styles: Styles) -> dict[str, str]:
    """What had to be taken off or turned before a number could be read, by the rule's name."""
    s = bare(text)
    dotted = rf"regexp_full_match({s}, '[+-]?\d{{1,3}}(\.\d{{3}})+,\d+')"
    comma = rf"regexp_full_match({s}, '[+-]?\d*,\d{{1,2}}')"
    return {
        "currency_sign": f"regexp_matches({text}, '{CURRENCY}')",
        "thousands_separator": f"({grouped_by_commas(s)} OR {dotted})" if not styles.comma else dotted,
        "decimal_comma": f"({comma} OR {dotted})",
    }


def comma_votes(text: str) -> str:
    """(values that can only have a decimal comma, values that can only have a decimal point) of a column."""
    s = bare(text)
    comma = rf"count(*) FILTER (regexp_matches({s}, '(^|[^,]),\d{{1,2}}$') OR regexp_matches({s}, '\.\d{{3}},'))"
    point = rf"count(*) FILTER (regexp_matches({s}, '\.\d{{1,2}}$|\.\d{{4,}}$') OR regexp_matches({s}, ',\d{{3}}\.'))"
    return f"{comma}, {point}"


SLASHED = r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?:[ T](\d{1,2}:\d{2}(?::\d{2})?))?$"
NAMED = (
    "%d-%b-%Y",
    "%d %b %Y",
    "%d %B %Y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%Y/%m/%d",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y.%m.%d",
)


def is_slashed(text: str) -> str:
    return f"regexp_matches({text}, '{SLASHED}')"


def slash_part(text: str, part: int) -> str:
    """The first or second number of a slashed date."""
    return f"try_cast(regexp_extract({text}, '{SLASHED}', {part}) AS INT)"


def slash_votes(text: str) -> str:
    """(values whose first part must be a day, values whose second part must be one, values of that form) of a column."""
    first, second = slash_part(text, 1), slash_part(text, 2)
    return f"count(*) FILTER ({first} > 12), count(*) FILTER ({second} > 12), count(*) FILTER ({is_slashed(text)})"


def moment(text: str, styles: Styles) -> str:
    """The moment, or null where it cannot be read, in whichever of the accepted forms it is written.

    ISO with or without time, slashed in the column's order, with month names, Excel's day numbers, epochs.
    """
    named = ", ".join(f"'{form}'" for form in NAMED)
    branches = [
        (is_slashed(text), slashed(text, styles)),
        (rf"regexp_full_match({text}, '\d{{5}}(\.\d+)?')", excel(text)),
        (rf"regexp_full_match({text}, '\d{{10}}')", f"make_timestamp(try_cast({text} AS BIGINT) * 1000000)"),
        (rf"regexp_full_match({text}, '\d{{13}}')", f"make_timestamp(try_cast({text} AS BIGINT) * 1000)"),
        (rf"regexp_full_match({text}, '\d{{8}}')", f"try_strptime({text}, '%Y%m%d')"),
    ]
    cases = " ".join(f"WHEN {when} THEN {then}" for when, then in branches)
    return f"CASE {cases} ELSE coalesce(try_cast({text} AS TIMESTAMP), try_strptime({text}, [{named}])) END"


def slashed(text: str, styles: Styles) -> str:
    """Day and month in the column's order; in the other where only that makes a date. Undecided: only what is sure."""
    a, b, y, time = (f"regexp_extract({text}, '{SLASHED}', {part})" for part in (1, 2, 3, 4))
    day, month = (a, b) if styles.day_first else (b, a)
    year = f"CASE WHEN len({y}) = 2 THEN '20' || {y} ELSE {y} END"
    clock = f"CASE WHEN {time} = '' THEN '' ELSE ' ' || {time} END"
    usual = f"{year} || '-' || lpad({month}, 2, '0') || '-' || lpad({day}, 2, '0') || {clock}"
    turned = f"{year} || '-' || lpad({day}, 2, '0') || '-' || lpad({month}, 2, '0') || {clock}"
    read = f"coalesce(try_cast({usual} AS TIMESTAMP), try_cast({turned} AS TIMESTAMP))"
    if styles.day_first is not None:
        return read
    sure = f"greatest(try_cast({a} AS INT), try_cast({b} AS INT)) > 12 OR {a} = {b}"
    return f"CASE WHEN {sure} THEN {read} END"


def excel(text: str) -> str:
    """Days since 30 December 1899, as Excel counts."""
    return f"TIMESTAMP '1899-12-30' + to_seconds(round(try_cast({text} AS DOUBLE) * 86400))"


def moment_marks(text: str, styles: Styles) -> dict[str, str]:
    """In which unusual form a moment was written, by the rule's name."""
    return {
        "day_first_date": is_slashed(text) if styles.day_first else "false",
        "excel_serial_date": rf"regexp_full_match({text}, '\d{{5}}(\.\d+)?')",
        "epoch_date": rf"regexp_full_match({text}, '\d{{10}}|\d{{13}}')",
    }
