"""The judgement: the model, and each that it is held against, on customers and days that came after what they learned from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from analytics.bands import BANDS, band
from analytics.statistics import wilson
from ml.churn.known import MEANS, NAMES, examples
from ml.churn.members import PEERS, CannotTell, Member
from ml.churn.model import Churn, enough, fit
from ml.evaluation import auc, metrics, with_intervals
from pipeline.progress import Progress, silent

ORIGINS = 3
CUTOFFS = 3
ROWS = 10_000  # examples beyond which an earlier cutoff teaches nothing new
SHARE = 3  # of the records that a horizon may take


@dataclass(frozen=True)
class Judgement:
    """`serving` knows all outcomes, `before` only those before the last test began; frames for the pages.

    `outcomes`: cutoff, left, churn (our probability) and, at the last cutoff, one of each peer. No customer is named.
    """

    serving: Churn
    before: Churn
    cutoff: date
    trained_at: tuple[date, ...]
    outcomes: pd.DataFrame
    test: pd.DataFrame
    metrics: dict[str, dict[str, float]]
    peers: dict[str, dict[str, float]]
    frames: dict[str, pd.DataFrame] = field(default_factory=dict)


def horizon_for(window: int, first_day: date, as_of: date) -> int:
    """The churn window, or as much of it as records of this length can judge: a third of them."""
    return max(1, min(window, ((as_of - first_day).days + 1) // SHARE))


def judge(
    sales: ir.Table,
    reviews: ir.Table,
    as_of: date,
    horizon: int,
    seed: int = 7,
    peers: Mapping[str, Member] = PEERS,
    progress: Progress = silent,
) -> Judgement:
    """Fit and judge on up to three test cutoffs, each `horizon` days before the one after it, the last at `as_of` - `horizon`.

    A model for a test knows outcomes that had ended when the test began. `sales` and `reviews` as for `known`.
    `CannotTell` where the records are too short or too few customers left or stayed.
    """
    past = Past(sales, reviews, horizon, _first_day(sales), seed)
    tests = [as_of - timedelta(days=horizon * k) for k in range(1, ORIGINS + 1)]
    tests = [day for day in tests if (day - past.first).days >= horizon + horizon // 2]
    if not tests:
        raise CannotTell(_too_short(horizon, (as_of - past.first).days + 1))
    judged: list[tuple[Churn, pd.DataFrame]] = []
    for i, day in enumerate(tests):
        progress(f"Judging on the {horizon} days after {day}", 0.05 + 0.6 * i / len(tests))
        found = _one_test(past, day)
        if found is None:
            break
        judged.append(found)
    if not judged:
        enough(past.until(tests[0] - timedelta(days=horizon))["left"].astype(bool), horizon)
        raise CannotTell(
            f"In the last {horizon} days either everyone or nobody came back: there is nothing to judge on."
        )
    progress("Fitting the models to compare with", 0.65)
    before, test = judged[0]
    told = _peers(past, tests[0], peers, test)
    progress("Fitting to everything known", 0.85)
    serving = fit(past.until(tests[0]), horizon, seed)
    outcomes = _outcomes(judged, told)
    left, p = test["left"].to_numpy(bool), outcomes["churn"].to_numpy()[: len(test)]
    return Judgement(
        serving, before, tests[0], tuple(past.cutoffs(tests[0])), outcomes, test,
        with_intervals(left, p, seed), {name: metrics(left, values) for name, values in told.items()},
        {"folds": folds(outcomes), "bands": bands(left, p), "traits": traits(test),
         "importance": importance(before.contributions(test))},
    )  # fmt: skip


@dataclass(frozen=True)
class Past:
    """What was known at each cutoff, and what came of it within the horizon; each is read once."""

    sales: ir.Table
    reviews: ir.Table
    horizon: int
    first: date
    seed: int
    _read: dict[date, pd.DataFrame] = field(default_factory=dict)

    def at(self, cutoff: date) -> pd.DataFrame:
        if cutoff not in self._read:
            self._read[cutoff] = examples(self.sales, self.reviews, [cutoff], self.horizon)
        return self._read[cutoff]

    def until(self, last: date) -> pd.DataFrame:
        """The examples at `last` and at earlier cutoffs until there are enough."""
        return pd.concat([self.at(cutoff) for cutoff in self.cutoffs(last)], ignore_index=True)

    def cutoffs(self, last: date) -> list[date]:
        days = [last - timedelta(days=k * max(1, self.horizon // 3)) for k in range(CUTOFFS)]
        chosen: list[date] = []
        for day in days:
            late = day == last or (day - self.first).days >= self.horizon // 2
            if late and sum(len(self.at(known_at)) for known_at in chosen) < ROWS:
                chosen.append(day)
        return chosen


def folds(outcomes: pd.DataFrame) -> pd.DataFrame:
    """The metrics of each test cutoff, the newest first: cutoff, n, left (share), and each of MEASURES."""
    rows = []
    for cutoff, part in outcomes.groupby("cutoff", sort=False):
        left, p = part["left"].to_numpy(bool), part["churn"].to_numpy()
        rows.append({"cutoff": cutoff, "n": len(part), "left": left.mean(), **metrics(left, p)})
    return pd.DataFrame(rows)


def bands(left: np.ndarray, p: np.ndarray) -> pd.DataFrame:
    """By band: n customers, the mean probability said, the share seen to leave with its 95 % interval."""
    frame = pd.DataFrame({"band": band(pd.Series(p)), "said": p, "seen": left.astype(float)})
    made = frame.groupby("band")[["said", "seen"]].mean().assign(n=frame.groupby("band").size())
    made = made.reindex(list(BANDS)).fillna({"n": 0}).reset_index()
    low, high = wilson(made["seen"].to_numpy() * made["n"].to_numpy(), made["n"].to_numpy())
    return made.assign(n=made["n"].astype(int), low=low, high=high)


def traits(test: pd.DataFrame) -> pd.DataFrame:
    """What those who left had in common, strongest first: feature, means, medians of both, effect, n_left, n_stayed.

    effect is the rank-biserial correlation (Cureton 1956): 1 if everyone who left had more of it than everyone who stayed.
    """
    rows = []
    for name in NAMES:
        seen = test[test[name].notna()]
        left = seen["left"].to_numpy(bool)
        middle = seen.groupby(left)[name].median()
        rows.append({
            "feature": name, "means": MEANS[name], "left": middle.get(True), "stayed": middle.get(False),
            "effect": 2 * auc(left, seen[name].to_numpy(float)) - 1,
            "n_left": int(left.sum()), "n_stayed": int((~left).sum()),
        })  # fmt: skip
    frame = pd.DataFrame(rows).astype({"left": float, "stayed": float})
    return frame.sort_values("effect", key=abs, ascending=False, kind="stable").reset_index(drop=True)


def importance(contributions: pd.DataFrame) -> pd.DataFrame:
    """By feature, the largest first: how far it moves the forest's vote of a customer, on average."""
    moved = contributions[list(NAMES)].abs().mean().sort_values(ascending=False, kind="stable")
    return pd.DataFrame({"feature": moved.index, "moves": moved.to_numpy(), "means": [MEANS[n] for n in moved.index]})


def _one_test(past: Past, test: date) -> tuple[Churn, pd.DataFrame] | None:
    """The model that knows what was known when a test began, and the test; None where either shows too little."""
    rows = past.at(test)
    if rows["left"].nunique() < 2:
        return None
    try:
        return fit(past.until(test - timedelta(days=past.horizon)), past.horizon, past.seed), rows
    except CannotTell:
        return None


def _peers(past: Past, test: date, peers: Mapping[str, Member], rows: pd.DataFrame) -> dict[str, np.ndarray]:
    """What each peer says of the last test's customers, fitted to the same examples as ours."""
    train = past.until(test - timedelta(days=past.horizon))
    told = {}
    for name, peer in peers.items():
        own = train[train["cutoff"] == train["cutoff"].max()] if name == "bg_nbd" else train
        try:
            told[name] = peer(own, own["left"].astype(bool), past.horizon, past.seed).chance(rows)
        except CannotTell:
            continue
    return told


def _outcomes(judged: list[tuple[Churn, pd.DataFrame]], told: Mapping[str, np.ndarray]) -> pd.DataFrame:
    parts = [rows[["cutoff", "left"]].assign(churn=model.probability(rows).to_numpy()) for model, rows in judged]
    parts[0] = parts[0].assign(**told)
    return pd.concat(parts, ignore_index=True)


def _first_day(sales: ir.Table) -> date:
    found = sales.filter(sales.customer_id.notnull()).order_date.min().to_pandas()
    if pd.isna(found):
        raise CannotTell("No sale names its customer: without a customer_id nobody can be seen to leave.")
    return pd.Timestamp(found).date()


def _too_short(horizon: int, days: int) -> str:
    return (
        f"The records span {days} days; to judge who leaves within {horizon} days, {2 * horizon + horizon // 2 + 1} are "
        "needed: some to know customers by, a horizon to learn from and one to judge on. Load more, or set a shorter horizon."
    )
