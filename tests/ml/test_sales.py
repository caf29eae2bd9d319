"""The published forecast adds up, begins after the last complete month, and is told to those who ask before it is made."""

from pathlib import Path

import pandas as pd
import pytest

from ml.scoring import SCORES
from ml.training import train
from pipeline.run import run_pipeline
from pipeline.warehouse import Snapshot, Warehouse
from settings import Settings


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory, exports: Path) -> Snapshot:
    """The small shop after its sales model has been trained."""
    shop = Settings(home=tmp_path_factory.mktemp("trained"))
    run_pipeline(shop, exports, scores=SCORES)
    train("sales", shop)
    return Warehouse(shop).current()


@pytest.mark.slow
def test_the_parts_of_every_breakdown_add_up_to_the_total(trained: Snapshot) -> None:
    frame = trained.table("forecasts").to_pandas()
    whole = frame[frame["dimension"] == "total"].set_index(["target", "date"])["value"]
    parts = frame[frame["dimension"] != "total"].groupby(["dimension", "target", "date"])["value"].sum()
    assert parts.index.get_level_values("dimension").nunique() == 3
    for dimension, added in parts.groupby(level="dimension"):
        difference = added.droplevel("dimension") - whole
        assert difference.abs().max() <= 1e-9 * whole.abs().max(), dimension


@pytest.mark.slow
def test_what_is_forecast_begins_after_the_last_complete_month(trained: Snapshot) -> None:
    frame, told = (trained.table(name).to_pandas() for name in ("forecasts", "forecast_months"))
    last = pd.Timestamp(told["date"].max())
    assert last + pd.offsets.MonthEnd(0) <= pd.Timestamp(trained.as_of)
    assert pd.Timestamp(frame["date"].min()) == last + pd.offsets.MonthBegin(1)
    assert (frame["low"] <= frame["value"]).all()
    assert (frame["value"] <= frame["high"]).all()


def test_without_a_model_the_tables_are_empty_and_say_how_to_make_one(snapshot: Snapshot) -> None:
    assert snapshot.table("forecasts").count().to_pandas() == 0
    assert any("train" in note for note in snapshot.notes("forecasts"))
