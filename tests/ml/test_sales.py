"""The published forecast adds up, begins after the last complete month, and its version holds how it was judged."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from ml.registry import Registry, Version
from ml.sales import rows
from ml.scoring import _sales_tables
from pipeline.warehouse import Snapshot
from settings import Settings


@pytest.fixture(scope="module")
def version(forecast_shop: Settings) -> Version:
    found = Registry(forecast_shop.models).champion("sales")
    assert found is not None
    return found


def test_the_parts_of_every_breakdown_add_up_to_the_total(forecast_snapshot: Snapshot) -> None:
    frame = forecast_snapshot.table("forecasts").to_pandas()
    whole = frame[frame["dimension"] == "total"].set_index(["target", "date"])["value"]
    parts = frame[frame["dimension"] != "total"].groupby(["dimension", "target", "date"])["value"].sum()
    assert parts.index.get_level_values("dimension").nunique() == 3
    for dimension, added in parts.groupby(level="dimension"):
        difference = added.droplevel("dimension") - whole
        assert difference.abs().max() <= 1e-9 * whole.abs().max(), dimension


@pytest.mark.parametrize("dimension", ["region", "category"])
def test_quotas_of_cells_add_up_to_the_forecasts(forecast_snapshot: Snapshot, dimension: str) -> None:
    cells, said = (forecast_snapshot.table(name).to_pandas() for name in ("forecast_quotas", "forecasts"))
    wanted = said[said["dimension"] == dimension].set_index(["target", "member", "date"])["value"]
    added = cells.groupby(["target", dimension, "date"])["value"].sum()
    assert len(added) == len(wanted)
    assert (added - wanted.reindex(added.index)).abs().max() < 1e-6


def test_what_is_forecast_begins_after_the_last_complete_month(forecast_snapshot: Snapshot) -> None:
    frame, told = (forecast_snapshot.table(name).to_pandas() for name in ("forecasts", "forecast_months"))
    last = pd.Timestamp(told["date"].max())
    assert last + pd.offsets.MonthEnd(0) <= pd.Timestamp(forecast_snapshot.as_of)
    assert pd.Timestamp(frame["date"].min()) == last + pd.offsets.MonthBegin(1)
    assert (frame["low"] <= frame["value"]).all()
    assert (frame["value"] <= frame["high"]).all()


def test_residuals_are_what_was_said_less_what_came(version: Version, forecast_snapshot: Snapshot) -> None:
    residuals = version.frame("residuals")
    months = forecast_snapshot.table("forecast_months").to_pandas()
    months["series"] = months["dimension"] + "/" + months["member"]
    both = residuals.merge(months, on=["target", "series", "date"], suffixes=("", "_came"))
    assert len(both) == len(residuals)
    assert np.allclose(both["residual"], both["value"] - both["value_came"])
    assert (both["date"] > both["origin"]).all()


def test_measures_are_those_of_the_residuals(version: Version) -> None:
    residuals, folds = version.frame("residuals"), version.frame("folds")
    for target, told in version.manifest["metrics"].items():
        own = residuals[residuals["target"] == target]
        size = (own["value"] - own["actual"]).abs()
        spread = own["actual"] - own.groupby("series")["actual"].transform("mean")
        assert told["n"] == len(own)
        assert told["mae"] == pytest.approx(size.mean())
        assert told["mase"] == pytest.approx((size / own["scale"]).mean())
        assert told["r2"] == pytest.approx(1 - (size**2).sum() / (spread**2).sum())
        mine = folds[folds["target"] == target].set_index("origin")
        assert mine["n"].sum() == len(own)
        assert np.allclose(mine["mae"], size.groupby(own["origin"]).mean())


def test_importance_is_shared_out_and_names_the_drivers(version: Version) -> None:
    found = version.frame("importance")
    assert np.allclose(found.groupby("target")["moves"].sum(), 1)
    assert found["feature"].str.startswith("share of ").any()
    assert {f"level {k} before" for k in range(5)} <= set(found["feature"])


def test_a_load_forecasts_as_far_ahead_as_the_version_that_serves(
    version: Version, forecast_snapshot: Snapshot
) -> None:
    shorter, told = replace(version), version.manifest
    assert told["parameters"]["horizon_months"] == 6
    vars(shorter)["manifest"] = told | {"parameters": told["parameters"] | {"horizon_months": 3}}
    newer = rows(forecast_snapshot.table("sales")).iloc[1:]
    made = _sales_tables(shorter, newer, forecast_snapshot.as_of)
    assert made["forecasts"]["date"].nunique() == made["forecast_quotas"]["date"].nunique() == 3


def test_without_a_model_the_tables_are_empty_and_say_how_to_make_one(snapshot: Snapshot) -> None:
    assert snapshot.table("forecasts").count().to_pandas() == 0
    assert any("train" in note for note in snapshot.notes("forecasts"))
