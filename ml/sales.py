"""The sales model: the outlook of revenue and units, how it was judged, and the tables that it publishes."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from ml.forecasting import Outlook, Projection, decompose, outlook
from ml.forecasting.quotas import quotas
from ml.forecasting.rolling import DRIVEN, FOREST
from ml.forecasting.shop import BREAKDOWNS, MONTHS, TARGETS, Surroundings, history, lines
from pipeline.snapshot import Snapshot

RECIPE = "sales-2"
COLUMNS = ("order_date", "kind", "total_amount", "quantity", *BREAKDOWNS)
KEYS = {
    "forecasts": "target, dimension, member, date",
    "forecast_board": "target, mase",
    "forecast_coverage": "target, ahead",
    "forecast_months": "target, dimension, member, date",
    "forecast_quotas": "target, region, category, date",
}
KINDS: Mapping[str, Mapping[str, str]] = {
    "forecasts": {"target": "string", "dimension": "string", "member": "string", "date": "datetime64[ns]",
                  "value": "float64", "low": "float64", "high": "float64", "model": "string"},
    "forecast_board": {"target": "string", "model": "string", "label": "string", "mase": "float64", "wape": "float64",
                       "skill": "float64", "weight": "float64", "used": "bool", "n": "int64"},
    "forecast_coverage": {"target": "string", "ahead": "int64", "covered": "float64", "n": "int64"},
    "forecast_months": {"target": "string", "dimension": "string", "member": "string", "date": "datetime64[ns]",
                        "value": "float64", "trend": "float64", "season": "float64", "days": "float64", "rest": "float64",
                        "kind": "string"},
    "forecast_quotas": {"target": "string", "region": "string", "category": "string", "date": "datetime64[ns]",
                        "value": "float64"},
}  # fmt: skip


def rows(sales: ir.Table) -> pd.DataFrame:
    """What the outlook needs of the sales, one row a line."""
    return sales.select(*COLUMNS).to_pandas()


def surroundings(snapshot: Snapshot) -> Surroundings:
    """The promotions and the series from outside, where the snapshot has them."""
    given = snapshot.manifest["tables"]
    promotions, external = (
        snapshot.table(name).to_pandas() if name in given else None for name in ("promotions", "external")
    )
    return Surroundings(promotions, external)


def fingerprint(sales: pd.DataFrame, as_of: date) -> str:
    """Tells the same sales from others: the last day, how many lines, how much money and how many pieces."""
    return f"{as_of} {len(sales)} {sales['total_amount'].astype(float).sum():.2f} {sales['quantity'].sum()}"


def tables(sales: pd.DataFrame, as_of: date, made: Outlook) -> dict[str, pd.DataFrame]:
    """The published tables, by name: forecasts, and for the page the board, the coverage, complete months and quotas.

    Beside them what stays with the version: what every model said in the past (`held_out`), how far off the one that
    speaks was in each case (`residuals`) and at each origin (`folds`), and what the forest reads (`importance`).
    """
    each = made.projections.items()
    return {
        "forecasts": made.forecasts,
        "forecast_board": pd.concat([p.board.assign(target=t) for t, p in each]),
        "forecast_coverage": pd.concat([_coverage(t, p) for t, p in each]),
        "forecast_months": pd.concat([_months(sales, t, as_of) for t in TARGETS]),
        "forecast_quotas": pd.concat([_quotas(sales, t, made.forecasts) for t in TARGETS], ignore_index=True),
        "held_out": pd.concat([p.held_out().assign(target=t) for t, p in each], ignore_index=True),
        "residuals": pd.concat([_residuals(p).assign(target=t) for t, p in each], ignore_index=True),
        "folds": pd.concat([_folds(p).assign(target=t) for t, p in each], ignore_index=True),
        "importance": pd.concat([_importance(t, p) for t, p in each], ignore_index=True),
    }


def empty(name: str, reason: str) -> pd.DataFrame:
    """The table without rows, and why."""
    frame = pd.DataFrame({column: pd.Series(dtype=kind) for column, kind in KINDS[name].items()})
    frame.attrs |= {"notes": (reason,), "key": KEYS[name]}
    return frame


def fitted(
    sales: pd.DataFrame,
    as_of: date,
    horizon: int | None = None,
    search: bool = True,
    known: Surroundings | None = None,
    also: tuple[str, ...] = (),
) -> Outlook:
    """The outlook of these sales, six months ahead unless told."""
    return outlook(sales, as_of, horizon or MONTHS, search=search, known=known, also=also)


def metrics(made: Outlook) -> dict[str, dict[str, Any]]:
    """By target: r2, mae, mase, wape, bias and quantiles of the errors at past origins, coverage, and MAE by origin."""
    return {target: _judged(projection) for target, projection in made.projections.items()}


def peers(made: Outlook) -> dict[str, Any]:
    """By target and model: what the board says of it."""
    return {
        target: p.board.set_index("model")[["mase", "wape", "skill", "weight"]].T.to_dict()
        for target, p in made.projections.items()
    }


def parameters(made: Outlook) -> dict[str, Any]:
    """What was chosen, by target."""
    return {
        target: {"model": p.choice.model, "weights": p.choice.weights, "forest": asdict(p.forest.recipe),
                 "interval_factor": p.spread.factor}
        for target, p in made.projections.items()
    }  # fmt: skip


def said(held: pd.DataFrame, models: Mapping[str, str]) -> pd.DataFrame:
    """The held-out rows of the model that speaks for each target, where there was something to compare."""
    own = held[held["model"] == held["target"].map(models)]
    return own[np.isfinite(own["value"]) & np.isfinite(own["actual"])]


def _judged(made: Projection) -> dict[str, Any]:
    own = _residuals(made)
    if own.empty:
        return {"n": 0}
    board = made.board.set_index("model")
    return _measured(own) | {
        "covered": made.spread.covered,
        "skill": float(board["skill"][made.choice.model]),
        "drivers_gain": float(1 - board["mase"][DRIVEN] / board["mase"][FOREST]) if DRIVEN in board.index else None,
        "error_quantiles": {f"{q:g}": float(own["residual"].quantile(q)) for q in (0.05, 0.25, 0.5, 0.75, 0.95)},
        "mae_by_origin": {str(o.date()): float(e.abs().mean()) for o, e in own["residual"].groupby(own["origin"])},
    }


def _measured(own: pd.DataFrame) -> dict[str, float | int | None]:
    """n, r2, mae, mase, wape, bias of rows of residuals. R2 is of the variation within each series."""
    error = own["residual"]
    variation = float(((own["actual"] - own.groupby("series")["actual"].transform("mean")) ** 2).sum())
    size = float(own["actual"].abs().sum())
    return {
        "n": len(own),
        "r2": 1 - float((error**2).sum()) / variation if variation else None,
        "mae": float(error.abs().mean()),
        "mase": float((error.abs() / own["scale"]).mean()),
        "wape": float(error.abs().sum()) / size if size else None,
        "bias": float(error.mean()),
    }


def _residuals(made: Projection) -> pd.DataFrame:
    """(series, origin, date, ahead, value, actual, scale, residual) of the model that speaks; residual = value - actual."""
    columns = ["series", "origin", "date", "ahead", "value", "actual", "scale"]
    held = made.held_out()
    if held.empty:
        return pd.DataFrame(columns=[*columns, "residual"])
    own = said(held.assign(target=""), {"": made.choice.model})[columns]
    return own.assign(residual=own["value"] - own["actual"]).reset_index(drop=True)


def _folds(made: Projection) -> pd.DataFrame:
    """One row an origin, the earliest first: origin, n, r2, mae, mase, wape, bias."""
    rows = [{"origin": origin, **_measured(own)} for origin, own in _residuals(made).groupby("origin")]
    return pd.DataFrame(rows, columns=["origin", "n", "r2", "mae", "mase", "wape", "bias"])


def _importance(target: str, made: Projection) -> pd.DataFrame:
    """The share of the squared error that each feature of the forest explains, the largest first."""
    forest = made.forests.get(DRIVEN, made.forest)
    shares = pd.Series(forest.importance, dtype=float).sort_values(ascending=False)
    return pd.DataFrame({"target": target, "feature": shares.index.astype(str), "moves": shares.to_numpy()})


def _coverage(target: str, made: Projection) -> pd.DataFrame:
    found = made.spread.by_horizon
    compared = np.isfinite(made.choice.said - made.test.actual).sum(axis=(0, 1))
    return pd.DataFrame({"target": target, "ahead": range(1, len(found) + 1), "covered": found, "n": compared})


def _quotas(sales: pd.DataFrame, target: str, forecasts: pd.DataFrame) -> pd.DataFrame:
    return quotas(forecasts[forecasts["target"] == target], lines(sales, target)).assign(target=target)


def _months(sales: pd.DataFrame, target: str, as_of: date) -> pd.DataFrame:
    parts = decompose(history(sales, target, as_of), "MS", as_of)
    split = parts["series"].str.split("/", n=1, expand=True)
    return parts.drop(columns="series").assign(target=target, dimension=split[0], member=split[1])
