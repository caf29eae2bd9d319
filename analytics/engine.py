"""The engine: the one door through which numbers are asked for, and who answers, memory or the warehouse."""

from functools import lru_cache

from analytics import memory, warehouse
from analytics.beside import Columns, columns_of
from analytics.cut import Cut
from analytics.filters import Chosen, Filters
from analytics.measures import Base
from analytics.metrics import METRICS, required
from analytics.periods import Period
from pipeline.warehouse import Snapshot

__all__ = ["Cut", "answer", "rows_used"]


def answer(cut: Cut, snapshot: Snapshot) -> Columns:
    """One row per group: the keys of `cut.by`, the title of each that has one, the metrics. Kept for whoever asks next,
    so not to be written to."""
    measures = tuple(METRICS[name].measure for name in cut.metrics)
    return _answer(cut, measures, snapshot)


@lru_cache(maxsize=1024)
def _answer(cut: Cut, measures: tuple[Base, ...], snapshot: Snapshot) -> Columns:
    try:
        return memory.answer(cut, measures, snapshot)
    except memory.Beyond:
        return columns_of(warehouse.answer(cut, measures, snapshot))


@lru_cache(maxsize=256)
def rows_used(metrics: tuple[str, ...], filters: Filters, left_out: Chosen, snapshot: Snapshot) -> int:
    """How many rows of the metrics' home tables lie in the period and match the choices."""
    homes = {m.measure.table for m in required(metrics) if isinstance(m.measure, Base)}
    period = filters.period(Period(snapshot.first_day, snapshot.as_of))
    return sum(_count(Cut(home, (), (), period, filters.chosen, left_out), snapshot) for home in sorted(homes))


def _count(cut: Cut, snapshot: Snapshot) -> int:
    try:
        return memory.count(cut, snapshot)
    except memory.Beyond:
        return warehouse.count(cut, snapshot)
