"""A file that waits: what each of its tables is taken for, the first problems, and the form that corrects it."""

from dash import html
from dash.development.base_component import Component

from analytics.formats import counted, full, manner, number
from analytics.periods import day_words
from dashapp.components.plain_table import plain_table
from dashapp.components.upload.form import form, needs_answer, probably
from dashapp.components.upload.words import LABELS
from pipeline.layouts import Layouts
from pipeline.looks import Look
from pipeline.preview import Preview
from pipeline.rules import RULES

PROBLEMS = 5
HEADS = ("Line", "Column", "Value", "Why it is set aside", "What to do")


def file_card(look: Look, layouts: Layouts) -> html.Section:
    """One file; its tables under it where it holds several."""
    named = html.Div([html.H2(look.file), html.P(_size(look.size), className="muted")])
    head = html.Div([named, take_out(look.file)], className="card-head")
    tables = look.tables
    parts = (
        [html.P("It is looked at in a moment.", className="muted", **{"data-unlooked": ""})]
        if tables is None
        else [_table(look.file, table, layouts, alone=len(tables) == 1) for table in tables]
    )
    return html.Section(
        [head, *parts],
        className="card-box wide section upload-file",
        **{"aria-label": look.file, "data-upload": look.file},
    )


def take_out(file: str) -> html.Button:
    """The button that leaves a file out of the next load."""
    called = {"data-take-out": file, "aria-label": f"Take out {file}"}
    return html.Button("Take out", type="button", className="quiet", **called)


def _size(size: int) -> str:
    if size < 1000:
        return f"{size} bytes"
    whole, unit = (1e6, "MB") if size >= 100_000 else (1e3, "kB")
    return f"{manner().digits(size / whole, 1)} {unit}"


def _table(file: str, table: Preview, layouts: Layouts, alone: bool) -> html.Div:
    name = [] if alone else [html.H3(table.name)]
    error = [html.P(table.error, className="trouble", role="alert")] if table.error else []
    return html.Div(
        [*name, _state(table), *error, *_facts(table), *_problems(table), form(file, table, layouts.of(table.headers))],
        className="upload-table",
        **{"data-state": "wrong" if table.error else "ready" if table.source else "unused"},
    )


def _state(table: Preview) -> html.P:
    """What it is taken for, in a line."""
    if table.error:
        says, kind = ("Needs an answer" if needs_answer(table) else "Cannot be loaded as it is", "worse")
    elif table.source:
        says, kind = (f"✓ {LABELS[table.source]}", "better")
    else:
        says, kind = _unused(table)
    return html.P(says, className=f"state {kind}")


def _unused(table: Preview) -> tuple[str, str]:
    if table.is_no_table:
        return f"Not used: it {table.is_no_table}. Take it out, or export its table as CSV.", "worse"
    may_be = probably(table)
    if may_be:
        return f"Probably {LABELS[may_be]}: say which column is which, or take it out", "worse"
    columns = ", ".join(table.headers[:8])
    return f"Not used: its columns ({columns}) are none of those read here. Say what it is, or take it out.", "muted"


def _facts(table: Preview) -> list[Component]:
    if table.error or not table.source:
        return []
    told = [f"{counted(table.rows, 'row')} read", f"{number(table.kept)} kept"]
    told += [counted(table.duplicates, "duplicate")] if table.duplicates else []
    told += [f"{number(sum(table.quarantined.values()))} set aside"] if table.quarantined else []
    if table.revenue is not None:
        told += [f"{full('revenue', float(table.revenue))} revenue in {counted(table.orders, 'order')}"]
    if table.first_day and table.last_day:
        told += [f"{day_words(table.first_day)} to {day_words(table.last_day)}"]
    separator = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}.get(table.separator, table.separator)
    written = f"Written in {table.encoding} with {separator} between fields; column names in line {table.header_line}."
    ignored = f" Not used: {', '.join(table.ignored)}." if table.ignored else ""
    return [html.P(" · ".join(told)), html.P(written + ignored, className="muted")]


def _problems(table: Preview) -> list[Component]:
    if not table.problems:
        return []
    rows = [
        (number(p.line), p.column, (p.value or "")[:60], RULES[p.reason].means, RULES[p.reason].done)
        for p in table.problems[:PROBLEMS]
    ]
    reasons = ", ".join(f"{number(rows)} {name.replace('_', ' ')}" for name, rows in table.quarantined.items())
    return [
        html.Details(
            [html.Summary(f"The first problems of {number(sum(table.quarantined.values()))}"),
             html.P(f"Set aside: {reasons}.", className="muted"),
             plain_table(f"First problems of {table.name}", HEADS, rows)]
        )
    ]  # fmt: skip
