"""Rolling origins: what each member would have said in the past, beside what came."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.forecasting.forest import RECIPE, SEARCH_TREES, Forest, Recipe, grown, recipes
from ml.forecasting.members import Known, members, seasonal_naive
from ml.forecasting.panel import Floats, Panel
from ml.forecasting.seasons import levels

BASE, FOREST, DRIVEN = "seasonal naive", "forest", "driven"
FEWEST_WINDOWS, MOST_WINDOWS = 3, 12
USUAL_WINDOWS = 4
WANTED = 400  # windows x series: few series are tried on more windows
BEGUN = 1.25  # seasons from which a season is told from a trend
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
        """Whether the origins knew of a season, as today does: shorter ones judge another forecaster."""
        known, now = BEGUN * self.panel.season, float(np.median(self.panel.lengths))
        return now < known or now - max(self.backs, default=0) >= known

    def errors(self, said: Floats) -> Floats:
        """Absolute errors in units of `scale`; NaN where there was nothing to say or to compare."""
        return np.abs(said - self.actual) / self.scale[:, :, None]


def windows(panel: Panel, horizon: int) -> tuple[int, ...]:
    """How many periods before the end each origin lies: half a horizon apart, three or more where history allows.

    Of the latest, only the first periods ahead have come.
    """
    longest = int(np.median(panel.lengths))
    wanted = int(np.clip(WANTED // max(len(panel), 1), USUAL_WINDOWS, MOST_WINDOWS))
    for needed in (2 * panel.season, int(np.ceil(BEGUN * panel.season)), 3):
        for step in (max(1, horizon // 2), 1):
            room = (longest - needed) // step
            if room * step >= horizon and room >= FEWEST_WINDOWS:
                return tuple(step * i for i in range(1, min(max(wanted, -(-horizon // step)), room) + 1))
    return ()


def backtest(
    panel: Panel, horizon: int, recipe: Recipe = RECIPE, jobs: int = 2, also: tuple[str, ...] = ()
) -> Backtest:
    """Every usual member, and those of `also`, at every origin, each time from what was known then and nothing else."""
    backs = windows(panel, horizon)
    names = (BASE, *members(also), FOREST, *([DRIVEN] if panel.drivers is not None else []))
    said: dict[str, list[Floats]] = {name: [] for name in names}
    actual, scale = [], []
    for back in backs:
        then, begun = panel.known(back)
        told = predictions(then, horizon, forests(then, horizon, recipe, jobs), also)
        for name, values in told.items():
            said[name].append(spread_out(values, begun))
        actual.append(came(panel, back, horizon))
        scale.append(spread_out(seasonal_change(then), begun))
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


def spread_out(values: Floats, begun: NDArray[np.bool_]) -> Floats:
    """Rows of the series that had begun, put back among all; NaN for the others."""
    out = np.full((len(begun), *values.shape[1:]), np.nan)
    out[begun] = values
    return out


def came(panel: Panel, back: int, horizon: int) -> Floats:
    """What followed an origin (series x horizon); NaN where the panel ends before."""
    left = panel.values[:, panel.values.shape[1] - back :][:, :horizon]
    return np.pad(left, ((0, 0), (0, horizon - left.shape[1])), constant_values=np.nan)


def forests(panel: Panel, horizon: int, recipe: Recipe, jobs: int = 2) -> dict[str, Forest]:
    """The forest that reads the series alone and, where there are drivers, its twin that reads them as well."""
    season = levels(panel)
    kinds = {FOREST: False} | ({DRIVEN: True} if panel.drivers is not None else {})
    return {name: grown(panel, season, horizon, recipe, jobs=jobs, driven=driven) for name, driven in kinds.items()}


def predictions(panel: Panel, horizon: int, grown_: dict[str, Forest], also: tuple[str, ...] = ()) -> dict[str, Floats]:
    """What each member says of the periods ahead, the yardstick first."""
    season = levels(panel)
    known = Known(panel, season)
    told = {BASE: seasonal_naive(known, horizon)}
    told |= {name: member.forecast(known, horizon) for name, member in members(also).items()}
    return told | {name: forest.forecast(panel, season) for name, forest in grown_.items()}


def searched(panel: Panel, horizon: int, jobs: int = 2) -> Recipe:
    """The recipe of least error over the last origins; the usual one where another is not better by a hundredth."""
    backs = windows(panel, horizon)[:SEARCHED]
    if not backs:
        return RECIPE
    tried = recipes()
    totals = np.zeros(len(tried))
    for back in backs:
        then, begun = panel.known(back)
        season, scale = levels(then), seasonal_change(then)[:, None]
        actual = came(panel, back, horizon)[begun]
        for i, recipe in enumerate(tried):
            said = grown(then, season, horizon, recipe, SEARCH_TREES, jobs).forecast(then, season)
            totals[i] += np.nanmean(np.abs(said - actual) / scale)
    best = int(totals.argmin())
    return tried[best] if totals[best] < 0.99 * totals[0] else RECIPE


def seasonal_change(panel: Panel) -> Floats:
    """Mean absolute change over a season, or over a period where there is no season yet, or else the mean size; NaN for a
    series that never held anything, whose error has no unit (Hyndman and Koehler 2006)."""
    values, out = panel.values, np.full(len(panel), np.nan)
    for lag in (panel.season, 1):
        if values.shape[1] > lag:
            change = np.abs(values[:, lag:] - values[:, :-lag])
            enough = np.isfinite(change).sum(axis=1) >= min(lag, 3)
            mean = np.full(len(out), np.nan)
            mean[enough] = np.nanmean(change[enough], axis=1)
            out = np.where(np.isnan(out) | (out == 0), mean, out)
    size = np.nan_to_num(np.array([np.abs(v[~np.isnan(v)]).mean() if (~np.isnan(v)).any() else 0 for v in values]))
    return np.where(np.isnan(out) | (out <= 0), np.where(size > 0, size, np.nan), out)
