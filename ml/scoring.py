"""Scores: what the models say of each customer, published with the snapshot that they were made from."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING

import ibis.expr.types as ir
import pandas as pd

from analytics.risk import trial
from settings import Settings

if TYPE_CHECKING:
    from ml.registry import Version

Scorer = Callable[..., pd.DataFrame]
VALUES = ("historic", "predicted", "total", "p_alive", "expected_orders", "expected_value")


def customer_value(orders: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """The lifetime value of every customer with an order, 365 days ahead; no rows where the orders cannot tell.

    `orders`: one row an order with customer_id, ordered_at, value. `attrs` holds `notes`, what the reader must be told,
    and `model`, the fitted parameters.
    """
    from ml.clv import CannotTell, fit  # scipy takes its time

    known = pd.DataFrame(
        {
            "customer_id": orders["customer_id"],
            "order_date": orders["ordered_at"],
            "total_amount": orders["value"].astype(float),
        }
    )
    try:
        model = fit(known, as_of)
    except CannotTell as reason:
        return _none(str(reason))
    frame = model.scores(known, as_of)
    frame.attrs["model"] = model.to_dict()
    return frame


def _none(reason: str) -> pd.DataFrame:
    columns = {"customer_id": pd.Series(dtype="string"), **{name: pd.Series(dtype=float) for name in VALUES}}
    frame = pd.DataFrame(columns)
    frame.attrs["notes"] = (reason,)
    return frame


def churn_scores(sales: ir.Table, reviews: ir.Table, as_of: date, settings: Settings) -> pd.DataFrame:
    """How likely every customer with an order is to order no more within the horizon of the model that serves, and why.

    Columns: customer_id, probability, band, horizon_days, as_of, reason_1 to reason_3, trial (`analytics.risk.trial`); the
    highest risk first. No rows without a model. `attrs` holds `notes` and `model`, the version that scored.
    """
    from ml import churn
    from ml.registry import RefusedModel

    champion, why = _churn(settings)
    if champion is None or why:
        return _unscored("churn_scores", why, champion)
    try:
        model = champion.load().serving
    except RefusedModel as reason:
        return _unscored("churn_scores", str(reason), champion)
    customers = churn.known(sales, reviews, as_of)
    p = model.probability(customers)
    told = pd.DataFrame({"probability": p, "band": churn.band(p), "horizon_days": model.horizon, "as_of": as_of})
    frame = told.join(churn.ranked(model, customers)).reset_index()
    frame["trial"] = frame["customer_id"].map(trial)
    frame = frame.sort_values(["probability", "customer_id"], ascending=[False, True], ignore_index=True)
    frame.attrs["model"] = {"version": champion.id}
    return frame


def churn_bands(settings: Settings) -> pd.DataFrame:
    """What the model that serves said of the last test's customers and what came of it: band, said, seen, n, low, high."""
    return _of_churn("churn_bands", "bands", settings)


def churn_traits(settings: Settings) -> pd.DataFrame:
    """What those who left had in common: feature, means, left, stayed (medians), effect, n_left, n_stayed."""
    return _of_churn("churn_traits", "traits", settings)


CHURN: Mapping[str, Mapping[str, str]] = {
    "churn_scores": {"customer_id": "string", "probability": "float64", "band": "string", "horizon_days": "int64",
                     "as_of": "datetime64[s]", "reason_1": "string", "reason_2": "string", "reason_3": "string",
                     "trial": "string"},
    "churn_bands": {"band": "string", "said": "float64", "seen": "float64", "n": "int64", "low": "float64", "high": "float64"},
    "churn_traits": {"feature": "string", "means": "string", "left": "float64", "stayed": "float64", "effect": "float64",
                     "n_left": "int64", "n_stayed": "int64"},
}  # fmt: skip
ORDERED = {"churn_bands": "band", "churn_traits": "feature"}


def _churn(settings: Settings) -> "tuple[Version | None, str]":
    """The churn model that serves, and why it cannot score, if so."""
    from ml import churn
    from ml.registry import Registry

    champion = Registry(settings.models).champion("churn")
    if champion is None:
        return None, "No churn model has been trained yet. Run: python run.py train churn"
    other = champion.manifest["recipe"] != churn.RECIPE
    return champion, "The churn model was made by another recipe. Run: python run.py train churn" if other else ""


def _of_churn(name: str, frame: str, settings: Settings) -> pd.DataFrame:
    from ml.registry import RefusedModel

    champion, why = _churn(settings)
    if champion is None or why:
        return _unscored(name, why, champion)
    try:
        made = champion.frame(frame)[list(CHURN[name])]
    except RefusedModel as reason:
        return _unscored(name, str(reason), champion)
    made.attrs = {"model": {"version": champion.id}, "key": ORDERED[name]}
    return made


def _unscored(name: str, reason: str, champion: "Version | None") -> pd.DataFrame:
    frame = pd.DataFrame({column: pd.Series(dtype=kind) for column, kind in CHURN[name].items()})
    frame.attrs |= {"notes": (reason,), "model": {"version": champion.id if champion else None}}
    frame.attrs |= {"key": ORDERED[name]} if name in ORDERED else {}
    return frame


def forecasts(sales: ir.Table, as_of: date, settings: Settings) -> pd.DataFrame:
    """What is to come by month: target, dimension, member, date, value, low, high, model."""
    return _of_sales("forecasts", sales, as_of, settings)


def forecast_board(sales: ir.Table, as_of: date, settings: Settings) -> pd.DataFrame:
    """Each model of the forecast in the back-tests: target, model, label, mase, wape, skill, weight, used, n."""
    return _of_sales("forecast_board", sales, as_of, settings)


def forecast_coverage(sales: ir.Table, as_of: date, settings: Settings) -> pd.DataFrame:
    """The share of past values inside the interval: target, ahead, covered, n."""
    return _of_sales("forecast_coverage", sales, as_of, settings)


def forecast_months(sales: ir.Table, as_of: date, settings: Settings) -> pd.DataFrame:
    """The complete months before: target, dimension, member, date, value, trend, season, days, rest, kind."""
    return _of_sales("forecast_months", sales, as_of, settings)


def forecast_quotas(sales: ir.Table, as_of: date, settings: Settings) -> pd.DataFrame:
    """What each category of each region is to bring: target, region, category, date, value."""
    return _of_sales("forecast_quotas", sales, as_of, settings)


def _of_sales(name: str, sales: ir.Table, as_of: date, settings: Settings) -> pd.DataFrame:
    from ml.forecasting import CannotForecast
    from ml.registry import RefusedModel, Registry
    from ml.sales import KEYS, KINDS, empty, rows

    champion = Registry(settings.models).champion("sales")
    if champion is None:
        return empty(name, "No forecast has been made yet. Run: python run.py train sales")
    try:
        frame = _sales_tables(champion, rows(sales), as_of)[name]
    except (CannotForecast, RefusedModel) as reason:
        frame = empty(name, str(reason))
        frame.attrs["model"] = {"version": champion.id}
        return frame
    frame = frame[list(KINDS[name])].reset_index(drop=True)
    frame.attrs = {"model": {"version": champion.id}, "key": KEYS[name]}
    return frame


_made: dict[tuple[str, str], dict[str, pd.DataFrame]] = {}


def _sales_tables(champion: "Version", sales: pd.DataFrame, as_of: date) -> dict[str, pd.DataFrame]:
    """As registered where sales and recipe are those it was fitted with; else made anew, as far ahead, once for all tables."""
    from ml.sales import KEYS, RECIPE, fingerprint, fitted, tables

    now = fingerprint(sales, as_of)
    if champion.manifest["parameters"]["fitted_on"] == now and champion.manifest["recipe"] == RECIPE:
        return {name: champion.frame(name) for name in KEYS}
    if (champion.id, now) not in _made:
        _made.clear()
        ahead = champion.manifest["parameters"].get("horizon_months")
        _made[champion.id, now] = tables(sales, as_of, fitted(sales, as_of, ahead, search=False))
    return _made[champion.id, now]


SCORES: dict[str, Scorer] = {
    "customer_value": customer_value,
    "churn_scores": churn_scores,
    "churn_bands": churn_bands,
    "churn_traits": churn_traits,
    "forecasts": forecasts,
    "forecast_board": forecast_board,
    "forecast_coverage": forecast_coverage,
    "forecast_months": forecast_months,
    "forecast_quotas": forecast_quotas,
}
OF_MODEL = {
    "churn": ("churn_scores", "churn_bands", "churn_traits"),
    "sales": ("forecasts", "forecast_board", "forecast_coverage", "forecast_months", "forecast_quotas"),
}


def tables_of(model: str) -> dict[str, Scorer]:
    """The tables that a model of the registry makes."""
    return {name: SCORES[name] for name in OF_MODEL[model]}


def stale(settings: Settings) -> bool:
    """Whether the scores served are not of the models that serve: a training was stopped before it published them."""
    from ml.registry import Registry
    from pipeline.warehouse import Warehouse

    told, registry = Warehouse(settings).current().manifest["scores"], Registry(settings.models)
    serving = {model: registry.champion(model) for model in OF_MODEL}
    return any(
        champion is not None and told.get(table, {}).get("model", {}).get("version") != champion.id
        for model, champion in serving.items()
        for table in OF_MODEL[model]
    )
