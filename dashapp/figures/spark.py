"""A sparkline: the shape of a series as a small drawing that takes its colour from the page."""

from base64 import b64encode
from collections.abc import Sequence

WIDTH, HEIGHT = 120, 32


def spark(values: Sequence[float], top: float, bottom: float = 0.0, dashed: bool = False) -> str:
    """An SVG as a data address, for use as a mask; `top` and `bottom` are shared by lines drawn over each other.

    Missing values break the line.
    """
    span = (top - bottom) or 1.0
    step = WIDTH / max(1, len(values) - 1)
    path, pen = [], "M"
    for i, value in enumerate(values):
        if value != value:
            pen = "M"
            continue
        path.append(f"{pen}{i * step:.1f} {HEIGHT - 2 - (value - bottom) / span * (HEIGHT - 4):.1f}")
        pen = "L"
    dash = ' stroke-dasharray="3 3"' if dashed else ""
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none">'
        f'<path d="{"".join(path)}" fill="none" stroke="#000" stroke-width="1.6" vector-effect="non-scaling-stroke"{dash}/></svg>'
    )
    return "data:image/svg+xml;base64," + b64encode(svg.encode()).decode()
