"""The cohort tables: one set of numbers in four readings, and the churn of each cohort."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import pandas as pd

from analytics.cells import records
from analytics.cohorts import cohorts as cohort_rows
from analytics.cohorts import file_start
from analytics.cohorts import lapsed as lapsed_rows
from analytics.filters import Filters
from analytics.formats import compact, full, number, percent, short
from analytics.periods import month_shift
from analytics.statistics import FEW
from dashapp.charts.chart import Draw, Say
from dashapp.figures.columns import columns, with_intervals
from dashapp.figures.figure import Figure, lines
from dashapp.figures.triangle import triangle
from pipeline.warehouse import Snapshot


@dataclass(frozen=True)
class Measure:
    """One reading of the table: which column, how it is written in a cell and what it is called."""

    column: str
    cell: Callable[[float], str]
    name: str


MEASURES = {
    m.column: m
    for m in (
        Measure("customers", number, "Customers"),
        Measure("retention", lambda v: f"{v * 100:.0f}", "Retention"),
        Measure("revenue", lambda v: compact(v), "Revenue"),
        Measure("value", lambda v: compact(v), "Revenue per customer so far"),
    )
}


def cohorts(filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
    """The rows of `analytics.cohorts`, with a mark on cohorts from before the file's customers were known."""
    frame = _rows(filters, snapshot)
    return frame.assign(file_start=[c is not None and c < file_start(snapshot) for c in frame["cohort"]])


@lru_cache(maxsize=4)
def _rows(filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
    """Once for all readings of the table."""
    return cohort_rows(filters, snapshot)


def lapsed(filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
    """The rows of `analytics.cohorts.lapsed`; none before a cohort had the time to churn."""
    frame = lapsed_rows(filters, snapshot)
    return frame[frame["complete"].astype(bool)].drop(columns="complete").reset_index(drop=True)


def draw_cohorts(column: str) -> Draw:
    """A cell a cohort and month since; it picks both. The average on top picks nothing."""

    def draw(frame: pd.DataFrame, colours: Mapping[str, str]) -> Figure:
        measure = MEASURES[column]
        shown = frame if column in ("retention", "value") else frame[frame["cohort"].notna()]
        rows = (
            [None, *shown["cohort"].dropna().unique()]
            if shown["cohort"].isna().any()
            else list(shown["cohort"].unique())
        )
        ages = range(int(shown["age"].max()) + 1)
        cells = {(row["cohort"], row["age"]): row for row in records(shown)}
        table = [[cells.get((c, a)) for a in ages] for c in rows]
        grid = pd.DataFrame([[float("nan") if r is None else r[column] for r in row] for row in table])
        later = shown.loc[shown["age"] > 0, column]
        return triangle(
            grid,
            [_named(row[0]) for row in table],
            [[_key(r) for r in row] for row in table],
            [["" if r is None else _told(**r) for r in row] for row in table],
            [["" if r is None else measure.cell(r[column]) for r in row] for row in table],
            [(y, x) for y, row in enumerate(table) for x, r in enumerate(row) if r is not None and not r["complete"]],
            float((later if len(later) and later.max() > 0 and column == "retention" else shown[column]).max()),
            "Months since the first order",
        )

    return draw


Cell = Mapping[Any, Any]


def _named(row: Cell | None) -> str:
    if row is None or row["cohort"] is None:
        return "All, weighted"
    return f"{row['cohort']:%b %y}{'*' if row['file_start'] else ''} · {number(row['size'])}"


def _key(row: Cell | None) -> list[str] | None:
    """The written forms of cohort and age."""
    return None if row is None or row["cohort"] is None else [row["cohort"].isoformat(), str(row["age"])]


@lru_cache(maxsize=4096)
def _told(
    cohort: date | None,
    age: int,
    size: int,
    customers: int,
    retention: float,
    revenue: float,
    value: float,
    complete: bool,
    file_start: bool,
) -> str:
    """Everything known of a cell, in the same order in all readings of the table."""
    if cohort is None:
        head = f"All cohorts, {_months(age)} (complete months only)"
    else:
        head = f"First order in {cohort:%b %Y}, {_months(age)} ({month_shift(cohort, age):%b %Y})"
    few = f", of only {size}" if size < FEW else ""
    return lines(
        head,
        f"Customers: {number(customers)} of {number(size)}",
        f"Retention: {percent(retention)}{few}",
        f"Revenue: {full('revenue', revenue)}",
        f"Revenue per customer so far: {full('revenue', value)}",
        "" if complete else "This month is not over: not in the average",
        "Start of the file: many of them had bought before" if file_start else "",
    )


def _months(age: int) -> str:
    return "the month itself" if age == 0 else f"{age} month{'s' if age > 1 else ''} later"


def says_cohorts(column: str) -> Say:
    """What the average cohort did after a month and after the longest time that is known."""

    def say(frame: pd.DataFrame, filters: Filters) -> str:
        rows = frame[frame["cohort"].notna()]
        n = rows["cohort"].nunique()
        total = int(rows.loc[rows["age"] == 0, "size"].sum())
        who = f"{number(total)} new customers in {n} month{'s' if n > 1 else ''}"
        means = frame[frame["cohort"].isna()].set_index("age")[column]
        told = [(age, means[age]) for age in _milestones(list(means.index))]
        if not told:
            return f"{who}; no month after the first is complete yet."
        words = [f"{_written(column, value)} {_after(age)}" for age, value in told]
        verb = "bought again" if column == "retention" else "spent per customer"
        return f"{who}; {verb}: {', '.join(words)}{_stars(rows)}."

    return say


def _written(column: str, value: float) -> str:
    return percent(value, 0) if column == "retention" else short("revenue", value)


def _after(age: int) -> str:
    return f"{age} month{'s' if age > 1 else ''} on"


def _milestones(ages: Sequence[int]) -> list[int]:
    later = [age for age in ages if age > 0]
    return [age for age in (1, 6, 12) if age in later]


def _stars(rows: pd.DataFrame) -> str:
    return " (* start of the file: many had bought before)" if rows["file_start"].any() else ""


def says_customers(frame: pd.DataFrame, filters: Filters) -> str:
    """How many came, and the largest cohort."""
    first = frame[frame["cohort"].notna() & (frame["age"] == 0)]
    best = first.loc[first["size"].idxmax()]
    return f"{number(float(first['size'].sum()))} new customers; most in {best['cohort']:%b %Y} ({number(float(best['size']))})."


def draw_lapsed(frame: pd.DataFrame, colours: Mapping[str, str]) -> Figure:
    """A bar a cohort; it picks the cohort. Intervals where a cohort is small."""
    small = frame["size"] < FEW
    hover = [
        lines(
            f"First order in {row['cohort']:%b %Y}",
            f"Churned: {number(row['churned'])} of {number(row['size'])}"
            + (f" ({percent(row['share'])})" if row["share"] == row["share"] else ""),
            f"95 % interval: {percent(row['low'], 0)} to {percent(row['high'], 0)}" if row["size"] < FEW else "",
        )
        for row in records(frame)
    ]  # fmt: skip
    bars = columns(frame, "cohort", "share", [c.isoformat() for c in frame["cohort"]], [False] * len(frame), hover)
    return with_intervals(bars, frame["share"], frame["low"].where(small), frame["high"].where(small))


def says_lapsed(frame: pd.DataFrame, filters: Filters) -> str:
    """The share over all cohorts old enough, the window, and the worst cohort with enough customers."""
    window = int(frame["window"].iloc[0])
    churned, size = int(frame["churned"].sum()), int(frame["size"].sum())
    text = f"{percent(churned / size)} of {number(size)} customers have not ordered in the last {window} days of the period"
    sure = frame[frame["size"] >= FEW]
    if len(sure) > 1:
        worst = sure.sort_values("share", kind="stable").iloc[-1]
        text += f"; highest for those of {worst['cohort']:%b %Y} ({percent(worst['share'])})"
    return text + "."
