"""Marks: the few SVG elements that drawings are made of; whatever text they hold stays text."""

import re
from collections.abc import Iterable
from html import escape

TEXT, MUTED, HAIRLINE, ACCENT, PALE = "#16202c", "#5b6776", "#e3e7ec", "#2f5bd7", "#e9eefb"
FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
DASHES = {"dash": "6 4", "dot": "1.5 3.5"}
SIZE = 12
Point = tuple[float, float]


def tag(name: str, inner: str = "", /, **attributes: object) -> str:
    """An element; `_` in a name of an attribute is written `-`, and what is None or empty is left out."""
    given = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
    written = "".join(f' {key}="{_clean(_short(v))}"' for key, v in given.items() if v not in (None, ""))
    return f"<{name}{written}>{inner}</{name}>"


def words(text: str, x: float, y: float, anchor: str = "start", fill: str = MUTED, size: float = SIZE) -> str:
    """Text whose middle is at the height `y`; characters that XML cannot hold are replaced."""
    return tag("text", _clean(text), x=x, y=y + size * 0.35, text_anchor=anchor, fill=fill, font_size=size)


def box(x: float, y: float, width: float, height: float, fill: str, **more: object) -> str:
    """A rectangle from any two of its corners: width and height may be below zero."""
    left, top = min(x, x + width), min(y, y + height)
    return tag("rect", x=left, y=top, width=abs(width), height=abs(height), fill=fill, **more)


def line(start: Point, end: Point, colour: str, width: float = 1.0, dash: str = "") -> str:
    (x1, y1), (x2, y2) = start, end
    return tag("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=colour, stroke_width=width, stroke_dasharray=DASHES.get(dash))


def course(points: Iterable[Point | None], colour: str, width: float, dash: str = "", opacity: float = 1.0) -> str:
    """A line through the points, broken where one is missing."""
    path, pen = [], "M"
    for point in points:
        if point is None:
            pen = "M"
            continue
        path.append(f"{pen}{point[0]:.1f} {point[1]:.1f}")
        pen = "L"
    return tag("path", d="".join(path), fill="none", stroke=colour, stroke_width=width, stroke_linejoin="round",
               stroke_dasharray=DASHES.get(dash), opacity=opacity) if path else ""  # fmt: skip


def area(points: Iterable[Point], fill: str) -> str:
    return tag("polygon", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in points), fill=fill)


def symbol(shape: str, at: Point, size: float, colour: str) -> str:
    """A marker of Plotly's name: filled or hollow circle, triangle, upright stroke."""
    (x, y), r = at, size / 2
    if shape == "line-ne-open":
        return line((x - r * 0.7, y + r * 0.7), (x + r * 0.7, y - r * 0.7), colour, 1.5)
    if shape.startswith("triangle"):
        up = -1 if shape == "triangle-up" else 1
        return area([(x, y + up * r), (x - r, y - up * r * 0.8), (x + r, y - up * r * 0.8)], colour)
    hollow = shape.endswith("-open")
    return tag("circle", cx=x, cy=y, r=r, fill="#ffffff" if hollow else colour, stroke=colour if hollow else None)


def breadth(text: str, size: float = SIZE) -> float:
    """About how wide a text is, in the same pixels."""
    return len(text) * size * 0.56


def _clean(text: str) -> str:
    return escape(FORBIDDEN.sub("\ufffd", text))


def _short(value: object) -> str:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)
