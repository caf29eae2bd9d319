"""Models for programs: versions, roll-back with identical scores, files, features as of a day, the schedule."""

import io
import json
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from dash import Dash
from dash.development.base_component import Component
from flask.testing import FlaskClient

from dashapp import access, shop
from dashapp.components.answer import plain
from dashapp.components.churn.body import churn_page
from dashapp.components.models.body import models_page
from dashapp.components.models.versions import _compared
from ml import churn, features
from ml.registry import Registry
from ml.training import TRAINERS, publish
from pipeline.warehouse import Warehouse
from settings import Settings

HERE = "http://localhost"


@pytest.fixture(scope="module")
def home(trained: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A copy of the shop with a churn model, beside which another version is kept."""
    mine = Settings(home=tmp_path_factory.mktemp("served"))
    shutil.copytree(trained.home, mine.home, symlinks=True, dirs_exist_ok=True)
    first = Registry(mine.models).champion("churn")
    assert first
    model = first.load()
    frames = {
        Path(file).stem: first.frame(Path(file).stem) for file in first.manifest["sha256"] if file.endswith(".parquet")
    }
    own = ("name", "version", "made", "file", "sha256", "bytes", "libraries")
    facts = {name: value for name, value in first.manifest.items() if name not in own} | {"seed": 8}
    Registry(mine.models).register("churn", churn.Kept(model.before, model.before), facts, frames)
    return mine


@pytest.fixture
def client(app: Dash, home: Settings) -> Iterator[FlaskClient]:
    before = app.server.config[shop.KEY]
    shop.serve(app.server.config, home, before.jobs)
    client = app.server.test_client()
    client.environ_base["HTTP_HOST"] = "localhost"
    with app.server.app_context():
        yield client
    app.server.config[shop.KEY] = before


def scores(home: Settings) -> pd.DataFrame:
    return Warehouse(home).current().table("churn_scores").to_pandas()


def versions(home: Settings) -> tuple[str, str]:
    """The one that serves, and the other."""
    registry = Registry(home.models)
    serving = registry.champion("churn")
    assert serving
    (other,) = (v.id for v in registry.versions("churn") if v != serving)
    return serving.id, other


def test_every_model_is_told_with_its_versions_metrics_and_peers(client: FlaskClient, home: Settings) -> None:
    told = {model["name"]: model for model in client.get("/api/v1/models").json["models"]}
    assert list(told) == list(TRAINERS)
    serving, other = versions(home)
    assert told["churn"]["champion"] == serving
    assert {v["version"] for v in told["churn"]["versions"]} == {serving, other}
    manifest = Registry(home.models).version("churn", serving).manifest
    assert told["churn"]["metrics"] == manifest["metrics"]
    assert told["churn"]["peers"] == manifest["peers"]
    assert (told["churn"]["trained_at"], told["churn"]["snapshot"]) == (manifest["made"], manifest["snapshot"])
    sales = Registry(home.models).champion("sales")
    assert told["sales"]["champion"] == (sales.id if sales else None)
    assert len(told["sales"]["versions"]) == len(Registry(home.models).versions("sales"))


def test_a_version_that_serves_again_gives_the_scores_it_gave(client: FlaskClient, home: Settings) -> None:
    serving, other = versions(home)
    before = scores(home)
    assert client.post("/api/v1/models/churn/champion", json={"version": other}).json["champion"] == other
    assert not scores(home)["probability"].equals(before["probability"])
    assert client.post("/api/v1/models/churn/champion", json={"version": serving}).status_code == 200
    pd.testing.assert_frame_equal(scores(home), before)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("champion", {"version": "20200101-000000-abcdef"}, 404),
        ("champion", {"version": "../churn"}, 404),
        ("champion", {}, 400),
        ("schedule", {"every": "hourly"}, 400),
        ("schedule", ["weekly"], 400),
    ],
)
def test_what_cannot_be_is_refused_in_words(client: FlaskClient, path: str, body: object, status: int) -> None:
    got = client.post(f"/api/v1/models/churn/{path}", json=body)
    assert got.status_code == status
    assert got.json["error"]


def test_nothing_changes_while_the_shop_is_written_to(client: FlaskClient, home: Settings) -> None:
    serving, other = versions(home)
    with Warehouse(home).writing():
        got = client.post("/api/v1/models/churn/champion", json={"version": other})
    assert got.status_code == 409
    assert "Another load is running" in got.json["error"]
    assert versions(home)[0] == serving


def test_a_viewer_may_look_but_not_change(client: FlaskClient, home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "current_role", lambda: "viewer")
    assert client.get("/api/v1/models").status_code == 200
    for path, body in (("champion", {"version": versions(home)[1]}), ("schedule", {"every": "off"})):
        assert client.post(f"/api/v1/models/churn/{path}", json=body).status_code == 403


def test_a_version_is_taken_along_as_it_is(client: FlaskClient, home: Settings) -> None:
    version = Registry(home.models).version("churn", versions(home)[0])
    manifest = client.get(f"/models/churn/{version.id}/manifest.json")
    assert json.loads(manifest.data) == version.manifest
    got = pd.read_csv(io.BytesIO(client.get(f"/models/churn/{version.id}/folds.csv").data))
    assert got["auc"].to_numpy() == pytest.approx(version.frame("folds")["auc"].to_numpy())
    assert client.get(f"/models/churn/{version.id}/nothing.csv").status_code == 404
    assert client.get("/models/churn/20200101-000000-abcdef/folds.csv").status_code == 404


def test_features_as_of_a_day_are_those_that_the_model_was_judged_on(client: FlaskClient, home: Settings) -> None:
    told = Registry(home.models).version("churn", versions(home)[0]).manifest
    served, cutoff = Warehouse(home).current(), date.fromisoformat(told["cutoff"])
    found = features.as_of(cutoff, served).set_index("customer_id")
    judged = churn.examples(
        served.table("sales"), served.table("reviews"), [cutoff], told["parameters"]["horizon_days"]
    )
    pd.testing.assert_frame_equal(found, judged.set_index("customer_id")[list(churn.NAMES)])
    assert told["features_version"] == features.version() == client.get("/api/v1/features").json["version"]
    got = pd.read_csv(io.BytesIO(client.get(f"/api/v1/features/customers.csv?as_of={cutoff}").data)).set_index(
        "customer_id"
    )
    pd.testing.assert_frame_equal(got, found, check_index_type=False, rtol=1e-12)


@pytest.mark.parametrize("day", ["1999-01-01", "yesterday", "2090-01-01"])
def test_a_day_without_data_is_refused(client: FlaskClient, day: str) -> None:
    assert client.get(f"/api/v1/features/customers.csv?as_of={day}").status_code == 400


def test_a_customer_is_told_with_risk_and_reasons(client: FlaskClient, home: Settings) -> None:
    row = scores(home).iloc[3]
    told = client.get(f"/api/v1/customers/{row['customer_id']}").json
    assert told["scores"]["probability"] == pytest.approx(row["probability"])
    assert [told["scores"][f"reason_{k}"] for k in (1, 2, 3)] == [row[f"reason_{k}"] for k in (1, 2, 3)]
    assert told["features"]
    assert told["orders"]


def test_the_schedule_is_set_and_told(client: FlaskClient) -> None:
    made = client.post("/api/v1/models/churn/schedule", json={"every": "monthly"}).json
    told = {model["name"]: model["schedule"] for model in client.get("/api/v1/models").json["models"]}
    assert told["churn"] == {"every": "monthly", "next_at": made["next_at"]}
    assert told["sales"]["every"] == "quarterly"


def test_two_versions_are_compared_where_they_differ(client: FlaskClient, home: Settings) -> None:
    text = json.dumps(plain(_compared("churn", *versions(home))))
    assert "Seed" in text
    assert "Recipe" not in text


@pytest.mark.parametrize(
    ("page", "says"), [(churn_page, "What those who left had in common"), (models_page, "Which version serves")]
)
def test_a_page_is_made_with_and_without_a_model(
    client: FlaskClient, app: Dash, home: Settings, page: Callable[[], Component], says: str
) -> None:
    assert says in json.dumps(plain(page()))
    empty = Settings(home=home.home / "nothing")
    (empty.home / "data").mkdir(parents=True, exist_ok=True)
    before = app.server.config[shop.KEY]
    shop.serve(app.server.config, empty, before.jobs)
    made = json.dumps(plain(page()))
    app.server.config[shop.KEY] = before
    assert "data-start" in made
    assert says not in made


def test_a_version_that_was_tampered_with_is_told_and_not_read(client: FlaskClient, home: Settings) -> None:
    file = Registry(home.models).version("churn", versions(home)[0]).folder / "folds.parquet"
    before = file.read_bytes()
    file.write_bytes(before[:-1] + b"x")
    made = json.dumps(plain(models_page()))
    got = client.get(f"/models/churn/{file.parent.name}/folds.csv")
    file.write_bytes(before)
    assert "is not the file that was registered" in made
    assert got.status_code == 409


def test_what_a_model_says_is_published_for_it_alone(home: Settings) -> None:
    before = Warehouse(home).current()
    publish("churn", home)
    after = Warehouse(home).current()
    assert before.id != after.id
    assert before.manifest["tables"]["customer_value"] == after.manifest["tables"]["customer_value"]
    bands = after.table("churn_bands").to_pandas()
    pd.testing.assert_frame_equal(before.table("churn_bands").to_pandas(), bands)
