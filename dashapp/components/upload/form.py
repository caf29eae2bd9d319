"""The form of a table that waits: what only a person can tell about it, asked where it matters, kept for its layout."""

import re
from collections.abc import Mapping

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from analytics.formats import number
from dashapp.components.upload.words import DATES, DECIMALS, ENCODINGS, LABELS, NONE
from pipeline.layouts import Answers
from pipeline.mapping import Match
from pipeline.preview import Preview
from pipeline.sources import SOURCES, LineRules

ANSWERED = ("columns", "dates", "decimal", "encoding", "inside", "source")
SAMPLES = 3


def needs_answer(table: Preview) -> bool:
    """Whether an answer would settle what is wrong, or make a file of use that is of none."""
    return table.asks in ANSWERED or probably(table) != ""


def probably(table: Preview) -> str:
    """What a table that is not recognised may be."""
    left_out = table.source or table.error or table.proposal is None
    return "" if left_out else table.proposal.source  # type: ignore[union-attr]


def form(file: str, table: Preview, said: Answers) -> html.Details:
    """Open where an answer is needed; without column names there is nothing to answer about."""
    source = _taken_for(table, said)
    lines = _lines(table, said) if table.source == "sales_transactions" else None
    fields = [
        html.Div([_source(source), *_questions(table, said)], className="answers"),
        *_columns(table, said, source),
        *([lines] if lines else []),
        html.Div(html.Button("Check again", type="submit", className="primary"), className="ask-tools"),
    ]
    made = html.Form(fields, **{"data-answers": file, "data-table": table.name, "data-source": source})
    summary = html.Summary("Tell how it is to be read" if needs_answer(table) else "Change how it is read")
    return html.Details([summary, made], open=needs_answer(table), hidden=not table.headers)


def _taken_for(table: Preview, said: Answers) -> str:
    guess = table.proposal.source if table.proposal else ""
    return said.source or table.source or guess or NONE


def _source(source: str) -> html.Label:
    return choice("source", "Taken for", {**LABELS, NONE: "Nothing: leave it out"}, source)


def _questions(table: Preview, said: Answers) -> list[Component]:
    """Only those that this file leaves open, or that were answered before."""
    open_ = {table.asks, *({"decimal"} if "ambiguous_number" in table.quarantined else ()),
             *({"dates"} if "ambiguous_date" in table.quarantined else ())}  # fmt: skip
    asked = {
        "dates": ("What comes first in its dates", DATES, said.dates),
        "decimal": ("What stands before the decimals", DECIMALS, said.decimal),
        "encoding": ("Its letters are written in", ENCODINGS, said.encoding),
    }
    out: list[Component] = [
        choice(name, label, options if value in options else {**options, value: value}, value)
        for name, (label, options, value) in asked.items()
        if name in open_ or value
    ]
    if table.inside and (table.asks in ("source", "inside") or said.inside):
        out.append(choice("inside", "Of this file take", {"": "Every table", table.inside: table.inside}, said.inside))
    return out


def _columns(table: Preview, said: Answers, source: str) -> list[Component]:
    """A header for each column of ours, as it is, was said, or is proposed with its reason."""
    if source not in SOURCES or not table.headers:
        return []
    matches = {match.column: match for match in table.proposal.matches} if table.proposal else {}
    proposed = {name: match.header for name, match in matches.items()} if not table.source else {}
    now = {**proposed, **table.columns, **said.columns}
    rows = [
        _column(column.name, now.get(column.name, ""), table, matches.get(column.name), column.required)
        for column in SOURCES[source].columns
    ]
    return [
        html.Details(
            [html.Summary("Which column is which"), html.Div(rows, className="mapping")],
            open=table.asks == "columns" or probably(table) != "",
        )
    ]


def _column(name: str, header: str, table: Preview, match: Match | None, required: bool) -> html.Div:
    options = {"": "None", **{h: h for h in table.headers if h}}
    why = f"{match.reason} ({match.confidence:.0%})" if match and match.header == header and header else ""
    label = name.replace("_", " ").capitalize() + (" (needed)" if required else "")
    told = [text for text in (_sample(header, table), why) if text]
    return html.Div([choice(f"column:{name}", label, options, header), html.P(" · ".join(told), className="muted")])


def _sample(header: str, table: Preview) -> str:
    """The first values under a header."""
    if not header or not table.proposal or header not in table.headers:
        return ""
    place = table.headers.index(header)
    values = [row[place][:24] for row in table.proposal.rows if row[place]]
    return ", ".join(values[:SAMPLES])


def _lines(table: Preview, said: Answers) -> html.Details | None:
    """Doubles and special lines of sales, where there are any."""
    parts: list[Component] = []
    if table.duplicates or said.equals_removed is not None:
        kept = {"yes": "Count once: the export repeats itself", "no": "Count each: equal lines are honest sales"}
        value = "no" if said.equals_removed is False else "yes"
        parts.append(choice("equals", f"Lines that are equal ({number(table.duplicates)} now left out)", kept, value))
    rules = said.rules or (table.rules if table.rules != LineRules() else table.guessed)
    if rules != LineRules():
        parts += _rules(rules)
    if not parts:
        return None
    guessed = said.rules is None and table.rules == LineRules() and table.guessed != LineRules()
    note = "Found in this file; they count once you check again." if guessed else "As they are used now."
    return html.Details(
        [
            html.Summary("Doubles and special lines"),
            html.P(note, className="muted"),
            html.Div(parts, className="answers"),
        ],
        open=guessed,
    )


def _rules(rules: LineRules) -> list[Component]:
    return [
        text("cancelled", "Order ids of cancellations begin with", prefix(rules.cancelled_id)),
        text("adjustment", "Order ids of bookings begin with", prefix(rules.adjustment_id)),
        text("services", "Product codes of postage and fees", ", ".join(rules.services)),
        text("adjustments", "Product codes of bookings", ", ".join(rules.adjustments)),
    ]


def prefix(pattern: str) -> str:
    """The letters that a pattern of ours asks for in front."""
    found = re.match(r"\^([A-Za-z]*)", pattern)
    return found[1] if found else ""


def choice(name: str, label: str, options: Mapping[str, str], value: str) -> html.Label:
    listed = [{"value": key, "label": words} for key, words in options.items()]
    return html.Label([html.Span(label), dbc.Select(options=listed, value=value, name=name)])


def text(name: str, label: str, value: str) -> html.Label:
    return html.Label([html.Span(label), dbc.Input(value=value, name=name, maxlength=200, autocomplete="off")])
