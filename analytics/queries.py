"""Queries: what can be asked of the metrics, as a value that answers when called."""

from dataclasses import dataclass, field, fields, replace
from functools import lru_cache, reduce

import numpy as np
import pandas as pd

from analytics import engine
from analytics.beside import Columns, beside, columns_of, frame_of, over_grid, rows, zeros
from analytics.dimensions import DIMENSIONS, dimension
from analytics.errors import NotYetComputed, QuestionError
from analytics.filters import Chosen, Filters
from analytics.measures import Base, Derived, Growth
from analytics.metrics import METRICS, Metric, metric, required
from analytics.periods import Comparison, Period, buckets, covered
from pipeline.warehouse import Snapshot


@dataclass(frozen=True)
class Having:
    """Keep groups whose metric lies in a range, both ends included."""

    metric: str
    low: float = float("-inf")
    high: float = float("inf")


@dataclass(frozen=True)
class Query:
    """Metrics, how they are split, and what is done to the answer, in this order.

    - `left_out` excludes members, `having` keeps groups by the range of a metric
    - `compare` adds `<metric>_now` and `<metric>_before`, over the two periods that the filters compare; `against`
      replaces the earlier one
    - `share` adds `<metric>_share`; `cumulative` adds `<metric>_cumulative`; `moving` adds `<metric>_moving`, the mean
      of so many buckets
    - `order` sorts, a leading `-` for descending; `limit` keeps the first rows, with `per` the first of each group
    - `like_for_like`, `sets` and `skill` belong to the language and are refused until something computes them
    """

    metrics: tuple[str, ...]
    by: tuple[str, ...] = ()
    left_out: Chosen = ()
    having: tuple[Having, ...] = ()
    compare: bool = False
    against: Period | None = None
    share: bool = False
    cumulative: bool = False
    moving: int = 0
    order: tuple[str, ...] = ()
    limit: int = 0
    per: str = ""
    like_for_like: bool = False
    sets: tuple[str, ...] = ()
    skill: str = ""
    _later: tuple[str, ...] = field(default=("like_for_like", "sets", "skill"), init=False, repr=False)

    def __post_init__(self) -> None:
        if not self.metrics:
            raise QuestionError("Ask for at least one metric, for instance metrics=revenue.")
        list(map(metric, self.metrics)), list(map(dimension, self.by))
        for name in self._later:
            if getattr(self, name):
                raise NotYetComputed(f"'{name}' is not computed yet; leave it out of the query.")
        if len(self.times) > 1:
            raise QuestionError(f"Split by one grain of time, not by {' and '.join(self.times)}.")
        if (self.cumulative or self.moving) and not self.times:
            raise QuestionError("A cumulative or moving value needs a grain of time in 'by', for instance by=month.")

    @property
    def times(self) -> tuple[str, ...]:
        return tuple(name for name in self.by if DIMENSIONS[name].unit)

    def __call__(self, filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
        """One row per group: keys, titles, metrics in their catalogue units; undefined values are NaN.

        With `compare`, `attrs["against"]` says in words what is held against what.
        """
        needed = required(self.metrics)
        found = self._over(filters.period(covered(snapshot)), filters, snapshot)
        if self.compare or any(isinstance(m.measure, Growth) for m in needed):
            found = self._compared(found, filters, snapshot)
        found = _unlit(_derive(found, needed), needed, snapshot)
        titles = [DIMENSIONS[name].title for name in self.by]
        suffixes = ("", "_now", "_before") if self.compare else ("",)
        asked = [*self.by, *titles, *(name + suffix for name in self.metrics for suffix in suffixes)]
        frame = self._shape(frame_of({name: found[name] for name in asked if name in found}))
        if self.compare:
            comparison = comparison_for(filters, snapshot)
            frame.attrs["against"] = f"vs {self.against}" if self.against else comparison.words
        return frame

    def _over(self, period: Period, filters: Filters, snapshot: Snapshot) -> Columns:
        """Base metrics over one period, every home table asked once, side by side."""
        base = {m.name: m.measure for m in required(self.metrics) if isinstance(m.measure, Base)}
        homes: dict[tuple[str, str], list[str]] = {}
        for name, measure in base.items():
            homes.setdefault((measure.table, measure.once), []).append(name)
        sides, besides = [], _besides(filters, covered(snapshot))
        acquired = period if self._of_new(filters) else None
        for (table, once), names in homes.items():
            cut = engine.Cut(
                table, tuple(names), self.by, period, filters.chosen, self.left_out, once, acquired, besides
            )
            sides.append(columns_of(engine.answer(cut, snapshot)))
        found = reduce(lambda left, right: beside(left, right, self.by, outer=True), sides)
        return self._filled(found, list(base), period)

    def _of_new(self, filters: Filters) -> bool:
        """Whether it is asked, or filtered, by something only customers new in the selection have."""
        named = {*self.by, *dict(filters.chosen), *dict(self.left_out)}
        return any(DIMENSIONS[name].acquired for name in named)

    def _filled(self, found: Columns, metrics: list[str], period: Period) -> Columns:
        """Zero where nothing was sold: in every bucket of time inside the data, for every member that sold at all."""
        listed = all(DIMENSIONS[name].unit or DIMENSIONS[name].control for name in self.by)
        if self.times and listed and period.days > 0:
            starts = [bucket.start for bucket in buckets(period, self.times[0])]
            keys = {n: starts if DIMENSIONS[n].unit else list(pd.unique(found[n])) for n in self.by}
            found = over_grid(found, keys)
        return zeros(found, metrics)

    def _compared(self, found: Columns, filters: Filters, snapshot: Snapshot) -> Columns:
        """Beside each metric its value in the two periods compared: bucket by bucket in time, key by key elsewhere.

        The first of the two is the period itself, unless none was chosen or it is still running.
        """
        comparison = comparison_for(filters, snapshot)
        base = self.against or comparison.base
        for suffix, period in (("_now", comparison.current), ("_before", base)):
            if period is None:
                none = np.full(rows(found), np.nan)
                found = found | {m.name + suffix: none for m in required(self.metrics)}
                continue
            side = _derive(self._over(period, filters, snapshot), required(self.metrics))
            if self.times and suffix == "_before":
                side = self._moved(side, period, comparison.current)
            found = self._beside(found, side, suffix)
        return found

    def _moved(self, side: Columns, base: Period, now: Period) -> Columns:
        """The n-th bucket of the one period under the name of the n-th of the other."""
        grain = self.times[0]
        pairs = zip(buckets(base, grain), buckets(now, grain), strict=False)
        turn = {before.start: after.start for before, after in pairs}
        kept = np.array([day in turn for day in side[grain]], dtype=bool)
        side = {name: column[kept] for name, column in side.items()}
        return side | {grain: np.array([turn[day] for day in side[grain]], dtype=object)}

    def _beside(self, found: Columns, side: Columns, suffix: str) -> Columns:
        renamed = {name: side[name] for name in self.by}
        renamed |= {m.name + suffix: side[m.name] for m in required(self.metrics) if m.name in side}
        joined = beside(found, renamed, self.by, outer=not self.times)
        if not self.by:
            return joined
        counted = [m.name for m in required(self.metrics) if isinstance(m.measure, Base)]
        empty = counted if self.times else [*counted, *(name + end for name in counted for end in ("_now", suffix))]
        return zeros(joined, [name for name in empty if name in joined])

    def _shape(self, frame: pd.DataFrame) -> pd.DataFrame:
        """What is done to the answer once the numbers stand."""
        for having in self.having:
            frame = frame[frame[metric(having.metric).name].between(having.low, having.high)]
        groups = [name for name in self.by if not DIMENSIONS[name].unit]
        if self.cumulative or self.moving:
            frame = frame.sort_values(list(self.times), kind="stable")
        for name in self.metrics:
            values = frame.groupby(groups, sort=False, dropna=False)[name] if groups else frame[name]
            if self.share and METRICS[name].additive:
                frame[f"{name}_share"] = frame[name] / frame[name].sum()
            if self.cumulative and METRICS[name].additive:
                frame[f"{name}_cumulative"] = values.cumsum()
            if self.moving:
                frame[f"{name}_moving"] = values.transform(self._mean_so_far)
        return self._ordered(frame).reset_index(drop=True)

    def _mean_so_far(self, values: pd.Series) -> pd.Series:
        return values.rolling(self.moving).mean()

    def _ordered(self, frame: pd.DataFrame) -> pd.DataFrame:
        order = self.order or tuple(self.by)
        names = [name.lstrip("-") for name in order]
        if unknown := [name for name in names if name not in frame]:
            raise QuestionError(
                f"Cannot order by '{unknown[0]}': it is not in the answer. It has: {', '.join(map(str, frame.columns))}."
            )
        keys = names + [name for name in self.by if name not in names]
        ascending = [not name.startswith("-") for name in order] + [True] * (len(keys) - len(order))
        if keys:
            frame = frame.sort_values(keys, ascending=ascending, kind="stable")
        if not self.limit:
            return frame
        return frame.groupby(self.per, sort=False).head(self.limit) if self.per else frame.head(self.limit)


def table(*metrics: str, by: str | tuple[str, ...] = (), **more: object) -> Query:
    """Short for a `Query`: `table("revenue", "orders", by="region")`."""
    allowed = {f.name for f in fields(Query)}
    if wrong := set(more) - allowed:
        raise TypeError(f"Query has no field {sorted(wrong)}")
    return Query(metrics, (by,) if isinstance(by, str) else tuple(by), **more)  # type: ignore[arg-type]


def why_null(name: str, filters: Filters, snapshot: Snapshot) -> str:
    """Why a metric has no value under these filters, and what would give it one."""
    wanted = metric(name)
    if wanted.needs in snapshot.lacks:
        lit_by = DIMENSIONS[wanted.needs].lit_by if wanted.needs in DIMENSIONS else ""
        return f"needs {lit_by}" if lit_by else " ".join(snapshot.notes(wanted.needs)) or wanted.why_null
    if isinstance(wanted.measure, Growth):
        return comparison_for(filters, snapshot).missing or wanted.why_null
    return wanted.why_null


def comparison_for(filters: Filters, snapshot: Snapshot) -> Comparison:
    """The two periods compared; last year where the switch is off, as growth is always against something."""
    return (replace(filters, cmp="year") if filters.cmp == "off" else filters).comparison(covered(snapshot))


@lru_cache(maxsize=256)
def _besides(filters: Filters, data: Period) -> tuple[tuple[Period, str], ...]:
    """The periods that a page under these filters asks of, in its grain."""
    comparison, grain = filters.comparison(data), filters.grain_over(data)
    periods = (filters.period(data), comparison.current, comparison.base)
    return tuple((period, grain) for period in periods if period)


def _derive(found: Columns, metrics: list[Metric]) -> Columns:
    for m in metrics:
        if isinstance(m.measure, Derived) and all(part in found for part in m.measure.parts):
            found = found | {m.name: m.measure.value(found)}
    return found


def _unlit(found: Columns, metrics: list[Metric], snapshot: Snapshot) -> Columns:
    """No value, rather than a count of nothing, where the data lack what a metric speaks of."""
    dark = {m.name for m in metrics if m.needs and m.needs in snapshot.lacks}
    names = [name for name in found if name.removesuffix("_now").removesuffix("_before") in dark]
    return found | {name: np.full(rows(found), np.nan) for name in names}
