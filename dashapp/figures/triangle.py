"""A cohort table: one row a cohort, one column a month since; months that are not over are hatched."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dashapp.figures.figure import Figure, figure
from dashapp.figures.palette import EARLIER

READABLE = 14


def triangle(
    grid: pd.DataFrame,
    names: Sequence[str],
    keys: Sequence[Sequence[object]],
    hover: Sequence[Sequence[str]],
    texts: Sequence[Sequence[str]],
    open_cells: Sequence[tuple[int, int]],
    ceiling: float,
    across: str,
) -> Figure:
    """`grid` has one row a cohort under `names`, the first one on top; cells that are not yet stay blank.

    `open_cells` (row, column) are hatched. Colours end at `ceiling`, so that a first column where everything is whole
    does not take them all. `texts` stand in the cells where those are large enough to be read.
    """
    values = np.minimum(grid.to_numpy(float), ceiling)
    trace = {
        "type": "heatmap",
        "x": list(range(grid.shape[1])),
        "y": list(range(len(grid))),
        "z": [[None if np.isnan(v) else v for v in row] for row in values.tolist()],
        "zmin": 0,
        "zmax": ceiling,
        "customdata": [list(row) for row in keys],
        "hovertext": [list(row) for row in hover],
        "xgap": 1,
        "ygap": 1,
        "showscale": False,
        "hoverongaps": False,
        **({"text": [list(row) for row in texts], "texttemplate": "%{text}"} if grid.shape[1] <= READABLE else {}),
    }
    step = max(1, -(-grid.shape[1] // 13))
    shown, every = range(0, grid.shape[1], step), max(1, -(-len(names) // 24))
    rows = [i for i in range(len(names)) if i % every == 0]
    return figure(
        [trace, _hatching(open_cells, grid.shape[1])],
        hovermode="closest",
        xaxis={"tickangle": 0, "tickvals": list(shown), "ticktext": [str(i) for i in shown], "side": "top", "showgrid": False,
               "fixedrange": True, "title": {"text": across, "font": {"size": 12}, "standoff": 4},
               "range": [-0.5, grid.shape[1] - 0.5]},
        yaxis={"tickvals": rows, "ticktext": [names[i] for i in rows], "showgrid": False, "fixedrange": True,
               "range": [len(names) - 0.5, -0.5]},
    )  # fmt: skip


def _hatching(cells: Sequence[tuple[int, int]], across: int) -> dict[str, object]:
    """Strokes across each cell, beside its text where that is shown."""
    shifts = (-0.36, 0.36) if across <= READABLE else (-0.25, 0.0, 0.25)
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [column + shift for _, column in cells for shift in shifts],
        "y": [row for row, _ in cells for _ in shifts],
        "marker": {"symbol": "line-ne-open", "size": 8, "color": EARLIER, "line": {"width": 1.5, "color": EARLIER}},
        "hoverinfo": "skip",
    }
