"""What all figures share: plain dicts for plotly.js, without a template, numbers as packed arrays.

A figure is a dict because building Plotly objects costs a hundred times as much as drawing needs; the
browser adds the template of the theme.
"""

from base64 import b64encode
from collections.abc import Sequence
from html import escape

import numpy as np
import pandas as pd

THICKEST = 0.14  # of the height of a chart
Figure = dict[str, object]
Packed = dict[str, str]
BREAK = "\x1f"  # the separator of units, which no name has


def packed(values: Sequence[float] | pd.Series) -> Packed:
    """Numbers as plotly.js reads them fastest: little-endian doubles in base64."""
    array = np.asarray(values, dtype="<f8")
    return {"dtype": "f8", "bdata": b64encode(array.tobytes()).decode()}


def figure(traces: list[dict[str, object]], **layout: object) -> Figure:
    """Traces and layout; hover text only where a trace brings its own."""
    return {"data": [{"hoverinfo": "text", **trace} for trace in traces], "layout": layout}


def room(right: int) -> dict[str, int]:
    """The margin of bars whose values stand at their ends, so many pixels wide."""
    return {"l": 8, "r": right, "t": 8, "b": 8}


def gap(rows: int, usual: float) -> float:
    """The part of a row that its bar leaves free: more where few rows would make bars swell."""
    return max(usual, 1 - THICKEST * rows)


def axis(prefix: str = "", suffix: str = "", **more: object) -> dict[str, object]:
    """A value axis in thousands and millions, with its unit on the ticks."""
    return {"tickprefix": prefix, "ticksuffix": suffix, "tickformat": "~s", "rangemode": "tozero", "nticks": 5, **more}


def lines(*parts: str) -> str:
    """Hover text: one line a part, empty ones left out; data are never markup."""
    return escape(BREAK.join(filter(None, parts))).replace(BREAK, "<br>")
