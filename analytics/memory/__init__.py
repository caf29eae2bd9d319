"""The memory engine: the same answers as the warehouse in milliseconds, from arrays of numbers.

The compact tables answer what a page asks, whatever the size of the shop; the columns of a table that is not too large
answer the rest. What neither can is `Beyond`, and for the warehouse.
"""

from analytics.beside import Columns
from analytics.cut import Cut
from analytics.measures import Base
from analytics.memory import answers, compact
from analytics.memory.columns import Beyond
from pipeline.warehouse import Snapshot

__all__ = ["Beyond", "answer", "count"]


def answer(cut: Cut, measures: tuple[Base, ...], snapshot: Snapshot) -> Columns:
    """One row per group: the keys of `cut.by`, the title of each that has one, the metrics."""
    try:
        return compact.answer(cut, measures, snapshot)
    except Beyond:
        return answers.answer(cut, measures, snapshot)


def count(cut: Cut, snapshot: Snapshot) -> int:
    """How many rows a cut looks at."""
    return answers.count(cut, snapshot)
