"""Tables: the rows of a chart in words, its twin for those who read rather than look."""

from datetime import date

import pandas as pd

from analytics.dimensions import DIMENSIONS
from analytics.formats import full, number, percent
from analytics.metrics import METRICS
from analytics.periods import day_words

SUFFIXES = {
    "_share": "share of total",
    "_now": "in the period compared",
    "_before": "before",
    "_change": "change",
    "_growth": "growth",
    "_cumulative": "so far",
    "_moving": "moving average",
}
BUCKET = {"date": "From", "until": "To", "complete": "Whole", "mark": "Stands out"}
Table = dict[str, list[object]]


def twin(frame: pd.DataFrame) -> Table:
    """`columns` (label, and whether it is a number), `rows` as read, `values` as sorted; one row a row of `frame`."""
    frame = frame[_readable([str(name) for name in frame.columns])]
    names = [str(name) for name in frame.columns]
    columns = [{"label": label(name), "number": bool(pd.api.types.is_numeric_dtype(frame[name]))} for name in names]
    rows = [
        [cell(name, value) for name, value in zip(names, row, strict=True)] for row in frame.itertuples(index=False)
    ]
    values = [[_sortable(value) for value in row] for row in frame.itertuples(index=False)]
    return {"columns": list(columns), "rows": list(rows), "values": list(values)}


def keys(frame: pd.DataFrame, picks: tuple[str, ...]) -> list[list[str] | None]:
    """What each row picks, in written form; none for a row without it, and no list where the columns do not hold it."""
    if not picks or not set(picks) <= set(frame.columns):
        return []
    rows = frame[list(picks)].itertuples(index=False)
    return [None if any(key is None or key != key for key in row) else [str(key) for key in row] for row in rows]


def _readable(names: list[str]) -> list[str]:
    """What a member is called before its key; the comparison for the first metric alone."""
    titles = [d.title for d in DIMENSIONS.values() if d.title in names]
    first = next((_parts(name)[0] for name in names if _parts(name)[0] in METRICS), "")
    compared = [name for name in names if _parts(name)[1] in ("_now", "_before") and _parts(name)[0] != first]
    return [*titles, *(name for name in names if name not in titles and name not in compared)]


def label(name: str) -> str:
    """A column as a reader would head it."""
    metric, suffix = _parts(name)
    if metric in METRICS:
        return f"{METRICS[metric].label}, {SUFFIXES[suffix]}" if suffix else METRICS[metric].label
    if name in DIMENSIONS:
        return DIMENSIONS[name].label
    if name in BUCKET:
        return BUCKET[name]
    if suffix == "_share":
        name = metric
    return name.replace("_", " ").capitalize()


def cell(name: str, value: object) -> str:
    """A value with its unit; empty where there is none."""
    metric, suffix = _parts(name)
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        if suffix in ("_share", "_growth"):
            return percent(value)
        return full(metric, value) if metric in METRICS else number(value)
    return day_words(value) if isinstance(value, date) else str(value)


def _parts(name: str) -> tuple[str, str]:
    if name in METRICS:
        return name, ""
    suffix = next((s for s in SUFFIXES if name.endswith(s)), "")
    return name.removesuffix(suffix), suffix


def _sortable(value: object) -> object:
    if value is None or value != value:
        return None
    return value.isoformat() if isinstance(value, date) else value
