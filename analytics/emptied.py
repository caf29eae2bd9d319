"""Emptied: which filter left nothing, what there would be without it, and why a metric has no value."""

from dataclasses import dataclass, replace

from analytics.dimensions import DIMENSIONS
from analytics.filters import Filters
from analytics.lights import lacking, lit_by, unmatched
from analytics.measures import Growth
from analytics.metrics import metric
from analytics.queries import comparison_for, table
from pipeline.warehouse import Snapshot


@dataclass(frozen=True)
class WayOut:
    """The view without one of its filters: `part` is a dimension, `brush` or `period`."""

    part: str
    filters: Filters
    orders: int


def ways_out(filters: Filters, snapshot: Snapshot) -> list[WayOut]:
    """Each single filter whose removal leaves orders, the one with most orders first."""
    parts = {name: filters.without(name) for name, _ in filters.chosen}
    if filters.brush:
        parts["brush"] = filters.without("brush")
    if filters.start or filters.end:
        parts["period"] = replace(filters, start=None, end=None)
    ways = [WayOut(part, without, orders(without, snapshot)) for part, without in parts.items()]
    return sorted((way for way in ways if way.orders), key=lambda way: -way.orders)


def orders(filters: Filters, snapshot: Snapshot) -> int:
    """How many orders a view holds."""
    return int(table("orders")(filters, snapshot)["orders"].iloc[0])


def why_null(name: str, filters: Filters, snapshot: Snapshot) -> str:
    """Why a metric has no value under these filters, and what would give it one."""
    wanted, need = metric(name), lacking(name, snapshot)
    if need:
        return f"needs {lit_by(need)}" if lit_by(need) else " ".join(snapshot.notes(need)) or wanted.why_null
    if beyond := unmatched(name, filters.chosen, snapshot):
        return f"not known by {DIMENSIONS[beyond].label.lower()}: remove that filter"
    if isinstance(wanted.measure, Growth):
        return comparison_for(filters, snapshot).missing or wanted.why_null
    return wanted.why_null
