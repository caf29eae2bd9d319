"""Queries: what can be asked of the metrics, as a value that answers when called."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, timedelta
from functools import lru_cache, reduce

import numpy as np
import pandas as pd

from analytics import engine, shape
from analytics.beside import Columns, beside, columns_of, frame_of, over_grid, rows, zeros
from analytics.bought import member_of, of_sets
from analytics.dimensions import DIMENSIONS, dimension
from analytics.errors import NotYetComputed, QuestionError, known
from analytics.filters import Chosen, Filters
from analytics.having import Having
from analytics.lights import lacking, unmatched
from analytics.measures import Base, Derived, Growth
from analytics.metrics import METRICS, Metric, metric, required
from analytics.periods import Comparison, Period, aligned, bucket_after, buckets, covered, words
from pipeline.warehouse import Snapshot

LONGEST_COUNT = 60


@dataclass(frozen=True)
class Query:
    """Metrics, how they are split, and what is done to the answer, in this order.

    - `left_out` excludes members, `having` keeps groups by the range of a metric
    - `compare` adds `<metric>_now` and `<metric>_before`, over the two periods that the filters compare; `against`
      replaces the earlier one; `growth` also adds `<metric>_change` and, but for rates, `<metric>_growth` = change / before
    - `sets` keeps customers by what they bought in the period: `bought:category=Books`, `not:product=P00001`
    - `share` adds `<metric>_share`; `cumulative` adds `<metric>_cumulative`; `moving` adds `<metric>_moving`, the mean
      of so many buckets
    - `order` sorts, a leading `-` for descending; `limit` keeps the first rows, with `per` the first of each group;
      groups without a member (orders that name no customer) are then neither first nor last
    - `skill` hands the query to one of `analytics.skills`, which says what its rows are
    - `like_for_like` belongs to the language and is refused until something computes it
    """

    metrics: tuple[str, ...]
    by: tuple[str, ...] = ()
    left_out: Chosen = ()
    having: tuple[Having, ...] = ()
    compare: bool = False
    against: Period | None = None
    growth: bool = False
    share: bool = False
    cumulative: bool = False
    moving: int = 0
    order: tuple[str, ...] = ()
    limit: int = 0
    per: str = ""
    like_for_like: bool = False
    sets: tuple[str, ...] = ()
    skill: str = ""
    _later: tuple[str, ...] = field(default=("like_for_like",), init=False, repr=False)

    def __post_init__(self) -> None:
        if not self.metrics:
            raise QuestionError("Ask for at least one metric, for instance metrics=revenue.")
        list(map(metric, self.metrics)), list(map(dimension, self.by))
        for name in self._later:
            if getattr(self, name):
                raise NotYetComputed(f"'{name}' is not computed yet; leave it out of the query.")
        if len(self.times) > 1:
            raise QuestionError(f"Split by one grain of time, not by {' and '.join(self.times)}.")
        if self.skill:
            skill(self.skill)
        list(map(member_of, self.sets)), [metric(having.base) for having in self.having]
        if (self.cumulative or self.moving) and not self.times:
            raise QuestionError("A cumulative or moving value needs a grain of time in 'by', for instance by=month.")

    @property
    def times(self) -> tuple[str, ...]:
        return tuple(name for name in self.by if DIMENSIONS[name].unit)

    def __call__(self, filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
        """One row per group: keys, titles, metrics in their catalogue units; undefined values are NaN.

        With `compare`, `attrs["against"]` says in words what is held against what, and `attrs["earlier"]` is a function
        that says when the earlier value of a bucket of time was.
        """
        if self.skill:
            return skill(self.skill)(self, filters, snapshot)
        frame = frame_of(self.columns(filters, snapshot))
        if self.compare:
            frame.attrs |= self.compared_in_words(filters, snapshot)
        return frame

    def columns(self, filters: Filters, snapshot: Snapshot) -> Columns:
        """The same as plain arrays, for whoever goes on computing; they may be shared, so not to be written to."""
        if self.skill:
            return columns_of(self(filters, snapshot))
        if self.sets:
            return replace(self, sets=()).columns(self._of_sets(filters, snapshot), snapshot)
        needed = required(self.metrics)
        found = self._over(filters.period(covered(snapshot)), filters, snapshot)
        if self.compare or any(isinstance(m.measure, Growth) for m in needed):
            found = self._compared(found, filters, snapshot)
        found = self._unlit(_derive(found, needed), needed, filters, snapshot)
        titles = [DIMENSIONS[name].title for name in self.by]
        suffixes = ("", "_now", "_before") if self.compare else ("",)
        asked = [*self.by, *titles, *(name + suffix for name in self.metrics for suffix in suffixes)]
        found = self._wholes({name: found[name] for name in asked if name in found}, filters, snapshot)
        return self._shape(found)

    def compared_in_words(self, filters: Filters, snapshot: Snapshot) -> dict[str, object]:
        """What is held against what, and the days of the earlier value by bucket of time."""
        comparison = comparison_for(filters, snapshot)
        earlier = self._earlier(comparison.current, self.against or comparison.base)
        return {"against": f"vs {self.against}" if self.against else comparison.words, "earlier": earlier}

    def _unlit(self, found: Columns, metrics: Sequence[Metric], filters: Filters, snapshot: Snapshot) -> Columns:
        """No value, rather than a count of nothing, where the data lack what a metric speaks of or cannot narrow it."""
        chosen = filters.chosen + self.left_out
        dark = {m.name for m in metrics if lacking(m.name, snapshot) or unmatched(m.name, chosen, snapshot)}
        names = [name for name in found if name.removesuffix("_now").removesuffix("_before") in dark]
        return found | {name: np.full(rows(found), np.nan) for name in names}

    def _of_sets(self, filters: Filters, snapshot: Snapshot) -> Filters:
        """The filters with the customers that the sets leave in place of all."""
        asked = Query(("orders",), by=("customer",), left_out=self.left_out)
        return of_sets(self.sets, filters, lambda some: set(asked(some, snapshot)["customer"].dropna()))

    def _wholes(self, found: Columns, filters: Filters, snapshot: Snapshot) -> Columns:
        """Shares and running values of counts of different things, which do not add up: each is asked for as a whole."""
        counts = [name for name in self.metrics if not METRICS[name].additive and METRICS[name].unit == "count"]
        if self.share and counts:
            whole = Query(tuple(counts), left_out=self.left_out).columns(filters, snapshot)
            found = found | {f"{name}_share": shape.divided(found[name], whole[name][0]) for name in counts}
        if self.cumulative and counts:
            found = self._so_far(found, counts, filters, snapshot)
        return found

    def _so_far(self, found: Columns, counts: list[str], filters: Filters, snapshot: Snapshot) -> Columns:
        if len(self.by) > 1 or rows(found) > LONGEST_COUNT:
            raise QuestionError(
                f"A running count goes over at most {LONGEST_COUNT} buckets of time and no other split; take a longer grain."
            )
        period, grain = filters.period(covered(snapshot)), self.times[0]
        ends = [min(bucket_after(start, grain) - timedelta(days=1), period.end) for start in found[grain]]
        spans = [replace(filters, start=period.start, end=end, brush=None) for end in ends]
        so_far = [Query(tuple(counts), left_out=self.left_out).columns(span, snapshot) for span in spans]
        return found | {f"{name}_cumulative": np.array([sums[name][0] for sums in so_far]) for name in counts}

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
                table, tuple(names), self.by, period, filters.chosen, self.left_out, once, acquired, self._above(names), besides
            )  # fmt: skip
            sides.append(engine.answer(cut, snapshot))
        found = reduce(lambda left, right: beside(left, right, self.by, outer=True), sides)
        return self._filled(found, list(base), period)

    def _above(self, names: list[str]) -> str:
        """A metric of these that no group is kept without, if there is one."""
        kept = () if self.compare else self.having
        return next((having.metric for having in kept if having.low > 0 and having.metric in names), "")

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
        turn = {before.start: after.start for after, before in aligned(now, base, grain)}
        kept = np.array([day in turn for day in side[grain]], dtype=bool)
        side = {name: column[kept] for name, column in side.items()}
        return side | {grain: np.array([turn[day] for day in side[grain]], dtype=object)}

    def _earlier(self, now: Period, base: Period | None) -> Callable[[date], str | None]:
        """As a function, since every step of a frame copies deeply what else its `attrs` hold."""
        pairs = aligned(now, base, self.times[0]) if base and self.times else []
        before = {after.start: before.within(base or before) for after, before in pairs}
        return lambda start: words(before[start]) if start in before else None

    def _beside(self, found: Columns, side: Columns, suffix: str) -> Columns:
        renamed = {name: side[name] for name in self.by}
        renamed |= {m.name + suffix: side[m.name] for m in required(self.metrics) if m.name in side}
        joined = beside(found, renamed, self.by, outer=not self.times)
        if not self.by:
            return joined
        counted = [m.name for m in required(self.metrics) if isinstance(m.measure, Base)]
        empty = counted if self.times else [*counted, *(name + end for name in counted for end in ("_now", suffix))]
        return zeros(joined, [name for name in empty if name in joined])

    def _shape(self, found: Columns) -> Columns:
        """What is done to the answer once the numbers stand."""
        if self.compare and self.growth:
            found = self._grown(found)
        groups = tuple(name for name in self.by if not DIMENSIONS[name].unit)
        if groups and (self.having or self.limit):
            found = shape.known(found, groups)
        for having in self.having:
            values = found[having.metric]
            found = shape.at(found, (values >= having.low) & (values <= having.high))
        if self.cumulative or self.moving:
            found = self._over_time(shape.ordered(found, self.times), groups)
        if self.share:
            sums = [name for name in self.metrics if METRICS[name].additive]
            found = found | {f"{name}_share": shape.share(found[name]) for name in sums}
        return self._ordered(found)

    def _over_time(self, found: Columns, groups: tuple[str, ...]) -> Columns:
        places = shape.places_of(found, groups)
        for name in self.metrics:
            if self.cumulative and METRICS[name].additive:
                found = found | {f"{name}_cumulative": shape.running(found[name], places)}
            if self.moving:
                found = found | {f"{name}_moving": shape.moving(found[name], places, self.moving)}
        return found

    def _grown(self, found: Columns) -> Columns:
        for name in self.metrics:
            now, before = found[f"{name}_now"], found[f"{name}_before"]
            found = found | {f"{name}_change": now - before}
            if METRICS[name].unit != "rate":
                found[f"{name}_growth"] = now / np.where(before > 0, before, np.nan) - 1
        return found

    def _ordered(self, found: Columns) -> Columns:
        order = self.order or tuple(self.by)
        names = [name.lstrip("-") for name in order]
        if unknown := [name for name in names if name not in found]:
            raise QuestionError(
                f"Cannot order by '{unknown[0]}': it is not in the answer. It has: {', '.join(map(str, found))}."
            )
        keys = names + [name for name in self.by if name not in names]
        falling = {name.lstrip("-") for name in order if name.startswith("-")}
        found = shape.ordered(found, keys, falling)
        return shape.first(found, self.limit, self.per) if self.limit else found


def table(*metrics: str, by: str | tuple[str, ...] = (), **more: object) -> Query:
    """Short for a `Query`: `table("revenue", "orders", by="region")`."""
    allowed = {f.name for f in fields(Query)}
    if wrong := set(more) - allowed:
        raise TypeError(f"Query has no field {sorted(wrong)}")
    return Query(metrics, (by,) if isinstance(by, str) else tuple(by), **more)  # type: ignore[arg-type]


def skill(name: str) -> Callable[[Query, Filters, Snapshot], pd.DataFrame]:
    """The skill of that name; `UnknownName` with the nearest one otherwise."""
    from analytics.skills import SKILLS  # which are made of queries

    return known(SKILLS, name, "skill")


def comparison_for(filters: Filters, snapshot: Snapshot) -> Comparison:
    """The two periods compared; last year where the switch is off, as growth is always against something."""
    return (replace(filters, cmp="year") if filters.cmp == "off" else filters).comparison(covered(snapshot))


@lru_cache(maxsize=256)
def _besides(filters: Filters, data: Period) -> tuple[tuple[Period, str], ...]:
    """The periods that a page under these filters asks of, in its grain."""
    comparison, grain = filters.comparison(data), filters.grain_over(data)
    periods = (filters.period(data), comparison.current, comparison.base)
    return tuple((period, grain) for period in periods if period)


def _derive(found: Columns, metrics: Sequence[Metric]) -> Columns:
    for m in metrics:
        if isinstance(m.measure, Derived) and all(part in found for part in m.measure.parts):
            found = found | {m.name: m.measure.value(found)}
    return found
