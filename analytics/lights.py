"""Lights: what the data must hold for a number to be had, and the file that would bring it."""

from analytics import warehouse
from analytics.cut import HOMES
from analytics.dimensions import DIMENSIONS
from analytics.filters import Chosen
from analytics.measures import Base
from analytics.metrics import METRICS, required
from pipeline.snapshot import Snapshot
from pipeline.sources import SOURCES

LIT_BY = {
    "cost": "product_catalog.csv with a cost column",
    "stock": "product_catalog.csv with cost and stock_level columns, and a year of sales",
    "came_back": "returns.csv, or returns among the sales",
}


def lacking(name: str, snapshot: Snapshot) -> str:
    """What a metric, or anything it is made of, needs and the data do not hold; empty where nothing is missing."""
    return next((m.needs for m in reversed(required((name,))) if m.needs and m.needs in snapshot.lacks), "")


def lit_by(need: str) -> str:
    """The file, with its column, that would bring it; empty for what a model makes."""
    if need in LIT_BY:
        return LIT_BY[need]
    return DIMENSIONS[need].lit_by if need in DIMENSIONS else SOURCES[need].file if need in SOURCES else ""


def homes(name: str) -> set[str]:
    """The tables that a metric is worked out from."""
    return {m.measure.table for m in required((name,)) if isinstance(m.measure, Base)}


def lit(snapshot: Snapshot) -> list[str]:
    """The metrics that this snapshot has what it takes for."""
    return [name for name in METRICS if not lacking(name, snapshot)]


def unmatched(name: str, chosen: Chosen, snapshot: Snapshot) -> str:
    """A dimension that is chosen and does not narrow a part of the metric, so that its value would be of something else.

    Sign-ups say themselves what they follow.
    """
    reached = [warehouse.columns(table, snapshot) for table in homes(name) - set(HOMES)] if chosen else []
    return next((d for d, _ in chosen if not all(DIMENSIONS[d].reaches(columns) for columns in reached)), "")
