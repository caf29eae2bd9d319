"""Emptied: which filter left nothing, and what there would be without it."""

from dataclasses import dataclass, replace

from analytics.filters import Filters
from analytics.queries import table
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
