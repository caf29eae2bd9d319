"""Drivers: what may move the months ahead besides a series' own past: the mix, promotions, series from outside."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ml.forecasting.panel import Floats, Panel

MIXED = ("category", "customer_segment")
MOST_MEMBERS = 12
RECENT, YEAR = 3, 12


@dataclass(frozen=True)
class Drivers:
    """What is known at the end of each period: values (series x time x names), 0 where nothing is known."""

    names: tuple[str, ...]
    values: "Floats"

    def before(self, periods: int) -> "Drivers":
        return replace(self, values=self.values[:, : self.values.shape[1] - periods])

    def only(self, chosen: NDArray[np.bool_]) -> "Drivers":
        return replace(self, values=self.values[chosen])


def drivers(panel: "Panel", promotions: pd.DataFrame | None = None, external: pd.DataFrame | None = None) -> Drivers:
    """Of the series of a shop (named dimension/member, the whole total/total), all ending together.

    `promotions` has start, end, scope (a category or anything smaller), discount (a share); `external` has date, region,
    series, value. Every number rests on its own period and those before.
    """
    found = _mix(panel)
    if promotions is not None and len(promotions):
        found |= _promoted(panel, promotions)
    if external is not None and len(external):
        found |= _outside(panel, external)
    values = (
        np.stack([np.nan_to_num(v) for v in found.values()], axis=-1) if found else np.zeros((*panel.values.shape, 0))
    )
    return Drivers(tuple(found), values)


def _mix(panel: "Panel") -> "dict[str, Floats]":
    """How the share of each category and segment in the last three periods differs from that of the last twelve."""
    whole = np.array([name.startswith("total/") for name in panel.names])
    if not whole.any():
        return {}
    total = panel.values[whole][0]
    by_size = np.argsort(-np.nansum(panel.values, axis=1), kind="stable")
    chosen = [i for i in by_size if panel.names[i].split("/")[0] in MIXED][:MOST_MEMBERS]
    found = {}
    for i in chosen:
        part = panel.values[i]
        change = _ratio(part, total, RECENT) - _ratio(part, total, YEAR)
        found[f"share of {panel.names[i].split('/', 1)[1]}"] = np.broadcast_to(change, panel.values.shape)
    return found


def _ratio(part: "Floats", total: "Floats", periods: int) -> "Floats":
    sums = [pd.Series(v).rolling(periods, min_periods=1).sum().to_numpy() for v in (part, total)]
    return np.divide(sums[0], sums[1], out=np.zeros_like(total), where=sums[1] > 0)


def _promoted(panel: "Panel", promotions: pd.DataFrame) -> "dict[str, Floats]":
    """Discount x share of the days on which it held, in the category of a series, or anywhere for all other series."""
    width = panel.values.shape[1]
    periods = pd.PeriodIndex(
        [pd.Period(ordinal=int(o), freq=panel.rhythm.period) for o in panel.ordinals[0]], freq=panel.rhythm.period
    )
    first, last = (pd.to_datetime(promotions[side]).to_numpy()[:, None] for side in ("start", "end"))
    begin, close = periods.start_time.to_numpy(), periods.end_time.normalize().to_numpy()
    day = np.timedelta64(1, "D")
    days = (np.minimum(last, close) - np.maximum(first, begin)) / day + 1
    share = np.maximum(days, 0) / ((close - begin) / day + 1) * promotions["discount"].astype(float).to_numpy()[:, None]
    scopes = promotions["scope"].astype(str).to_numpy()
    out = np.zeros((len(panel), width))
    for i, name in enumerate(panel.names):
        dimension, member = name.split("/", 1)
        out[i] = share[scopes == member].sum(axis=0) if dimension == "category" else share.sum(axis=0)
    return {"promotions": out}


def _outside(panel: "Panel", external: pd.DataFrame) -> "dict[str, Floats]":
    """Each series by month against its last twelve: of the region where a series has one, else the mean of all."""
    periods = panel.rhythm.periods(pd.to_datetime(external["date"]))
    rows = external.assign(period=[p.ordinal for p in periods], value=external["value"].astype(float))
    found = {}
    for name, mine in rows.groupby("series"):
        by_region = mine.pivot_table(index="period", columns="region", values="value", aggfunc="mean")
        known = by_region.reindex(range(int(by_region.index.min()), int(panel.ends[0]) + 1)).ffill()
        change = (known / known.rolling(YEAR, min_periods=1).mean() - 1).reindex(panel.ordinals[0]).fillna(0.0)
        mean = change.mean(axis=1).to_numpy()
        own = [n.split("/", 1)[1] if n.startswith("region/") else None for n in panel.names]
        found[str(name)] = np.stack([change[r].to_numpy() if r in change else mean for r in own])
    return found
