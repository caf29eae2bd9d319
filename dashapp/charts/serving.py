"""What the version of a model that serves keeps beside it, and the charts that every model has of it."""

from collections.abc import Mapping
from functools import lru_cache

import pandas as pd

from analytics.cells import records
from analytics.filters import Filters
from analytics.formats import percent
from dashapp import shop
from dashapp.charts.chart import Data
from dashapp.figures.bars import bars
from dashapp.figures.figure import Figure, lines
from ml.registry import NoModel, RefusedModel, Registry, Version
from pipeline.warehouse import Snapshot


def champion(model: str) -> Version | None:
    """The version of a model that serves."""
    return Registry(shop.settings().models).champion(model)


def serving(model: str, name: str) -> pd.DataFrame:
    """A table of the version of a model that serves; no rows where there is none, or none of this name."""
    version = champion(model)
    try:
        return _frame(version, name) if version else pd.DataFrame()
    except (NoModel, RefusedModel):
        return pd.DataFrame()


@lru_cache(maxsize=16)
def _frame(version: Version, name: str) -> pd.DataFrame:
    return version.frame(name)


def importance(model: str) -> Data:
    """What the forest of a model makes most use of, the largest first."""

    def data(_filters: Filters, _snapshot: Snapshot) -> pd.DataFrame:
        frame = serving(model, "importance")
        frame = frame[frame["target"] == "revenue"] if "target" in frame else frame
        frame = frame[frame["moves"] != 0] if "moves" in frame else frame
        return frame.head(12).reset_index(drop=True)

    return data


def draw_importance(frame: pd.DataFrame, colours: Mapping[str, str]) -> Figure:
    """A bar a feature."""
    rows = [{"means": "", **row} for row in records(frame)]
    named = frame.assign(feature=[called(str(row["feature"])) for row in rows])
    hover = [lines(called(str(row["feature"])), str(row["means"]), _moves(frame, float(row["moves"]))) for row in rows]
    return bars(named, "feature", "moves", hover=hover, labels=[_moves(frame, moved) for moved in frame["moves"]])


def says_importance(frame: pd.DataFrame, filters: Filters) -> str:
    """The first of them."""
    first = frame.iloc[0]
    return f"{called(str(first['feature']))} counts most: {_moves(frame, float(first['moves']))}."


def called(feature: str) -> str:
    """A feature as a reader would say it."""
    words = feature.replace("_", " ")
    return words.upper() if len(words) == 3 else words.capitalize()


def _moves(frame: pd.DataFrame, moved: float) -> str:
    """Points of the vote where the forest votes, else a share."""
    return percent(moved) if "target" in frame else f"{100 * moved:.1f} points"


def untrained(model: str) -> str:
    """What a chart says where it has nothing to draw."""
    return f"There is no {model} model yet, or its version is too old to show this. Train it: the button is below."
