"""Trends: which points of a series stand out from their surroundings, and when growth picks up.

The rule, the same for every grain. Values are taken to their square roots, where the noise of counts is even
(Bartlett 1936). The surroundings of a bucket are the middle of the year around it, days against the same weekday only,
moved along a trend: the middle change from a year to the next, or of a short series Theil's incomplete line (1950).
The noise is how far buckets lie from the middle of their neighbours, so that a slow season is not taken for noise.
A run of buckets off its surroundings is marked once, at its farthest point, if that point, the run together
(Stouffer 1949), or the same run of every year together is `FAR` noises away, and the point `LEAST`; of a short series
more is asked, as its noise is less well known. Growth picks up where the last quarter of a year grew on the one before
by more than that had grown on its own predecessor, by `FAR` noises of that difference, once the marked runs are
levelled.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from analytics.beside import Columns

Floats = NDArray[np.float64]

FAR, NEAR, LEAST = 4.0, 1.5, 0.1
SHORTEST, UNSURE = 10, 6.0
SEARCHED = 1.15  # a year has many seasons to be found by chance


@dataclass(frozen=True)
class Course:
    """How a grain is read: buckets from one to its like, likes in the year around, buckets in a quarter of a year.

    `year` is the number of buckets after which a season comes again, where it does so to the bucket.
    """

    step: int
    around: int
    quarter: int
    year: int = 0


COURSES = {
    "day": Course(7, 53, 91),
    "week": Course(1, 53, 13),
    "month": Course(1, 13, 3, 12),
    "quarter": Course(1, 5, 1, 4),
    "year": Course(1, 5, 1),
}


def marked(values: Floats, grain: str) -> Columns:
    """One row a whole bucket, in order, with what is remarkable about it.

    - `surroundings`: what the year around it would have it be, in the unit of the values
    - `mark`: `peak`, `trough` or empty; `off`: the value over its surroundings, less 1, where it is marked
    - `accelerates`: part of a quarter in which growth picked up; `pace` and `pace_before`: the growth of that quarter
      on the one before, and of that on its own

    A series of fewer than ten buckets has no marks: its noise cannot be told.
    """
    course, roots = COURSES[grain], np.sqrt(np.clip(values, 0, None))
    blank = {
        "surroundings": np.nan,
        "mark": "",
        "off": np.nan,
        "accelerates": False,
        "pace": np.nan,
        "pace_before": np.nan,
    }
    found = {n: np.full(len(values), v, dtype=object if v == "" else type(v)) for n, v in blank.items()}
    if len(values) < SHORTEST * course.step:
        return found
    base = _surroundings(roots, course)
    off = roots - base
    noise = _noise(off[base > 0])
    found["surroundings"] = base**2
    level = roots.copy()
    noise *= 1 + UNSURE / len(values)
    for run, place in _runs(off / noise, _each_year(off / noise, course.year), values, base**2):
        level[run] = base[run]
        found["mark"][place] = "peak" if off[place] > 0 else "trough"
        found["off"][place] = values[place] / base[place] ** 2 - 1
    return _with_pace(found, level, noise, course.quarter)


def _surroundings(roots: Floats, course: Course) -> Floats:
    base = np.empty_like(roots)
    for phase in range(course.step):
        base[phase :: course.step] = _robust_line(roots[phase :: course.step], course.around)
    return np.clip(base, 0, None)


def _robust_line(values: Floats, window: int) -> Floats:
    """At each place the value of a line through the window around it; near an end the window keeps its length."""
    n = len(values)
    window = min(window, n)
    first = np.clip(np.arange(n) - window // 2, 0, n - window)
    seen = np.lib.stride_tricks.sliding_window_view(values, window)[first]
    apart = (window + 1) // 2
    slope = np.median(seen[:, apart:] - seen[:, : window - apart], axis=1) / apart
    if n >= 1.5 * window:
        slope = _yearly_slope(values, window - 1)
    away = first[:, None] + np.arange(window) - np.arange(n)[:, None]
    return np.median(seen - slope[:, None] * away, axis=1)


def _yearly_slope(values: Floats, year: int) -> Floats:
    """At each place the middle change from a year to the next, a bucket; no season bends it."""
    change = (values[year:] - values[:-year]) / year
    width = min(year, len(change))
    middle = np.median(np.lib.stride_tricks.sliding_window_view(change, width), axis=1)
    return middle[np.clip(np.arange(len(values)) - (year + width) // 2, 0, len(middle) - 1)]


def _noise(off: Floats) -> float:
    """The standard deviation of a bucket, from the median distance to the middle of its two neighbours."""
    bends = np.abs(np.diff(off, n=2))
    return max(float(np.median(bends)) * 1.4826 / np.sqrt(6), 1e-9) if len(bends) else 1e-9


def _each_year(far: Floats, year: int) -> Floats:
    """At each place the evidence of all years for that time of the year; of less than two whole years there is none."""
    if not year or len(far) < 2 * year:
        return np.zeros_like(far)
    together = [far[phase::year].sum() / np.sqrt(len(far[phase::year])) for phase in range(year)]
    return np.resize(together, len(far))


def _runs(far: Floats, yearly: Floats, values: Floats, base: Floats) -> list[tuple[slice, int]]:
    """Neighbours on one side of their surroundings of which one stands out, each with its farthest place."""
    again = (np.sign(yearly) == np.sign(far)) & (np.abs(yearly) >= NEAR) & (np.abs(far) >= 1)
    side = np.sign(far) * ((np.abs(far) >= NEAR) | again)
    edges = np.flatnonzero(np.diff(side, prepend=0, append=0))
    out = []
    for start, end in pairwise(edges.tolist()):
        place = start + int(np.argmax(np.abs(far[start:end])))
        evidence = max(abs(far[place]), _together(far[start:end]), _together(yearly[start:end]) / SEARCHED)
        if (
            side[start]
            and base[place] > 0
            and evidence >= FAR
            and abs(values[place] - base[place]) >= LEAST * base[place]
        ):
            out.append((slice(start, end), place))
    return out


def _together(far: Floats) -> float:
    return abs(float(far.sum())) / float(np.sqrt(len(far)))


def _with_pace(found: Columns, level: Floats, noise: float, quarter: int) -> Columns:
    """Mark each quarter of a year in which growth picked up, from the best starting point of its kind."""
    if len(level) < 3 * quarter:
        return found
    means = np.convolve(level, np.ones(quarter) / quarter, mode="valid")
    first, second, third = means[: -2 * quarter], means[quarter:-quarter], means[2 * quarter :]
    change = (third - 2 * second + first) / (noise * np.sqrt(6 / quarter))
    with np.errstate(divide="ignore", invalid="ignore"):
        before, pace = (second / first) ** 2 - 1, (third / second) ** 2 - 1
    clear = (change >= FAR) & (pace - before >= LEAST) & (pace > 0)
    edges = np.flatnonzero(np.diff(clear.astype(int), prepend=0, append=0))
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        best = start + int(np.argmax(change[start:end]))
        span = slice(best + 2 * quarter, best + 3 * quarter)
        found["accelerates"][span], found["pace"][span], found["pace_before"][span] = True, pace[best], before[best]
    return found
