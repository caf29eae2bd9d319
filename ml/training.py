"""Training: fit a model, judge it, keep it as a version, and let it serve if it is no worse than the one that does."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from ml.clv import CannotTell
from ml.registry import NoModel, RefusedModel, Registry, Version
from ml.scoring import tables_of
from pipeline.errors import BusyError
from pipeline.progress import Progress, silent
from pipeline.rescore import rescore
from pipeline.warehouse import Snapshot, Warehouse
from settings import Settings

SEED = 7
ENOUGH_BETTER = 0.01
ORIGINS = 3


class OtherQuestion(ValueError):  # noqa: N818 - read as a sentence by whoever catches it
    """The model that serves answers another question than the new one: there is nothing to compare."""


@dataclass(frozen=True)
class Trained:
    """A model that was fitted and judged: `facts` for its manifest (cutoff, parameters, metrics, peers), tables beside it."""

    model: Any
    recipe: str
    facts: Mapping[str, Any]
    frames: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    test: Any = None


Fit = Callable[[Snapshot, int | None, int, Progress], Trained]
Losses = Callable[[Trained, Version], pd.DataFrame]


@dataclass(frozen=True)
class Trainer:
    """A model that can be trained.

    `fit(snapshot, horizon, seed, progress)`; `horizon` is the model's own if None. `losses(trained,
    champion)` puts the two on equal cases that neither has learned from: one row a case, `origin`, `now`, `before`.
    """

    name: str
    label: str
    about: str
    fit: Fit
    losses: Losses


@dataclass(frozen=True)
class Outcome:
    """What came of a training."""

    version: Version
    promoted: bool
    why: str


def train(
    name: str, settings: Settings, progress: Progress = silent, horizon: int | None = None, seed: int = SEED
) -> Outcome:
    """Train a model of TRAINERS on the snapshot served and, if it is promoted, publish its scores.

    `progress` may raise to cancel: what serves stays as it was. `CannotTell` where the data cannot tell, in words; `NoModel`
    for another name; `NoSnapshot` before the first load. Killed at any instant, the old model serves.
    """
    if name not in TRAINERS:
        raise NoModel(f"No model is called {name!r}. There are: {', '.join(TRAINERS)}.")
    trainer, registry = TRAINERS[name], Registry(settings.models)
    snapshot = Warehouse(settings).current()
    progress("Reading the snapshot", 0.0)
    trained = trainer.fit(snapshot, horizon, seed, lambda stage, done: progress(stage, 0.9 * done))
    promoted, why = verdict(trainer, trained, registry.champion(name))
    facts = {"recipe": trained.recipe, "snapshot": snapshot.id, "as_of": snapshot.as_of, "seed": seed,
             "rules": snapshot.manifest["rules"], "verdict": why, **trained.facts}  # fmt: skip
    progress("Keeping the version", 0.92)
    version = registry.register(name, trained.model, facts, trained.frames)
    if promoted:
        progress("Publishing the scores", 0.99)
        registry.promote(name, version.id, why)
        publish(name, settings)
    progress("Done", 1.0)
    return Outcome(version, promoted, why)


def roll_back(name: str, settings: Settings, id_: str | None = None) -> Version:
    """Let an earlier version serve, the one before or `id_`, and publish its scores. `BusyError` while the shop is written to."""
    with Warehouse(settings).writing():
        version = Registry(settings.models).roll_back(name, id_)
    publish(name, settings)
    return version


def publish(name: str, settings: Settings, patience: float = 600.0) -> None:
    """Publish what the version of a model that serves says; waits for another writer up to `patience` seconds."""
    limit = time.monotonic() + patience
    while True:
        try:
            rescore(settings, tables_of(name))
            return
        except BusyError:
            if time.monotonic() > limit:
                raise
            time.sleep(0.2)


def verdict(trainer: Trainer, trained: Trained, champion: Version | None) -> tuple[bool, str]:
    """Whether the new model is to serve, and why."""
    if champion is None:
        return True, "The first of its kind."
    try:
        losses = trainer.losses(trained, champion)
    except (RefusedModel, OtherQuestion) as error:
        return True, f"Nothing to compare with: {error}"
    except CannotTell as error:
        return False, f"Not compared with the version that serves: {error}"
    return decided(losses, champion.manifest["recipe"] == trained.recipe)


def decided(losses: pd.DataFrame, same_recipe: bool) -> tuple[bool, str]:
    """The rule, on losses of both models by case and origin (columns origin, now, before).

    The same recipe on newer data serves unless it is worse beyond doubt; another recipe only if it is better beyond
    doubt (95 % interval of the mean paired difference), by more than 1 %, at three origins or more, all agreeing.
    """
    gain = losses["before"] - losses["now"]
    mean, half = gain.mean(), 1.96 * gain.std(ddof=1) / np.sqrt(len(gain))
    share, low, high = np.array([mean, mean - half, mean + half]) / (losses["before"].mean() or np.inf)
    said = f"{share:+.2%} of the loss of the version that serves (95 % interval {low:+.2%} to {high:+.2%})"
    if same_recipe:
        worse = mean + half < 0
        return not worse, f"Same recipe, {'worse beyond doubt' if worse else 'no worse'}: it saves {said}."
    by_origin = gain.groupby(losses["origin"]).mean()
    if len(by_origin) < ORIGINS:
        return False, f"Another recipe is promoted on {ORIGINS} origins, here are {len(by_origin)}. It saves {said}."
    better = mean - half > 0 and share > ENOUGH_BETTER and bool((by_origin > 0).all())
    return bool(
        better
    ), f"Another recipe, {'better beyond doubt' if better else 'not better beyond doubt'}: it saves {said}."


def fit_churn(snapshot: Snapshot, horizon: int | None, seed: int, progress: Progress) -> Trained:
    """Churn over the shop's own window, or as much of it as the records can judge."""
    from threadpoolctl import threadpool_limits

    from analytics.silence import churn_window
    from ml import churn, features

    window = churn_window(snapshot)
    days = horizon or churn.horizon_for(window, snapshot.first_day, snapshot.as_of)
    tables = snapshot.table("sales"), snapshot.table("reviews")
    with threadpool_limits(1):  # small systems are solved thousands of times: threads would wait for each other
        found = churn.judge(*tables, snapshot.as_of, days, seed, progress=progress)
    parameters = {"horizon_days": days, "window_days": window, "trained_at": [str(day) for day in found.trained_at],
                  "weights": found.serving.weights, "intercept": found.serving.intercept}  # fmt: skip
    facts = {"cutoff": found.cutoff, "parameters": parameters, "features": {n: churn.MEANS[n] for n in churn.NAMES},
             "features_version": features.version(),
             "metrics": found.metrics, "peers": found.peers}  # fmt: skip
    return Trained(
        churn.Kept(found.serving, found.before),
        churn.RECIPE,
        facts,
        {"outcomes": found.outcomes, **found.frames},
        found.test,
    )


def churn_losses(trained: Trained, champion: Version) -> pd.DataFrame:
    """Squared error by customer of the last test: both models as they were before it began.

    Of another recipe at the same cutoffs on the same customers, all tests count.
    """
    now, ahead = trained.frames["outcomes"], champion.manifest["parameters"]["horizon_days"]
    if ahead != trained.facts["parameters"]["horizon_days"]:
        raise OtherQuestion(f"The version that serves looks {ahead} days ahead.")
    if champion.manifest["recipe"] != trained.recipe:
        before = champion.frame("outcomes")
        if not before[["cutoff", "left"]].equals(now[["cutoff", "left"]]):
            raise CannotTell("It was judged on other customers or days.")
        p, rows = before["churn"], now
    else:
        rows = now[now["cutoff"] == now["cutoff"].max()]
        p = champion.load().before.probability(trained.test)
    return pd.DataFrame(
        {
            "origin": rows["cutoff"],
            "now": (rows["churn"] - rows["left"]) ** 2,
            "before": (p.to_numpy() - rows["left"]) ** 2,
        }
    )


def fit_sales(snapshot: Snapshot, horizon: int | None, _seed: int, progress: Progress) -> Trained:
    """Revenue and units by month, of the whole and of every breakdown."""
    from ml import sales
    from ml.forecasting import CannotForecast

    rows = sales.rows(snapshot.table("sales"))
    progress("Forecasting and judging at past origins", 0.05)
    try:
        also = ("arima",) if Settings.from_environment().arima else ()
        made = sales.fitted(rows, snapshot.as_of, horizon, known=sales.surroundings(snapshot), also=also)
    except CannotForecast as reason:
        raise CannotTell(str(reason)) from None
    progress("Writing down what was found", 0.95)
    ahead = {"horizon_months": horizon or sales.MONTHS}
    parameters = {"fitted_on": sales.fingerprint(rows, snapshot.as_of), **ahead, **sales.parameters(made)}
    facts = {"cutoff": snapshot.as_of, "parameters": parameters, "metrics": sales.metrics(made),
             "peers": sales.peers(made)}  # fmt: skip
    return Trained(sales.parameters(made), sales.RECIPE, facts, sales.tables(rows, snapshot.as_of, made))


def sales_losses(trained: Trained, champion: Version) -> pd.DataFrame:
    """Error in units of the seasonal change, by target, series, origin and month that both were judged on."""
    from ml import sales

    sides = []
    for frames, facts in ((trained.frames["held_out"], trained.facts), (champion.frame("held_out"), champion.manifest)):
        models = {t: p["model"] for t, p in facts["parameters"].items() if isinstance(p, dict)}
        own = sales.said(frames, models)
        loss = ((own["value"] - own["actual"]).abs() / own["scale"]).rename("loss")
        sides.append(own[["target", "series", "origin", "date"]].assign(loss=loss))
    both = sides[0].merge(sides[1], on=["target", "series", "origin", "date"], suffixes=("_now", "_before"))
    if both.empty:
        raise OtherQuestion("The two were judged on no month in common.")
    return both.rename(columns={"loss_now": "now", "loss_before": "before"})[["origin", "now", "before"]]


LISTED = (
    Trainer("churn", "Churn", "Who will not order within the horizon.", fit_churn, churn_losses),
    Trainer("sales", "Sales", "Revenue and units of the months ahead.", fit_sales, sales_losses),
)
TRAINERS = {trainer.name: trainer for trainer in LISTED}
