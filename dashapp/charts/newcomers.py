"""New customers over time, beside the sign-ups, with the days between the two."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from analytics.acquisition import days_to_first_order
from analytics.cells import records
from analytics.cohorts import file_start
from analytics.filters import Filters
from analytics.formats import full, number
from analytics.periods import Period, words
from dashapp.charts.series import OverTime
from dashapp.figures.columns import columns, with_line
from dashapp.figures.figure import Figure, lines
from pipeline.warehouse import Snapshot

NEEDS_FILE = "sign-ups need customer_database.csv with a signup_date column"


@dataclass(frozen=True)
class Newcomers:
    """Called with filters: each bucket's `new_customers` and `signups`, and the quartiles of the days between for its
    new customers (`days_low`, `days`, `days_high` of `many`); `overall` repeats the median over all of them.

    `file_start` marks buckets in which customers of before the file still look new.
    """

    def __call__(self, filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
        frame = OverTime(("new_customers", "signups"), compare=False)(filters, snapshot)
        days = days_to_first_order(filters, snapshot)
        whole = days[days["date"].isna()]
        frame = frame.merge(days[days["date"].notna()], how="left", on="date")
        for name in ("days_low", "days", "days_high", "many"):
            frame[f"all_{name}"] = whole[name].iloc[0] if len(whole) else float("nan")
        return frame.assign(file_start=[day < file_start(snapshot) for day in frame["date"]])


def draw_newcomers(frame: pd.DataFrame, colours: Mapping[str, str]) -> Figure:
    """A bar a bucket for first orders, a line for sign-ups; a bar picks its days."""
    rows = records(frame)
    periods = [Period(row["date"], row["until"]) for row in rows]
    hover = [_told(row, period) for row, period in zip(rows, periods, strict=True)]
    hatched = [bool(row["file_start"] or not row["complete"]) for row in rows]
    keys = [f"{period.start}..{period.end}" for period in periods]
    bars = columns(frame, "date", "new_customers", keys, hatched, hover, name="first orders")
    if frame["signups"].isna().all():
        return bars
    return with_line(bars, frame, "date", "signups", "sign-ups", hover)


def _told(row: Mapping[object, object], period: Period) -> str:
    known = row["many"] == row["many"] and row["days"] == row["days"]
    return lines(
        words(period),
        f"New customers: {full('new_customers', row['new_customers'])}",  # type: ignore[arg-type]
        f"Sign-ups: {full('signups', row['signups'])}" if row["signups"] == row["signups"] else "",  # type: ignore[arg-type]
        f"Days from sign-up to first order: median {row['days']:.0f}, middle half {row['days_low']:.0f} to "
        f"{row['days_high']:.0f} (n {row['many']:.0f})" if known else "",
        "Start of the file: customers of before look new" if row["file_start"] else "",
        "" if row["complete"] else "Cut short by the period or by the data",
    )  # fmt: skip


def says_newcomers(frame: pd.DataFrame, filters: Filters) -> str:
    """How many came and signed up, how long it took, and what to read with care."""
    new = int(frame["new_customers"].sum())
    text = f"{number(new)} new customer{'' if new == 1 else 's'}"
    if frame["signups"].isna().all():
        text += f"; {NEEDS_FILE}"
    else:
        text += f", {number(frame['signups'].sum())} sign-ups"
        first = frame.iloc[0]
        if first["all_days"] == first["all_days"]:
            text += (
                f"; median {first['all_days']:.0f} days from sign-up to first order, "
                f"the middle half {first['all_days_low']:.0f} to {first['all_days_high']:.0f}"
            )
    return (
        text + ("; hatched: the start of the file, where everyone looks new" if frame["file_start"].any() else "") + "."
    )
