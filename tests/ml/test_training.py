"""A training keeps a version, lets it serve only by the rule, and its scores are those that the pages read."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ml import churn
from ml.churn import CannotTell
from ml.churn.explorer import customer
from ml.registry import NoModel, Registry
from ml.scoring import SCORES, stale
from ml.training import decided, publish, roll_back, train
from pipeline.errors import BusyError
from pipeline.features import FEATURES
from pipeline.run import is_current, remembered, run_pipeline
from pipeline.warehouse import Warehouse
from settings import Settings

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def home(trained: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A copy of the shop with a churn model, in which another version serves: the model as it was before its last test."""
    mine = Settings(home=tmp_path_factory.mktemp("mine"))
    shutil.copytree(trained.home, mine.home, symlinks=True, dirs_exist_ok=True)
    registry = Registry(mine.models)
    first = registry.champion("churn")
    assert first
    model, told = first.load(), first.manifest
    facts = {name: told[name] for name in ("recipe", "parameters", "features", "metrics", "peers", "cutoff", "as_of")}
    frames = {Path(file).stem: first.frame(Path(file).stem) for file in told["sha256"] if file.endswith(".parquet")}
    other = registry.register("churn", churn.Kept(model.before, model.before), facts, frames)
    registry.promote("churn", other.id, "For the tests.")
    publish("churn", mine)
    return mine


def scores(home: Settings) -> pd.DataFrame:
    return Warehouse(home).current().table("churn_scores").to_pandas()


def test_without_a_model_there_are_no_scores_and_a_reason(settings: Settings) -> None:
    served = Warehouse(settings).current()
    assert served.table("churn_scores").count().to_pandas() == 0
    assert "Run: python run.py train churn" in served.notes("churn_scores")[0]


def test_the_scores_published_are_those_of_the_model_that_serves(home: Settings) -> None:
    champion, served = Registry(home.models).champion("churn"), Warehouse(home).current()
    assert champion
    known = churn.known(served.table("sales"), served.table("reviews"), served.as_of)
    table = scores(home).set_index("customer_id")
    expected = champion.load().serving.probability(known)
    pd.testing.assert_series_equal(table["probability"], expected, check_names=False, check_index_type=False)
    assert set(table["band"]) <= set(churn.BANDS)
    assert (table["horizon_days"] == 120).all()
    assert table["reason_1"].str.contains("points").all()
    assert served.manifest["scores"]["churn_scores"]["model"] == {"version": champion.id}


def test_the_lines_of_one_customer_add_up_to_what_was_published(home: Settings) -> None:
    row = scores(home).iloc[5]
    lines = customer(row["customer_id"], Warehouse(home).current(), home)
    assert lines["points"].sum() == pytest.approx(row["probability"])
    assert lines["words"].iloc[1] in row["reason_1"]
    with pytest.raises(LookupError, match="No customer 'nobody'"):
        customer("nobody", Warehouse(home).current(), home)


def test_scoring_again_leaves_all_else_as_it_was(settings: Settings, home: Settings) -> None:
    before, after = Warehouse(settings).current(), Warehouse(home).current()
    assert before.id != after.id
    assert {k: v for k, v in before.manifest["tables"].items() if k not in SCORES} == {
        k: v for k, v in after.manifest["tables"].items() if k not in SCORES
    }
    assert "churn_scores" not in after.lacks
    for file in ("merged_analytics_data.csv", "cleaning_report.json"):
        assert (home.processed / file).read_bytes() == (settings.processed / file).read_bytes()
    source = remembered(home)
    assert source
    assert is_current(home, source, SCORES)


def test_a_version_says_what_it_was_made_from(home: Settings) -> None:
    version = Registry(home.models).versions("churn")[-1]
    told = version.manifest
    assert set(told["features"]) - set(FEATURES) == {"order_days", "categories_bought", "top_category_share"}
    assert told["recipe"] == churn.RECIPE
    assert told["metrics"]["auc"].keys() == {"value", "low", "high"}
    assert {"recency_rule", "logistic", "forest", "boosting", "default_forest"} <= set(told["peers"])
    assert {"outcomes", "folds", "bands", "traits", "importance"} <= {Path(f).stem for f in told["sha256"]}
    assert "customer_id" not in version.frame("outcomes")


def test_rolling_back_gives_the_same_scores_as_before(home: Settings) -> None:
    now = scores(home)
    registry = Registry(home.models)
    newest = registry.champion("churn")
    assert newest
    roll_back("churn", home)
    assert not scores(home)["probability"].equals(now["probability"])
    roll_back("churn", home, newest.id)
    pd.testing.assert_frame_equal(scores(home), now)


def test_a_training_that_is_cancelled_keeps_nothing(home: Settings) -> None:
    class Cancelled(Exception):  # noqa: N818
        pass

    def stop(stage: str, done: float) -> None:
        if done > 0.2:
            raise Cancelled

    before = [v.id for v in Registry(home.models).versions("churn")]
    with pytest.raises(Cancelled):
        train("churn", home, stop, horizon=120)
    assert [v.id for v in Registry(home.models).versions("churn")] == before


def test_an_unknown_model_is_named_with_those_there_are(home: Settings) -> None:
    with pytest.raises(NoModel, match=r"'chrun'.*churn"):
        train("chrun", home)


def test_a_small_shop_is_told_what_is_missing(tmp_path: Path) -> None:
    lines = [(f"O{i}", f"C{i % 3}", "P1", f"2024-0{1 + i % 9}-05", 1, 5.0) for i in range(20)]
    columns = ["order_id", "customer_id", "product_id", "order_date", "quantity", "unit_price"]
    (tmp_path / "shop").mkdir()
    pd.DataFrame(lines, columns=columns).to_csv(tmp_path / "shop" / "sales_transactions.csv", index=False)
    small = Settings(home=tmp_path / "home")
    run_pipeline(small, tmp_path / "shop", scores=SCORES)
    with pytest.raises(CannotTell, match="at least 30 of each are needed"):
        train("churn", small)
    assert Registry(small.models).champion("churn") is None


def losses(gain: float, noise: float = 0.01, origins: int = 3) -> pd.DataFrame:
    random = np.random.default_rng(2)
    before, luck = random.uniform(0.1, 0.3, 3000), random.normal(0, noise, 3000)
    now = before - gain + luck - luck.mean()
    return pd.DataFrame({"origin": np.arange(3000) % origins, "before": before, "now": now})


@pytest.mark.parametrize(
    ("gain", "origins", "same", "other"),
    [
        (0.01, 3, True, True),
        (0.01, 2, True, False),
        (0.001, 3, True, False),
        (0.0, 3, True, False),
        (-0.01, 3, False, False),
    ],
)
def test_the_same_recipe_need_be_no_worse_and_another_must_be_better_beyond_doubt(
    gain: float, origins: int, same: bool, other: bool
) -> None:
    assert decided(losses(gain, origins=origins), same_recipe=True)[0] == same
    assert decided(losses(gain, origins=origins), same_recipe=False)[0] == other


def test_another_recipe_must_win_at_every_origin() -> None:
    frame = losses(0.05)
    frame.loc[frame["origin"] == 1, "now"] += 0.06
    assert not decided(frame, same_recipe=False)[0]


TRAIN = [sys.executable, str(ROOT / "run.py"), "train", "churn", "--horizon", "120"]


def test_scores_of_a_model_that_no_longer_serves_are_noticed(home: Settings) -> None:
    registry = Registry(home.models)
    assert not stale(home)
    newest = registry.champion("churn")
    assert newest
    registry.roll_back("churn")
    assert stale(home)
    registry.promote("churn", newest.id, "")
    assert not stale(home)


def test_scores_of_every_model_are_watched(home: Settings) -> None:
    registry = Registry(home.models)
    registry.promote("sales", registry.register("sales", {"model": "naive"}, {"recipe": "sales-0"}).id, "For the test.")
    assert stale(home)
    shutil.rmtree(home.models / "sales")
    assert not stale(home)


def test_publishing_waits_for_another_writer_only_so_long(home: Settings) -> None:
    before = Warehouse(home).current()
    with Warehouse(home).writing(), pytest.raises(BusyError, match="Another load is running"):
        publish("churn", home, patience=0)
    assert Warehouse(home).current() == before
    publish("churn", home, patience=0)
    assert Warehouse(home).current() != before


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.1, 0.6, 0.9, 0.97])
def test_a_training_killed_at_any_instant_leaves_the_old_model_serving(home: Settings, share: float) -> None:
    registry = Registry(home.models)
    champion, table = registry.champion("churn"), scores(home)
    whole = _seconds(home)
    with subprocess.Popen(
        TRAIN, cwd=ROOT, env=os.environ | {"IBA_HOME": str(home.home)}, stderr=subprocess.DEVNULL
    ) as run:
        try:
            run.wait(share * whole)
        except subprocess.TimeoutExpired:
            os.kill(run.pid, signal.SIGKILL)
    now = registry.champion("churn")
    assert now
    assert now.load().serving
    if now == champion:
        pd.testing.assert_frame_equal(scores(home), table)
    assert all(v.load() for v in registry.versions("churn"))


def _seconds(home: Settings) -> float:
    start = time.monotonic()
    train("churn", home, horizon=120)
    return time.monotonic() - start
