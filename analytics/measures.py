"""The measures: the small closed algebra that every metric is written in.

`Sum` and `CountDistinct` are answered by an engine, each over its one home table; the others are
computed from their answers at the level shown, so that a ratio is never summed and never averaged.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir
import numpy as np

Floats = np.ndarray[Any, Any]
Parts = Mapping[str, Floats]


@dataclass(frozen=True)
class Only:
    """The rows that a measure counts: those whose column is, is not, or is above a value."""

    column: str
    is_: str | int | None = None
    isnt: str | None = None
    above: int | None = None

    def of(self, table: ir.Table) -> ir.BooleanValue:
        column = table[self.column]
        if self.above is not None:
            return column > self.above
        return column != self.isnt if self.isnt is not None else column == self.is_


@dataclass(frozen=True)
class Sum:
    """The sum of a column, exact in cents until it is shown; 0 where there are no rows.

    With `once`, a column that belongs to something larger than a row (a customer's value): each is added up once.
    """

    column: str
    table: str = "sales"
    only: Only | None = None
    once: str = ""

    def of(self, table: ir.Table) -> ir.Value:
        where = self.only.of(table) if self.only else None
        return table[self.column].sum(where=where).coalesce(0).cast("float64")


@dataclass(frozen=True)
class CountDistinct:
    """How many different values a column has; a missing value is none."""

    column: str
    table: str = "sales"
    only: Only | None = None
    once: str = ""

    def of(self, table: ir.Table) -> ir.Value:
        where = self.only.of(table) if self.only else None
        return table[self.column].nunique(where=where).cast("int64")


@dataclass(frozen=True)
class Ratio:
    """One metric divided by another; undefined where the lower one is 0."""

    top: str
    bottom: str

    @property
    def needs(self) -> tuple[str, ...]:
        return (self.top, self.bottom)

    @property
    def parts(self) -> tuple[str, ...]:
        return self.needs

    def value(self, parts: Parts) -> Floats:
        bottom = parts[self.bottom]
        return parts[self.top] / np.where(bottom != 0, bottom, np.nan)


@dataclass(frozen=True)
class Total:
    """Several metrics added up."""

    needs: tuple[str, ...]

    @property
    def parts(self) -> tuple[str, ...]:
        return self.needs

    def value(self, parts: Parts) -> Floats:
        return sum((parts[name] for name in self.needs[1:]), parts[self.needs[0]])


@dataclass(frozen=True)
class Gap:
    """One metric less another, the `wanted` one; undefined where nothing was wanted."""

    of: str
    wanted: str

    @property
    def needs(self) -> tuple[str, ...]:
        return (self.of, self.wanted)

    @property
    def parts(self) -> tuple[str, ...]:
        return self.needs

    def value(self, parts: Parts) -> Floats:
        wanted = parts[self.wanted]
        return parts[self.of] - np.where(wanted != 0, wanted, np.nan)


@dataclass(frozen=True)
class Growth:
    """(now - before) / before; undefined where before is not above 0."""

    of: str

    @property
    def needs(self) -> tuple[str, ...]:
        return (self.of,)

    @property
    def parts(self) -> tuple[str, ...]:
        return (f"{self.of}_now", f"{self.of}_before")

    def value(self, parts: Parts) -> Floats:
        now, before = (parts[part] for part in self.parts)
        return now / np.where(before > 0, before, np.nan) - 1


Base = Sum | CountDistinct
Derived = Ratio | Total | Gap | Growth
Measure = Base | Derived
