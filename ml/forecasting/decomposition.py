"""Decomposition: each series as trend, season, trading days and rest, which give it back exactly."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from ml.forecasting.panel import panel
from ml.forecasting.seasons import levels


def decompose(frame: pd.DataFrame, freq: str = "MS", as_of: date | None = None) -> pd.DataFrame:
    """(series, date, value, trend, season, days, rest, kind) of the rows (series, date, value).

    `kind` is "multiplied" (value = trend x season x days x rest) or "added" (the sum of the four). `days` is what a
    month sells for its number of days and weekdays, 1 in an ordinary one. A series shorter than a season and a period
    has the season 1 or 0: none is claimed.
    """
    known = panel(frame, freq, as_of)
    found = levels(known)
    ordinals, logs, scale = known.ordinals, found.logs[:, None], found.scale[:, None]
    season = found.season(ordinals)
    trend = np.where(logs, np.log(np.where(logs, found.x, 1.0)), found.x) - found.rest
    parts = {
        "value": known.values,
        "trend": scale * np.where(logs, np.exp(trend), trend),
        "season": np.where(logs, np.exp(season), scale * season),
        "days": np.where(logs, found.calendar.trading_days(ordinals), 0.0),
    }
    with np.errstate(invalid="ignore", divide="ignore"):
        rest = np.where(logs, known.values / (parts["trend"] * parts["season"] * parts["days"]), 0.0)
    parts["rest"] = np.where(logs, rest, known.values - parts["trend"] - parts["season"])
    seen = np.isfinite(known.values)
    columns: dict[str, Any] = {"series": np.repeat(np.array(known.names, dtype=object), seen.sum(axis=1))}
    columns |= {"date": known.rhythm.dates(ordinals[seen])}
    columns |= {name: values[seen] for name, values in parts.items()}
    kinds = np.broadcast_to(np.where(logs, "multiplied", "added"), seen.shape)[seen]
    return pd.DataFrame(columns | {"kind": kinds})
