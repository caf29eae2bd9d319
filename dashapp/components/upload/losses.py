"""The losses: what a load of the waiting files would take away from what is served, in words that the reader confirms."""

from collections.abc import Callable
from pathlib import Path

from analytics.formats import full, number, percent
from pipeline.looks import Look, looks, stands_in_the_way
from pipeline.preview import Preview
from pipeline.run import remembered
from pipeline.snapshot import NoSnapshot, Snapshot
from pipeline.uploads import Uploads
from pipeline.warehouse import Warehouse
from settings import Settings

FALL = 0.5  # what is left of revenue or orders, below which a load is confirmed first


def lost(settings: Settings) -> list[str]:
    """What the load would take away; nothing where there is nothing to lose or to load.

    As on the command line, to put other files in the place of a folder has to be said; and so has a fall to less than half.
    """
    found = looks(settings)
    try:
        snapshot = Warehouse(settings).current()
    except NoSnapshot:
        return []
    if not found or stands_in_the_way(found):
        return []
    return [*_folder(settings), *_fall(found, snapshot)]


def sales_of(found: list[Look]) -> Preview:
    """The sales among the files that wait."""
    tables = [table for look in found for table in look.tables or ()]
    return next(table for table in tables if table.source == "sales_transactions")


def short_of(folder: Path) -> str:
    """The folder as people write it."""
    return str(folder).replace(str(Path.home()) + "/", "~/")


def _folder(settings: Settings) -> list[str]:
    source = remembered(settings)
    if source is None or source == Uploads(settings).served():
        return []
    return [f"These files take the place of the folder {short_of(source)} as a whole; it is then no longer read."]


def _fall(found: list[Look], snapshot: Snapshot) -> list[str]:
    sales = sales_of(found)
    moves = [
        _move("Revenue", float(snapshot.report["revenue"]), float(sales.revenue or 0), lambda v: full("revenue", v)),
        _move("Orders", float(snapshot.manifest.get("orders") or 0), float(sales.orders), number),
    ]
    return [move for move in moves if move]


def _move(name: str, now: float, then: float, written: Callable[[float], str]) -> str:
    if now <= 0 or then >= FALL * now:
        return ""
    return f"{name} would fall from {written(now)} to {written(then)}, by {percent(1 - then / now, 0)}."
