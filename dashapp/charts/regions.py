"""Regions compared: the way each of them goes, and what each would bring if it kept up with its peers."""

from collections.abc import Mapping

import pandas as pd

from analytics.cells import records
from analytics.contribution import OTHERS
from analytics.filters import Filters
from analytics.formats import counted, full, short, signed
from analytics.statistics import FEW
from dashapp.figures.figure import Figure, lines
from dashapp.figures.paths import paths
from dashapp.figures.rows import stacked

PARTS = {"spend_gap": "spend per customer", "growth_gap": "growth"}


def draw_trajectories(frame: pd.DataFrame, colours: Mapping[str, str]) -> Figure:
    """A line a region; a point picks it."""
    hover = [
        lines(
            f"{row['region']}, {row['month']:%b %Y}",
            f"Revenue: {full('revenue', row['revenue'])}",
            f"Index: {row['index']:.0f} (100 = its own mean)",
        )
        for row in records(frame)
    ]
    return paths(frame, "region", "month", "index", "rank", OTHERS, hover)


def says_trajectories(frame: pd.DataFrame, filters: Filters) -> str:
    """Who stands highest over its own mean at the end, and who lowest."""
    last = frame[(frame["month"] == frame["month"].max()) & (frame["region"] != OTHERS)].sort_values(
        "index", kind="stable"
    )
    month = f"{frame['month'].max():%b %Y}"
    if last.empty:
        return f"Revenue by month up to {month}; 100 is the own mean."
    best, worst = last.iloc[-1], last.iloc[0]
    text = f"In {month} {best['region']} stands at {best['index']:.0f}"
    if len(last) > 1:
        text += f" and {worst['region']} at {worst['index']:.0f}"
    return f"{text}; 100 is the own mean."


def draw_opportunity(frame: pd.DataFrame, colours: Mapping[str, str]) -> Figure:
    """A bar a region made of its parts; it picks the region."""
    notes = [short("revenue", value) for value in frame["score"]]
    return stacked(frame, "region", PARTS, [_parts(row) for row in records(frame)], notes)


def _parts(row: Mapping[object, object]) -> str:
    """What the score is made of, so that a reader can add it up."""
    growth, of_all = row["growth"], row["growth_of_all"]
    known = growth == growth and of_all == of_all
    few = " (few customers: read with care)" if row["buyers"] < FEW else ""  # type: ignore[operator]
    return lines(
        str(row["region"]),
        f"Opportunity: {full('revenue', row['score'])}",  # type: ignore[arg-type]
        f"{counted(row['buyers'], 'customer')} at {full('revenue', row['per_customer'])} each, median region "  # type: ignore[arg-type]
        f"{full('revenue', row['median'])}: {full('revenue', row['spend_gap'])}{few}",  # type: ignore[arg-type]
        f"Growth {signed(growth)}, all {signed(of_all)}: {full('revenue', row['growth_gap'])}" if known else "",  # type: ignore[arg-type]
    )


def says_opportunity(frame: pd.DataFrame, filters: Filters) -> str:
    """The largest one, in money, by its larger part."""
    first = frame.iloc[0]
    if first["spend_gap"] >= first["growth_gap"]:
        how = f"with the revenue per customer of the median region ({short('revenue', first['median'])})"
    else:
        how = f"had it grown like all regions ({signed(first['growth_of_all'])})"
    part = max(first["spend_gap"], first["growth_gap"])
    rest = "" if first["score"] == part else f"; {short('revenue', first['score'])} with both parts"
    share = frame["score"].sum()
    many = f" All shown: {short('revenue', share)}." if (frame["score"] > 0).sum() > 1 else ""
    return f"{first['region']}: +{short('revenue', part)} {how}{rest}.{many}"
