"""The quality rules of a shop: what its people expect of their data, checked at each publication, with every answer kept."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated

import ibis.expr.types as ir
from sqlalchemy import select

from analytics.errors import QuestionError, known
from analytics.state import Moment, State, table_of
from pipeline.snapshot import Snapshot
from settings import Settings

TABLES = ("sales", "lines", "returns", "customers", "products", "reviews")
MOST = 100


@dataclass(frozen=True)
class Rule:
    """An expectation: the measure of its kind lies from `low` to `high`, where they are given."""

    kind: Annotated[str, 16]
    table: Annotated[str, 64]
    column: Annotated[str, 64] = ""
    low: float | None = None
    high: float | None = None
    id: int = 0

    def __str__(self) -> str:
        where = f"{self.table}.{self.column}" if self.column else self.table
        return KINDS[self.kind].words.format(where=where, most=_figure(self.high), span=_span(self.low, self.high))

    def holds(self, measured: float) -> bool:
        """Whether a measure is as expected. Of a range and of unique values, the rows that are not are measured."""
        if self.kind in ("range", "unique"):
            return measured == 0
        return (self.low is None or measured >= self.low) and (self.high is None or measured <= self.high)


@dataclass(frozen=True)
class Kind:
    """A kind of rule: `measure` asks a snapshot, `unit` says what comes out; `needs` are the fields that a rule must have."""

    label: str
    words: str
    unit: str
    needs: tuple[str, ...]
    measure: Callable[[Rule, Snapshot], float]


@dataclass(frozen=True)
class Answer:
    """What came of a rule at one publication."""

    snapshot: Annotated[str, 64]
    rule: int
    measured: float
    holds: bool
    checked_at: Moment


rules_table = table_of("quality_rules", Rule)
answers_table = table_of("quality_answers", Answer, key=("snapshot", "rule"))


def _empty(rule: Rule, snapshot: Snapshot) -> float:
    column = snapshot.table(rule.table)[rule.column]
    missing = column.isnull() | (column == "") if column.type().is_string() else column.isnull()
    return round(100 * _number(missing.mean()), 4)


def _outside(rule: Rule, snapshot: Snapshot) -> float:
    column = snapshot.table(rule.table)[rule.column]
    if not column.type().is_numeric():
        raise QuestionError(f"{rule.table}.{rule.column} holds no numbers, so that it has no range.")
    low = [] if rule.low is None else [column < rule.low]
    high = [] if rule.high is None else [column > rule.high]
    return _number(((low + high)[0] if len(low + high) == 1 else low[0] | high[0]).sum())


def _repeated(rule: Rule, snapshot: Snapshot) -> float:
    column = snapshot.table(rule.table)[rule.column]
    return _number(column.count()) - _number(column.nunique())


def _age(_rule: Rule, snapshot: Snapshot) -> float:
    published = date.fromisoformat(str(snapshot.manifest["published"])[:10])
    return float((published - snapshot.as_of).days)


def _rows(rule: Rule, snapshot: Snapshot) -> float:
    return float(snapshot.manifest["rows"][rule.table])


KINDS = {
    "null": Kind("Empty values", "At most {most} % of {where} are empty", "% empty", ("column", "high"), _empty),
    "range": Kind("Range", "{where} is {span}", "rows outside", ("column",), _outside),
    "unique": Kind("Unique", "No value of {where} stands twice", "rows that repeat", ("column",), _repeated),
    "fresh": Kind(
        "Fresh", "The last order is at most {most} days old when {where} are loaded", "days old", ("high",), _age
    ),
    "volume": Kind("Volume", "{where} has {span} rows", "rows", (), _rows),
}


class Quality(State):
    """The rules of one shop and what came of them."""

    def __init__(self, settings: Settings) -> None:
        settings.data.mkdir(parents=True, exist_ok=True)
        super().__init__(settings.state)

    def rules(self) -> list[Rule]:
        """In the order in which they were made."""
        with self._open() as db:
            rows = db.execute(select(rules_table).order_by(rules_table.c.id))
            return [Rule(**row._mapping) for row in rows]

    def add(self, rule: Rule, snapshot: Snapshot) -> Rule:
        """Keep it, and check it against what is served. `QuestionError` where it cannot be asked."""
        _sound(rule, snapshot)
        KINDS[rule.kind].measure(rule, snapshot)
        if len(self.rules()) >= MOST:
            raise QuestionError(f"There are {MOST} rules already. Take one out first.")
        fields = {name: getattr(rule, name) for name in ("kind", "table", "column", "low", "high")}
        with self._open() as db:
            made = db.execute(rules_table.insert().values(**fields)).inserted_primary_key
        self.check(snapshot)
        return Rule(**fields, id=int(made[0]) if made else 0)

    def drop(self, id_: int) -> None:
        """Forget a rule and what came of it."""
        with self._open() as db:
            db.execute(rules_table.delete().where(rules_table.c.id == id_))
            db.execute(answers_table.delete().where(answers_table.c.rule == id_))

    def check(self, snapshot: Snapshot) -> list[tuple[Rule, Answer]]:
        """Every rule with its answer for this snapshot; asked once, as a snapshot never changes. A column that is gone breaks its rule."""
        there = {answer.rule: answer for answer in self.answers() if answer.snapshot == snapshot.id}
        out = []
        for rule in self.rules():
            if rule.id not in there:
                there[rule.id] = self._ask(rule, snapshot)
            out.append((rule, there[rule.id]))
        return out

    def answers(self) -> list[Answer]:
        """All that are kept, oldest publication first."""
        with self._open() as db:
            rows = db.execute(select(answers_table).order_by(answers_table.c.snapshot))
            return [Answer(**row._mapping) for row in rows]

    def _ask(self, rule: Rule, snapshot: Snapshot) -> Answer:
        try:
            _sound(rule, snapshot)
            measured = KINDS[rule.kind].measure(rule, snapshot)
            holds = rule.holds(measured)
        except QuestionError:
            measured, holds = -1.0, False
        answer = Answer(snapshot.id, rule.id, measured, holds, datetime.now(UTC).isoformat(timespec="seconds"))
        with self._open() as db:
            db.execute(answers_table.insert().prefix_with("OR REPLACE", dialect="sqlite").values(**vars(answer)))
        return answer


def broken(settings: Settings, snapshot: Snapshot) -> str:
    """The rules that this snapshot breaks, in a sentence; empty where all hold."""
    found = [str(rule) for rule, answer in Quality(settings).check(snapshot) if not answer.holds]
    if not found:
        return ""
    return f"{len(found)} quality rule{'s are' if len(found) > 1 else ' is'} broken: {'; '.join(found)}."


def columns(snapshot: Snapshot) -> dict[str, list[str]]:
    """The tables that rules are about, with their columns; lists are none."""
    schemas = {name: snapshot.table(name).schema() for name in TABLES}
    return {name: [c for c, kind in schema.items() if not kind.is_array()] for name, schema in schemas.items()}


def _sound(rule: Rule, snapshot: Snapshot) -> None:
    needs = known(KINDS, rule.kind, "kind of rule").needs
    known(dict.fromkeys(TABLES), rule.table, "table")
    if "column" in needs:
        known(dict.fromkeys(columns(snapshot)[rule.table]), rule.column, f"column of {rule.table}")
    if "high" in needs and rule.high is None:
        raise QuestionError("Say how much is allowed at most.")
    if rule.kind in ("range", "volume") and rule.low is None and rule.high is None:
        raise QuestionError("Say from what or up to what.")
    if rule.low is not None and rule.high is not None and rule.low > rule.high:
        raise QuestionError(f"{rule.low:g} is more than {rule.high:g}: turn them round.")


def _span(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return f"at most {_figure(high)}" if low is None else f"at least {_figure(low)}"
    return f"{_figure(low)} to {_figure(high)}"


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:,.10g}"


def _number(expression: ir.Scalar) -> float:
    found = expression.to_pandas()
    return 0.0 if found is None or found != found else float(found)
