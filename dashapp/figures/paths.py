"""Several courses over time as lines, each named at its end."""

from collections.abc import Sequence

import pandas as pd

from dashapp.figures.figure import Figure, figure, packed
from dashapp.figures.palette import EARLIER, MEMBERS


def paths(frame: pd.DataFrame, name: str, date: str, value: str, rank: str, other: str, hover: Sequence[str]) -> Figure:
    """One line a member of `name`, coloured by its `rank`; the member called `other` is grey and picks nothing.

    A dotted line stands at 100, where all of them are on average.
    """
    told = frame.assign(hover=list(hover))
    traces, ends = [], []
    for member, part in told.groupby(name, sort=False):
        grey = member == other
        colour = EARLIER if grey else MEMBERS[int(part[rank].iloc[0]) % len(MEMBERS)]
        traces.append(_line(part, None if grey else str(member), date, value, colour))
        ends.append((float(part[value].iloc[-1]), str(member), colour))
    last = frame[date].max().isoformat()
    return figure(
        traces,
        hovermode="closest",
        annotations=_names(ends, last, float(frame[value].min()), float(frame[value].max())),
        margin={"l": 8, "r": 116, "t": 8, "b": 8},
        shapes=[{"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": 100, "y1": 100,
                 "line": {"color": EARLIER, "width": 1, "dash": "dot"}}],
        xaxis={"type": "date", "showgrid": False, "nticks": 8, "fixedrange": True},
        yaxis={"nticks": 5, "fixedrange": True},
    )  # fmt: skip


def _line(part: pd.DataFrame, key: str | None, date: str, value: str, colour: str) -> dict[str, object]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [day.isoformat() for day in part[date]],
        "y": packed(part[value]),
        "customdata": [key] * len(part),
        "hovertext": part["hover"].tolist(),
        "line": {"width": 2, "color": colour},
        "marker": {"size": 4, "color": colour},
    }


def _names(ends: list[tuple[float, str, str]], last: str, low: float, high: float) -> list[dict[str, object]]:
    """Names beside the last points, pushed apart where they would lie on each other."""
    step = (high - low or 1.0) / 17
    out, floor = [], float("-inf")
    for value, name, colour in sorted(ends):
        place = max(value, floor)
        floor = place + step
        text = name if len(name) <= 15 else name[:14] + "…"
        out.append({"x": last, "y": place, "text": text, "xanchor": "left", "xshift": 8, "showarrow": False,
                    "font": {"color": colour, "size": 12}})  # fmt: skip
    return out
