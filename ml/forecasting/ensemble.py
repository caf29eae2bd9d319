"""The ensemble: members weighed by how far off they were, replaced by one only when that is beyond doubt."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import t as student

from ml.forecasting.members import MEMBERS
from ml.forecasting.panel import Floats
from ml.forecasting.rolling import BASE, DRIVEN, FOREST, Backtest

ENSEMBLE = "ensemble"
SPEAKING = ("theta", "regression")  # and the better forest; others speak where one is better beyond doubt
LABELS = {
    BASE: "Seasonal naive",
    FOREST: "Random forest, pooled",
    DRIVEN: "Random forest with drivers",
    ENSEMBLE: "Ensemble",
} | {m.name: m.label for m in MEMBERS.values()}
LEAST_GAIN, DOUBT = 0.01, 0.025


def weights(errors: dict[str, Floats]) -> dict[str, float]:
    """1 / MAE^2 of each member, brought to a sum of 1; equal where nothing has been measured."""
    sizes = {name: float(np.nanmean(e)) if np.isfinite(e).any() else np.nan for name, e in errors.items()}
    if not all(np.isfinite(v) for v in sizes.values()):
        return {name: 1 / len(sizes) for name in sizes}
    raw = {name: max(size, 1e-9) ** -2.0 for name, size in sizes.items()}
    return {name: value / sum(raw.values()) for name, value in raw.items()}


def combined(said: dict[str, Floats], share: dict[str, float]) -> Floats:
    return np.asarray(sum(share[name] * said[name] for name in share))


@dataclass(frozen=True)
class Choice:
    """Which model speaks, the weights of the ensemble, and what it said at the origins (weights from the other ones)."""

    model: str
    weights: dict[str, float]
    said: Floats

    def speak(self, told: dict[str, Floats]) -> Floats:
        return combined(told, self.weights) if self.model == ENSEMBLE else told[self.model]


def choose(test: Backtest) -> Choice:
    """The ensemble, unless one member beat it: in every window, by more than 1 %, beyond doubt.

    Origins with fewer seasons than there are now judged another forecaster: the members then weigh the same.
    """
    errors = {name: test.errors(said) for name, said in test.said.items() if name != BASE}
    speaking = {name: errors[name] for name in (*SPEAKING, _forest(errors))}
    share = weights(speaking) if test.as_long_then else {name: 1 / len(speaking) for name in speaking}
    said = np.full(test.actual.shape, np.nan)
    for w in range(len(test.backs)):
        others = np.arange(len(test.backs)) != w
        held = weights({name: e[others] for name, e in speaking.items()})
        said[w] = combined({name: test.said[name][w] for name in speaking}, held)
    if len(test.backs) >= 3 and test.as_long_then:
        own = test.errors(said)
        better = [name for name in errors if _beats(errors[name], own, len(errors))]
        if better:
            best = min(better, key=lambda name: float(np.nanmean(errors[name])))
            return Choice(best, share, test.said[best])
    return Choice(ENSEMBLE, share, said)


def _forest(errors: dict[str, Floats]) -> str:
    """The forest that reads the drivers, where it was no worse than its twin that does not."""
    one, other = (np.nanmean(errors[n]) if n in errors and errors[n].size else np.inf for n in (DRIVEN, FOREST))
    return DRIVEN if one < other else FOREST


def _beats(one: Floats, incumbent: Floats, tried: int) -> bool:
    gain = np.ma.masked_invalid(incumbent - one).mean(axis=2)
    by_window, by_series = gain.mean(axis=1).compressed(), gain.mean(axis=0).compressed()
    if gain.mean() <= LEAST_GAIN * np.nanmean(incumbent) or (by_window <= 0).any():
        return False
    units = by_series if len(by_series) >= len(by_window) else by_window
    error = units.std(ddof=1) / np.sqrt(len(units)) if len(units) > 2 else np.inf
    return bool(units.mean() > student.ppf(1 - DOUBT / tried, max(len(units) - 1, 1)) * error)


def board(test: Backtest, choice: Choice) -> pd.DataFrame:
    """One row a model, best first: model, label, mase, wape, skill (1 - its MASE / seasonal naive's), weight, used, n."""
    said = dict(test.said)
    held = Choice(ENSEMBLE, choice.weights, choice.said).said if choice.model == ENSEMBLE else None
    if held is not None:
        said[ENSEMBLE] = held
    base = float(np.nanmean(test.errors(said[BASE]))) if len(test.backs) else np.nan
    size = np.nansum(np.abs(test.actual))
    rows = []
    for name, values in said.items():
        errors = test.errors(values)
        mase = float(np.nanmean(errors)) if np.isfinite(errors).any() else np.nan
        rows.append(
            {
                "model": name,
                "label": LABELS[name],
                "mase": mase,
                "wape": float(np.nansum(np.abs(values - test.actual)) / size) if size else np.nan,
                "skill": 1 - mase / base if base else np.nan,
                "weight": choice.weights.get(name, np.nan),
                "used": name == choice.model or (choice.model == ENSEMBLE and name in choice.weights),
                "n": int(np.isfinite(errors).sum()),
            }
        )
    return pd.DataFrame(rows).sort_values("mase", kind="stable").reset_index(drop=True)
