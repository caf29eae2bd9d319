"""Formats: how a number is written for a reader, the same on page, export name and answer."""

import math
from functools import cache

from analytics.metrics import metric
from settings import Settings

NOTHING = "–"
SCALES = ((1e9, "B"), (1e6, "M"), (1e3, "k"))


@cache
def currency() -> str:
    return Settings.from_environment().currency


def short(name: str, value: float | None) -> str:
    """A metric's value in three significant digits or so: `$1.2M`, `19,960`, `34.1 %`."""
    if value is None or math.isnan(value):
        return NOTHING
    unit = metric(name).unit
    if unit == "rate":
        return f"{value * 100:.1f} %".replace("-", "−")
    return _sign(value) + (currency() if unit == "money" else "") + compact(abs(value), unit == "money")


def full(name: str, value: float | None) -> str:
    """Every digit: `$1,234,567.89`, `1,234,567`, `34.12 %`."""
    if value is None or math.isnan(value):
        return NOTHING
    unit = metric(name).unit
    if unit == "rate":
        return f"{value * 100:.2f} %".replace("-", "−")
    digits = f"{abs(value):,.2f}" if unit == "money" else f"{abs(value):,.0f}"
    return _sign(value) + (currency() if unit == "money" else "") + digits


def compact(value: float, cents: bool = False) -> str:
    """A number from 0 up, in thousands, millions or billions from 100,000 on."""
    for scale, letter in SCALES:
        if value >= scale and value >= 1e5:
            return f"{value / scale:,.{2 if value / scale < 10 else 1 if value / scale < 100 else 0}f}{letter}"
    return f"{value:,.2f}" if cents and value < 1000 else f"{value:,.0f}"


def points(now: float, before: float) -> str:
    """The change of a rate, in points: `+1.2 points`."""
    return f"{(now - before) * 100:+.1f} points".replace("-", "−")


def signed(share: float, digits: int = 1) -> str:
    """A relative change with its sign: `+12.3 %`."""
    return f"{share * 100:+,.{digits}f} %".replace("-", "−")


def percent(share: float | None, digits: int = 1) -> str:
    """A share of a whole: `12.3 %`."""
    if share is None or math.isnan(share):
        return NOTHING
    return f"{share * 100:,.{digits}f} %".replace("-", "−")


def _sign(value: float) -> str:
    return "−" if value < 0 else ""
