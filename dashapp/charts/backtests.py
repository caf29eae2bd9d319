"""The charts of how the sales model did at past origins."""

from collections.abc import Mapping
from functools import partial
from itertools import pairwise

import numpy as np
import pandas as pd

from analytics.cells import records
from analytics.filters import Filters
from analytics.formats import counted, number, percent, signed
from dashapp.charts.chart import Chart
from dashapp.charts.serving import champion, draw_importance, importance, says_importance, serving, untrained
from dashapp.figures.figure import Figure, lines
from dashapp.figures.spread import classes, scattered
from pipeline.warehouse import Snapshot

EDGES = tuple(tenths / 10 for tenths in range(-5, 6))


def errors(_filters: Filters, _snapshot: Snapshot) -> pd.DataFrame:
    """By past month and origin, of the whole shop's revenue: date, origin, ahead, value, actual, error (share of the actual)."""
    held = _spoken()
    whole = held[held["series"] == "total/total"] if not held.empty else held
    if whole.empty:
        return pd.DataFrame()
    kept = whole[["date", "origin", "ahead", "value", "actual", "error"]].sort_values(["date", "ahead"])
    days = {name: pd.to_datetime(kept[name]).dt.date for name in ("date", "origin")}
    return kept.assign(**days).reset_index(drop=True)


def _spoken() -> pd.DataFrame:
    """What the sales model that serves said of past revenue, of every series, with its relative error."""
    from ml.sales import said

    held, version = serving("sales", "held_out"), champion("sales")
    if held.empty or version is None:
        return pd.DataFrame()
    own = said(held, {"revenue": version.manifest["parameters"]["revenue"]["model"]})
    own = own[own["actual"] > 0]
    return own.assign(error=own["value"] / own["actual"] - 1)


def spread(_filters: Filters, _snapshot: Snapshot) -> pd.DataFrame:
    """How many past forecasts of any series were off by how much: off (class), n, share."""
    held = _spoken()
    if held.empty:
        return held
    names = [
        f"< {EDGES[0]:+.0%}",
        *(f"{a:+.0%} to {b:+.0%}" for a, b in pairwise(EDGES)),
        f"> {EDGES[-1]:+.0%}",
    ]
    place = np.searchsorted(np.array(EDGES), held["error"].to_numpy())
    n = np.bincount(place, minlength=len(names))
    frame = pd.DataFrame({"off": names, "n": n, "share": n / n.sum()})
    return frame.assign(off=frame["off"].str.replace("-", "−").str.replace("+0%", "0%"))


def says_spread(frame: pd.DataFrame, filters: Filters) -> str:
    """How many lie within a tenth."""
    near = frame["off"].isin(["−10% to 0%", "0% to +10%"])
    return f"{percent(frame.loc[near, 'share'].sum())} of {number(frame['n'].sum())} past forecasts were within 10 % of what came."


def draw_spread(frame: pd.DataFrame, colours: Mapping[str, str]) -> Figure:
    hover = [
        lines(f"Off by {row['off']}", counted(row["n"], "forecast"), percent(row["share"])) for row in records(frame)
    ]
    return classes(frame["off"].tolist(), frame["share"].tolist(), hover, share=True)


def draw_errors(frame: pd.DataFrame, colours: Mapping[str, str]) -> Figure:
    rows = records(frame)
    hover = [
        lines(f"{row['date']:%b %Y}, {number(row['ahead'])} ahead", f"Said {number(round(row['value']))}",
              f"Came {number(round(row['actual']))}", signed(row["error"]))
        for row in rows
    ]  # fmt: skip
    return scattered([row["date"].isoformat() for row in rows], frame["error"].tolist(), hover)


def says_errors(frame: pd.DataFrame, filters: Filters) -> str:
    """Whether it says too much or too little on the whole."""
    mean = frame["error"].mean()
    side = "too much" if mean > 0 else "too little"
    return f"On average {percent(abs(mean))} {side} over {number(len(frame))} months forecast from {frame['origin'].nunique()} origins."


def origins(_filters: Filters, _snapshot: Snapshot) -> pd.DataFrame:
    """The cross-validation: by origin from which was forecast, n, mase (error by that of last year's month), wape."""
    held = _spoken()
    if held.empty:
        return held
    off = (held["value"] - held["actual"]).abs()
    made = held.assign(off=off, scaled=off / held["scale"]).groupby("origin")
    frame = made.agg(
        n=("off", "size"), mase=("scaled", "mean"), off=("off", "sum"), actual=("actual", "sum")
    ).reset_index()
    frame["wape"] = frame["off"] / frame["actual"]
    return frame.assign(origin=pd.to_datetime(frame["origin"]).dt.date)[["origin", "n", "mase", "wape"]]


def draw_origins(frame: pd.DataFrame, colours: Mapping[str, str]) -> Figure:
    rows = records(frame)
    hover = [lines(f"From {row['origin']:%b %Y}", f"MASE {row['mase']:.3f}", f"WAPE {percent(row['wape'])}", counted(row['n'], 'month'))
             for row in rows]  # fmt: skip
    return classes([f"{row['origin']:%b %Y}" for row in rows], frame["mase"].tolist(), hover)


def says_origins(frame: pd.DataFrame, filters: Filters) -> str:
    """The best and the worst origin."""
    low, high = frame["mase"].min(), frame["mase"].max()
    return (
        f"MASE between {low:.2f} and {high:.2f} over {len(frame)} origins; below 1 beats the month of the year before."
    )


sales_chart = partial(Chart, thin=untrained("sales"))
BACKTESTS = {
    c.name: c
    for c in (
    sales_chart(
        "sales_errors", "Residuals over time",
        data=errors,
        draw=draw_errors,
        say=says_errors,
        about="Past forecasts of the shop's revenue against what came, from each origin; above the line it said too much.",
    ),
    sales_chart(
        "sales_spread", "How far off past forecasts were",
        data=spread,
        draw=draw_spread,
        say=says_spread,
        about="Relative errors of all past forecasts of revenue: the whole, and every category, region and segment.",
    ),
    sales_chart(
        "sales_origins", "Cross-validation by origin",
        data=origins,
        draw=draw_origins,
        say=says_origins,
        about="Rolling origin: each bar is what was forecast from one month, knowing nothing after it; mean over all series.",
    ),
    sales_chart(
        "sales_importance", "What the sales forest reads",
        thin=f"{untrained('sales')} Or its forest found nothing to tell months apart by, as in a short history.",
        data=importance("sales"),
        draw=draw_importance,
        say=says_importance,
        about="Share of the squared error that each feature explains in the pooled forest, one member of the ensemble.",
    ),
    )
}  # fmt: skip
