"""The engine: the one door through which numbers are asked for, and who answers, memory or the warehouse."""

from functools import lru_cache

import pandas as pd

from analytics import memory, warehouse
from analytics.cut import Cut
from analytics.measures import Base
from analytics.metrics import METRICS
from pipeline.warehouse import Snapshot

__all__ = ["Cut", "answer"]


def answer(cut: Cut, snapshot: Snapshot) -> pd.DataFrame:
    """One row per group: the keys of `cut.by`, the title of each that has one, the metrics."""
    measures = tuple(METRICS[name].measure for name in cut.metrics)
    return _answer(cut, measures, snapshot).copy()


@lru_cache(maxsize=1024)
def _answer(cut: Cut, measures: tuple[Base, ...], snapshot: Snapshot) -> pd.DataFrame:
    try:
        return memory.answer(cut, measures, snapshot)
    except memory.Beyond:
        return warehouse.answer(cut, measures, snapshot)
