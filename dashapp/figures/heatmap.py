"""Two dimensions at once: a cell is stronger in colour the larger its value."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from dashapp.figures.figure import Figure, figure


def heatmap(
    grid: pd.DataFrame,
    ticks: Sequence[str],
    keys: Sequence[Sequence[object] | None],
    hover: Sequence[Sequence[str]],
    label: Callable[[float], str],
) -> Figure:
    """One cell an entry of `grid`; rows from the top; `keys` has one entry a cell, or none for a row that picks nothing.

    Cells without data are gaps. Colours follow the square root, so that one large row does not hide the others;
    `label` writes a value at the colour bar.
    """
    values = grid.to_numpy(float)
    trace = {
        "type": "heatmap",
        "x": list(range(len(ticks))),
        "y": list(range(len(grid))),
        "z": [[None if np.isnan(v) else v for v in row] for row in np.sqrt(np.clip(values, 0, None)).tolist()],
        "customdata": [list(row) if row else [None] * len(ticks) for row in keys],
        "hovertext": [list(row) for row in hover],
        "xgap": 1,
        "ygap": 1,
        "colorbar": _bar(float(np.nanmax(values, initial=0.0)), label),
    }
    return figure([trace], xaxis=_months(ticks), yaxis=_rows([str(member)[:22] for member in grid.index]))


def _bar(top: float, label: Callable[[float], str]) -> dict[str, object]:
    steps = [0.0, *(float(f"{top * share:.1g}") for share in (0.1, 0.4)), top]
    return {"thickness": 8, "outlinewidth": 0, "tickvals": np.sqrt(steps).tolist(), "ticktext": list(map(label, steps))}


def _months(ticks: Sequence[str]) -> dict[str, object]:
    shown = range(0, len(ticks), max(1, -(-len(ticks) // 12)))
    return {"tickvals": list(shown), "ticktext": [ticks[i] for i in shown], "showgrid": False, "fixedrange": True}


def _rows(names: list[str]) -> dict[str, object]:
    places = list(range(len(names)))
    return {"tickvals": places, "ticktext": names, "autorange": "reversed", "showgrid": False, "fixedrange": True}
