"""Hover texts: name, value, share of the total, the earlier value, change; in that order everywhere."""

from collections.abc import Iterable

import pandas as pd

from analytics.formats import full, percent, signed
from analytics.metrics import metric
from dashapp.figures.figure import lines


def hover(frame: pd.DataFrame, names: Iterable[str], value: str, *more: str) -> list[str]:
    """One text a row of `frame`; what a row lacks is left out. `attrs["against"]` says when the earlier value was."""
    rows, against = frame.to_dict("records"), str(frame.attrs.get("against", ""))
    return [
        lines(name, *_facts(row, value, against), *(_fact(row, m) for m in more))
        for name, row in zip(names, rows, strict=True)
    ]


def _facts(row: dict[object, object], value: str, against: str) -> list[str]:
    share, now, before = (row.get(f"{value}_{what}") for what in ("share", "now", "before"))
    facts = [_fact(row, value)]
    if isinstance(share, float) and share == share:
        facts.append(f"{percent(share)} of the total")
    if isinstance(now, float) and isinstance(before, float) and before == before:
        change = f" ({signed(now / before - 1)})" if before > 0 else ""
        facts += [f"Compared: {full(value, now)} with {full(value, before)} before{change}", against]
    return facts


def _fact(row: dict[object, object], name: str) -> str:
    return f"{metric(name).label}: {full(name, row[name])}"  # type: ignore[arg-type]
