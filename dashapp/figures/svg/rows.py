"""Horizontal bars, drawn: names at the left, values at the ends."""

from collections.abc import Mapping, Sequence
from typing import Any

from dashapp.figures.svg.marks import ACCENT, HAIRLINE, TEXT, box, breadth, line, words
from dashapp.figures.svg.scales import Scale, each, known, ticks, values

ROW, TOP = 24.0, 8.0
WIDEST = 0.35  # rows are of one height here, however few


def rows(traces: Sequence[Mapping[str, Any]], layout: Mapping[str, Any], width: float, top: float) -> tuple[str, float]:
    """The bars and the height that they take below `top`."""
    names = ticks(0, 0, layout["yaxis"], ".")
    grouped = layout.get("barmode") == "group" and len(traces) > 1
    row = ROW * 1.4 if grouped else ROW
    left = max((breadth(name) for _, name in names), default=0) + 12
    scale = _across(traces, layout, width, left)
    out = [words(name, left - 8, top + (at + 0.5) * row, "end", TEXT) for at, name in names]
    height = row * len(names)
    out += _bars(traces, layout, scale, row, top, grouped)
    zero = scale(0)
    out.append(line((zero, top), (zero, top + height), HAIRLINE if scale.low == 0 else "#8a94a1"))
    return "".join(out), height + TOP


def _across(traces: Sequence[Mapping[str, Any]], layout: Mapping[str, Any], width: float, left: float) -> Scale:
    """From the longest loss to the longest gain, with room for what stands at the ends."""
    sums = known(values(trace["x"]) for trace in traces)
    if layout.get("barmode") == "stack":
        columns = [[value or 0.0 for value in values(trace["x"])] for trace in traces]
        sums = [sum(column) for column in zip(*columns, strict=True)]
    room = max((breadth(str(text)) for trace in traces for text in trace.get("text", ())), default=0) + 12
    low, high = min(0.0, *sums), max(0.0, *sums)
    inside = width - left - room * (1 + (low < 0))
    start = left + room * (low < 0)
    return Scale(low, high, start, start + max(inside, 40))


def _bars(
    traces: Sequence[Mapping[str, Any]],
    layout: Mapping[str, Any],
    scale: Scale,
    row: float,
    top: float,
    grouped: bool,
) -> list[str]:
    out: list[str] = []
    notes: list[str] = []
    ends = [0.0] * (len(traces[0]["y"]) if traces else 0)
    thick = row * (1 - min(float(layout.get("bargap", 0.2)), WIDEST)) / (len(traces) if grouped else 1)
    for place, trace in enumerate(traces):
        lengths, marker = values(trace["x"]), trace.get("marker", {})
        fills, opacities = (
            each(marker.get(key), len(lengths), usual) for key, usual in (("color", ACCENT), ("opacity", 1))
        )
        edges = {key: each(marker.get("line", {}).get(key), len(lengths), None) for key in ("color", "width")}
        for i, length in enumerate(lengths):
            if length is None:
                continue
            start = ends[i] if layout.get("barmode") == "stack" else 0.0
            ends[i] = start + length
            y = top + i * row + row / 2 - thick * (len(traces) / 2 - place if grouped else 0.5)
            x, wide = scale(start), scale(start + length) - scale(start)
            framed = {"stroke": edges["color"][i], "stroke_width": edges["width"][i]} if edges["width"][i] else {}
            out.append(box(x, y, wide, thick, fills[i] or ACCENT, opacity=opacities[i], **framed))
            notes.append(_end(trace, i, x + wide, y + thick / 2, length < 0))
    return out + notes


def _end(trace: Mapping[str, Any], i: int, x: float, y: float, loss: bool) -> str:
    """What stands at the end of a bar, if anything does."""
    texts = trace.get("text", ())
    return words(str(texts[i]), x + (-6 if loss else 6), y, "end" if loss else "start", TEXT) if texts else ""
