"""Scales: where a value lies on the paper, and which values stand written beside an axis."""

import math
from base64 import b64decode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

SI = ((1e9, "B"), (1e6, "M"), (1e3, "k"))
MONTHS = (1, 2, 3, 6, 12, 24, 60, 120)
DAYS = (1, 2, 5, 7, 14)
Tick = tuple[float, str]


@dataclass(frozen=True)
class Scale:
    """From values between `low` and `high` to places between `start` and `end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        return self.start + (value - self.low) / ((self.high - self.low) or 1.0) * (self.end - self.start)


def values(given: Any) -> list[float | None]:
    """The numbers of a trace, however they travel; days as ordinals, None where there is none."""
    if isinstance(given, Mapping):
        given = np.frombuffer(b64decode(given["bdata"]), given["dtype"]).tolist()
    return [place(value) for value in given or ()]


def place(value: Any) -> float | None:
    if isinstance(value, str):
        return float(date.fromisoformat(value[:10]).toordinal())
    return None if value is None or value != value else float(value)


def known(columns: Iterable[Iterable[float | None]]) -> list[float]:
    return [value for column in columns for value in column if value is not None]


def steps(low: float, high: float, most: int) -> list[float]:
    """Round values from `low` to `high`, about `most` of them."""
    rough = (high - low or 1.0) / max(1, most)
    scale = 10.0 ** math.floor(math.log10(rough))
    step = next(scale * m for m in (1, 2, 5, 10) if scale * m >= rough * 0.999)
    return [step * i for i in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]


def ticks(low: float, high: float, axis: Mapping[str, Any], point: str) -> list[Tick]:
    """The values of an axis and how its layout asks to write them."""
    if "tickvals" in axis:
        return list(zip(map(float, axis["tickvals"]), map(str, axis["ticktext"]), strict=True))
    before, after, form = (str(axis.get(key, "")) for key in ("tickprefix", "ticksuffix", "tickformat"))
    found = steps(low, high, int(axis.get("nticks", 5)))
    return [(v, ("−" if v < 0 else "") + before + written(abs(v), form).replace(".", point) + after) for v in found]


def written(value: float, form: str) -> str:
    """`1.5M`, `34%` or `0.25`, by the name that the layout gives the format."""
    if "%" in form:
        return f"{value * 100:.6g}%"
    scale, letter = next(((s, letter) for s, letter in SI if value >= s and "f" not in form), (1, ""))
    return f"{value / scale:.6g}{letter}"


def day_ticks(low: float, high: float, most: int) -> list[Tick]:
    """Firsts of months, or days where there are few."""
    first, last = date.fromordinal(math.ceil(low)), date.fromordinal(math.floor(high))
    months = (last.year - first.year) * 12 + last.month - first.month
    if months < 3:
        step = next((s for s in DAYS if (high - low) / s <= most), DAYS[-1])
        days = range(first.toordinal(), last.toordinal() + 1, step)
        return [(float(day), f"{date.fromordinal(day).day} {date.fromordinal(day):%b}") for day in days]
    step = next((s for s in MONTHS if months / s <= most), MONTHS[-1])
    count = first.year * 12 + first.month - (first.day == 1)
    firsts = [date(n // 12, n % 12 + 1, 1) for n in range(-(-count // step) * step, last.year * 12 + last.month, step)]
    return [(float(day.toordinal()), f"{day:%b %Y}") for day in firsts]


def each(given: Any, count: int, usual: Any) -> Sequence[Any]:
    """One entry a mark of what a trace gives once for all, one by one, or not at all."""
    return list(given) if isinstance(given, list | tuple) else [usual if given is None else given] * count
