"""The charts of quotas: what each region, each category, and each category of each region is to bring by month."""

from collections.abc import Mapping
from functools import partial

import pandas as pd

from analytics.filters import Filters
from analytics.formats import counted, short, whole
from dashapp.charts.chart import Chart, Data, Draw, Say
from dashapp.charts.grid import gathered
from dashapp.figures.figure import Figure
from dashapp.figures.heatmap import heatmap
from pipeline.warehouse import Snapshot

ALONE = ("category", "region", "customer_segment")
QUOTED = ["region", "category", "total"]
TARGETS = {"revenue": "Revenue", "units": "Units"}
SUFFIXES = {"revenue": "", "units": "_units"}
THIN = (
    "There is no forecast for this selection. One is made for the total and for each single category, region or customer "
    "segment: keep at most one of them chosen. Without a forecast yet, press Forecast sales."
)
NO_QUOTA = (
    "There are no quotas for this selection. They are told of the whole shop, a region or a category: choose one of them at "
    "most. Without a forecast yet, press Forecast sales below."
)
Level = tuple[str, str]


def level(filters: Filters) -> Level | None:
    """The series that the filters mean; None where they mean no single one."""
    chosen = dict(filters.chosen)
    if not chosen:
        return "total", "total"
    name, members = next(iter(chosen.items()))
    return (name, members[0]) if len(chosen) == 1 and name in ALONE and len(members) == 1 else None


def quoted(snapshot: Snapshot) -> list[str]:
    """What quotas are told of: the dimensions that the files have, and the total."""
    return [name for name in QUOTED if name not in snapshot.lacks]


def by_month(target: str) -> Data:
    """(dimension, member, date, value, low, high): what is expected of the total, each region and each category by month."""

    def data(filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
        of = level(filters)
        if of is None or of[0] not in QUOTED or "forecasts" not in snapshot.manifest["tables"]:
            return pd.DataFrame()
        table = snapshot.table("forecasts")
        found = table.filter(table["target"] == target, table["dimension"].isin(quoted(snapshot))).to_pandas()
        if of[0] != "total":
            found = found[(found["dimension"] == of[0]) & (found["member"] == of[1])]
        found["date"] = pd.to_datetime(found["date"]).dt.date
        rank = found["dimension"].map(QUOTED.index)
        kept = ["dimension", "member", "date", "value", "low", "high"]
        return found.assign(rank=rank).sort_values(["rank", "member", "date"])[kept].reset_index(drop=True)

    return data


def by_cell(target: str) -> Data:
    """(region, category, date, value): the forecasts of regions and categories shared out to their cells."""

    def data(filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
        of = level(filters)
        if of is None or of[0] not in QUOTED or "forecast_quotas" not in snapshot.manifest["tables"]:
            return pd.DataFrame()
        table = snapshot.table("forecast_quotas")
        found = table.filter(table["target"] == target).drop("target").to_pandas()
        if of[0] != "total":
            found = found[found[of[0]] == of[1]]
        found["date"] = pd.to_datetime(found["date"]).dt.date
        return found.sort_values(["region", "category", "date"], ignore_index=True)

    return data


def says_by_month(target: str) -> Say:
    """The largest member over all months."""

    def say(frame: pd.DataFrame, filters: Filters) -> str:
        sums = _parts(frame).groupby("member")["value"].sum()
        return f"{sums.idxmax()} is to bring most: {whole(target, sums.max())} in {_months(frame)}."

    return say


def says_by_cell(target: str) -> Say:
    """The largest cell over all months, and what the cells rest on."""

    def say(frame: pd.DataFrame, filters: Filters) -> str:
        top = frame.groupby(["region", "category"])[["value"]].sum().nlargest(1, "value").reset_index().iloc[0]
        return (
            f"Most is to come from {top['category']} in {top['region']}: {whole(target, top['value'])} in {_months(frame)}. "
            "The cells assume the pattern of the last twelve months."
        )

    return say


def _months(frame: pd.DataFrame) -> str:
    return counted(frame["date"].nunique(), "month")


def draw_by_month(target: str) -> Draw:
    """A row a member, a column a month; the total is only in the table."""

    def draw(frame: pd.DataFrame, colours: Mapping[str, str]) -> Figure:
        grids = [_largest(own) for _, own in _parts(frame).groupby("dimension", sort=False)]
        grid = pd.concat(grids)
        twice = grid.index.get_level_values("member").duplicated(keep=False)
        grid.index = [f"{m} ({d})" if two else str(m) for (d, m), two in zip(grid.index, twice, strict=True)]
        return _drawn(grid, [f"{day:%b %Y}" for day in grid.columns], target)

    return draw


def _parts(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows below the total; the total where it has no parts."""
    below = frame[frame["dimension"] != "total"]
    return frame if below.empty else below


def _largest(own: pd.DataFrame) -> pd.DataFrame:
    """The members of one dimension by month, the largest first, named with it."""
    return own.assign(member=gathered(own, "member", "value")).pivot_table(
        index=["dimension", "member"], columns="date", values="value", aggfunc="sum", observed=True
    )


def draw_by_cell(target: str) -> Draw:
    """A row a region, a column a category, all months together."""

    def draw(frame: pd.DataFrame, colours: Mapping[str, str]) -> Figure:
        grid = frame.pivot_table(index="region", columns="category", values="value", aggfunc="sum")
        return _drawn(grid, [str(name) for name in grid.columns], target)

    return draw


def _drawn(grid: pd.DataFrame, ticks: list[str], target: str) -> Figure:
    hover = [[f"{member}<br>{tick}<br>{whole(target, v)}" for tick, v in zip(ticks, row, strict=True)] for member, row in
             zip(grid.index, grid.to_numpy(), strict=True)]  # fmt: skip
    return heatmap(grid, ticks, [None] * len(grid), hover, partial(short, target))


def _charts(target: str) -> tuple[Chart, Chart]:
    suffix, label = SUFFIXES[target], TARGETS[target]
    return (
        Chart(
            f"forecast_quotas{suffix}", f"{label}: quotas by region and by category",
            data=by_month(target), draw=draw_by_month(target), say=says_by_month(target), thin=NO_QUOTA, wide=True,
            about="What is expected by month. Regions add up to the total, and so do categories.",
            short=f"{label} by month",
        ),
        Chart(
            f"forecast_cells{suffix}", f"{label}: quotas by region and category",
            data=by_cell(target), draw=draw_by_cell(target), say=says_by_cell(target), thin=NO_QUOTA, wide=True,
            needs=("region", "category"),
            about="All months together; the file has each month. Regions and categories add up to their own forecasts.",
            short=f"{label}, region by category",
        ),
    )  # fmt: skip


QUOTAS = tuple(chart for target in TARGETS for chart in _charts(target))
