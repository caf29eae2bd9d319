"""A value over time as a line, with what it is compared with dashed behind it."""

from collections.abc import Iterable, Sequence

import pandas as pd

from dashapp.figures.figure import Figure, axis, figure, packed


def trend(
    frame: pd.DataFrame,
    date: str,
    value: str,
    key: str,
    whole: str,
    before: str = "",
    hover: Sequence[str] = (),
    prefix: str = "",
    mark: str = "",
    notes: Sequence[str] = (),
    stretch: str = "",
) -> Figure:
    """One point a row. `key` travels with the mark; buckets not `whole` are hollow and dotted; `before` is dashed.

    `mark` names a column of `peak`, `trough` or nothing: those points are triangles, with their `notes` beside them;
    rows where `stretch` is true have a pale band behind the line.
    """
    days = [day.isoformat() for day in frame[date]]
    traces = [_earlier(frame, days, before)] if before and frame[before].notna().any() else []
    if stretch and frame[stretch].any():
        traces.append(_band(days, frame[value].where(frame[stretch].astype(bool))))
    full = frame[whole].to_numpy()
    traces.append(_line(days, frame[value].where(full), dash="solid"))
    if not full.all():
        near = (
            ~full
            | ~pd.Series(full).shift(1, fill_value=True).to_numpy()
            | ~pd.Series(full).shift(-1, fill_value=True).to_numpy()
        )
        traces.append(_line(days, frame[value].where(near), dash="dot"))
    marks = _marks(frame, days, value, key, full, frame[mark].fillna("").tolist() if mark else [""] * len(frame), notes)
    marks["hovertext"] = list(hover)
    return figure(
        [*traces, marks],
        dragmode="select",
        selectdirection="h",
        hovermode="closest",
        hoverdistance=40,
        showlegend=False,
        xaxis={"type": "date", "showgrid": False, "nticks": 8},
        yaxis=axis(prefix, fixedrange=True),
    )


SYMBOLS = {"peak": "triangle-up", "trough": "triangle-down"}


def _marks(
    frame: pd.DataFrame,
    days: list[str],
    value: str,
    key: str,
    full: Iterable[bool],
    kinds: list[str],
    notes: Sequence[str],
) -> dict[str, object]:
    small = 6 if len(frame) <= 120 else 3
    shapes = [SYMBOLS.get(kind) or ("circle" if w else "circle-open") for kind, w in zip(kinds, full, strict=True)]
    return {
        "type": "scatter",
        "mode": "markers+text" if any(kinds) else "markers",
        "x": days,
        "y": packed(frame[value]),
        "customdata": frame[key].tolist(),
        "marker": {"size": [11 if kind else small for kind in kinds], "symbol": shapes},
        **_noted(kinds, notes),
    }


def _noted(kinds: list[str], notes: Sequence[str]) -> dict[str, object]:
    if not any(kinds):
        return {}
    places = ["middle right" if kind == "trough" else "top center" for kind in kinds]
    return {
        "text": [f" {note}" if note else "" for note in notes],
        "textposition": places,
        "textfont": {"size": 11},
        "cliponaxis": False,
    }


def _band(days: list[str], values: pd.Series) -> dict[str, object]:
    line = _line(days, values, dash="solid")
    return line | {"line": {"width": 12}, "opacity": 0.22}


def _line(days: list[str], values: pd.Series, dash: str) -> dict[str, object]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": days,
        "y": packed(values),
        "line": {"dash": dash, "width": 2},
        "hoverinfo": "skip",
    }


def _earlier(frame: pd.DataFrame, days: list[str], before: str) -> dict[str, object]:
    line = _line(days, frame[before], dash="dash")
    return line | {"line": {"dash": "dash", "width": 1.5, "color": "#8a94a1"}}
