"""Conditions: what a reader asks of a column (contains, at least, between, is blank), as values and nothing else.

They are read from the filter models of ag-grid, checked against the columns of a list, and become comparisons with
literals; text is compared without regard to case, a missing text is an empty one, a missing number matches only `blank`.
"""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import and_, or_
from typing import Any

import ibis
import ibis.expr.types as ir

from analytics.errors import QuestionError, known

Value = str | float | date
LONGEST, MOST = 500, 20

TEXT: dict[str, Callable[..., ir.BooleanValue]] = {
    "contains": lambda c, v: c.contains(v),
    "notContains": lambda c, v: ~c.contains(v),
    "equals": lambda c, v: c == v,
    "notEqual": lambda c, v: c != v,
    "startsWith": lambda c, v: c.startswith(v),
    "endsWith": lambda c, v: c.endswith(v),
    "blank": lambda c: c == "",
    "notBlank": lambda c: c != "",
}
SCALE: dict[str, Callable[..., ir.BooleanValue]] = {
    "equals": lambda c, v: c == v,
    "notEqual": lambda c, v: c != v,
    "greaterThan": lambda c, v: c > v,
    "greaterThanOrEqual": lambda c, v: c >= v,
    "lessThan": lambda c, v: c < v,
    "lessThanOrEqual": lambda c, v: c <= v,
    "inRange": lambda c, low, high: c.between(low, high),
    "blank": lambda c: c.isnull(),
    "notBlank": lambda c: c.notnull(),
}


@dataclass(frozen=True)
class Test:
    """One comparison with none, one or two values."""

    kind: str
    type: str
    values: tuple[Value, ...] = ()

    def of(self, column: ir.Value) -> ir.BooleanValue:
        if self.kind == "text":
            text = column.cast("string").fill_null("").lower()
            return TEXT[self.type](text, *(ibis.literal(value).lower() for value in self.values))
        return SCALE[self.type](column, *map(ibis.literal, self.values))


@dataclass(frozen=True)
class Condition:
    """What is asked of one column: tests of which all must hold, or any."""

    column: str
    tests: tuple[Test, ...]
    any: bool = False

    def of(self, table: ir.Table) -> ir.BooleanValue:
        return reduce(or_ if self.any else and_, [test.of(table[self.column]) for test in self.tests])


def conditions(text: str, kinds: Mapping[str, str]) -> tuple[Condition, ...]:
    """The conditions of a filter model: JSON as ag-grid writes it, columns and their kinds (`text`, `day`, else numbers).

    `QuestionError` for a column, comparison or value that is not of this language.
    """
    try:
        model = json.loads(text) if text else {}
    except (json.JSONDecodeError, RecursionError):
        raise QuestionError("The filter of the list cannot be read: it is not JSON.") from None
    if not isinstance(model, dict):
        raise QuestionError("The filter of the list cannot be read: it must name columns.")
    return tuple(_condition(name, known(kinds, name, "column"), asked) for name, asked in model.items())


def _condition(name: str, kind: str, asked: Any) -> Condition:
    if not isinstance(asked, dict):
        raise QuestionError(f"The filter on '{name}' cannot be read: it must say how to compare.")
    tests = asked.get("conditions", [asked])
    if not isinstance(tests, list) or not 1 <= len(tests) <= MOST:
        raise QuestionError(f"The filter on '{name}' needs 1 to {MOST} comparisons.")
    joined = asked.get("operator", "AND")
    if joined not in ("AND", "OR"):
        raise QuestionError(f"The comparisons on '{name}' are joined by AND or OR, not by '{str(joined)[:20]}'.")
    return Condition(name, tuple(_test(name, kind, test) for test in tests), joined == "OR")


def _test(name: str, kind: str, asked: Any) -> Test:
    if not isinstance(asked, dict) or not isinstance(asked.get("type"), str):
        raise QuestionError(f"The filter on '{name}' cannot be read: it must say how to compare.")
    type_ = asked["type"]
    known(TEXT if kind == "text" else SCALE, type_, f"comparison on '{name}'")
    if type_ in ("blank", "notBlank"):
        return Test(kind, type_)
    first, second = ("dateFrom", "dateTo") if kind == "day" else ("filter", "filterTo")
    read: Callable[[str, Any], Value] = {"text": _text, "day": _day}.get(kind, _number)
    fields = (first, second) if type_ == "inRange" else (first,)
    return Test(kind, type_, tuple(read(name, asked.get(field)) for field in fields))


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str) or len(value) > LONGEST or "\0" in value:
        raise QuestionError(f"'{name}' is compared with a text of at most {LONGEST} characters.")
    return value


def _number(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e300 or math.isnan(value):
        raise QuestionError(f"'{name}' is compared with a number, not with '{str(value)[:40]}'.")
    return float(value)


def _day(name: str, value: Any) -> date:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise QuestionError(f"'{name}' is compared with a day like 2024-05-01, not with '{str(value)[:40]}'.") from None
