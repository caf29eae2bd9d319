"""A small shop that all tests share: generated once, loaded once, never written to."""

import shutil
from importlib import import_module
from pathlib import Path

import pandas as pd
import pytest
from dash import Dash

from ml.forecasting.forest import RECIPE
from ml.scoring import SCORES
from ml.training import train
from pipeline.generate import generate
from pipeline.run import run_pipeline
from pipeline.warehouse import Snapshot, Warehouse
from settings import Settings
from tests import oracle

# What drives a browser or kills processes depends on the machine's load too: tried once more, and named in the summary.
AGAIN = pytest.mark.flaky(reruns=1)
REAL_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The four raw files, dirt included."""
    folder = tmp_path_factory.mktemp("exports")
    generate(folder, rows=6_000, seed=11)
    return folder


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory, exports: Path) -> Settings:
    """A home in which those files have been loaded."""
    shop = Settings(home=tmp_path_factory.mktemp("home"))
    run_pipeline(shop, exports, scores=SCORES)
    return shop


@pytest.fixture(scope="session")
def trained(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A copy of that home in which a churn model was trained; never written to either."""
    from ml.training import train

    copy = Settings(home=tmp_path_factory.mktemp("trained"))
    apart = shutil.ignore_patterns("state.db*")  # the app may be writing there
    shutil.copytree(settings.home, copy.home, ignore=apart, symlinks=True, dirs_exist_ok=True)
    train("churn", copy, horizon=120)
    return copy


@pytest.fixture(scope="session")
def snapshot(settings: Settings) -> Snapshot:
    return Warehouse(settings).current()


@pytest.fixture(scope="session")
def forecast_shop(tmp_path_factory: pytest.TempPathFactory, exports: Path) -> Settings:
    """Another home with the same files, its sales model trained (the forest by its usual recipe)."""
    shop = Settings(home=tmp_path_factory.mktemp("forecast"))
    run_pipeline(shop, exports, scores=SCORES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(import_module("ml.forecasting.forecast"), "searched", lambda *_: RECIPE)
        train("sales", shop)
    return shop


@pytest.fixture(scope="session")
def forecast_snapshot(forecast_shop: Settings) -> Snapshot:
    return Warehouse(forecast_shop).current()


@pytest.fixture(scope="session")
def rich_exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The four files and all optional ones, without dirt."""
    folder = tmp_path_factory.mktemp("rich_exports")
    generate(folder, rows=6_000, seed=12, extras=True, dirt=False)
    return folder


@pytest.fixture(scope="session")
def rich(tmp_path_factory: pytest.TempPathFactory, rich_exports: Path) -> Snapshot:
    """A shop that has them all."""
    return run_pipeline(Settings(home=tmp_path_factory.mktemp("rich")), rich_exports, scores=SCORES)


@pytest.fixture(scope="session")
def raw(exports: Path) -> pd.DataFrame:
    """The same files as pandas reads them, without any code of ours."""
    return oracle.load(exports)


@pytest.fixture(scope="session")
def app(settings: Settings) -> Dash:
    """The app over that shop; one a process, as Dash registers pages and callbacks once."""
    from dashapp.app import create_app

    return create_app(settings)


@pytest.fixture(scope="session")
def online_retail() -> Path:
    """UCI Online Retail as it is; tests that need it are skipped where it is not at hand."""
    folder = REAL_DATA / "online_retail"
    if not folder.is_dir():
        pytest.skip("the Online Retail file is not beside the project (../shared/data/online_retail)")
    return folder
