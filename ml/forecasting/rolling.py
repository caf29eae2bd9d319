"""Rolling origins: what each member would have said in the past, beside what came."""

from dataclasses import dataclass

import numpy as np

from ml.forecasting.forest import RECIPE, SEARCH_TREES, Forest, Recipe, grown, recipes
from ml.forecasting.members import MEMBERS, Known, seasonal_naive
from ml.forecasting.panel import Floats, Panel
from ml.forecasting.seasons import levels

BASE, FOREST = "seasonal naive", "forest"
FEWEST_WINDOWS, MOST_WINDOWS = 3, 12
WANTED = 400  # windows x series: few series are tried on more windows
SEARCHED = 3  # windows on which recipes of the forest are tried


@dataclass(frozen=True)
class Backtest:
    """Forecasts and actuals of every member; arrays windows x series x horizon, the latest window first.

    `scale` is each series' mean absolute change over a season (MASE's), known at each window: windows x series.
    """

    panel: Panel
    horizon: int
    backs: tuple[int, ...]
    actual: Floats
    said: dict[str, Floats]
    scale: Floats

    @property
    def as_long_then(self) -> bool:
        """Whether the origins had the two seasons that are there now: shorter ones judge another forecaster."""
        two, now = 2 * self.panel.season, float(np.median(self.panel.lengths))
        return now < two or now - max(self.backs, default=0) >= two

    def errors(self, said: Floats) -> Floats:
        """Absolute errors in units of `scale`; NaN where there was nothing to say or to compare."""
        return np.abs(said - self.actual) / self.scale[:, :, None]


def windows(panel: Panel, horizon: int) -> tuple[int, ...]:
    """How many periods before the end each origin lies: horizon/2 apart, three or more where history allows."""
    longest = int(np.median(panel.lengths))
    step = max(1, horizon // 2)
    wanted = int(np.clip(WANTED // max(len(panel), 1), FEWEST_WINDOWS, MOST_WINDOWS))
    needed = next((n for n in (2 * panel.season, panel.season * 5 // 4) if longest - horizon - n >= FEWEST_WINDOWS), 3)
    room = (longest - horizon - needed) // step + 1
    if room < FEWEST_WINDOWS:
        step, room = 1, longest - horizon - needed + 1
    return tuple(horizon + step * i for i in range(max(0, min(wanted, room))))


def backtest(panel: Panel, horizon: int, recipe: Recipe = RECIPE, jobs: int = 2) -> Backtest:
    """Every member at every origin, each time from what was known then and nothing else."""
    backs = windows(panel, horizon)
    said: dict[str, list[Floats]] = {name: [] for name in (BASE, *MEMBERS, FOREST)}
    actual, scale = [], []
    for back in backs:
        then = panel.before(back)
        told = predictions(then, horizon, grown(then, levels(then), horizon, recipe, jobs=jobs))
        alive = then.lengths >= FEWEST_WINDOWS
        for name, values in told.items():
            said[name].append(np.where(alive[:, None], values, np.nan))
        width = panel.values.shape[1]
        actual.append(panel.values[:, width - back : width - back + horizon])
        scale.append(seasonal_change(then))
    shape = (0, len(panel), horizon)
    stacked = {name: np.stack(v) if v else np.empty(shape) for name, v in said.items()}
    return Backtest(
        panel,
        horizon,
        backs,
        np.stack(actual) if actual else np.empty(shape),
        stacked,
        np.stack(scale) if scale else np.empty(shape[:2]),
    )


def predictions(panel: Panel, horizon: int, forest: Forest) -> dict[str, Floats]:
    """What each member says of the periods ahead, the yardstick first."""
    season = levels(panel)
    known = Known(panel, season)
    told = {BASE: seasonal_naive(known, horizon)}
    told |= {name: member.forecast(known, horizon) for name, member in MEMBERS.items()}
    return told | {FOREST: forest.forecast(panel, season)}


def searched(panel: Panel, horizon: int, jobs: int = 2) -> Recipe:
    """The recipe of least error over the last origins; the usual one where another is not better by a hundredth."""
    backs = windows(panel, horizon)[:SEARCHED]
    if not backs:
        return RECIPE
    tried = recipes()
    totals = np.zeros(len(tried))
    for back in backs:
        then = panel.before(back)
        season, scale = levels(then), seasonal_change(then)[:, None]
        width = panel.values.shape[1]
        came = panel.values[:, width - back : width - back + horizon]
        for i, recipe in enumerate(tried):
            said = grown(then, season, horizon, recipe, SEARCH_TREES, jobs).forecast(then, season)
            totals[i] += np.nanmean(np.abs(said - came) / scale)
    best = int(totals.argmin())
    return tried[best] if totals[best] < 0.99 * totals[0] else RECIPE


def seasonal_change(panel: Panel) -> Floats:
    """Mean absolute change over a season, or over a period where there is no season yet; never 0."""
    values, out = panel.values, np.full(len(panel), np.nan)
    for lag in (panel.season, 1):
        if values.shape[1] > lag:
            change = np.abs(values[:, lag:] - values[:, :-lag])
            enough = np.isfinite(change).sum(axis=1) >= min(lag, 3)
            mean = np.full(len(out), np.nan)
            mean[enough] = np.nanmean(change[enough], axis=1)
            out = np.where(np.isnan(out) | (out == 0), mean, out)
    size = np.nan_to_num(np.array([np.abs(v[~np.isnan(v)]).mean() if (~np.isnan(v)).any() else 0 for v in values]))
    return np.where(np.isnan(out) | (out <= 0), np.where(size > 0, size, 1.0), out)
