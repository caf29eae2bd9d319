"""Cohorts: customers by the month of their first order, and what became of them."""

from datetime import date, timedelta

import numpy as np
import pandas as pd

from analytics import engine, shape
from analytics.beside import Columns, frame_of, objects, rows
from analytics.filters import Filters
from analytics.having import Having
from analytics.periods import Period, covered, month_end, months_between
from analytics.queries import Query
from analytics.silence import churn_window
from analytics.statistics import TOO_FEW, wilson
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
    found = shape.known(
        Query(("customers", "revenue"), by=("cohort", "age")).columns(filters, snapshot), ("cohort", "age")
    )
    if not rows(found):
        return frame_of(found).assign(size=[], retention=[], value=[], complete=[])
    cells = _triangle(found, filters.period(covered(snapshot)).within(covered(snapshot)).end)
    whole = _average(shape.at(cells, cells["complete"]))
    both = {name: np.concatenate([column, whole[name]]) for name, column in cells.items()}
    both |= {"retention": both["customers"] / both["size"], "value": both["so_far"] / both["size"]}
    shown = ("cohort", "age", "size", "customers", "retention", "revenue", "value", "complete")
    return frame_of({name: both[name] for name in shown})


def _triangle(found: Columns, last: date) -> Columns:
    """Every month that each cohort has lived, with zeros where nobody came; `so_far` is the revenue up to it."""
    seen = zip(*(found[name].tolist() for name in ("cohort", "age", "customers", "revenue")), strict=True)
    known = {(cohort, int(age)): (customers, revenue) for cohort, age, customers, revenue in seen}
    months = sorted(set(found["cohort"]))[-SHOWN:]
    lived = np.array([months_between(month, last) + 1 for month in months])
    places = [(month, age) for month, ages in zip(months, lived, strict=True) for age in range(ages)]
    customers, revenue = (np.array(c) for c in zip(*(known.get(place, (0, 0.0)) for place in places), strict=True))
    starts, over = lived.cumsum() - lived, last == month_end(last)
    return {
        "cohort": objects([month for month, _ in places]),
        "age": np.array([age for _, age in places]),
        "size": np.repeat(customers[starts], lived),
        "customers": customers,
        "revenue": revenue,
        "so_far": np.concatenate([np.cumsum(part) for part in np.split(revenue, starts[1:])]),
        "complete": np.array([over or age < ages - 1 for ages in lived for age in range(ages)], dtype=bool),
    }


def _average(cells: Columns) -> Columns:
    """The sums over all cohorts by age, without a cohort."""
    ages = np.unique(cells["age"])
    sums = {n: np.bincount(cells["age"], cells[n])[ages] for n in ("size", "customers", "revenue", "so_far")}
    sums |= {name: sums[name].astype("int64") for name in ("size", "customers")}
    return {"cohort": objects([None] * len(ages)), "age": ages, **sums, "complete": np.ones(len(ages), dtype=bool)}


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
    share = (frame["churned"] / frame["size"]).where(frame["size"] >= TOO_FEW)
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
