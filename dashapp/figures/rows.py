"""Horizontal bars in rows: two side by side, parts end to end, or gains and losses from one line."""

from collections.abc import Mapping, Sequence

import pandas as pd

from dashapp.figures.figure import Figure, figure, gap, packed, room
from dashapp.figures.palette import EARLIER, GAIN, LOSS, MEMBERS

LEGEND = {
    "orientation": "h",
    "x": 0,
    "y": 1.02,
    "yanchor": "bottom",
    "traceorder": "normal",
    "itemclick": False,
    "itemdoubleclick": False,
}


def pairs(
    frame: pd.DataFrame,
    key: str,
    label: str,
    now: str,
    before: str,
    colours: Mapping[str, str],
    hover: Sequence[str],
    notes: Sequence[str],
) -> Figure:
    """Two bars a row, `now` above `before`; the earlier ones are grey, and not there where nothing is known of them."""
    colour = [colours.get(member) or (EARLIER if member is None else MEMBERS[0]) for member in frame[key]]
    traces = [
        _row(frame, key, now, hover, name="now", marker={"color": colour}, text=list(notes), textposition="outside")
    ]
    if frame[before].notna().any():
        earlier = {"color": EARLIER, "opacity": 0.55}
        traces.append(_row(frame, key, before, hover, name="before", marker=earlier))
    return _rows(
        traces,
        frame[label],
        float(frame[[now, before]].max().max()),
        barmode="group",
        bargap=gap(len(frame), 0.3),
        margin=room(112),
    )


def stacked(
    frame: pd.DataFrame, key: str, parts: Mapping[str, str], hover: Sequence[str], notes: Sequence[str], of: int = -1
) -> Figure:
    """One bar a row made of `parts` (column to name), with a note at its end, or at the end of the part it is about (`of`)."""
    traces = [
        _row(frame, key, column, hover, name=name, marker={"color": MEMBERS[i]})
        for i, (column, name) in enumerate(parts.items())
    ]
    traces[of] |= {"text": list(notes), "textposition": "outside" if of == -1 else "none"}
    sums = frame[list(parts)].cumsum(axis=1)
    beside = [] if of == -1 else [_note(i, end, notes[i]) for i, end in enumerate(sums.iloc[:, of])]
    more = {"showlegend": True, "legend": LEGEND, "annotations": beside}
    return _rows(
        traces,
        frame[key],
        float(sums.max().max()),
        barmode="stack",
        bargap=gap(len(frame), 0.35),
        margin=room(64),
        **more,
    )


def changes(
    frame: pd.DataFrame, key: str, label: str, value: str, hover: Sequence[str], notes: Sequence[str]
) -> Figure:
    """A bar a row to the right for a gain, to the left for a loss; the last row is the whole and stands apart.

    The note of a loss stands to the right of the line too, where there is always room.
    """
    colour = [GAIN if v >= 0 else LOSS for v in frame[value]]
    line = {"color": colour, "width": [0.0] * (len(frame) - 1) + [2.0]}
    fill = [*colour[:-1], "rgba(0,0,0,0)"]
    places = ["outside" if v >= 0 else "none" for v in frame[value]]
    trace = _row(frame, key, value, hover, marker={"color": fill, "line": line}, text=list(notes), textposition=places)
    beside = [_note(place, 0.0, note) for place, note in enumerate(notes) if places[place] == "none"]
    made = _rows([trace], frame[label], 0.0, bargap=gap(len(frame), 0.35), margin=room(64), annotations=beside)
    low, high = float(frame[value].min()), float(frame[value].max())
    layout: dict[str, object] = made["layout"]  # type: ignore[assignment]
    layout["xaxis"] = {
        "showticklabels": False, "fixedrange": True, "showgrid": False, "zeroline": True, "zerolinecolor": EARLIER,
        "range": [min(0.0, low), max(0.0, high, -low / 3)],
    }  # fmt: skip
    return made


def _note(row: int, end: float, text: str) -> dict[str, object]:
    """A text beside a point of a row."""
    return {"x": float(end), "y": row, "text": text, "showarrow": False, "xanchor": "left", "xshift": 3}


def _row(frame: pd.DataFrame, key: str, value: str, hover: Sequence[str], **more: object) -> dict[str, object]:
    return {
        "type": "bar",
        "orientation": "h",
        "y": list(range(len(frame))),
        "x": packed(frame[value]),
        "customdata": [None if member is None else str(member) for member in frame[key]],
        "hovertext": list(hover),
        "textangle": 0,
        "cliponaxis": False,
        **more,
    }


def _rows(traces: list[dict[str, object]], names: pd.Series, top: float, **layout: object) -> Figure:
    ticks = [name if len(name) <= 26 else name[:25] + "…" for name in names.astype(str)]
    yaxis = {
        "tickvals": list(range(len(ticks))),
        "ticktext": ticks,
        "autorange": "reversed",
        "showgrid": False,
        "fixedrange": True,
    }
    xaxis = {"visible": False, "fixedrange": True, "range": [0, top]}
    return figure(traces, xaxis=xaxis, yaxis=yaxis, **layout)
