"""Courses over time, drawn: lines, bands, markers and upright bars over one axis of days."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from dashapp.figures.svg.marks import ACCENT, HAIRLINE, MUTED, Point, area, box, course, line, symbol, words
from dashapp.figures.svg.scales import Scale, day_ticks, each, known, ticks, values

HEIGHT, LEFT, FOOT = 220.0, 56.0, 26.0
Trace = Mapping[str, Any]


def courses(
    traces: Sequence[Trace], layout: Mapping[str, Any], width: float, top: float, point: str
) -> tuple[str, float]:
    """Every value axis in its own band, one below the other, and the height that they take below `top`."""
    sides = list(dict.fromkeys(str(trace.get("yaxis", "y")) for trace in traces))
    height = HEIGHT if len(sides) == 1 else 90.0 * len(sides)
    days = _days(traces, LEFT, width - float(layout.get("margin", {}).get("r", 16)))
    out = [
        words(text, days(at), top + height + 14, "middle")
        for at, text in day_ticks(days.low, days.high, int(layout["xaxis"].get("nticks", 8)))
    ]
    for side in sides:
        own, axis = [t for t in traces if t.get("yaxis", "y") == side], layout[f"yaxis{side[1:]}"]
        low, high = axis.get("domain", (0.0, 1.0))
        worth = _worth(own, axis, top + 8 + (height - 8) * (1 - low), top + 8 + (height - 8) * (1 - high))
        out += [_grid(axis, days, worth, point), *_traces(own, days, worth, layout)]
    out += [
        words(a["text"], days.end + 8, worth(a["y"]), fill=a["font"]["color"]) for a in layout.get("annotations", ())
    ]
    return "".join(out), height + FOOT


def _days(traces: Sequence[Trace], start: float, end: float) -> Scale:
    seen = sorted(set(known(values(trace["x"]) for trace in traces)))
    gap = min((b - a for a, b in pairwise(seen)), default=1.0)
    pad = gap / 2 if any(trace["type"] == "bar" for trace in traces) or len(seen) < 2 else gap / 8
    return Scale(seen[0] - pad, seen[-1] + pad, start, end)


def _worth(traces: Sequence[Trace], axis: Mapping[str, Any], bottom: float, top: float) -> Scale:
    seen = known(values(trace["y"]) for trace in traces)
    for trace in traces:
        reach = zip(values(trace["y"]), values(trace.get("error_y", {}).get("array")), strict=False)
        seen += [value + up for value, up in reach if value is not None and up is not None]
    low, high = min(seen), max(seen)
    if axis.get("rangemode") == "tozero" or any(trace["type"] == "bar" for trace in traces):
        low, high = min(low, 0.0), max(high, 0.0)
    pad = (high - low or 1.0) * 0.06
    return Scale(low - pad * (low != 0), high + pad, bottom, top)


def _grid(axis: Mapping[str, Any], days: Scale, worth: Scale, point: str) -> str:
    title = axis.get("title", {}).get("text", "")
    out = [words(title, days.start, worth.end - 4, size=11)] if title else []
    for at, text in ticks(worth.low, worth.high, axis, point):
        out += [line((days.start, worth(at)), (days.end, worth(at)), HAIRLINE)]
        out += [words(text, days.start - 8, worth(at), "end")]
    return "".join(out)


def _traces(traces: Sequence[Trace], days: Scale, worth: Scale, layout: Mapping[str, Any]) -> list[str]:
    out: list[str] = []
    before: list[Point | None] = []
    for trace in traces:
        pairs = zip(values(trace["x"]), values(trace["y"]), strict=True)
        points = [None if x is None or y is None else (days(x), worth(y)) for x, y in pairs]
        if trace["type"] == "bar":
            out += _columns(trace, points, days, worth, float(layout.get("bargap", 0.2)))
        if trace.get("fill") == "tonexty":
            out.append(area([p for p in [*before, *points[::-1]] if p], trace["fillcolor"]))
        if "lines" in trace.get("mode", "") and trace["line"]["width"]:
            look = trace["line"]
            out.append(
                course(points, look.get("color", ACCENT), look["width"], look.get("dash", ""), trace.get("opacity", 1))
            )
        if "markers" in trace.get("mode", ""):
            out += _markers(trace, points)
        before = points
    reference = [shape["y0"] for shape in layout.get("shapes", ()) if shape["type"] == "line"]
    return out + [line((days.start, worth(y)), (days.end, worth(y)), MUTED, 1, "dot") for y in reference]


def _columns(trace: Trace, points: list[Point | None], days: Scale, worth: Scale, gap: float) -> list[str]:
    places = sorted(p[0] for p in points if p)
    apart = min((b - a for a, b in pairwise(places)), default=(days.end - days.start) / 8)
    wide = apart * (1 - gap)
    marker = trace.get("marker", {})
    hatched = each(marker.get("pattern", {}).get("shape"), len(points), "")
    out = []
    for at, care in zip(points, hatched, strict=True):
        if at:
            fill = "url(#hatch)" if care else marker.get("color", ACCENT)
            out.append(box(at[0] - wide / 2, at[1], wide, worth(0) - at[1], fill))
    return out + _reaches(trace, points, worth)


def _reaches(trace: Trace, points: list[Point | None], worth: Scale) -> list[str]:
    """How sure a value is, as a stroke from low to high."""
    error = trace.get("error_y")
    if not error:
        return []
    unit = worth(0) - worth(1)
    gaps = zip(points, values(error["arrayminus"]), values(error["array"]), strict=True)
    return [
        line((at[0], at[1] + down * unit), (at[0], at[1] - up * unit), error["color"], 1.5)
        for at, down, up in gaps
        if at and down is not None and up is not None
    ]


def _markers(trace: Trace, points: list[Point | None]) -> list[str]:
    marker, count = trace.get("marker", {}), len(points)
    sizes, shapes = each(marker.get("size"), count, 6), each(marker.get("symbol"), count, "circle")
    texts, sides = each(trace.get("text"), count, ""), each(trace.get("textposition"), count, "top center")
    out = []
    for at, size, shape, text, side in zip(points, sizes, shapes, texts, sides, strict=True):
        if at:
            out.append(symbol(shape, at, size, marker.get("color", ACCENT)))
            x, y, anchor = (at[0] + 4, at[1], "start") if "right" in side else (at[0], at[1] - 12, "middle")
            out += [words(text.strip(), x, y, anchor, size=11)] if text.strip() else []
    return out
