"""Metrics of a probability equal those of scikit-learn, and say so where they are not defined."""

import numpy as np
import pytest
from sklearn import metrics as theirs

from ml import evaluation as ours


@pytest.fixture(scope="module")
def told() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(3)
    p = random.beta(2, 3, 2000).round(2)
    return random.random(2000) < p, p


def test_single_figures_equal_the_library(told: tuple[np.ndarray, np.ndarray]) -> None:
    left, p = told
    expected = {
        "auc": theirs.roc_auc_score(left, p),
        "pr_auc": theirs.average_precision_score(left, p),
        "brier": theirs.brier_score_loss(left, p),
        "accuracy": theirs.accuracy_score(left, p >= 0.5),
        "precision": theirs.precision_score(left, p >= 0.5),
        "recall": theirs.recall_score(left, p >= 0.5),
        "f1": theirs.f1_score(left, p >= 0.5),
    }
    found = ours.metrics(left, p)
    assert {name: found[name] for name in expected} == pytest.approx(expected)


def test_curves_equal_the_library(told: tuple[np.ndarray, np.ndarray]) -> None:
    left, p = told
    fpr, tpr, thresholds = theirs.roc_curve(left, p, drop_intermediate=False)
    roc = ours.roc_curve(left, p)
    np.testing.assert_allclose(roc.to_numpy(), np.column_stack([thresholds, fpr, tpr]))
    precision, recall, thresholds = theirs.precision_recall_curve(left, p)
    pr = ours.pr_curve(left, p).iloc[::-1]
    np.testing.assert_allclose(pr.to_numpy(), np.column_stack([thresholds, recall[:-1], precision[:-1]]))


@pytest.mark.parametrize("threshold", [0.0, 0.3, 0.66, 1.1])
def test_the_confusion_matrix_holds_at_any_threshold(told: tuple[np.ndarray, np.ndarray], threshold: float) -> None:
    left, p = told
    matrix = ours.confusion(left, p, threshold)
    tn, fp, fn, tp = theirs.confusion_matrix(left, p >= threshold).ravel()
    assert [matrix[k] for k in ("tn", "fp", "fn", "tp")] == [tn, fp, fn, tp]


def test_groups_of_the_reliability_curve_are_equal_and_hold_what_was_seen(told: tuple[np.ndarray, np.ndarray]) -> None:
    left, p = told
    curve = ours.reliability(left, p)
    assert (curve["n"] == 200).all()
    assert (curve["seen"] * curve["n"]).sum() == pytest.approx(left.sum())
    assert ((curve["low"] <= curve["said"]) & (curve["said"] <= curve["high"])).sum() >= 7
    assert ours.ece(left, p) < 0.05 < ours.ece(left, np.clip(p + 0.2, 0, 1))


def test_lift_is_the_share_of_the_best_tenth_over_that_of_all(told: tuple[np.ndarray, np.ndarray]) -> None:
    left, p = told
    best = left[np.argsort(-p, kind="stable")[:200]]
    assert ours.lift(left, p) == pytest.approx(best.mean() / left.mean())
    assert ours.lift_curve(left, p)["found"].iloc[-1] == 1


def test_intervals_hold_the_value_and_narrow_with_more_customers(told: tuple[np.ndarray, np.ndarray]) -> None:
    left, p = told
    many, few = ours.with_intervals(left, p), ours.with_intervals(left[:200], p[:200])
    assert all(m["low"] <= m["value"] <= m["high"] for name, m in many.items() if name != "ece")
    assert many["auc"]["high"] - many["auc"]["low"] < few["auc"]["high"] - few["auc"]["low"]


@pytest.mark.parametrize("everyone", [True, False])
def test_what_one_class_cannot_tell_is_not_a_number(everyone: bool) -> None:
    left, p = np.full(50, everyone), np.linspace(0, 1, 50)
    assert np.isnan(ours.auc(left, p))
    assert ours.brier(left, p) > 0
    assert len(ours.roc_curve(left, p)) == 51
