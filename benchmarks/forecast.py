"""Australian retail turnover, 6 months ahead: our forecast beside statsforecast's models and a forest on plain lags.

Run `python benchmarks/forecast.py [ORIGINS [EVERY]]`: that many rolling origins half a year apart (12), every so-manieth
series for statsforecast's models (1). It prints the table of docs/models/forecast.md.
"""

import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from ml.forecasting import project  # noqa: E402
from ml.forecasting.rolling import predictions  # noqa: E402

FILE = ROOT.parent / "shared" / "data" / "aus_retail" / "aus_retail.csv.gz"
AHEAD, STEP, SLOW = 6, 6, 8
Peer = Callable[[np.ndarray], np.ndarray]


def table() -> pd.DataFrame:
    """The series that have every month: series x month."""
    rows = pd.read_csv(FILE)
    wide = rows.pivot(index="Series ID", columns="Month", values="Turnover").dropna()
    return wide.set_axis(pd.to_datetime(wide.columns), axis=1)


def peers() -> dict[str, tuple[Peer, int]]:
    """statsforecast's models, and of how many series each sees one."""
    from statsforecast.models import AutoARIMA, AutoCES, AutoETS, DynamicOptimizedTheta

    made = {"AutoCES": (AutoCES, 1), "AutoETS": (AutoETS, 1), "Theta": (DynamicOptimizedTheta, 1)}
    made |= {"AutoARIMA (sample)": (AutoARIMA, SLOW)}
    return {
        name: (lambda y, kind=kind: kind(season_length=12).forecast(y, AHEAD)["mean"], every)
        for name, (kind, every) in made.items()
    }


def plain_forest(y: np.ndarray) -> np.ndarray:
    """A forest a series on its last twelve values, one step at a time."""
    from sklearn.ensemble import RandomForestRegressor

    lags = np.lib.stride_tricks.sliding_window_view(y, 13)
    model = RandomForestRegressor(100, random_state=0, n_jobs=1).fit(lags[:, :12], lags[:, 12])
    for _ in range(AHEAD):
        y = np.append(y, model.predict(y[None, -12:]))
    return y[-AHEAD:]


def origin(wide: pd.DataFrame, end: int, length: int, every: int) -> pd.DataFrame:
    """One row a model and series: absolute error and interval score in units of the seasonal change, inside, seconds."""
    seen, came = wide.iloc[:, end - length : end], wide.iloc[:, end : end + AHEAD].to_numpy()
    y = seen.to_numpy()
    scale = np.abs(y[:, 12:] - y[:, :-12]).mean(axis=1, keepdims=True)
    frame = seen.rename_axis("series").reset_index().melt("series", var_name="date", value_name="value")
    start = time.perf_counter()
    ours = project(frame, AHEAD)
    spent = (time.perf_counter() - start) / len(y)
    value, low, high = (ours.frame[c].to_numpy().reshape(came.shape) for c in ("value", "low", "high"))
    outside = np.maximum(low - came, 0) + np.maximum(came - high, 0)
    rows = [
        pd.DataFrame(
            {
                "model": "ours",
                "mase": np.abs(value - came) / scale @ np.full(AHEAD, 1 / AHEAD),
                "inside": (outside == 0).mean(axis=1),
                "msis": ((high - low + 40 * outside) / scale).mean(axis=1),
                "seconds": spent,
            }
        )
    ]
    told = predictions(ours.panel, AHEAD, ours.forest)
    rows += [pd.DataFrame({"model": n, "mase": (np.abs(v - came) / scale).mean(axis=1)}) for n, v in told.items()]
    for name, (peer, rare) in (peers() | {"forest on plain lags": (plain_forest, 1)}).items():
        for i in range(0, len(y), rare * every):
            start = time.perf_counter()
            error = (np.abs(peer(y[i]) - came[i]) / scale[i]).mean()
            rows.append(pd.DataFrame({"model": [name], "mase": [error], "seconds": [time.perf_counter() - start]}))
    return pd.concat(rows)


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
        print(
            f"\n{length} months seen, {AHEAD} ahead, {origins} origins, {len(wide)} series (1 of {every} for peers)\n"
        )
        print("| model | MASE | coverage | MSIS | s a series |\n| --- | --- | --- | --- | --- |")
        for name, row in means.iterrows():
            print(f"| {name} | " + " | ".join("" if np.isnan(v) else f"{v:.3f}" for v in row) + " |", flush=True)


if __name__ == "__main__":
    main()
