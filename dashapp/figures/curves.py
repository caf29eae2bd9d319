"""Curves over shares from 0 to 1, each named, with a dotted line for what chance or perfection would give."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashapp.figures.figure import Figure, figure, packed
from dashapp.figures.palette import EARLIER, MEMBERS
from dashapp.figures.rows import LEGEND


@dataclass(frozen=True)
class Curve:
    """One line: `x` and `y` from 0 to 1, what is read of each point, and its interval where it has one."""

    name: str
    x: Sequence[float]
    y: Sequence[float]
    hover: Sequence[str]
    low: Sequence[float] = ()
    high: Sequence[float] = ()
    marks: bool = False


def curves(
    lines: Sequence[Curve],
    across: str,
    up: str,
    guide: tuple[Sequence[float], Sequence[float]] | None = None,
    top: float = 1.0,
) -> Figure:
    """The first line stands out; `guide` is dotted; axes are called `across` and `up`, the latter ends at `top`."""
    dotted = [_guide(*guide)] if guide else []
    scale = {"fixedrange": True, "nticks": 6, "tickformat": ".0%"}
    return figure(
        [*dotted, *(_line(line, place) for place, line in enumerate(lines))],
        hovermode="closest",
        showlegend=len(lines) > 1,
        legend=LEGEND,
        xaxis=scale | {"range": [-0.01, 1.01], "title": _title(across), "showgrid": False},
        yaxis=scale | {"range": [0, top * 1.02], "title": _title(up)} | ({"tickformat": ".1f"} if top > 1 else {}),
    )


def _title(text: str) -> dict[str, object]:
    return {"text": text, "font": {"size": 12}, "standoff": 8}


def _line(line: Curve, place: int) -> dict[str, object]:
    return {
        "type": "scatter",
        "mode": "lines+markers" if line.marks else "lines",
        "name": line.name,
        "x": packed(line.x),
        "y": packed(line.y),
        "hovertext": list(line.hover),
        "line": {"width": 2.5 if place == 0 else 1.5, "color": MEMBERS[place % len(MEMBERS)]},
        "marker": {"size": 7 if place == 0 else 4},
        **_interval(line),
    }


def _interval(line: Curve) -> dict[str, object]:
    if not line.low:
        return {}
    above = [high - y for high, y in zip(line.high, line.y, strict=True)]
    below = [y - low for low, y in zip(line.low, line.y, strict=True)]
    return {
        "error_y": {"type": "data", "symmetric": False, "array": above, "arrayminus": below, "thickness": 1, "width": 3}
    }


def _guide(x: Sequence[float], y: Sequence[float]) -> dict[str, object]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": list(x),
        "y": list(y),
        "line": {"dash": "dot", "width": 1, "color": EARLIER},
        "hoverinfo": "skip",
        "showlegend": False,
    }
