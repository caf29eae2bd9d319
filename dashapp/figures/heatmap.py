"""Two dimensions at once: a cell is darker the larger its value."""

from collections.abc import Sequence

import pandas as pd

from dashapp.figures.figure import Figure, figure


def heatmap(
    grid: pd.DataFrame, ticks: Sequence[str], keys: Sequence[str], hover: Sequence[Sequence[str]], prefix: str = ""
) -> Figure:
    """One cell an entry of `grid`; rows from the top; `keys` name its columns, the index its rows, for the marks.

    Cells without data are gaps.
    """
    trace = {
        "type": "heatmap",
        "x": list(range(len(ticks))),
        "y": list(range(len(grid))),
        "z": [[None if pd.isna(v) else float(v) for v in row] for row in grid.to_numpy()],
        "customdata": [[[str(member), key] for key in keys] for member in grid.index],
        "hovertext": [list(row) for row in hover],
        "xgap": 1,
        "ygap": 1,
        "colorbar": {"thickness": 8, "outlinewidth": 0, "tickprefix": prefix, "tickformat": "~s", "nticks": 4},
    }
    step = max(1, -(-len(ticks) // 12))
    shown = range(0, len(ticks), step)
    return figure(
        [trace],
        xaxis={"tickvals": list(shown), "ticktext": [ticks[i] for i in shown], "showgrid": False, "fixedrange": True},
        yaxis={
            "tickvals": list(range(len(grid))),
            "ticktext": [str(member)[:22] for member in grid.index],
            "autorange": "reversed",
            "showgrid": False,
            "fixedrange": True,
        },
    )
