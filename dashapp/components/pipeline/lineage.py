"""The lineage: which columns of which file every metric is made of."""

from dash import html

from analytics.glossary import formula
from analytics.metrics import METRICS
from analytics.provenance import columns, lineage, metrics_of
from dashapp.components.plain_table import Cell, plain_table, section
from pipeline.snapshot import Snapshot

HEADS = ("Metric", "Formula", "Columns read", "From the files")


def lineage_card(snapshot: Snapshot) -> html.Section:
    """Metrics whose files are missing are left out."""
    rows = [_row(name, snapshot) for name in metrics_of(snapshot)]
    says = f"Every number of snapshot {snapshot.id}, made by rules version {snapshot.manifest['rules']}."
    return section("Lineage", says, plain_table("Lineage of the metrics", HEADS, rows), anchor="lineage")


def _row(name: str, snapshot: Snapshot) -> tuple[Cell, ...]:
    metric = METRICS[name]
    read = ", ".join(f"{table}.{column}" for table, column in columns(name))
    files = [html.Div(f"{file}: {', '.join(headers)}") for file, headers in lineage(name, snapshot).items()]
    label = html.Span(metric.label, title=metric.about)
    return (label, formula(metric.measure).replace("`", ""), read, [*files])
