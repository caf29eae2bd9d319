"""What a chart says: one sentence under its title, for every reader and for screen readers."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from analytics.cells import records
from analytics.dimensions import DIMENSIONS
from analytics.filters import Filters
from analytics.formats import percent, points, short
from analytics.periods import Period, day_words
from dashapp.charts.standouts import says_standouts, within


def says_trend(frame: pd.DataFrame, filters: Filters) -> str:
    """The total and the best whole bucket."""
    whole = [row for row in records(frame) if row["complete"]]
    total = f"{short('revenue', frame['revenue'].sum())} in all"
    if not whole:
        return f"{total}; the only bucket is not over yet."
    best = max(whole, key=lambda row: row["revenue"])
    most = f"most {within(Period(best['date'], best['until']))} ({short('revenue', best['revenue'])})"
    tail = "" if len(whole) == len(frame) else "hollow points are cut short by the period or by the data"
    return "; ".join(filter(None, (f"{total}, {most}", says_standouts(frame), tail))) + "."


def says_cumulative(frame: pd.DataFrame, filters: Filters) -> str:
    """Where it ends, and when half of it was reached."""
    total = frame["revenue_cumulative"].iloc[-1]
    half = _row(frame, (frame["revenue_cumulative"] >= total / 2).idxmax())
    end = day_words(frame["until"].iloc[-1])
    return f"{short('revenue', total)} by {end}; half of it by {day_words(half['until'])}."


def says_leader(dimension: str) -> Callable[[pd.DataFrame, Filters], str]:
    """Who leads, with what share, and how that moved; where not all of the period is compared, with its share of what is."""

    def say(frame: pd.DataFrame, filters: Filters) -> str:
        first = frame.iloc[0]
        name = first[DIMENSIONS[dimension].title or dimension]
        text = f"{name} leads with {percent(first['revenue_share'])} of revenue"
        now, before = frame["revenue_now"].sum(), frame["revenue_before"].sum()
        if now > 0 and before > 0:
            share = first["revenue_now"] / now
            window, _, base = str(frame.attrs["against"]).rpartition("vs ")
            moved = f"{points(share, first['revenue_before'] / before)} vs {base}"
            text += f"; {percent(share)} in the {window}({moved})" if window else f", {moved}"
        return text + "."

    return say


def says_top(frame: pd.DataFrame, filters: Filters) -> str:
    """How much the list is of the whole."""
    share, first = percent(frame["revenue_share"].sum()), frame.iloc[0]["product_name"]
    if len(frame) == 1:
        return f"{first} brings {share} of revenue."
    return f"These {len(frame)} products bring {share} of revenue; {first} leads."


def says_peak(frame: pd.DataFrame, filters: Filters) -> str:
    """The strongest cell."""
    best = _row(frame, frame["revenue"].idxmax())
    return f"Strongest: {best['region']} in {best['month']:%b %Y} with {short('revenue', best['revenue'])}."


def _row(frame: pd.DataFrame, label: object) -> dict[str, Any]:
    return frame.loc[label].to_dict()  # type: ignore[call-overload]
