"""Members beside their earlier selves: who sells what, now and before, and who made the change."""

from collections.abc import Mapping

import pandas as pd

from analytics.cells import records
from analytics.contribution import TOTAL
from analytics.dimensions import DIMENSIONS
from analytics.filters import Filters
from analytics.formats import full, percent, points, short, signed
from dashapp.charts.chart import Draw, Say
from dashapp.figures.figure import Figure, lines
from dashapp.figures.rows import changes, pairs

WORTH_NAMING = 0.01


def draw_comparison(dimension: str) -> Draw:
    """Two bars a member, now above before; either picks it."""

    def draw(frame: pd.DataFrame, colours: Mapping[str, str]) -> Figure:
        notes = [_note(row["revenue_now"], row["growth"]) for row in records(frame)]
        return pairs(frame, dimension, "label", "revenue_now", "revenue_before", colours, _hover(frame), notes)

    return draw


def draw_contribution(dimension: str) -> Draw:
    """A bar a member, to the right for what it added, to the left for what it lost; the whole change is the last."""

    def draw(frame: pd.DataFrame, colours: Mapping[str, str]) -> Figure:
        notes = [plus(value) for value in frame["change"]]
        return changes(frame, dimension, "label", "change", _hover(frame), notes)

    return draw


def plus(value: float) -> str:
    """Money with its sign."""
    return ("+" if value > 0 else "") + short("revenue", value)


def _note(now: float, growth: float) -> str:
    return short("revenue", now) + (f" ({signed(growth)})" if growth == growth else "")


def _hover(frame: pd.DataFrame) -> list[str]:
    """Name, value, share, the earlier value, the change; in the order of all hover texts."""
    out = []
    for row in records(frame):
        known = row["change"] == row["change"]
        growth = f" ({signed(row['growth'])})" if row["growth"] == row["growth"] else ""
        out.append(
            lines(
                str(row["label"]),
                f"Revenue: {full('revenue', row['revenue_now'])}",
                f"{percent(row['share'])} of the total" if row["label"] != TOTAL else "",
                f"Before: {full('revenue', row['revenue_before'])}" if known else "",
                f"Change: {'+' if row['change'] > 0 else ''}{full('revenue', row['change'])}{growth}" if known else "",
            )
        )
    return out


def says_comparison(dimension: str) -> Say:
    """Who leads, with what share and how that moved; who grows most and who does worst of those that matter."""

    def say(frame: pd.DataFrame, filters: Filters) -> str:
        leaders = frame[frame[dimension].notna()] if frame[dimension].notna().any() else frame
        first = leaders.iloc[0]
        text = f"{first['label']} leads with {percent(first['share'])} of revenue"
        if first["share_before"] == first["share_before"]:
            text += f" ({points(first['share'], first['share_before'])} {_against(first)})"
        known = frame[frame["growth"].notna() & frame[dimension].notna() & (frame["share"] >= WORTH_NAMING)]
        if len(known) < 2:
            return text + "."
        rows = known.sort_values("growth", kind="stable")
        worst, best = rows.iloc[0], rows.iloc[-1]
        return f"{text}; best: {_moved(best)}; worst: {_moved(worst)}."

    return say


def says_contribution(dimension: str) -> Say:
    """The whole change, who added most to it and who took most from it."""

    def say(frame: pd.DataFrame, filters: Filters) -> str:
        total = frame.iloc[-1]
        growth = f" ({signed(total['growth'])})" if total["growth"] == total["growth"] else ""
        text = f"{plus(total['change'])}{growth}, {total['against']}"
        rows = frame[frame[dimension].notna()]
        gains, losses = rows[rows["change"] > 0], rows[rows["change"] < 0]
        if len(gains):
            text += f"; most came from {_gave(gains.iloc[0])}"
        if len(losses):
            text += f"; {_gave(losses.iloc[-1])} lost most"
        elif len(rows) > 1:
            text += f"; no {DIMENSIONS[dimension].label.lower()} shown lost"
        return text + "."

    return say


def _against(row: pd.Series) -> str:
    return str(row["against"]) if str(row["against"]).startswith("vs ") else f"in the {row['against']}"


def _gave(row: pd.Series) -> str:
    return f"{row['label']} ({plus(row['change'])})"


def _moved(row: pd.Series) -> str:
    return f"{row['label']} {signed(row['growth'])}"
