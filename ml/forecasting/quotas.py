"""Quotas: the forecasts of regions and of categories, shared out to each category of each region."""

import numpy as np
import pandas as pd

from ml.forecasting.panel import Floats

ROWS, COLUMNS = "region", "category"
MONTHS, ROUNDS = 12, 500
LEAST = 1e-6  # of an even share: what has not sold yet may do so


def quotas(forecasts: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """(region, category, date, value) for the forecasts (dimension, member, date, value) of one target.

    They assume that the pattern of the last twelve months holds: shares of `lines` (order_date, region, category, value)
    before the first date forecast, fitted to both forecasts in turn (Deming and Stephan 1940). They add up to both.
    """
    margin = {name: _margin(forecasts, name) for name in (ROWS, COLUMNS)}
    if any(m.empty for m in margin.values()):
        return pd.DataFrame(columns=[ROWS, COLUMNS, "date", "value"])
    down, across = margin[ROWS].index, margin[COLUMNS].index
    first = pd.Timestamp(margin[ROWS].columns.min())
    days = pd.to_datetime(lines["order_date"])
    recent = lines[(days < first) & (days >= first - pd.DateOffset(months=MONTHS))].fillna("Unknown")
    seen = recent.pivot_table(index=ROWS, columns=COLUMNS, values="value", aggfunc="sum")
    seed = np.maximum(seen.reindex(index=down, columns=across).fillna(0.0).to_numpy(float), 0.0)
    parts = []
    for day in margin[ROWS].columns:
        cells = fitted(seed, margin[ROWS][day].to_numpy(), margin[COLUMNS][day].to_numpy())
        names = {ROWS: np.repeat(down, len(across)), COLUMNS: np.tile(across, len(down))}
        parts.append(pd.DataFrame(names | {"date": day, "value": cells.ravel()}))
    return pd.concat(parts, ignore_index=True)[[ROWS, COLUMNS, "date", "value"]]


def fitted(seed: Floats, rows: Floats, columns: Floats) -> Floats:
    """`seed` scaled by rows and columns until it adds up to both; `rows` and `columns` have one sum and are 0 or more."""
    even = np.outer(rows, columns) / max(rows.sum(), 1e-12)
    cells = seed * (rows.sum() / max(seed.sum(), 1e-12)) + LEAST * even
    for _ in range(ROUNDS):
        cells = cells * _scale(columns, cells.sum(axis=0))
        cells = cells * _scale(rows, cells.sum(axis=1))[:, None]
        if np.abs(cells.sum(axis=0) - columns).max() <= 1e-12 * rows.sum():
            break
    return cells


def _scale(wanted: Floats, got: Floats) -> Floats:
    return np.divide(wanted, got, out=np.zeros_like(wanted), where=got > 0)


def _margin(forecasts: pd.DataFrame, name: str) -> pd.DataFrame:
    return forecasts[forecasts["dimension"] == name].pivot(index="member", columns="date", values="value")
