"""The summary: a list in one line, in the same numbers as the cards."""

from dataclasses import replace

from analytics.formats import counted, full, number
from analytics.lists import View
from analytics.queries import table
from pipeline.warehouse import Snapshot


def summary(view: View, snapshot: Snapshot) -> str:
    """`118 lines in 42 orders, $12,345.67`; with search or conditions, of how many."""
    sums = view.sums(snapshot)
    shown = counted(sums["rows"], view.listing.one, view.listing.many)
    if view.find or view.where:
        before = replace(view, find="", where=()).total(snapshot)
        shown = f"{number(sums['rows'])} of {counted(before, view.listing.one, view.listing.many)}"
    if not view.listing.money:
        return shown
    if view.listing.one != "order":
        shown += f" {'with' if view.listing.one == 'customer' else 'in'} {counted(sums['orders'], 'order')}"
    return f"{shown}, {full('revenue', sums['money'])}{_unnamed(view, sums, snapshot)}"


def _unnamed(view: View, sums: dict[str, float], snapshot: Snapshot) -> str:
    """What the customers' rows leave out, as no customer is named there."""
    if view.listing.name != "customers" or view.find or view.where:
        return ""
    revenue = float(table("revenue")(view.filters, snapshot)["revenue"].iloc[0])
    rest = round(revenue - sums["money"], 2)
    return f"; {full('revenue', rest)} more came without a customer id" if rest else ""
