"""The stages: rows in, rows out, and what was set aside at each step of the pipeline."""

from dash import dcc, html
from dash.development.base_component import Component

from analytics.formats import number
from analytics.provenance import Stage, in_words, stages
from dashapp.components.plain_table import Cell, plain_table, section
from pipeline.snapshot import Snapshot

HEADS = ("Stage", "What it does", "Set aside", "Rows in", "Rows out")
LISTS = {"quarantined": "/pipeline/quarantine", "duplicates": "/pipeline/duplicates"}


def stages_card(snapshot: Snapshot) -> html.Section:
    """Says in words what became of the rows, and whether every stage balances."""
    steps = stages(snapshot)
    wrong = [step.label for step in steps if not step.balances]
    holds = (
        f"Rows do not balance in: {', '.join(wrong)}." if wrong else "Rows in = rows out + set aside at every stage."
    )
    report = html.A(
        "The whole report as JSON", href="/api/v1/report", download="cleaning_report.json", className="behind"
    )
    table = plain_table("Stages of the pipeline", HEADS, [_row(step) for step in steps], 2)
    return section("Stages", f"{in_words(snapshot)} {holds}", table, html.P(report), anchor="stages")


def _row(step: Stage) -> tuple[Cell, ...]:
    sign = html.Span("✓" if step.balances else "✗", className="better" if step.balances else "worse",
                     title="Balances" if step.balances else "Does not balance")  # fmt: skip
    return ([sign, f" {step.label}"], step.does, _aside(step), number(step.rows_in), number(step.rows_out))


def _aside(step: Stage) -> Cell:
    """What was set aside; rows that can be looked at are linked to."""
    if not step.aside:
        return "none"
    told: list[str | Component] = []
    for label, rows in step.aside.items():
        text = f"{number(rows)} {label}"
        told += [", ", dcc.Link(text, href=LISTS[label], className="behind") if label in LISTS else text]
    return told[1:]
