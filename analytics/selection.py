"""The selection: the rows that the numbers of an address are made of."""

from dataclasses import replace
from datetime import timedelta

import ibis.expr.types as ir

from analytics.cut import Cut
from analytics.dimensions import DIMENSIONS
from analytics.filters import Filters
from analytics.periods import covered
from analytics.warehouse import rows_of
from pipeline.warehouse import Snapshot

YEAR = timedelta(days=365)


def selected(name: str, filters: Filters, snapshot: Snapshot, by: tuple[str, ...] = ()) -> ir.Table:
    """The rows of a table of lines that the numbers of the same address are made of, with what a split `by` needs."""
    period = filters.period(covered(snapshot))
    of_new = any(DIMENSIONS[chosen].acquired for chosen, _ in filters.chosen)
    return rows_of(Cut(name, (), by, period, filters.chosen, acquired=period if of_new else None), snapshot)


def last_year(filters: Filters, snapshot: Snapshot) -> Filters:
    """The same selection over the last 365 days of its period at most."""
    period = filters.period(covered(snapshot)).within(covered(snapshot))
    return replace(filters, start=max(period.start, period.end - YEAR + timedelta(days=1)), end=period.end, brush=None)
