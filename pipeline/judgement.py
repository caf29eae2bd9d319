"""The judgement: each typed row with the marks of the rules that found something, and why it cannot be used, if so."""

from collections.abc import Mapping
from datetime import date
from functools import partial

from pipeline import values
from pipeline.cells import columns, typed
from pipeline.files import File
from pipeline.literals import quoted
from pipeline.rules import FLAGS, MISSING, REASONS, SALES, SIGNED, WRITING, Rule, asked
from pipeline.sources import Column, Source
from pipeline.totals import is_total
from pipeline.values import Styles


def judged(file: File, written: Mapping[str, Styles], today: date) -> str:
    """A query of `line`, `marks`, the first `reason` and column for which a row cannot be used, `likeness`, which equal rows
    share, and the typed columns. `today` is the day of loading: later dates are errors."""
    source, present = file.source, set(file.places)
    when = partial(_when, file=file, written=written, today=today)
    reasons = " ".join(
        f"WHEN {when(rule, column)} THEN '{rule.name}|{_blamed(rule, column, source)}'"
        for rule, column in asked(REASONS, source, present)
    )
    emptied = {c.name: f"CASE WHEN {when(rule, c)} THEN NULL ELSE \"{c.name}\" END AS \"{c.name}\""
               for rule, c in asked(MISSING, source, present) if rule.name == "future_signup" and c}  # fmt: skip
    if source.name == SALES:
        emptied["total_amount"] = f"CAST({SIGNED} AS {values.MONEY}) AS total_amount"
    listed = ", ".join(emptied.get(name, f'"{name}"') for name in columns(source))
    rows = f"SELECT line, {_marks(file, when)} AS marks, CASE {reasons} END AS reason, {listed} FROM {typed(source, written)}"
    return f"SELECT *, hash({', '.join(same(source))}) AS likeness FROM ({rows})"


def same(source: Source) -> list[str]:
    """The columns in which equal rows agree."""
    return [f'"{name}"' for name in columns(source)]


def those(cases: list[str]) -> str:
    """The marks that are there."""
    return f"list_filter([{', '.join(cases)}]::VARCHAR[], mark -> mark IS NOT NULL)"


def _marks(file: File, when: partial[str]) -> str:
    """The names of the rules that found something; the list is built only for rows in which one did."""
    found: dict[str, list[str]] = {}
    for rule, column in asked((*WRITING, *MISSING, *FLAGS), file.source, set(file.places)):
        if not rule.beside:
            found.setdefault(rule.name, []).append(f"({when(rule, column)})")
    cases = [f"CASE WHEN {' OR '.join(conditions)} THEN '{name}' END" for name, conditions in found.items()]
    any_ = " OR ".join(condition for conditions in found.values() for condition in conditions)
    return f"CASE WHEN {any_} THEN {those(cases)} ELSE []::VARCHAR[] END"


def _when(rule: Rule, column: Column | None, *, file: File, written: Mapping[str, Styles], today: date) -> str:
    source = file.source
    name = column.name if column else source.key
    meant = written[name].currency if name in written else ""
    sign = values.currency(f'"{name}_text"')
    return rule.when.format(
        x=f'"{name}"', x_text=f'"{name}_text"', x_all=f'"{name}_all"', form=f'"{name}_form"', plain=f'"{name}_plain"',
        read=f'"{name}_read"', today=today, undecided=values.is_undecided(f'"{name}_text"'),
        is_total=is_total(source), is_header=_is_header(file),
        foreign=f"({sign} NOT IN ('', '{meant}'))" if meant else "false", end='"to"' if name == "from" else '"end"',
    )  # fmt: skip


def _blamed(rule: Rule, column: Column | None, source: Source) -> str:
    return column.name if column else rule.blames or source.key


def _is_header(file: File) -> str:
    """The row says its own column names, which are no values."""
    named = [(name, file.headers[place]) for name, place in file.places.items() if file.headers[place]]
    as_long = " AND ".join(f'length("{name}_text") = {len(header)}' for name, header in named)
    alike = " AND ".join(f'lower("{name}_text") = {quoted(header.lower())}' for name, header in named)
    return f"(CASE WHEN {as_long} THEN {alike} ELSE false END)"
