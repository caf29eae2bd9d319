"""The charts of what is to come: they read the published tables of the sales model."""

from collections.abc import Mapping
from datetime import date
from functools import partial

import pandas as pd

from analytics.filters import Filters
from analytics.formats import currency, full, short, signed
from dashapp.charts.chart import Chart, Data, Draw, Say
from dashapp.figures.fan import fan
from dashapp.figures.figure import Figure
from dashapp.figures.heatmap import heatmap
from dashapp.figures.parts import parts
from pipeline.warehouse import Snapshot

ALONE = ("category", "region", "customer_segment")
QUOTED = ["region", "category", "total"]
SHOWN = 24
THIN = (
    "There is no forecast for this selection. One is made for the total and for each single category, region or customer "
    "segment: choose one of them at most. Without a forecast yet, press Forecast sales below."
)
Level = tuple[str, str]


def level(filters: Filters) -> Level | None:
    """The series that the filters mean; None where they mean no single one."""
    chosen = dict(filters.chosen)
    if not chosen:
        return "total", "total"
    name, members = next(iter(chosen.items()))
    return (name, members[0]) if len(chosen) == 1 and name in ALONE and len(members) == 1 else None


def rows(name: str, filters: Filters, snapshot: Snapshot, target: str = "revenue") -> pd.DataFrame:
    """The rows of a published table for the series that the filters mean, in order of date; none without a forecast."""
    of = level(filters)
    if of is None or name not in snapshot.manifest["tables"]:
        return pd.DataFrame()
    table = snapshot.table(name)
    found = table.filter(
        table["target"] == target, table["dimension"] == of[0], table["member"] == of[1]
    ).to_pandas()  # fmt: skip
    found["date"] = pd.to_datetime(found["date"]).dt.date
    return found.sort_values("date", ignore_index=True)


def outlook(months: int) -> Data:
    """(date, what, value, before, low, high): the months so far, then the forecast; `before` is a year earlier."""

    def data(filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
        ahead = rows("forecasts", filters, snapshot).head(months)
        if ahead.empty:
            return ahead
        past = rows("forecast_months", filters, snapshot)
        known = dict(zip(past["date"], past["value"], strict=True))
        both = pd.concat([past.tail(SHOWN).assign(what="sold"), ahead.assign(what="forecast")], ignore_index=True)
        both["before"] = [known.get(date(day.year - 1, day.month, 1), float("nan")) for day in both["date"]]
        return both.reindex(columns=["date", "what", "value", "before", "low", "high"])

    return data


def decomposed(filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
    """(date, value, trend, season, rest, kind) of every complete month."""
    found = rows("forecast_months", filters, snapshot)
    return found if found.empty else found[["date", "value", "trend", "season", "rest", "kind"]]


def quotas(filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
    """(dimension, member, date, value, low, high): expected revenue of the total, each region and each category by month."""
    if level(filters) is None or "forecasts" not in snapshot.manifest["tables"]:
        return pd.DataFrame()
    table = snapshot.table("forecasts")
    found = table.filter(table["target"] == "revenue", table["dimension"].isin(QUOTED)).to_pandas()
    of = level(filters)
    if of is not None and of[0] in QUOTED and of[0] != "total":
        found = found[(found["dimension"] == of[0]) & (found["member"] == of[1])]
    found["date"] = pd.to_datetime(found["date"]).dt.date
    rank = found["dimension"].map(QUOTED.index)
    kept = ["dimension", "member", "date", "value", "low", "high"]
    return found.assign(rank=rank).sort_values(["rank", "member", "date"])[kept].reset_index(drop=True)


def says_quotas(frame: pd.DataFrame, filters: Filters) -> str:
    """The largest member over all months."""
    sums = frame[frame["dimension"] != "total"].groupby("member")["value"].sum()
    return f"{sums.idxmax()} is to bring most: {full('revenue', sums.max())} in {frame['date'].nunique()} months."


def draw_quotas(frame: pd.DataFrame, colours: Mapping[str, str]) -> Figure:
    """A row a member, a column a month; the total is only in the table."""
    own = frame[frame["dimension"] != "total"]
    grid = own.pivot(index="member", columns="date", values="value")
    ticks = [f"{day:%b %Y}" for day in grid.columns]
    hover = [[f"{member}<br>{tick}<br>{full('revenue', v)}" for tick, v in zip(ticks, row, strict=True)] for member, row in
             zip(grid.index, grid.to_numpy(), strict=True)]  # fmt: skip
    return heatmap(grid, ticks, [None] * len(grid), hover, partial(short, "revenue"))


def says_outlook(frame: pd.DataFrame, filters: Filters) -> str:
    """What is expected, how sure that is, and against the same months a year before."""
    ahead = frame[frame["what"] == "forecast"]
    first, money = ahead.iloc[0], partial(full, "revenue")
    whole, last = ahead["value"].sum(), ahead["date"].iloc[-1]
    said = f"{first['date']:%b %Y}: {money(first['value'])}, 95 % between {money(first['low'])} and {money(first['high'])}. "
    said += f"The {len(ahead)} months to {last:%b %Y} together: {money(whole)}"
    before = ahead["before"].sum(min_count=len(ahead))
    return f"{said}, {signed(whole / before - 1)} against the same months a year before." if before > 0 else f"{said}."


def says_parts(frame: pd.DataFrame, filters: Filters) -> str:
    """Where the trend has gone in a year, and the strongest month of the season."""
    trend = frame["trend"]
    best = frame.groupby(frame["date"].map(lambda day: day.strftime("%B")))["season"].mean()
    said = (
        f"Trend over the last twelve months: {signed(trend.iloc[-1] / trend.iloc[-13] - 1)}. "
        if len(trend) > 13
        else ""
    )
    return (
        f"{said}By season {best.idxmax()} is the strongest month."
        if best.nunique() > 1
        else f"{said}No season is claimed."
    )


def draw_outlook(frame: pd.DataFrame, colours: Mapping[str, str]) -> Figure:
    texts = [_text(row) for row in frame.to_dict("records")]
    return fan(frame, texts, currency())


def draw_parts(frame: pd.DataFrame, colours: Mapping[str, str]) -> Figure:
    return parts(frame, ("value", "trend", "season", "rest"), ("Revenue", "Trend", "Season", "Rest"))


def _text(row: Mapping[object, object]) -> str:
    said = f"{row['date']:%b %Y}<br>{'Forecast' if row['what'] == 'forecast' else 'Revenue'}: {full('revenue', row['value'])}"  # type: ignore[arg-type]
    if row["what"] == "forecast":
        said += f"<br>95 %: {full('revenue', row['low'])} to {full('revenue', row['high'])}"  # type: ignore[arg-type]
    return said


def _fan(months: int) -> Chart:
    return fan_chart(f"forecast_{months}", data=outlook(months), short=f"{months} months")


draw: Draw = draw_outlook
say: Say = says_outlook
fan_chart = partial(
    Chart, title="Revenue: what is expected", draw=draw, say=say, thin=THIN, height="tall", wide=True,
    about="Complete months (line), the forecast (dotted) with the band that is to hold 95 of 100 months, and the year before "
          "(dashed).",
)  # fmt: skip

HORIZONS = (6, 5, 4, 3)
FORECASTS = {
    c.name: c
    for c in (
        *map(_fan, HORIZONS),
        Chart(
            "forecast_quotas", "Quotas by region and category",
            data=quotas,
            draw=draw_quotas,
            say=says_quotas,
            about="Expected revenue by month. Regions add up to the total, and so do categories.",
            thin=THIN,
            wide=True,
        ),
        Chart(
            "forecast_parts", "Trend, season and rest",
            data=decomposed,
            draw=draw_parts,
            say=says_parts,
            about="Each complete month is trend times season times rest, or their sum where a series falls below zero.",
            thin=THIN,
            height="tall",
            wide=True,
        ),
    )
}  # fmt: skip
