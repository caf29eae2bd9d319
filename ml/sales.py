"""The sales model: the outlook of revenue and units, how it was judged, and the tables that it publishes."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from ml.forecasting import Outlook, Projection, decompose, outlook
from ml.forecasting.shop import BREAKDOWNS, MONTHS, TARGETS, history

RECIPE = "sales-1"
COLUMNS = ("order_date", "kind", "total_amount", "quantity", *BREAKDOWNS)
KEYS = {
    "forecasts": "target, dimension, member, date",
    "forecast_board": "target, mase",
    "forecast_coverage": "target, ahead",
    "forecast_months": "target, dimension, member, date",
}
KINDS: Mapping[str, Mapping[str, str]] = {
    "forecasts": {"target": "string", "dimension": "string", "member": "string", "date": "datetime64[ns]",
                  "value": "float64", "low": "float64", "high": "float64", "model": "string"},
    "forecast_board": {"target": "string", "model": "string", "label": "string", "mase": "float64", "wape": "float64",
                       "skill": "float64", "weight": "float64", "used": "bool", "n": "int64"},
    "forecast_coverage": {"target": "string", "ahead": "int64", "covered": "float64", "n": "int64"},
    "forecast_months": {"target": "string", "dimension": "string", "member": "string", "date": "datetime64[ns]",
                        "value": "float64", "trend": "float64", "season": "float64", "rest": "float64", "kind": "string"},
}  # fmt: skip


def rows(sales: ir.Table) -> pd.DataFrame:
    """What the outlook needs of the sales, one row a line."""
    return sales.select(*COLUMNS).to_pandas()


def fingerprint(sales: pd.DataFrame, as_of: date) -> str:
    """Tells the same sales from others: the last day, how many lines, how much money and how many pieces."""
    return f"{as_of} {len(sales)} {sales['total_amount'].astype(float).sum():.2f} {sales['quantity'].sum()}"


def tables(sales: pd.DataFrame, as_of: date, made: Outlook) -> dict[str, pd.DataFrame]:
    """The published tables, by name: forecasts, and for the page the board, the coverage and the complete months.

    Beside them what was said in the past (`held_out`) and what the forest reads (`importance`), which stay with the version.
    """
    each = made.projections.items()
    return {
        "forecasts": made.forecasts,
        "forecast_board": pd.concat([p.board.assign(target=t) for t, p in each]),
        "forecast_coverage": pd.concat([_coverage(t, p) for t, p in each]),
        "forecast_months": pd.concat([_months(sales, t, as_of) for t in TARGETS]),
        "held_out": pd.concat([p.held_out().assign(target=t) for t, p in each], ignore_index=True),
        "importance": pd.concat([_importance(t, p) for t, p in each], ignore_index=True),
    }


def empty(name: str, reason: str) -> pd.DataFrame:
    """The table without rows, and why."""
    frame = pd.DataFrame({column: pd.Series(dtype=kind) for column, kind in KINDS[name].items()})
    frame.attrs |= {"notes": (reason,), "key": KEYS[name]}
    return frame


def fitted(sales: pd.DataFrame, as_of: date, horizon: int | None = None, search: bool = True) -> Outlook:
    """The outlook of these sales, six months ahead unless told."""
    return outlook(sales, as_of, horizon or MONTHS, search=search)


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
    held = made.held_out()
    if held.empty:
        return {"n": 0}
    own = said(held.assign(target=""), {"": made.choice.model})
    error = own["value"] - own["actual"]
    variation = ((own["actual"] - own.groupby("series")["actual"].transform("mean")) ** 2).sum()
    return {
        "n": len(own),
        "r2": float(1 - (error**2).sum() / variation) if variation else None,
        "mae": float(error.abs().mean()),
        "mase": float((error.abs() / own["scale"]).mean()),
        "wape": float(error.abs().sum() / own["actual"].abs().sum()),
        "bias": float(error.mean()),
        "covered": made.spread.covered,
        "error_quantiles": {f"{q:g}": float(error.quantile(q)) for q in (0.05, 0.25, 0.5, 0.75, 0.95)},
        "mae_by_origin": {str(o.date()): float(e.abs().mean()) for o, e in error.groupby(own["origin"])},
    }


def _coverage(target: str, made: Projection) -> pd.DataFrame:
    found = made.spread.by_horizon
    each = made.spread.n // max(len(found), 1)
    return pd.DataFrame({"target": target, "ahead": range(1, len(found) + 1), "covered": found, "n": each})


def _importance(target: str, made: Projection) -> pd.DataFrame:
    """The share of the squared error that each feature of the forest explains, the largest first."""
    shares = pd.Series(made.forest.importance, dtype=float).sort_values(ascending=False)
    return pd.DataFrame({"target": target, "feature": shares.index.astype(str), "moves": shares.to_numpy()})


def _months(sales: pd.DataFrame, target: str, as_of: date) -> pd.DataFrame:
    parts = decompose(history(sales, target, as_of), "MS", as_of)
    split = parts["series"].str.split("/", n=1, expand=True)
    return parts.drop(columns="series").assign(target=target, dimension=split[0], member=split[1])
