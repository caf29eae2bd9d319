"""How values are spread: upright bars over classes, or points over time around a line at nothing."""

from collections.abc import Sequence

from dashapp.figures.figure import Figure, figure, packed
from dashapp.figures.palette import EARLIER, MEMBERS


def classes(labels: Sequence[str], counts: Sequence[float], hover: Sequence[str], share: bool = False) -> Figure:
    """One bar a class, in the order given."""
    trace: dict[str, object] = {
        "type": "bar",
        "x": list(labels),
        "y": packed(counts),
        "hovertext": list(hover),
        "marker": {"color": MEMBERS[0], "line": {"width": 0}},
    }
    scale = {"fixedrange": True, "nticks": 5, "rangemode": "tozero"} | ({"tickformat": ".0%"} if share else {})
    return figure(
        [trace],
        bargap=0.12,
        hovermode="closest",
        xaxis={"type": "category", "showgrid": False, "fixedrange": True, "tickangle": 0, "nticks": 9},
        yaxis=scale,
    )


def scattered(days: Sequence[str], values: Sequence[float], hover: Sequence[str]) -> Figure:
    """Relative errors over time; nothing is at the dotted line."""
    trace: dict[str, object] = {
        "type": "scatter",
        "mode": "markers",
        "x": list(days),
        "y": packed(values),
        "hovertext": list(hover),
        "marker": {"size": 7, "color": MEMBERS[0], "opacity": 0.7},
        "cliponaxis": False,
    }
    line = {"color": EARLIER, "width": 1, "dash": "dot"}
    return figure(
        [trace],
        hovermode="closest",
        shapes=[{"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": 0, "y1": 0, "line": line}],
        xaxis={"type": "date", "showgrid": False, "fixedrange": True, "nticks": 8},
        yaxis={"tickformat": "+.0%", "fixedrange": True, "nticks": 6},
    )
