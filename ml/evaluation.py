"""How good a probability is: against what happened, with intervals, at any threshold. Pure functions of two arrays.

`left` is what happened (true or false), `p` the probability given before, both one a customer.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.statistics import Floats, wilson

Bools = NDArray[np.bool_]
BINS = 10
DRAWS = 100


def auc(left: Bools, p: Floats) -> float:
    """Area under the ROC curve: the chance that one who left had the higher p (ties count half). NaN for one class."""
    gone = int(left.sum())
    if not 0 < gone < len(left):
        return float("nan")
    ranks = pd.Series(p).rank().to_numpy()
    return float((ranks[left].sum() - gone * (gone + 1) / 2) / (gone * (len(left) - gone)))


def average_precision(left: Bools, p: Floats) -> float:
    """Area under the precision-recall curve as a step function: precision at each threshold, weighted by gained recall."""
    curve = _counts(left, p)
    if not left.any():
        return float("nan")
    recall = curve["found"] / left.sum()
    return float((recall.diff().fillna(recall) * curve["found"] / curve["flagged"]).sum())


def brier(left: Bools, p: Floats) -> float:
    """Mean squared distance of p from what happened."""
    return float(np.mean((p - left) ** 2))


def ece(left: Bools, p: Floats) -> float:
    """Expected calibration error: mean distance of said from seen share over ten groups of equal size."""
    told = reliability(left, p)
    return float(np.average((told["said"] - told["seen"]).abs(), weights=told["n"]))


def lift(left: Bools, p: Floats, share: float = 0.1) -> float:
    """How many times more of the `share` at highest p left than of all. NaN where nobody left."""
    return float(lift_curve(left, p, (share,))["lift"].iloc[0])


def accuracy(left: Bools, p: Floats) -> float:
    return float(np.mean((p >= 0.5) == left))


def precision(left: Bools, p: Floats) -> float:
    """Of those at 0.5 or more, the share that left."""
    return confusion(left, p)["precision"]


def recall(left: Bools, p: Floats) -> float:
    """Of those that left, the share at 0.5 or more."""
    return confusion(left, p)["recall"]


def f1(left: Bools, p: Floats) -> float:
    return confusion(left, p)["f1"]


MEASURES: dict[str, Callable[[Bools, Floats], float]] = {
    "auc": auc,
    "pr_auc": average_precision,
    "brier": brier,
    "ece": ece,
    "lift": lift,
    "accuracy": accuracy,
    "precision": precision,
    "recall": recall,
    "f1": f1,
}


def metrics(left: Bools, p: Floats) -> dict[str, float]:
    """All of MEASURES; NaN where one is not defined."""
    return {name: measure(left, p) for name, measure in MEASURES.items()}


def with_intervals(left: Bools, p: Floats, seed: int = 0) -> dict[str, dict[str, float]]:
    """Each of MEASURES as value, low, high: 95 % by percentiles of bootstrapped customers (Efron 1979)."""
    random = np.random.default_rng(seed)
    draws = []
    for _ in range(DRAWS):
        rows = random.integers(0, len(p), len(p))
        draws.append(metrics(left[rows], p[rows]))
    spread = pd.DataFrame(draws).quantile([0.025, 0.975])
    return {
        name: {"value": value, "low": float(spread[name].iloc[0]), "high": float(spread[name].iloc[1])}
        for name, value in metrics(left, p).items()
    }


def confusion(left: Bools, p: Floats, threshold: float = 0.5) -> dict[str, float]:
    """Counts tp, fp, fn, tn of "p >= threshold", and accuracy, precision, recall, f1; NaN where one is not defined."""
    flagged = p >= threshold
    tp, fp = int((flagged & left).sum()), int((flagged & ~left).sum())
    fn, tn = int((~flagged & left).sum()), int((~flagged & ~left).sum())
    counts = {"tp": tp, "fp": fp, "fn": fn, "tn": tn}
    return counts | {
        "accuracy": _ratio(tp + tn, len(p)),
        "precision": _ratio(tp, tp + fp),
        "recall": _ratio(tp, tp + fn),
        "f1": _ratio(2 * tp, 2 * tp + fp + fn),
    }


def roc_curve(left: Bools, p: Floats) -> pd.DataFrame:
    """One row a threshold, the highest first: threshold, false_positive_rate, true_positive_rate; begins at 0, 0."""
    curve, gone = _counts(left, p), int(left.sum())
    points = pd.DataFrame(
        {
            "threshold": curve["threshold"],
            "false_positive_rate": (curve["flagged"] - curve["found"]) / max(len(left) - gone, 1),
            "true_positive_rate": curve["found"] / max(gone, 1),
        }
    )
    start = pd.DataFrame({"threshold": [np.inf], "false_positive_rate": [0.0], "true_positive_rate": [0.0]})
    return pd.concat([start, points], ignore_index=True)


def pr_curve(left: Bools, p: Floats) -> pd.DataFrame:
    """One row a threshold, the highest first: threshold, recall, precision."""
    curve = _counts(left, p)
    recall = curve["found"] / max(int(left.sum()), 1)
    return pd.DataFrame(
        {"threshold": curve["threshold"], "recall": recall, "precision": curve["found"] / curve["flagged"]}
    )


def reliability(left: Bools, p: Floats, bins: int = BINS) -> pd.DataFrame:
    """Groups of equal size by p: said (mean p), seen (share that left) with low and high (Wilson, 95 %), n."""
    place = pd.Series(p).rank(method="first").sub(1).floordiv(max(len(p) / bins, 1)).to_numpy()
    made = pd.DataFrame({"said": p, "seen": left.astype(float)}).groupby(place)
    told = made.mean().assign(n=made.size()).reset_index(drop=True)
    low, high = wilson(told["seen"].to_numpy() * told["n"].to_numpy(), told["n"].to_numpy(float))
    return told.assign(low=low, high=high)


def lift_curve(left: Bools, p: Floats, shares: tuple[float, ...] = tuple(np.linspace(0.05, 1, 20))) -> pd.DataFrame:
    """By share of the customers at highest p: share, n, found (share of all who left that is in it), lift."""
    ordered = left[np.argsort(-p, kind="stable")]
    n = np.array([max(1, round(share * len(p))) for share in shares])
    found = ordered.cumsum()[n - 1]
    gone = left.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        return pd.DataFrame(
            {"share": shares, "n": n, "found": found / gone, "lift": np.divide(found / n, gone / len(left))}
        )


def _counts(left: Bools, p: Floats) -> pd.DataFrame:
    """By distinct p, the highest first: how many are flagged at that threshold, and how many of them left."""
    order = np.argsort(-p, kind="stable")
    frame = pd.DataFrame({"threshold": p[order], "flagged": np.arange(1, len(p) + 1), "found": left[order].cumsum()})
    return frame.drop_duplicates("threshold", keep="last").reset_index(drop=True)


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")
