"""Cohorts: customers by the month of their first order, and what became of them."""

from datetime import date, timedelta

import pandas as pd

from analytics import engine
from analytics.beside import frame_of
from analytics.filters import Filters
from analytics.having import Having
from analytics.periods import Period, covered, month_end, month_shift, months_between
from analytics.queries import Query
from analytics.silence import churn_window
from analytics.statistics import wilson
from pipeline.warehouse import Snapshot

SHOWN = 36


def cohorts(filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
    """One row a cohort and month since (`age`), up to the last month looked at; then their average, without a `cohort`.

    - `size`: customers whose first order ever is in that month and in view
    - `customers` of them with an order in view in that month, `retention` their share; `revenue` of those orders,
      `value` the revenue per customer of the cohort so far
    - `complete`: the month is over; the averages are weighted by size, over complete months only

    The newest 36 cohorts; months to come are not there.
    """
    found = Query(("customers", "revenue"), by=("cohort", "age"))(filters, snapshot).dropna(subset=["cohort", "age"])
    if found.empty:
        return found.assign(size=[], retention=[], value=[], complete=[])
    last = filters.period(covered(snapshot)).within(covered(snapshot)).end
    frame = _triangle(found, last)
    frame["size"] = frame.groupby("cohort")["customers"].transform("first")
    so_far = frame.groupby("cohort")["revenue"].cumsum()
    ends = [month_end(month_shift(c, a)) for c, a in zip(frame["cohort"], frame["age"], strict=True)]
    frame["complete"] = [end <= last for end in ends]
    return pd.concat([_rates(frame.assign(so_far=so_far)), _average(frame.assign(so_far=so_far))], ignore_index=True)


def _triangle(found: pd.DataFrame, last: date) -> pd.DataFrame:
    """Every month that each cohort has lived, with zeros where nobody came."""
    months = sorted(found["cohort"].unique())[-SHOWN:]
    lived = [(month, age) for month in months for age in range(months_between(month, last) + 1)]
    grid = pd.DataFrame(lived, columns=["cohort", "age"])
    frame = grid.merge(found.astype({"age": "int64"}), how="left", on=["cohort", "age"])
    return frame.fillna({"customers": 0, "revenue": 0.0}).astype({"customers": "int64"})


def _average(frame: pd.DataFrame) -> pd.DataFrame:
    whole = frame[frame["complete"]]
    sums = whole.groupby("age", as_index=False)[["size", "customers", "revenue", "so_far"]].sum()
    return _rates(sums.assign(cohort=None, complete=True))


def _rates(frame: pd.DataFrame) -> pd.DataFrame:
    rated = frame.assign(retention=frame["customers"] / frame["size"], value=frame["so_far"] / frame["size"])
    return rated[["cohort", "age", "size", "customers", "retention", "revenue", "value", "complete"]]


def lapsed(filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
    """One row a cohort: its `size`, how many have `churned`, as a `share` with its Wilson interval `low` to `high`.

    Churned: no order in view in the last `window` days of the period. `complete` where all had time to; a share of
    fewer than five is not given.
    """
    data = covered(snapshot)
    period, window = filters.period(data).within(data), churn_window(snapshot)
    sizes = Query(("new_customers",), by=("cohort",), having=(Having("new_customers", low=1),))(filters, snapshot)
    frame = sizes.rename(columns={"new_customers": "size"}).merge(
        _active(filters, period, window, snapshot), how="left", on="cohort"
    )
    frame["churned"] = frame["size"] - frame.pop("customers").fillna(0).astype("int64")
    low, high = wilson(frame["churned"].to_numpy(float), frame["size"].to_numpy(float))
    share = (frame["churned"] / frame["size"]).where(frame["size"] >= 5)
    since = period.end - timedelta(days=window)
    complete = [month_end(cohort) <= since for cohort in frame["cohort"]]
    return frame.assign(share=share, low=low, high=high, complete=complete, window=window)


def _active(filters: Filters, period: Period, window: int, snapshot: Snapshot) -> pd.DataFrame:
    """Of the customers new in the period, those with an order in its last days."""
    recent = Period(max(period.start, period.end - timedelta(days=window - 1)), period.end)
    cut = engine.Cut("sales", ("customers",), ("cohort",), recent, filters.chosen, acquired=period)
    return frame_of(engine.answer(cut, snapshot))


def file_start(snapshot: Snapshot) -> date:
    """The first day from which a new customer is likely new: by then nine in ten of the old ones that come back
    have been seen."""
    return snapshot.first_day + timedelta(days=churn_window(snapshot))
