"""Cells, drawn: the stronger the colour, the larger the value."""

from collections.abc import Mapping, Sequence
from typing import Any

from dashapp.figures.svg.marks import ACCENT, MUTED, PALE, TEXT, box, breadth, symbol, words
from dashapp.figures.svg.scales import Scale, each, known, ticks, values

ROW, BAR, TALLEST = 22.0, 70.0, 440.0


def cells(
    traces: Sequence[Mapping[str, Any]], layout: Mapping[str, Any], width: float, top: float
) -> tuple[str, float]:
    """The cells with names of rows and columns, and the height that they take below `top`."""
    heat, *beside = traces
    z = [values(row) for row in heat["z"]]
    names, heads = ticks(0, 0, layout["yaxis"], "."), ticks(0, 0, layout["xaxis"], ".")
    left = max((breadth(name) for _, name in names), default=0) + 8
    right = width - (BAR if "colorbar" in heat else 4)
    above = layout["xaxis"].get("side") == "top"
    start = top + (40 if above else 0)
    across = Scale(-0.5, len(z[0]) - 0.5, left, right)
    down = Scale(-0.5, len(z) - 0.5, start, start + min(ROW * len(z), TALLEST))
    head_y = start - 10 if above else down.end + 12
    out = [words(name, left - 8, down(at), "end", TEXT) for at, name in names]
    out += [words(head, across(at), head_y, "middle") for at, head in heads]
    out += [words(layout["xaxis"]["title"]["text"], left, top + 6)] if above else []
    out += _colours(heat, z, across, down)
    out += [_hatching(trace, across, down) for trace in beside]
    out += _key(heat, right + 12, start, down.end) if "colorbar" in heat else []
    return "".join(out), down.end - top + (8 if above else 26)


def _colours(heat: Mapping[str, Any], z: list[list[float | None]], across: Scale, down: Scale) -> list[str]:
    top = _top(heat, z)
    wide, high = across(1) - across(0) - 1, down(1) - down(0) - 1
    out = []
    for y, row in enumerate(z):
        for x, value in enumerate(row):
            if value is None:
                continue
            share = min(1.0, max(0.0, value / top))
            out.append(box(across(x) - wide / 2, down(y) - high / 2, wide, high, tint(share)))
            if "text" in heat:
                text = str(heat["text"][y][x])
                out.append(words(text, across(x), down(y), "middle", "#ffffff" if share > 0.55 else TEXT, 11))
    return out


def _top(heat: Mapping[str, Any], z: list[list[float | None]]) -> float:
    return float(heat.get("zmax") or max(known(z), default=0.0) or 1.0)


def tint(share: float) -> str:
    """The colour of a share of the strongest, between the pale one and the accent."""
    ends = zip(bytes.fromhex(PALE[1:]), bytes.fromhex(ACCENT[1:]), strict=True)
    return "#" + "".join(f"{round(low + (high - low) * share):02x}" for low, high in ends)


def _hatching(trace: Mapping[str, Any], across: Scale, down: Scale) -> str:
    places = zip(values(trace["x"]), values(trace["y"]), strict=True)
    marker = trace["marker"]
    sizes = each(marker.get("size"), 1, 8)
    return "".join(
        symbol(marker["symbol"], (across(x), down(y)), sizes[0], marker["color"])
        for x, y in places
        if x is not None and y is not None
    )


def _key(heat: Mapping[str, Any], x: float, top: float, bottom: float) -> list[str]:
    """What the colours stand for, from the strongest down."""
    bar = heat["colorbar"]
    highest = max([float(v) for v in bar["tickvals"]], default=1.0) or 1.0
    parts, height = 32, min(bottom - top, 160.0)
    out = [box(x, top + height * i / parts, 8, height / parts + 0.5, tint(1 - (i + 0.5) / parts)) for i in range(parts)]
    texts = zip(bar["tickvals"], bar["ticktext"], strict=True)
    return out + [words(text, x + 12, top + height * (1 - v / highest), fill=MUTED, size=11) for v, text in texts]
