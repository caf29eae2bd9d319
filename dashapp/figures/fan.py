"""A line that goes on as a forecast, inside the band that it is sure of."""

from collections.abc import Sequence

import pandas as pd

from dashapp.figures.figure import Figure, axis, figure, packed
from dashapp.figures.palette import EARLIER, MEMBERS

BLUE = MEMBERS[0]


def fan(frame: pd.DataFrame, hover: Sequence[str], prefix: str = "") -> Figure:
    """`frame` has date, what (sold or forecast), value, before, low, high; the forecast starts at the last month sold."""
    days = [day.isoformat() for day in frame["date"]]
    ahead = (frame["what"] == "forecast").to_numpy()
    first = int(ahead.argmax())
    joined = slice(max(first - 1, 0), None)
    low, high = (frame[side].fillna(frame["value"])[joined] for side in ("low", "high"))
    edge: dict[str, object] = {
        "type": "scatter",
        "mode": "lines",
        "x": days[joined],
        "line": {"width": 0},
        "hoverinfo": "skip",
    }
    line: dict[str, object] = {"type": "scatter", "mode": "lines", "hoverinfo": "skip"}
    traces: list[dict[str, object]] = [
        edge | {"y": packed(low)},
        edge | {"y": packed(high), "fill": "tonexty", "fillcolor": "rgba(47,111,222,0.16)"},
        line | {"x": days, "y": packed(frame["before"]), "line": {"dash": "dash", "width": 1.5, "color": EARLIER}},
        line | {"x": days[:first], "y": packed(frame["value"][:first]), "line": {"width": 2, "color": BLUE}},
        line | {"x": days[joined], "y": packed(frame["value"][joined]), "line": {"dash": "dot", "width": 2, "color": BLUE}},
        {"type": "scatter", "mode": "markers", "x": days, "y": packed(frame["value"]), "hovertext": list(hover),
         "marker": {"size": 7, "color": BLUE, "symbol": ["circle-open" if a else "circle" for a in ahead]}},
    ]  # fmt: skip
    return figure(
        traces,
        hovermode="closest",
        showlegend=False,
        xaxis={"type": "date", "showgrid": False, "nticks": 8},
        yaxis=axis(prefix, fixedrange=True),
    )
