"""Upright bars over time, some of them hatched, with a line or with intervals."""

from collections.abc import Sequence

import pandas as pd

from dashapp.figures.figure import Figure, axis, figure, packed
from dashapp.figures.palette import EARLIER, MEMBERS
from dashapp.figures.rows import LEGEND


def columns(
    frame: pd.DataFrame,
    date: str,
    value: str,
    keys: Sequence[object],
    hatched: Sequence[bool],
    hover: Sequence[str],
    name: str = "",
) -> Figure:
    """One bar a row; those `hatched` are to be read with care."""
    trace: dict[str, object] = {
        "type": "bar",
        "name": name,
        "x": [day.isoformat() for day in frame[date]],
        "y": packed(frame[value]),
        "customdata": list(keys),
        "hovertext": list(hover),
        "marker": {
            "color": MEMBERS[0],
            "line": {"width": 0},
            "pattern": {
                "shape": ["/" if h else "" for h in hatched],
                "size": 5,
                "solidity": 0.45,
                "fillmode": "replace",
            },
        },
    }
    return figure(
        [trace],
        bargap=0.25,
        hovermode="closest",
        xaxis={"type": "date", "showgrid": False, "nticks": 8, "fixedrange": True},
        yaxis=axis(fixedrange=True),
    )


def with_line(made: Figure, frame: pd.DataFrame, date: str, value: str, name: str, hover: Sequence[str]) -> Figure:
    """The same with a second course over the bars, and both named."""
    line = {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "x": [day.isoformat() for day in frame[date]],
        "y": packed(frame[value]),
        "hovertext": list(hover),
        "line": {"width": 2, "color": MEMBERS[1]},
        "marker": {"size": 5, "color": MEMBERS[1]},
        "hoverinfo": "text",
    }
    data: list[object] = made["data"]  # type: ignore[assignment]
    layout: dict[str, object] = made["layout"]  # type: ignore[assignment]
    return {"data": [*data, line], "layout": {**layout, "showlegend": True, "legend": LEGEND}}


def with_intervals(made: Figure, value: pd.Series, low: pd.Series, high: pd.Series) -> Figure:
    """The same bars as percentages with an interval each, where one is given."""
    data: list[dict[str, object]] = made["data"]  # type: ignore[assignment]
    layout: dict[str, object] = made["layout"]  # type: ignore[assignment]
    error = {
        "type": "data",
        "symmetric": False,
        "array": [None if gap != gap else gap for gap in high - value],
        "arrayminus": [None if gap != gap else gap for gap in value - low],
        "color": EARLIER,
        "thickness": 1.5,
        "width": 3,
    }
    scale = {"tickformat": ".0%", "rangemode": "tozero", "nticks": 5, "fixedrange": True}
    first = {**data[0], "error_y": error} if low.notna().any() else data[0]
    return {"data": [first, *data[1:]], "layout": {**layout, "yaxis": scale}}
