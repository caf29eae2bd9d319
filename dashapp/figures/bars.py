"""Horizontal bars, longest first, each named beside its axis."""

from collections.abc import Mapping, Sequence

import pandas as pd

from dashapp.figures.figure import Figure, figure, gap, packed, room


def bars(
    frame: pd.DataFrame,
    key: str,
    value: str,
    title: str = "",
    colours: Mapping[str, str] | None = None,
    hover: Sequence[str] = (),
    labels: Sequence[str] = (),
) -> Figure:
    """One bar a row of `frame`, in its order from the top; `key` travels with the mark, `title` is what is read,
    `labels` stand at the ends."""
    names = frame[title or key].fillna("").astype(str)
    colour = [(colours or {}).get(member) for member in frame[key]]
    trace: dict[str, object] = {
        "type": "bar",
        "orientation": "h",
        "y": list(range(len(frame))),
        "x": packed(frame[value]),
        "customdata": frame[key].astype(str).tolist(),
        "hovertext": list(hover),
        "text": list(labels),
        "textposition": "outside",
        "textangle": 0,
        "marker": {"color": colour, "line": {"width": 0}} if all(colour) else {},
        "cliponaxis": False,
    }
    ticks = [name if len(name) <= 26 else name[:25] + "…" for name in names]
    return figure(
        [trace],
        bargap=gap(len(frame), 0.35),
        margin=room(64),
        xaxis={
            "visible": False,
            "fixedrange": True,
            "range": [min(0.0, float(frame[value].min())), float(frame[value].max())],
        },
        yaxis={
            "tickvals": list(range(len(frame))),
            "ticktext": ticks,
            "autorange": "reversed",
            "showgrid": False,
            "fixedrange": True,
        },
    )
