"""A series and its parts, one above the other over the same time."""

from collections.abc import Sequence

import pandas as pd

from dashapp.figures.figure import Figure, figure, packed
from dashapp.figures.palette import MEMBERS


def parts(frame: pd.DataFrame, columns: Sequence[str], labels: Sequence[str]) -> Figure:
    """One row of the figure a column of `frame`, which has a date each."""
    days, share = [day.isoformat() for day in frame["date"]], 1 / len(columns)
    traces: list[dict[str, object]] = []
    layout: dict[str, object] = {"showlegend": False, "hovermode": "x"}
    for place, (column, label) in enumerate(zip(columns, labels, strict=True)):
        side = "y" if place == 0 else f"y{place + 1}"
        texts = [
            f"{day:%b %Y}<br>{label}: {value:,.4g}" for day, value in zip(frame["date"], frame[column], strict=True)
        ]
        traces.append({"type": "scatter", "mode": "lines", "x": days, "y": packed(frame[column]), "yaxis": side,
                       "hovertext": texts, "line": {"width": 2, "color": MEMBERS[0]}})  # fmt: skip
        top = 1 - place * share
        layout["yaxis" + side[1:]] = {"domain": [top - share * 0.8, top], "title": {"text": label}, "nticks": 4,
                                      "tickformat": "~s" if place < 2 else ".2~f", "fixedrange": True}  # fmt: skip
    layout["xaxis"] = {"type": "date", "showgrid": False, "anchor": f"y{len(columns)}", "nticks": 8}
    return figure(traces, **layout)
