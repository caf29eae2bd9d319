"""The forest: one random forest for all series, reading their recent levels and saying all periods ahead at once."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ml.forecasting.panel import Floats, Panel
from ml.forecasting.seasons import Levels

if TYPE_CHECKING:
    from sklearn.ensemble import RandomForestRegressor

TREES, SEARCH_TREES, TRIES, SEED = 150, 50, 12, 7
ROWS = 20_000  # the latest examples, at most
FEWEST_ROWS = 30
WINDOW = 3  # periods whose mean is the level that everything is measured by


@dataclass(frozen=True)
class Recipe:
    """How a forest is grown: examples a leaf, share of the features tried at a split, and how many lags are read."""

    leaf: int = 40
    features: float = 0.4
    lags: int = 5


RECIPE = Recipe()


def recipes() -> tuple[Recipe, ...]:
    """The recipes that are tried: the usual one, and a dozen drawn at random from the same seed."""
    random = np.random.default_rng(SEED)
    drawn = (
        Recipe(int(random.integers(10, 41)), float(random.choice([0.3, 0.4, 0.6])), int(random.integers(3, 13)))
        for _ in range(TRIES)
    )
    return RECIPE, *drawn


def names(lags: int) -> list[str]:
    """What the forest reads of a series' own past."""
    return [f"level {k} before" for k in range(lags - 1, -1, -1)] + ["drift", "variation", "season now"]


def examples(
    x: Floats, season: Floats, horizon: int, lags: int, drivers: Floats | None = None
) -> tuple[Floats, Floats, Floats]:
    """Features and what followed, of every moment of every series that has both; and the features of today.

    `drivers` (series x time x names) are read as they were at that moment.
    """
    width = x.shape[1]
    more = np.zeros((*x.shape, 0)) if drivers is None else drivers
    rows, after = [], []
    for end in range(lags, width - horizon + 1):
        level = x[:, end - WINDOW : end].mean(axis=1, keepdims=True)
        rows.append(_features(x[:, end - lags : end] - level, season[:, end - 1], more[:, end - 1]))
        after.append(x[:, end : end + horizon] - level)
    level = x[:, -WINDOW:].mean(axis=1, keepdims=True)
    today = _features(_padded(x, lags) - level, season[:, -1], more[:, -1])
    if not rows:
        return np.empty((0, today.shape[1])), np.empty((0, horizon)), today
    seen, then = np.concatenate(rows), np.concatenate(after)
    whole = np.isfinite(seen).all(axis=1) & np.isfinite(then).all(axis=1)
    return seen[whole][-ROWS:], then[whole][-ROWS:], today


def _padded(x: Floats, lags: int) -> Floats:
    """The last levels; before a series begins, its first one."""
    if x.shape[1] < lags:
        x = np.hstack([np.full((len(x), lags - x.shape[1]), np.nan), x])
    last = x[:, -lags:].copy()
    for k in range(lags - 2, -1, -1):
        last[:, k] = np.where(np.isnan(last[:, k]), last[:, k + 1], last[:, k])
    return last


def _features(relative: Floats, season: Floats, more: Floats) -> Floats:
    drift = relative[:, -WINDOW:].mean(axis=1) - relative[:, :WINDOW].mean(axis=1)
    variation = np.abs(np.diff(relative, axis=1)).mean(axis=1)
    return np.column_stack([relative, drift, variation, season, more])


@dataclass(frozen=True)
class Forest:
    """A grown forest with its recipe; `model` is None where there were too few examples: levels then stay as they are.

    `driven`: whether it reads the drivers of the panel beside the past of the series.
    """

    recipe: Recipe
    horizon: int
    model: "RandomForestRegressor | None"
    driven: bool = False
    reads: tuple[str, ...] = ()

    def forecast(self, panel: Panel, levels: Levels) -> Floats:
        """Values (series x horizon) after the end of the panel."""
        z = logged(levels)
        _, _, today = examples(z, _season(panel, levels), self.horizon, self.recipe.lags, _drivers(panel, self.driven))
        level = np.nanmean(z[:, -WINDOW:], axis=1, keepdims=True)
        moved = np.zeros((len(panel), self.horizon))
        if self.model is not None:
            moved = self.model.predict(today).reshape(len(panel), self.horizon)
        x = np.where(levels.logs[:, None], np.exp(level + moved), level + moved)
        return levels.back(x, panel.ahead(self.horizon))

    @property
    def importance(self) -> dict[str, float]:
        """The share of the squared error explained by each feature."""
        if self.model is None:
            return {}
        shares = self.model.feature_importances_.tolist()
        return dict(zip(self.reads, shares, strict=True))

    def parameters(self) -> dict[str, Any]:
        return asdict(self.recipe) | {"horizon": self.horizon, "trees": TREES, "seed": SEED}


def grown(
    panel: Panel,
    levels: Levels,
    horizon: int,
    recipe: Recipe = RECIPE,
    trees: int = TREES,
    jobs: int = 2,
    driven: bool = False,
) -> Forest:
    """The forest of this panel; the same panel gives the same forest."""
    from sklearn.ensemble import RandomForestRegressor

    more = _drivers(panel, driven)
    reads = (*names(recipe.lags), *(panel.drivers.names if driven and panel.drivers else ()))
    seen, then, _ = examples(logged(levels), _season(panel, levels), horizon, recipe.lags, more)
    if len(seen) < FEWEST_ROWS:
        return Forest(recipe, horizon, None, driven, reads)
    model = RandomForestRegressor(
        trees, min_samples_leaf=recipe.leaf, max_features=recipe.features, random_state=SEED, n_jobs=jobs
    )
    model.fit(seen, then if horizon > 1 else then.ravel())
    model.n_jobs = 1  # trees added up in their order give the same bits
    return Forest(recipe, horizon, model, driven, reads)


def _drivers(panel: Panel, driven: bool) -> Floats | None:
    return panel.drivers.values if driven and panel.drivers is not None else None


def logged(levels: Levels) -> Floats:
    return np.where(levels.logs[:, None], np.log(np.where(levels.logs[:, None], levels.x, 1.0)), levels.x)


def _season(panel: Panel, levels: Levels) -> Floats:
    return levels.season(panel.ordinals)
