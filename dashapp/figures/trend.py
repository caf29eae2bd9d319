"""A value over time as a line, with what it is compared with dashed behind it."""

from collections.abc import Sequence

import pandas as pd

from dashapp.figures.figure import Figure, axis, figure, packed


def trend(
    frame: pd.DataFrame,
    date: str,
    value: str,
    key: str,
    whole: str,
    before: str = "",
    hover: Sequence[str] = (),
    prefix: str = "",
) -> Figure:
    """One point a row. `key` travels with the mark; buckets not `whole` are hollow and dotted; `before` is dashed."""
    days = [day.isoformat() for day in frame[date]]
    traces = [_earlier(frame, days, before)] if before and frame[before].notna().any() else []
    full = frame[whole].to_numpy()
    traces.append(_line(days, frame[value].where(full), dash="solid"))
    if not full.all():
        near = (
            ~full
            | ~pd.Series(full).shift(1, fill_value=True).to_numpy()
            | ~pd.Series(full).shift(-1, fill_value=True).to_numpy()
        )
        traces.append(_line(days, frame[value].where(near), dash="dot"))
    marks: dict[str, object] = {
        "type": "scatter",
        "mode": "markers",
        "x": days,
        "y": packed(frame[value]),
        "customdata": frame[key].tolist(),
        "hovertext": list(hover),
        "marker": {"size": 6 if len(frame) <= 120 else 3, "symbol": ["circle" if w else "circle-open" for w in full]},
    }
    return figure(
        [*traces, marks],
        dragmode="select",
        selectdirection="h",
        hovermode="closest",
        hoverdistance=40,
        showlegend=False,
        xaxis={"type": "date", "showgrid": False, "nticks": 8},
        yaxis=axis(prefix, fixedrange=True),
    )


def _line(days: list[str], values: pd.Series, dash: str) -> dict[str, object]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": days,
        "y": packed(values),
        "line": {"dash": dash, "width": 2},
        "hoverinfo": "skip",
    }


def _earlier(frame: pd.DataFrame, days: list[str], before: str) -> dict[str, object]:
    line = _line(days, frame[before], dash="dash")
    return line | {"line": {"dash": "dash", "width": 1.5, "color": "#8a94a1"}}
