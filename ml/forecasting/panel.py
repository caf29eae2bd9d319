"""A panel: many series at one rhythm, side by side and ending together, whatever the rows looked like."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ml.forecasting.drivers import Drivers

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

COLUMNS = ("series", "date", "value")
SEASONS = {"D": 7, "B": 5, "W": 52, "M": 12, "Q": 4, "Y": 1}
SEASONS_KEPT = 10  # older history says nothing about the months ahead
FEWEST_KEPT = 120
FEWEST_PERIODS = 3  # from which a series is forecast at a past origin
MOSTLY_ABSENT = 0.5
LATE_START = 0.1  # of the first period; rows that begin later do not fill it


class CannotForecast(ValueError):  # noqa: N818 - read as a sentence by whoever catches it
    """The rows do not make series that can be forecast; the text says what would be needed."""


@dataclass(frozen=True)
class Rhythm:
    """How time is cut: the period of pandas, how its date is written, and how many periods make a season."""

    period: str
    at_end: bool
    season: int

    @classmethod
    def parse(cls, freq: str) -> "Rhythm":
        """From a pandas frequency: D, B, W (or W-MON ...), MS, ME, QS, QE, YS, YE."""
        head, _, anchor = freq.upper().partition("-")
        name = {"M": "ME", "Q": "QE", "Y": "YE", "A": "YE"}.get(head, head)
        if name not in ("D", "B", "W", "MS", "ME", "QS", "QE", "YS", "YE"):
            raise CannotForecast(f"No rhythm {freq!r}. Known are D, B, W, MS, ME, QS, QE, YS and YE.")
        period = name[0] + (f"-{anchor}" if anchor and name[0] == "W" else "")
        return cls(period, name[0] == "W" or name.endswith("E"), SEASONS[name[0]])

    def periods(self, dates: pd.Series) -> pd.PeriodIndex:
        return pd.PeriodIndex(dates.dt.to_period(self.period))

    def dates(self, ordinals: Ints) -> pd.DatetimeIndex:
        index = pd.PeriodIndex([pd.Period(ordinal=int(o), freq=self.period) for o in ordinals], freq=self.period)
        return index.to_timestamp(how="end" if self.at_end else "start").normalize()


@dataclass(frozen=True)
class Panel:
    """Values (series x time), aligned at their ends; NaN before a series begins and where a value is missing.

    `weekdays` (time x 7, Monday first): what fell on each in all series, where the rows were finer than months.
    `drivers`: what else is known of each period.
    """

    names: tuple[Any, ...]
    values: Floats
    ends: Ints
    rhythm: Rhythm
    weekdays: Floats | None = None
    drivers: Drivers | None = None

    def __len__(self) -> int:
        return len(self.names)

    @property
    def season(self) -> int:
        return self.rhythm.season

    @property
    def lengths(self) -> Ints:
        """Periods from a series' first value to its end."""
        seen = ~np.isnan(self.values)
        return np.where(seen.any(axis=1), self.values.shape[1] - seen.argmax(axis=1), 0).astype(np.int64)

    @property
    def ordinals(self) -> Ints:
        """The period of every cell, counted as pandas does."""
        width = self.values.shape[1]
        return self.ends[:, None] - width + 1 + np.arange(width)

    def ahead(self, horizon: int) -> Ints:
        """The periods that follow each series."""
        return self.ends[:, None] + 1 + np.arange(horizon)

    def before(self, periods: int) -> "Panel":
        """The same series, their last `periods` not yet known."""
        left = self.values.shape[1] - periods
        weekdays = None if self.weekdays is None else self.weekdays[:left]
        drivers = None if self.drivers is None else self.drivers.before(periods)
        return replace(self, values=self.values[:, :left], ends=self.ends - periods, weekdays=weekdays, drivers=drivers)

    def known(self, periods: int) -> tuple["Panel", NDArray[np.bool_]]:
        """Of the series as they were `periods` ago those that had begun, and which ones these are."""
        then = self.before(periods)
        begun = then.lengths >= FEWEST_PERIODS
        return then.only(begun), begun

    def only(self, chosen: NDArray[np.bool_]) -> "Panel":
        names = tuple(n for n, keep in zip(self.names, chosen, strict=True) if keep)
        drivers = None if self.drivers is None else self.drivers.only(chosen)
        return replace(self, names=names, values=self.values[chosen], ends=self.ends[chosen], drivers=drivers)


def panel(frame: pd.DataFrame, freq: str = "MS", as_of: date | None = None) -> Panel:
    """The series of `frame` (series, date, value), in the order of their names.

    Rows finer than `freq` are added up, a period without any being 0; else an absent period is missing, unless most
    are absent: then nothing happened in them. Rows after `as_of` are not looked at, and a period that `as_of` (for
    finer rows by default their last date) has not filled is left out.
    """
    rows = _checked(frame)
    if as_of is not None:
        rows = rows[rows["date"] <= pd.Timestamp(as_of)]
    if rows.empty:
        raise CannotForecast("There are no rows to forecast from" + (f" up to {as_of}." if as_of else "."))
    rhythm = _anchored(Rhythm.parse(freq), rows["date"])
    periods = rhythm.periods(rows["date"])
    finer = _is_finer(rows, periods)
    last = pd.Timestamp(as_of) if as_of is not None else rows["date"].max()
    if finer or as_of is not None:
        whole = np.asarray(periods.end_time.normalize() <= last) | (not finer and rhythm.at_end)
        rows, periods = rows[whole], periods[whole]
    if finer and len(rows):
        begun = (rows["date"].min() - periods.min().start_time) / (periods.min().end_time - periods.min().start_time)
        whole = np.asarray(periods > periods.min()) | (begun <= LATE_START)
        rows, periods = rows[whole], periods[whole]
    if rows.empty:
        raise CannotForecast(f"No period is complete by {last.date()}: forecasting needs at least one.")
    table = rows.assign(period=[p.ordinal for p in periods])
    return _aligned(table, rhythm, finer)


def _checked(frame: pd.DataFrame) -> pd.DataFrame:
    missing = [name for name in COLUMNS if name not in frame]
    if missing:
        raise CannotForecast(f"The frame lacks {', '.join(missing)}; it has {', '.join(map(str, frame.columns))}.")
    dates = pd.to_datetime(frame["date"], errors="coerce", format="mixed")
    values = pd.to_numeric(frame["value"], errors="coerce")
    if dates.isna().any():
        raise CannotForecast(f"Not a date: {frame['date'][dates.isna()].iloc[0]!r} in column date.")
    wrong = (values.isna() & frame["value"].notna()) | np.isinf(values.astype(float))
    if wrong.any():
        raise CannotForecast(f"Not a finite number: {frame['value'][wrong].iloc[0]!r} in column value.")
    if frame["series"].isna().any():
        raise CannotForecast(f"{frame['series'].isna().sum()} rows have no series: name it in column series.")
    rows = pd.DataFrame({"series": frame["series"].astype(str), "date": dates, "value": values.astype(float)})
    rows["date"] = rows["date"].dt.tz_localize(None).dt.normalize()
    twice = rows.duplicated(["series", "date"])
    if twice.any():
        first = rows[twice].iloc[0]
        raise CannotForecast(
            f"Series {first['series']!r} has two values on {first['date'].date()}: add them up or drop one ({twice.sum()} such rows)."
        )
    return rows.sort_values(["series", "date"], kind="stable")


def _anchored(rhythm: Rhythm, dates: pd.Series) -> Rhythm:
    """Weeks end on the weekday on which all rows stand, if there is one."""
    if rhythm.period == "W" and dates.dt.dayofweek.nunique() == 1 and dates.nunique() > 1:
        return replace(rhythm, period=f"W-{dates.iloc[0].day_name()[:3].upper()}")
    return rhythm


def _is_finer(rows: pd.DataFrame, periods: pd.PeriodIndex) -> bool:
    """Whether some period of some series holds several rows."""
    return bool(pd.DataFrame({"series": rows["series"], "period": periods}).duplicated().any())


def _aligned(rows: pd.DataFrame, rhythm: Rhythm, finer: bool) -> Panel:
    known = rows if finer else rows[rows["value"].notna()]
    wide = known.pivot_table(index="series", columns="period", values="value", aggfunc="sum", sort=True)
    first, last = int(wide.columns.min()), int(wide.columns.max())
    wide = wide.reindex(columns=range(first, last + 1))
    table = wide.to_numpy(float)
    ends = np.full(len(wide), last) if finer else last - np.isfinite(table)[:, ::-1].argmax(axis=1)
    width = min(table.shape[1], max(SEASONS_KEPT * rhythm.season, FEWEST_KEPT))
    values = np.full((len(wide), width), np.nan)
    for i, row in enumerate(table):
        kept = row[: ends[i] - first + 1][-width:].copy()
        inside = np.isfinite(kept).cumsum() > 0
        if finer or np.isnan(kept[inside]).mean() > MOSTLY_ABSENT:
            kept[inside & np.isnan(kept)] = 0.0
        values[i, width - len(kept) :] = kept
    weekdays = _by_weekday(rows, last, width) if finer and rhythm.period == "M" else None
    return Panel(tuple(wide.index), values, ends.astype(np.int64), rhythm, weekdays)


def _by_weekday(rows: pd.DataFrame, last: int, width: int) -> Floats:
    wide = rows.pivot_table(index="period", columns=rows["date"].dt.dayofweek, values="value", aggfunc="sum")
    return wide.reindex(index=range(last - width + 1, last + 1), columns=range(7)).fillna(0.0).to_numpy(float)
