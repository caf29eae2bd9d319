"""Rows: which rows of a table a cut looks at, as one slice of days or as places."""

import numpy as np

from analytics.cut import Cut
from analytics.dimensions import DIMENSIONS
from analytics.memory.columns import Bools, Places
from analytics.memory.tables import Table, Tables
from analytics.periods import Period


def places(cut: Cut, tables: Tables) -> Places:
    """The rows inside the period that match every choice their table knows of; those of the last few cuts are kept."""
    acquired = cut.acquired if cut.of_new else None
    rows = (cut.table, cut.period, cut.chosen, cut.left_out, acquired)
    dimensions = tuple(DIMENSIONS[name] for name in (*dict(cut.chosen), *dict(cut.left_out)))
    return tables.recent.once((rows, dimensions), lambda: _places(cut, tables))


def _places(cut: Cut, tables: Tables) -> Places:
    table = tables.table(cut.table)
    days = table.within(cut.period)
    marks = [*_matching(table, cut, False, days), *_matching(table, cut, True, days)]
    if cut.acquired and cut.of_new:
        marks.append(_of_new(cut, cut.acquired, table, tables, days))
    if cut.table == "valued":
        marks.append(~np.isnan(tables.value("total"))[table.coded("customer_id").codes[days]])
    return days.start + np.flatnonzero(np.logical_and.reduce(marks)) if marks else days


def _matching(table: Table, cut: Cut, acquired: bool, days: slice) -> list[Bools]:
    """Of the rows of these days, those that match each choice of the one kind. A missing member matches none."""
    found = []
    for dimension, members, wanted in cut.choices(table.columns, acquired):
        key = table.key(dimension).at(days)
        read = {dimension.key(member) for member in members if dimension.reads(member)}
        if wanted or read:
            found.append(key.among(read, wanted))
    return found


def _of_new(cut: Cut, acquired: Period, table: Table, tables: Tables, days: slice) -> Bools:
    """Of the rows of these days, those of customers whose first order ever is in `acquired` and matches the choices."""
    sales = tables.table("sales")
    window, buyers = sales.within(acquired), sales.coded("customer_id")
    first = sales.coded("order_number").at(window).among([1])
    rows = np.logical_and.reduce([first, *_matching(sales, cut, False, window)])
    new = np.zeros(len(buyers.members) + 1, dtype=bool)
    new[buyers.codes[window][rows]] = True
    new[buyers.members.known :] = False
    return new[tables.customers(table)][table.coded("customer_id").codes[days]]
