"""How the data of our charts meet the figures: which column is which, and what a mark is called."""

from collections.abc import Mapping, Sequence
from functools import partial

import pandas as pd

from analytics.cells import records
from analytics.contribution import OTHERS
from analytics.dimensions import DIMENSIONS
from analytics.formats import currency, full, short, signed
from analytics.periods import Period, month_end, words
from dashapp.charts.chart import Draw
from dashapp.charts.hover import hover
from dashapp.charts.standouts import explained
from dashapp.figures.bars import bars
from dashapp.figures.figure import Figure, lines
from dashapp.figures.heatmap import heatmap
from dashapp.figures.trend import trend

Colours = Mapping[str, str]


def draw_trend(value: str, before: str = "") -> Draw:
    """A line over time; a point picks its days."""

    def draw(frame: pd.DataFrame, colours: Colours) -> Figure:
        periods = [Period(a, b) for a, b in zip(frame["date"], frame["until"], strict=True)]
        keyed = frame.assign(key=[span(period) for period in periods])
        facts = [metric for metric in ("revenue", "orders") if metric in frame]
        texts = hover(keyed, [words(period) for period in periods], *facts)
        if value.endswith("_cumulative"):
            sums = [f"So far: {full('revenue', total)}" for total in frame[value]]
            texts = [f"{text}<br>{total}" for text, total in zip(texts, sums, strict=True)]
        if "mark" not in keyed:
            return trend(keyed, "date", value, "key", "complete", before, texts, currency())
        rows = records(keyed)
        texts = ["<br>".join([text, *explained(row)]) for text, row in zip(texts, rows, strict=True)]
        notes = [signed(row["off"], 0) if row["mark"] else "" for row in rows]
        return trend(
            keyed, "date", value, "key", "complete", before, texts, currency(), "mark", notes, stretch="accelerates"
        )

    return draw


def draw_bars(dimension: str, value: str = "revenue", facts: Sequence[str] = ("orders", "units")) -> Draw:
    """A bar a member; a bar picks it. `facts` are told beside its value where they are there."""

    def draw(frame: pd.DataFrame, colours: Colours) -> Figure:
        title = DIMENSIONS[dimension].title or dimension
        named = frame.assign(**{title: frame[title].fillna(frame[dimension])}) if title != dimension else frame
        texts = hover(named, named[title].astype(str), value, *(fact for fact in facts if fact in frame))
        labels = [short(value, each) for each in named[value]]
        return bars(named, dimension, value, title, colours, texts, labels)

    return draw


def draw_region_month(frame: pd.DataFrame, colours: Colours) -> Figure:
    """A cell a region and month; it picks both. The row of all other regions picks nothing."""
    regions, months = list(frame["region"].unique()), sorted(frame["month"].unique())
    cells = {(row["region"], row["month"]): row["revenue"] for row in records(frame)}
    grid = pd.DataFrame([[cells[region, m] for m in months] for region in regions], index=regions)
    spans = [span(Period(m, month_end(m))) for m in months]
    keys = [None if region == OTHERS else [[region, days] for days in spans] for region in regions]
    named = [(m, f"{m:%b %Y}") for m in months]
    texts = [
        [lines(f"{region}, {name}", f"Revenue: {full('revenue', cells[region, m])}") for m, name in named]
        for region in regions
    ]
    return heatmap(grid, [f"{m:%b %y}" for m in months], keys, texts, partial(short, "revenue"))


def span(period: Period) -> str:
    """The written form of a picked sub-range of time."""
    return f"{period.start}..{period.end}"
