"""A figure as an SVG of its own, drawn without a browser: what the page shows, on white, for paper."""

from collections.abc import Mapping, Sequence
from typing import Any

from dashapp.figures.figure import Figure
from dashapp.figures.svg.cells import cells
from dashapp.figures.svg.courses import courses
from dashapp.figures.svg.marks import ACCENT, TEXT, box, breadth, tag, words
from dashapp.figures.svg.rows import rows

WIDTH = 720.0
FONTS = "Inter, Liberation Sans, DejaVu Sans, Noto Sans, Arial"
HATCH = (
    '<defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    f'<rect width="5" height="5" fill="#ffffff"/><rect width="2" height="5" fill="{ACCENT}"/></pattern></defs>'
)


def picture(figure: Figure, point: str = ".") -> str:
    """The SVG of a figure of this package; `point` is the decimal sign of its ticks.

    Light colours, `WIDTH` pixels wide and as high as its kind needs.
    """
    traces: Sequence[Mapping[str, Any]] = figure["data"]  # type: ignore[assignment]
    layout: Mapping[str, Any] = figure["layout"]  # type: ignore[assignment]
    named, top = _names(traces) if layout.get("showlegend") else ("", 4.0)
    if any(trace["type"] == "heatmap" for trace in traces):
        drawn, height = cells(traces, layout, WIDTH, top)
    elif any(trace.get("orientation") == "h" for trace in traces):
        drawn, height = rows(traces, layout, WIDTH, top)
    else:
        drawn, height = courses(traces, layout, WIDTH, top, point)
    view = f"0 0 {WIDTH:.0f} {top + height:.0f}"
    return tag("svg", HATCH + named + drawn, xmlns="http://www.w3.org/2000/svg", viewBox=view, font_family=FONTS)


def _names(traces: Sequence[Mapping[str, Any]]) -> tuple[str, float]:
    """What each colour stands for, in one line above the marks."""
    out, x = [], 0.0
    for trace in traces:
        colour = trace.get("marker", {}).get("color", ACCENT)
        out += [box(x, 6, 10, 10, colour), words(str(trace["name"]), x + 16, 11, fill=TEXT)]
        x += 40 + breadth(str(trace["name"]))
    return "".join(out), 28.0
