"""The members: each way to say how likely a customer is to leave, ours and those that ours is held against."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd

from ml.churn.known import NAMES
from ml.clv import CannotTell, fit_bg_nbd
from ml.clv.fitted import Floats

UNKNOWN = -1.0
TREES = 100
A_TREE = 4_000  # examples, drawn anew for each: more teach a tree of such leaves nothing
CORES = 2


class Fitted(Protocol):
    """A fitted member."""

    def chance(self, customers: pd.DataFrame) -> Floats:
        """P(no order in the horizon) by customer, from the columns of NAMES."""
        ...


@dataclass(frozen=True)
class Learned:
    """A classifier of scikit-learn and the matrix it reads."""

    classifier: Any
    matrix: Callable[[pd.DataFrame], Floats]

    def chance(self, customers: pd.DataFrame) -> Floats:
        return self.classifier.predict_proba(self.matrix(customers))[:, 1]


@dataclass(frozen=True)
class Bought:
    """BG/NBD: silence as its own rates of buying and of leaving explain it; nothing is learned from who left."""

    model: Any
    horizon: int

    def chance(self, customers: pd.DataFrame) -> Floats:
        return self.model.p_no_purchase(histories(customers), self.horizon).to_numpy()


@dataclass(frozen=True)
class Rule:
    """The recency rule: the longer silent the likelier gone; by twentieths, the share that left."""

    edges: Floats
    shares: Floats

    def chance(self, customers: pd.DataFrame) -> Floats:
        return np.interp(customers["days_since_last_purchase"].to_numpy(float), self.edges, self.shares)


Member = Callable[[pd.DataFrame, pd.Series, int, int], Fitted]


def forest(customers: pd.DataFrame, left: pd.Series, horizon: int, seed: int) -> Fitted:
    """Random forest, balanced, leaf 25, 0.4 of the features at each split; its probabilities are not calibrated."""
    from sklearn.ensemble import RandomForestClassifier

    classifier = RandomForestClassifier(
        TREES, min_samples_leaf=25, max_features=0.4, class_weight="balanced", max_samples=min(len(left), A_TREE),
        random_state=seed, n_jobs=CORES,
    )  # fmt: skip
    return Learned(_alone(classifier.fit(filled(customers), left.to_numpy())), filled)


def logistic(customers: pd.DataFrame, left: pd.Series, horizon: int, seed: int) -> Fitted:
    """Logistic regression on the logs of the features."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    classifier = make_pipeline(StandardScaler(), LogisticRegression(C=1.0, max_iter=2000))
    return Learned(classifier.fit(logs(customers), left.to_numpy()), logs)


def bg_nbd(customers: pd.DataFrame, left: pd.Series, horizon: int, seed: int) -> Fitted:
    """`CannotTell` where fewer than 50 customers came back."""
    return Bought(fit_bg_nbd(histories(customers)), horizon)


def boosting(customers: pd.DataFrame, left: pd.Series, horizon: int, seed: int) -> Fitted:
    """Gradient boosting as scikit-learn sets it."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1, "openmp"):  # its threads spin while they wait, which is slower on busy cores
        return Learned(
            HistGradientBoostingClassifier(random_state=seed).fit(filled(customers), left.to_numpy()), filled
        )


def default_forest(customers: pd.DataFrame, left: pd.Series, horizon: int, seed: int) -> Fitted:
    """A balanced random forest as scikit-learn sets it."""
    from sklearn.ensemble import RandomForestClassifier

    classifier = RandomForestClassifier(class_weight="balanced", random_state=seed, n_jobs=CORES)
    return Learned(_alone(classifier.fit(filled(customers), left.to_numpy())), filled)


def recency_rule(customers: pd.DataFrame, left: pd.Series, horizon: int, seed: int) -> Fitted:
    """Nothing but the days since the last order."""
    silent = customers["days_since_last_purchase"]
    twentieth = (silent.rank(method="dense", pct=True) * 20).astype(int).to_numpy()
    mean = pd.DataFrame({"at": silent, "left": left.astype(float)}).groupby(twentieth).mean()
    return Rule(mean["at"].to_numpy(), np.maximum.accumulate(mean["left"].to_numpy()))


def _alone(forest: Any) -> Any:
    """Votes added up by one thread, so that equal models say the same to the last bit."""
    return forest.set_params(n_jobs=1)


MEMBERS: dict[str, Member] = {"forest": forest, "logistic": logistic, "bg_nbd": bg_nbd}
PEERS: dict[str, Member] = {
    "recency_rule": recency_rule,
    "bg_nbd": bg_nbd,
    "logistic": logistic,
    "boosting": boosting,
    "forest": forest,
    "default_forest": default_forest,
}


def histories(customers: pd.DataFrame) -> pd.DataFrame:
    """The same customers as BG/NBD knows them: repeat days, days from first to last, days from first to now."""
    age = customers["customer_age_days"]
    return pd.DataFrame(
        {
            "frequency": customers["order_days"] - 1,
            "recency": age - customers["days_since_last_purchase"],
            "T": age,
        }
    )


def filled(customers: pd.DataFrame) -> Floats:
    """A column a name of NAMES; what is missing is -1, which no feature but the trend can be."""
    return customers[list(NAMES)].fillna(UNKNOWN).to_numpy(float)


def logs(customers: pd.DataFrame) -> Floats:
    """Signed logs of the same; what is missing counts as nothing."""
    values = customers[list(NAMES)].fillna(0).to_numpy(float)
    return np.sign(values) * np.log1p(np.abs(values))


__all__ = ["MEMBERS", "PEERS", "CannotTell", "Fitted", "filled", "histories", "logs"]
