"""Hover texts: name, value, share of the total, the earlier value, change; in that order everywhere."""

from collections.abc import Iterable

import pandas as pd

from analytics.cells import records
from analytics.formats import full, percent, signed
from analytics.metrics import metric
from dashapp.figures.figure import lines


def hover(frame: pd.DataFrame, names: Iterable[str], value: str, *more: str) -> list[str]:
    """One text a row of `frame`; what a row lacks is left out. `attrs` say when the earlier value was, of each bucket or
    of the whole."""
    against = str(frame.attrs.get("against", ""))
    earlier = frame.attrs.get("earlier")

    def when(start: object) -> str:
        days = earlier and earlier(start)
        return f"Before: {days}" if days else against

    return [
        lines(name, *_facts(row, value, when(row.get("date"))), *(_fact(row, m) for m in more))
        for name, row in zip(names, records(frame), strict=True)
    ]


def _facts(row: dict[object, object], value: str, when: str) -> list[str]:
    share, now, before = (row.get(f"{value}_{what}") for what in ("share", "now", "before"))
    facts = [_fact(row, value)]
    if isinstance(share, float) and share == share:
        facts.append(f"{percent(share)} of the total")
    if isinstance(now, float) and isinstance(before, float) and before == before:
        change = f" ({signed(now / before - 1)})" if before > 0 else ""
        facts += [f"Compared: {full(value, now)} with {full(value, before)} before{change}", when]
    return facts


def _fact(row: dict[object, object], name: str) -> str:
    return f"{metric(name).label}: {full(name, row[name])}"  # type: ignore[arg-type]
