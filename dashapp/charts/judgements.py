"""The charts of how the churn model was judged, beside what it is held against, on customers that it had not seen."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
import pandas as pd

from analytics.cells import records
from analytics.filters import Filters
from analytics.formats import counted, number, percent
from dashapp.charts.chart import Chart, Data, Draw
from dashapp.charts.serving import draw_importance, importance, says_importance, serving, untrained
from dashapp.figures.curves import Curve, curves
from dashapp.figures.figure import Figure, lines
from ml import evaluation
from pipeline.warehouse import Snapshot

OURS = "churn"
LABELS = {
    OURS: "Ours",
    "recency_rule": "Recency rule",
    "bg_nbd": "BG/NBD",
    "logistic": "Logistic regression",
    "boosting": "Gradient boosting",
    "forest": "Balanced forest, uncalibrated",
    "default_forest": "Default forest",
}
BESIDE = (OURS, "recency_rule", "bg_nbd", "logistic")
CALIBRATED = (OURS, "recency_rule", "bg_nbd", "forest")
POINTS = 200  # of a curve, at most
Maker = Callable[[np.ndarray, np.ndarray], pd.DataFrame]


def last_test(outcomes: pd.DataFrame) -> pd.DataFrame:
    """The newest test of the outcomes: `left`, and a probability a model."""
    return outcomes[outcomes["cutoff"] == outcomes["cutoff"].max()]


def of_churn(make: Maker, names: tuple[str, ...]) -> Data:
    """A curve a model over the customers of the last test: `model` and the columns that `make(left, p)` gives."""

    def data(_filters: Filters, _snapshot: Snapshot) -> pd.DataFrame:
        outcomes = serving("churn", "outcomes")
        if outcomes.empty:
            return outcomes
        test = last_test(outcomes)
        known = [name for name in names if name in test and test[name].notna().all()]
        left = test["left"].to_numpy(bool)
        return pd.concat([_thinned(make(left, test[n].to_numpy())).assign(model=n) for n in known], ignore_index=True)

    return data


def _thinned(curve: pd.DataFrame) -> pd.DataFrame:
    if len(curve) <= POINTS:
        return curve
    return curve.iloc[np.unique(np.linspace(0, len(curve) - 1, POINTS).astype(int))]


def draw_curves(x: str, y: str, across: str, up: str, guide: str = "") -> Draw:
    """A line a model; `guide` is `diagonal`, `share` for that of all who left, `one` for no better than chance, or none."""

    def draw(frame: pd.DataFrame, colours: Mapping[str, str]) -> Figure:
        made = [_curve(str(name), part, x, y, across, up) for name, part in frame.groupby("model", sort=False)]
        rule: dict[str, tuple[Sequence[float], Sequence[float]]] = {
            "diagonal": ([0, 1], [0, 1]),
            "share": ([0, 1], [_share(), _share()]),
            "one": ([0, 1], [1, 1]),
        }
        return curves(made, across, up, rule.get(guide), max(1.0, float(frame[y].max())))

    return draw


def _curve(name: str, part: pd.DataFrame, x: str, y: str, across: str, up: str) -> Curve:
    rows = records(part)
    hover = [
        lines(
            LABELS[name],
            f"{across}: {percent(row[x])}",
            f"{up}: {number(row[y]) if y == 'lift' else percent(row[y])}",
            f"Threshold: {percent(row['threshold'])}" if np.isfinite(row.get("threshold", np.inf)) else "",
            counted(row["n"], "customer") if "n" in row else "",
        )
        for row in rows
    ]
    marked = "said" in part
    sides = (part["low"].tolist(), part["high"].tolist()) if marked and name == OURS else ([], [])
    return Curve(LABELS[name], part[x].tolist(), part[y].tolist(), hover, *sides, marks=marked)


def _share() -> float:
    return float(last_test(serving("churn", "outcomes"))["left"].mean())


def says_reliability(frame: pd.DataFrame, filters: Filters) -> str:
    """How far said and seen are apart, ours beside the others."""
    gaps = {
        LABELS[str(name)]: np.average((part["said"] - part["seen"]).abs(), weights=part["n"])
        for name, part in frame.groupby("model", sort=False)
    }
    told = ", ".join(f"{name} {percent(gap)}" for name, gap in gaps.items())
    return f"On the dotted line, of those given 70 % about 70 % left. Mean distance from it: {told}."


def says_measure(measure: str, label: str) -> Callable[[pd.DataFrame, Filters], str]:
    """The area or lift of each, on the whole last test."""

    def say(frame: pd.DataFrame, filters: Filters) -> str:
        test = last_test(serving("churn", "outcomes"))
        left, names = test["left"].to_numpy(bool), list(frame["model"].unique())
        found = {LABELS[name]: evaluation.MEASURES[measure](left, test[name].to_numpy()) for name in names}
        return f"{label}: {', '.join(f'{name} {value:.3f}' for name, value in found.items())}."

    return say


churn_chart = partial(Chart, thin=untrained("churn"))
JUDGEMENTS = {
    c.name: c
    for c in (
    churn_chart(
        "churn_reliability", "Reliability: said and seen",
        data=of_churn(evaluation.reliability, CALIBRATED),
        draw=draw_curves("said", "seen", "Risk said", "Share that left", "diagonal"),
        say=says_reliability,
        about="Customers of the last test in ten groups of equal size by risk; bars: 95 % intervals (Wilson) of ours.",
        height="tall",
    ),
    churn_chart(
        "churn_roc", "ROC curve",
        data=of_churn(evaluation.roc_curve, BESIDE),
        draw=draw_curves("false_positive_rate", "true_positive_rate", "Stayers flagged", "Leavers flagged", "diagonal"),
        say=says_measure("auc", "Area under the curve"),
        about="By threshold: the share of leavers found against the share of stayers flagged by mistake.",
        height="tall",
    ),
    churn_chart(
        "churn_pr", "Precision and recall",
        data=of_churn(evaluation.pr_curve, BESIDE),
        draw=draw_curves("recall", "precision", "Recall", "Precision", "share"),
        say=says_measure("pr_auc", "Average precision"),
        about="By threshold: of those flagged the share that left, against the share of leavers found. Dotted: the share of all.",
        height="tall",
    ),
    churn_chart(
        "churn_lift", "Lift",
        data=of_churn(evaluation.lift_curve, BESIDE),
        draw=draw_curves("share", "lift", "Share of customers, riskiest first", "Lift", "one"),
        say=says_measure("lift", "Lift of the riskiest tenth"),
        about="How many times more of the riskiest left than of all.",
        height="tall",
    ),
    churn_chart(
        "churn_importance", "What moves the churn forest",
        data=importance("churn"),
        draw=draw_importance,
        say=says_importance,
        about="Mean absolute contribution of each feature to the forest's vote over the customers of the last test.",
        height="tall", wide=True,
    ),
    )
}  # fmt: skip
