"""The rules that people set: each in words with what was measured, how it went before, and the form for another."""

import dash_bootstrap_components as dbc
from dash import Input, Output, callback, dcc, html
from dash.development.base_component import Component

from analytics.formats import number
from analytics.quality import KINDS, TABLES, Answer, Quality, Rule, columns
from dashapp import ids, shop
from dashapp.access import allowed
from dashapp.components.plain_table import Cell, plain_table
from pipeline.snapshot import NoSnapshot, Snapshot
from settings import Settings

HEADS = ("Rule", "Now", "Measured", "Publications before", "Change")
ABOUT = "Checked at each publication. A rule that does not hold is told here and where the load is told; data are served all the same."
BEFORE = 12


def rules_card(snapshot: Snapshot, settings: Settings) -> html.Section:
    return html.Section(
        [
            html.Div([html.H2("Your rules", id="rules"), html.P(ABOUT, className="say")]),
            html.Div(_listed(snapshot, settings), id=ids.RULES, className="sections"),
            _form(snapshot),
            html.P(role="status", className="rule-says"),
            dcc.Store(id=ids.RULED),
        ],
        className="card-box wide section",
        **{"aria-labelledby": "rules"},
    )


@callback(Output(ids.RULES, "children"), Input(ids.RULED, "data"), prevent_initial_call=True)
@allowed("viewer")
def renew(_when: float | None) -> list[Component]:
    """A rule came or went."""
    try:
        return _listed(shop.snapshot(), shop.settings())
    except NoSnapshot:
        return []


def _listed(snapshot: Snapshot, settings: Settings) -> list[Component]:
    quality = Quality(settings)
    checked, past = quality.check(snapshot), quality.answers()
    if not checked:
        return [html.P("No rule yet.", className="muted")]
    wrong = [str(rule) for rule, answer in checked if not answer.holds]
    alert = [html.P(f"Broken: {'; '.join(wrong)}.", className="trouble", role="alert")] if wrong else []
    rows = [
        _row(rule, answer, [a for a in past if a.rule == rule.id and a.snapshot < snapshot.id])
        for rule, answer in checked
    ]
    return [*alert, plain_table("Rules and what came of them", HEADS, rows)]


def _row(rule: Rule, answer: Answer, before: list[Answer]) -> tuple[Cell, ...]:
    told = "the column is gone" if answer.measured < 0 else f"{number(answer.measured)} {KINDS[rule.kind].unit}"
    drop = html.Button(
        "Take out",
        type="button",
        className="quiet",
        **{"data-drop-rule": str(rule.id), "aria-label": f"Take out: {rule}"},
    )
    marks: list[str | Component] = [
        html.Span(_mark(a), className=_side(a), title=f"{a.checked_at}: {number(a.measured)}") for a in before[-BEFORE:]
    ]
    now = html.Span(f"{_mark(answer)} {'Holds' if answer.holds else 'Broken'}", className=_side(answer))
    return (str(rule), now, told, marks or "none", drop)


def _mark(answer: Answer) -> str:
    return "✓" if answer.holds else "✗"


def _side(answer: Answer) -> str:
    return "better" if answer.holds else "worse"


def _form(snapshot: Snapshot) -> html.Details:
    there = columns(snapshot)
    of = [{"value": f"{t}.{c}" if c else t, "label": f"{t}.{c}" if c else t} for t in TABLES for c in ("", *there[t])]
    kinds = [{"value": name, "label": kind.label} for name, kind in KINDS.items()]
    fields = [
        _labelled("Kind", dbc.Select(options=kinds, value="null", name="kind")),
        _labelled("Of", dbc.Select(options=of, value="sales.customer_id", name="of")),
        _labelled("At least", dbc.Input(type="number", name="low", step="any")),
        _labelled("At most", dbc.Input(type="number", name="high", step="any")),
    ]
    form = html.Form(
        [
            html.Div(fields, className="answers"),
            html.Div(html.Button("Add the rule", type="submit", className="primary")),
        ],
        id="new-rule",
        className="rule-form",
    )
    return html.Details([html.Summary("Add a rule"), form], className="rule-new")


def _labelled(label: str, field: Component) -> html.Label:
    return html.Label([html.Span(label), field])
