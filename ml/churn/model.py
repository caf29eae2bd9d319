"""The churn model: forest, logistic regression and BG/NBD blended on the odds, calibrated on customers not trained on."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ml.churn.known import NAMES
from ml.churn.members import MEMBERS, CannotTell, Fitted, filled
from ml.clv.fitted import Floats

RECIPE = "blend-1"
FOLDS = 3
EACH = 30  # customers of either kind, below which nothing is learned
SURE = 1e-4


@dataclass(frozen=True)
class Churn:
    """It believes that customers who look alike on a day leave alike in the horizon after it.

    `weights` are those of the members' log-odds, `intercept` added: both found on customers left out of the fit, so
    that what comes out is a probability although the balanced forest's own vote is none.
    """

    members: dict[str, Fitted]
    weights: dict[str, float]
    intercept: float
    horizon: int

    def probability(self, customers: pd.DataFrame) -> pd.Series:
        """P(no valid order in the next `horizon` days) of customers as `known` gives them, on their index."""
        odds = np.full(len(customers), self.intercept)
        for name, weight in self.weights.items():
            odds += weight * log_odds(self.members[name].chance(customers))
        return pd.Series(1 / (1 + np.exp(-odds)), customers.index)

    def contributions(self, customers: pd.DataFrame) -> pd.DataFrame:
        """What made each probability: base + the columns of NAMES = forest; forest + shift = probability.

        base is the forest's vote for everyone; a feature's share is how far the vote moves at the splits on it along
        the paths of the trees (Saabas 2014); shift is what blending and calibration add.
        """
        base, shares = paths(self.members["forest"].classifier, filled(customers))  # type: ignore[attr-defined]
        frame = pd.DataFrame(shares, customers.index, list(NAMES))
        frame.insert(0, "base", base)
        frame["forest"] = self.members["forest"].chance(customers)
        frame["probability"] = self.probability(customers)
        return frame.assign(shift=frame["probability"] - frame["forest"])


@dataclass(frozen=True)
class Kept:
    """A version: the model that serves, and the one before its last test, which a later version is compared with."""

    serving: Churn
    before: Churn


def fit(examples: pd.DataFrame, horizon: int, seed: int = 7) -> Churn:
    """The model of these customers, known at one cutoff or more, some of whom `left`.

    `CannotTell` where too few left or too few stayed, with what would be needed.
    """
    left = examples["left"].astype(bool)
    enough(left, horizon)
    members, votes = {}, {}
    place = _folds(examples["customer_id"], seed)
    for name, member in MEMBERS.items():
        try:
            members[name] = member(_newest(examples) if name == "bg_nbd" else examples, left, horizon, seed)
        except CannotTell:
            continue
        votes[name] = (
            members[name].chance(examples) if name == "bg_nbd" else _unseen(member, examples, place, seed, horizon)
        )
    weights, intercept = _blend(votes, left)
    return Churn(members, weights, intercept, horizon)


def enough(left: pd.Series, horizon: int) -> None:
    """`CannotTell` unless some customers left and some stayed."""
    gone, stayed = int(left.sum()), int((~left).sum())
    if min(gone, stayed) < EACH:
        raise CannotTell(
            f"{gone:,} customers left within {horizon} days and {stayed:,} stayed: at least {EACH} of each are needed to "
            "see what tells them apart. Load a longer history, or set another horizon."
        )


def log_odds(p: Floats) -> Floats:
    """Of probabilities kept off 0 and 1."""
    safe = np.clip(p, SURE, 1 - SURE)
    return np.log(safe / (1 - safe))


def paths(forest: object, matrix: Floats) -> tuple[float, Floats]:
    """The forest's mean vote at its roots, and by row and feature how far splits on that feature moved it; together the vote."""
    rows = matrix.astype(np.float32)
    base, total = 0.0, np.zeros(matrix.shape)
    trees = forest.estimators_  # type: ignore[attr-defined]
    for estimator in trees:
        tree = estimator.tree_
        vote = tree.value[:, 0, 1] / tree.value[:, 0].sum(axis=1)
        moved = np.zeros((tree.node_count, matrix.shape[1]))
        for node in np.flatnonzero(tree.children_left >= 0):
            for child in (tree.children_left[node], tree.children_right[node]):
                moved[child] = moved[node]
                moved[child, tree.feature[node]] += vote[child] - vote[node]
        base += vote[0] / len(trees)
        total += moved[tree.apply(rows)] / len(trees)
    return base, total


def _newest(examples: pd.DataFrame) -> pd.DataFrame:
    return examples[examples["cutoff"] == examples["cutoff"].max()]


def _folds(customers: pd.Series, seed: int) -> np.ndarray:
    """A fold each; a customer known at several cutoffs is in one."""
    codes, people = pd.factorize(customers)
    return np.random.default_rng(seed).permutation(np.arange(len(people)) % FOLDS)[codes]


def _unseen(
    member: Callable[..., Fitted], examples: pd.DataFrame, place: np.ndarray, seed: int, horizon: int
) -> Floats:
    """What the member says of each fold's customers when fitted to the others."""
    votes = np.zeros(len(examples))
    for fold in range(FOLDS):
        rest = examples[place != fold]
        fitted = member(rest, rest["left"].astype(bool), horizon, seed)
        votes[place == fold] = fitted.chance(examples[place == fold])
    return votes


def _blend(votes: dict[str, Floats], left: pd.Series) -> tuple[dict[str, float], float]:
    from sklearn.linear_model import LogisticRegression

    odds = np.column_stack([log_odds(v) for v in votes.values()])
    found = LogisticRegression(C=10.0, max_iter=1000).fit(odds, left.to_numpy())
    return dict(zip(votes, found.coef_[0].tolist(), strict=True)), float(found.intercept_[0])
