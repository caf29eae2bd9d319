"""What was set aside: the rows in quarantine and the doubles, each with its place and what it means."""

import ibis
import ibis.expr.types as ir

from analytics.filters import Filters
from pipeline.rules import RULES
from pipeline.snapshot import Snapshot


def quarantined(_filters: Filters, snapshot: Snapshot) -> ir.Table:
    """Rows that could not be used, with the reason in words; no filter applies, as they are in no number."""
    rows = _placed(snapshot.table("quarantine"))
    told = {name: _words(rows.reason, name) for name in ("means", "done")}
    return rows.mutate(**told)


def doubled(_filters: Filters, snapshot: Snapshot) -> ir.Table:
    """Rows that say what another row says already."""
    return _placed(snapshot.table("duplicates"))


def _placed(rows: ir.Table) -> ir.Table:
    return rows.mutate(place=rows.source + ":" + rows.line.cast("string"))


def _words(reason: ir.StringValue, part: str) -> ir.Value:
    return reason.cases(*((name, getattr(rule, part)) for name, rule in RULES.items()), else_=ibis.literal(""))
