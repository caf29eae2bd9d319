"""Formats: how a number is written for a reader, the same on page, in sentences and answers."""

import math
from dataclasses import dataclass
from functools import cache

from babel import Locale

from analytics.metrics import metric
from settings import Settings

NOTHING = "–"
SCALES = ((1e9, "B"), (1e6, "M"), (1e3, "k"))


@dataclass(frozen=True)
class Manner:
    """How this shop writes numbers: its separators, and its currency sign before or after the figure."""

    point: str
    group: str
    before: str
    after: str

    def money(self, digits: str) -> str:
        return f"{self.before}{digits}{self.after}"

    def digits(self, value: float, decimals: int = 0) -> str:
        """A number from 0 up, grouped in thousands."""
        written = f"{value:,.{decimals}f}"
        if (self.group, self.point) == (",", "."):
            return written
        return written.translate({ord(","): self.group, ord("."): self.point})


@cache
def manner() -> Manner:
    """From the settings IBA_LOCALE and IBA_CURRENCY."""
    settings = Settings.from_environment()
    locale = Locale.parse(settings.locale)
    symbols = locale.number_symbols["latn"]
    behind = locale.currency_formats["standard"].pattern.split(";")[0].rstrip().endswith("¤")
    sign = settings.currency
    spaced = " " if behind or len(sign) > 1 else ""
    return Manner(
        symbols["decimal"],
        symbols["group"],
        "" if behind else sign + spaced,
        f"\N{NO-BREAK SPACE}{sign}" if behind else "",
    )


def currency() -> str:
    """The sign that stands before an axis of money; empty where it stands behind."""
    return manner().before


def short(name: str, value: float | None) -> str:
    """A metric's value in three significant digits or so: `$1.2M`, `19,960`, `34.1 %`."""
    if value is None or math.isnan(value):
        return NOTHING
    unit = metric(name).unit
    if unit == "rate":
        return percent(value)
    digits = compact(abs(value), unit == "money" or not float(value).is_integer())
    return _sign(value) + (manner().money(digits) if unit == "money" else digits)


def full(name: str, value: float | None) -> str:
    """Every digit: `$1,234,567.89`, `1,234,567`, `34.12 %`."""
    if value is None or math.isnan(value):
        return NOTHING
    unit = metric(name).unit
    if unit == "rate":
        return percent(value, 2)
    if unit == "money":
        return _sign(value) + manner().money(manner().digits(abs(value), 2))
    return number(value)


def whole(name: str, value: float | None) -> str:
    """A sum that is only expected, to the unit: `$1,234,568`, `16,013`."""
    if value is None or math.isnan(value):
        return NOTHING
    digits = manner().digits(abs(value))
    return _sign(value) + (manner().money(digits) if metric(name).unit == "money" else digits)


def number(value: float) -> str:
    """A plain number: whole where it is whole, else with two decimals."""
    return _sign(value) + manner().digits(abs(value), 0 if float(value).is_integer() else 2)


def counted(many: float, one: str, several: str = "") -> str:
    """So many of a kind: `1 row`, `1,200 rows`; `several` where the plural is not the word and an s."""
    return f"{number(many)} {one if many == 1 else several or one + 's'}"


def percent(share: float | None, decimals: int = 1) -> str:
    """A share of 1: `34.1 %`."""
    if share is None or math.isnan(share):
        return NOTHING
    return f"{_sign(share)}{manner().digits(abs(share) * 100, decimals)} %"


def compact(value: float, cents: bool = False) -> str:
    """A number from 0 up, in thousands, millions or billions from 100,000 on."""
    for scale, letter in SCALES:
        if value >= scale and value >= 1e5:
            scaled = value / scale
            return manner().digits(scaled, 2 if scaled < 10 else 1 if scaled < 100 else 0) + letter
    return manner().digits(value, 2 if cents and 0 < value < 1000 else 0)


def points(now: float, before: float) -> str:
    """The change of a rate, in points: `+1.2 points`."""
    change = (now - before) * 100
    return f"{_sign(change) or '+'}{manner().digits(abs(change), 1)} points"


def signed(share: float, digits: int = 1) -> str:
    """A relative change with its sign: `+12.3 %`."""
    share = round(share, digits + 2) or 0.0
    return f"{'+' if share >= 0 else ''}{percent(share, digits)}"


def _sign(value: float) -> str:
    return "−" if value < 0 else ""
