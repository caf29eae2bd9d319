"""Australian retail turnover, 6 months ahead: our forecast beside statsforecast's models and a forest on plain lags.

Run `python benchmarks/forecast.py [ORIGINS [EVERY]]`: that many rolling origins half a year apart (12), all models on
every so-manieth of the 133 series (1) but for AutoARIMA, which sees one in eight of those. It prints the tables of
docs/models/forecast.md, and how long 161 series take.
"""

import sys
import time
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from ml.forecasting import project  # noqa: E402
from ml.forecasting.ensemble import LABELS  # noqa: E402
from ml.forecasting.rolling import predictions  # noqa: E402

FILE = ROOT.parent / "shared" / "data" / "aus_retail" / "aus_retail.csv.gz"
AHEAD, STEP, SLOW = 6, 6, 8
Said = Mapping[str, np.ndarray]
Peer = Callable[[np.ndarray], Said]


def rows() -> pd.DataFrame:
    """One row a month of the series that have every month: State, Industry, Series ID, Month, Turnover."""
    found = pd.read_csv(FILE)
    return found[found.groupby("Series ID")["Month"].transform("size") == found["Month"].nunique()]


def table(found: pd.DataFrame | None = None, by: str = "Series ID") -> pd.DataFrame:
    """Turnover by series (or state, or industry) x month."""
    wide = (rows() if found is None else found).pivot_table(index=by, columns="Month", values="Turnover", aggfunc="sum")
    return wide.set_axis(pd.to_datetime(wide.columns), axis=1)


def long(wide: pd.DataFrame) -> pd.DataFrame:
    return wide.rename_axis("series").reset_index().melt("series", var_name="date", value_name="value")


def peers() -> dict[str, tuple[Peer, int]]:
    """The models of others, and of how many series each sees one."""
    from statsforecast.models import AutoARIMA, AutoCES, AutoETS, DynamicOptimizedTheta

    made = {
        "AutoCES": AutoCES,
        "AutoETS": AutoETS,
        "Theta (statsforecast)": DynamicOptimizedTheta,
        "AutoARIMA (sample)": AutoARIMA,
    }
    found: dict[str, tuple[Peer, int]] = {
        name: (
            lambda y, kind=kind: kind(season_length=12).forecast(y, AHEAD, level=[95]),
            SLOW if kind is AutoARIMA else 1,
        )
        for name, kind in made.items()
    }
    return found | {"Forest on plain lags": (plain_forest, 1)}


def plain_forest(y: np.ndarray) -> Said:
    """A forest a series on its last twelve values, one step at a time."""
    from sklearn.ensemble import RandomForestRegressor

    lags = np.lib.stride_tricks.sliding_window_view(y, 13)
    model = RandomForestRegressor(100, random_state=0, n_jobs=1).fit(lags[:, :12], lags[:, 12])
    for _ in range(AHEAD):
        y = np.append(y, model.predict(y[None, -12:]))
    return {"mean": y[-AHEAD:]}


def scored(model: str, said: Said, came: np.ndarray, scale: np.ndarray, seconds: float = np.nan) -> pd.DataFrame:
    """One row a series: MASE, share inside the interval, MSIS (Gneiting and Raftery 2007) where there is an interval."""
    low, high = (said.get(side, np.full(came.shape, np.nan)) for side in ("lo-95", "hi-95"))
    outside = np.maximum(low - came, 0) + np.maximum(came - high, 0)
    inside = np.where(np.isnan(outside), np.nan, outside == 0)
    measured = {
        "mase": np.abs(said["mean"] - came) / scale,
        "inside": inside,
        "msis": (high - low + 40 * outside) / scale,
    }
    return pd.DataFrame({name: values.mean(axis=1) for name, values in measured.items()}).assign(
        model=model, seconds=seconds
    )


def origin(wide: pd.DataFrame, end: int, length: int, every: int) -> pd.DataFrame:
    """Every model at one origin; ours from all series, scored on those that the others see."""
    seen, came = wide.iloc[:, end - length : end], wide.iloc[:, end : end + AHEAD].to_numpy()
    y, some = seen.to_numpy(), slice(None, None, every)
    scale = np.abs(y[:, 12:] - y[:, :-12]).mean(axis=1, keepdims=True)
    start = time.perf_counter()
    ours = project(long(seen), AHEAD)
    spent = (time.perf_counter() - start) / len(y)
    value, low, high = (ours.frame[c].to_numpy().reshape(came.shape)[some] for c in ("value", "low", "high"))
    found = [scored("**Ours**", {"mean": value, "lo-95": low, "hi-95": high}, came[some], scale[some], spent)]
    few = slice(None, None, every * SLOW)
    value, low, high = (ours.frame[c].to_numpy().reshape(came.shape)[few] for c in ("value", "low", "high"))
    found.append(scored("Ours, on the sample", {"mean": value, "lo-95": low, "hi-95": high}, came[few], scale[few]))
    for name, told in predictions(ours.panel, AHEAD, ours.forests).items():
        found.append(scored(f"of ours: {LABELS[name]}", {"mean": told[some]}, came[some], scale[some]))
    for name, (peer, rare) in peers().items():
        chosen, start = range(0, len(y), rare * every), time.perf_counter()
        said = [peer(y[i]) for i in chosen]
        spent = (time.perf_counter() - start) / len(chosen)
        both = {key: np.stack([s[key] for s in said]) for key in said[0] if key != "fitted"}
        found.append(scored(name, both, came[list(chosen)], scale[list(chosen)], spent))
    return pd.concat(found)


def everything(length: int) -> tuple[int, float]:
    """How many series the whole, states, industries and single series are, and the seconds that they take together."""
    found = rows().assign(whole="total")
    wide = pd.concat([table(found, by) for by in ("Series ID", "State", "Industry", "whole")]).iloc[:, -length:]
    start = time.perf_counter()
    project(long(wide), AHEAD)
    return len(wide), time.perf_counter() - start


def main() -> None:
    warnings.simplefilter("ignore")
    if not FILE.is_file():
        sys.exit("Skipped: Australian retail is not beside the project (../shared/data/aus_retail).")
    origins, every = (int(a) for a in (*sys.argv[1:], *("12", "1")[len(sys.argv) - 1 :]))
    wide = table()
    ends = [wide.shape[1] - AHEAD - STEP * k for k in range(origins)]
    for length in (36, 24):
        found = pd.concat([origin(wide, end, length, every) for end in ends])
        means = found.groupby("model")[["mase", "inside", "msis", "seconds"]].mean().sort_values("mase")
        print(f"\n{length} months seen, {AHEAD} ahead, {origins} origins, {len(wide.iloc[::every])} series\n")
        print("| model | MASE | coverage | MSIS | s a series |\n| --- | --- | --- | --- | --- |")
        for name, row in means.iterrows():
            print(f"| {name} | " + " | ".join("" if np.isnan(v) else f"{v:.3f}" for v in row) + " |", flush=True)
        count, seconds = everything(length)
        print(f"\n{count} series, {length} months each, with search and back-tests: {seconds:.0f} s", flush=True)


if __name__ == "__main__":
    main()
