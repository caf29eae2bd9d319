"""The charts of what is to come: they read the published tables of the sales model."""

from collections.abc import Hashable, Mapping
from datetime import date
from functools import partial
from typing import Any

import pandas as pd

from analytics.cells import records
from analytics.filters import Filters
from analytics.formats import currency, percent, signed, whole
from dashapp.charts.chart import Chart, Data, Draw, Say
from dashapp.charts.quotas import QUOTAS, SUFFIXES, TARGETS, THIN, level
from dashapp.figures.fan import fan
from dashapp.figures.figure import Figure
from dashapp.figures.parts import parts
from pipeline.warehouse import Snapshot

SHOWN = 24


def rows(name: str, filters: Filters, snapshot: Snapshot, target: str) -> pd.DataFrame:
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


def outlook(months: int, target: str) -> Data:
    """(date, what, value, before, low, high): the months so far, then the forecast; `before` is a year earlier."""

    def data(filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
        ahead = rows("forecasts", filters, snapshot, target).head(months)
        if ahead.empty:
            return ahead
        past = rows("forecast_months", filters, snapshot, target)
        known = dict(zip(past["date"], past["value"], strict=True))
        both = pd.concat([past.tail(SHOWN).assign(what="sold"), ahead.assign(what="forecast")], ignore_index=True)
        both["before"] = [known.get(date(day.year - 1, day.month, 1), float("nan")) for day in both["date"]]
        both = both.reindex(columns=["date", "what", "value", "before", "low", "high"])
        both.attrs["skill"] = skill(snapshot, target)
        return both

    return data


def skill(snapshot: Snapshot, target: str) -> float:
    """Of the model that speaks: the error it saved at past origins against seasonal naive, as a share; NaN if unknown."""
    board = snapshot.table("forecast_board")
    told = board.filter(board["target"] == target, board["used"]).to_pandas().set_index("model")["skill"]
    return float(told.get("ensemble", told.iloc[0] if len(told) else float("nan")))


def decomposed(target: str) -> Data:
    """(date, value, trend, season, days, rest, kind) of every complete month."""

    def data(filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
        found = rows("forecast_months", filters, snapshot, target)
        return found.reindex(columns=["date", "value", "trend", "season", "days", "rest", "kind"])

    return data


def says_outlook(target: str) -> Say:
    """What is expected, how sure that is, against the same months a year before, and whether a simpler rule did better."""

    def say(frame: pd.DataFrame, filters: Filters) -> str:
        ahead = frame[frame["what"] == "forecast"]
        first, written = ahead.iloc[0], partial(whole, target)
        together, last = ahead["value"].sum(), ahead["date"].iloc[-1]
        said = f"{first['date']:%b %Y}: {written(first['value'])}, 95 % between {written(first['low'])} and {written(first['high'])}. "
        said += f"The {len(ahead)} months to {last:%b %Y} together: {written(together)}"
        before = ahead["before"].sum(min_count=len(ahead))
        said += f", {signed(together / before - 1)} against the same months a year before." if before > 0 else "."
        worse = -frame.attrs.get("skill", 0.0)
        return f"{said} {caution(worse)}" if worse > 0 else said

    return say


def caution(worse: float) -> str:
    """What the reader must be told where the simple rule was better."""
    return f"Take it with care: over past months it was {percent(worse)} further off than the same month a year before."


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


def draw_outlook(target: str) -> Draw:
    def draw(frame: pd.DataFrame, colours: Mapping[str, str]) -> Figure:
        texts = [_text(row, target) for row in records(frame)]
        return fan(frame, texts, currency() if target == "revenue" else "")

    return draw


def draw_parts(target: str) -> Draw:
    def draw(frame: pd.DataFrame, colours: Mapping[str, str]) -> Figure:
        names = ("value", "trend", "season", "days", "rest")
        return parts(frame, names, (TARGETS[target], "Trend", "Season", "Days", "Rest"))

    return draw


def _text(row: Mapping[Hashable, Any], target: str) -> str:
    what = "Forecast" if row["what"] == "forecast" else TARGETS[target]
    said = f"{row['date']:%b %Y}<br>{what}: {whole(target, row['value'])}"
    return (
        f"{said}<br>95 %: {whole(target, row['low'])} to {whole(target, row['high'])}" if what == "Forecast" else said
    )


def _fan(target: str, months: int) -> Chart:
    return Chart(
        fan_name(target, months),
        f"{TARGETS[target]}: what is expected",
        data=outlook(months, target),
        draw=draw_outlook(target),
        say=says_outlook(target),
        about=FAN,
        thin=THIN,
        height="tall",
        wide=True,
        short=f"{TARGETS[target]}, {months} months",
    )


def _parts(target: str) -> Chart:
    return Chart(
        f"forecast_parts{SUFFIXES[target]}",
        "Trend, season, trading days and rest",
        data=decomposed(target),
        draw=draw_parts(target),
        say=says_parts,
        about=PARTS,
        thin=THIN,
        height="tall",
        wide=True,
        short=TARGETS[target],
    )


def fan_name(target: str, months: int) -> str:
    return f"forecast{SUFFIXES[target]}_{months}"


FAN = "Complete months (line), the forecast (dotted) with the band that is to hold 95 of 100 months, and the year before (dashed)."
PARTS = (
    "Each complete month is trend times season times trading days times rest, or their sum where a series falls below zero. "
    "Trading days: what the month sells for how many days it has and on which weekdays they fall."
)
HORIZONS = (6, 5, 4, 3)
FORECASTS = {
    c.name: c
    for c in (*(_fan(t, m) for t in TARGETS for m in HORIZONS), *QUOTAS, *map(_parts, TARGETS))
}  # fmt: skip
