"""The shop's forecasts: revenue and units of the whole and of every breakdown, which add up."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from ml.forecasting.coherence import coherent
from ml.forecasting.drivers import drivers
from ml.forecasting.forecast import Projection, projected
from ml.forecasting.panel import Floats, panel

TARGETS = {"revenue": "total_amount", "units": "quantity"}
BREAKDOWNS = ("category", "region", "customer_segment")
TOTAL = "total"
MONTHS = 6
COLUMNS = ("target", "dimension", "member", "date", "value", "low", "high", "model")


@dataclass(frozen=True)
class Outlook:
    """What is to come: the table `forecasts` and, for each target, the projection with its back-tests behind it."""

    forecasts: pd.DataFrame
    projections: dict[str, Projection]


@dataclass(frozen=True)
class Surroundings:
    """What a shop knows besides its sales: promotions (start, end, scope, discount), external (date, region, series, value)."""

    promotions: pd.DataFrame | None = None
    external: pd.DataFrame | None = None


def outlook(
    sales: pd.DataFrame,
    as_of: date,
    horizon: int = MONTHS,
    level: float = 95,
    search: bool = True,
    known: Surroundings | None = None,
    also: tuple[str, ...] = (),
) -> Outlook:
    """Forecasts of `sales` (order_date, kind, total_amount, quantity, category, region, customer_segment) by month.

    The table has (target, dimension, member, date, value, low, high, model): revenue in money and units in pieces, of
    the total (dimension "total") and of each member of each breakdown; every breakdown adds up to the total at every
    date. `search` and `also` as for `projected`. `CannotForecast` where no month is complete by `as_of`.
    """
    made = {}
    for target in TARGETS:
        series = panel(history(sales, target, as_of), "MS", as_of)
        moved_by = drivers(series, *((known.promotions, known.external) if known else ()))
        made[target] = _coherent(
            projected(replace(series, drivers=moved_by), horizon, level, search, also=also), target
        )
    return Outlook(
        pd.concat([table for table, _ in made.values()], ignore_index=True), {t: p for t, (_, p) in made.items()}
    )


def history(sales: pd.DataFrame, target: str, as_of: date) -> pd.DataFrame:
    """(series, date, value) by day, of the total and of every member; a series is named dimension/member.

    Every series has a row on the first and the last day: days without sales are 0.
    """
    rows = lines(sales, target)
    days, value = pd.to_datetime(rows["order_date"]).dt.normalize(), rows["value"]
    keys = {f"{TOTAL}/{TOTAL}": pd.Series(TOTAL, index=rows.index)} | {name: rows[name] for name in BREAKDOWNS}
    parts = []
    for name, members in keys.items():
        dimension = name.split("/")[0]
        names = dimension + "/" + members.fillna("Unknown").astype(str)
        parts.append(value.groupby([names.rename("series"), days.rename("date")]).sum().rename("value").reset_index())
    found = pd.concat(parts, ignore_index=True)
    ends = pd.MultiIndex.from_product([list(found["series"].unique()), [days.min(), pd.Timestamp(as_of)]])
    absent = ends.difference(pd.MultiIndex.from_frame(found[["series", "date"]]))
    return pd.concat(
        [found, absent.to_frame(index=False, name=["series", "date"]).assign(value=0.0)], ignore_index=True
    )


def lines(sales: pd.DataFrame, target: str) -> pd.DataFrame:
    """The rows that count towards a target, with its `value`: units are of sales only."""
    rows = sales[sales["kind"] == "sale"] if target == "units" else sales
    return rows.assign(value=rows[TARGETS[target]].astype(float))


def _coherent(made: Projection, target: str) -> tuple[pd.DataFrame, Projection]:
    names, horizon = made.panel.names, made.test.horizon
    value, low, high = (made.frame[c].to_numpy().reshape(len(names), horizon) for c in ("value", "low", "high"))
    errors = (made.choice.said - made.test.actual).transpose(0, 2, 1).reshape(-1, len(names))
    moved = coherent(value, summing(names), errors)
    frame = made.frame.assign(
        value=moved.ravel(), low=np.maximum(moved - (value - low), 0).ravel(), high=(moved + high - value).ravel()
    )
    split = frame["series"].str.split("/", n=1, expand=True)
    frame = frame.assign(target=target, dimension=split[0], member=split[1])
    return frame[list(COLUMNS)], made


def summing(names: tuple[str, ...]) -> Floats:
    """One row a breakdown: 1 for each of its members, -1 for the total."""
    of = np.array([name.split("/")[0] for name in names])
    found = [b for b in BREAKDOWNS if (of == b).any()]
    return np.array([(of == b).astype(float) - (of == TOTAL) for b in found]).reshape(len(found), len(names))
