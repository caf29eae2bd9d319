"""The routes of jobs: who may ask, what is told, and refusals in words."""

import pytest
from dash import Dash
from flask.testing import FlaskClient

from dashapp import access, work
from dashapp.jobs.catalogue import JOBS


@pytest.fixture
def client(app: Dash) -> FlaskClient:
    client = app.server.test_client()
    client.environ_base["HTTP_HOST"] = "127.0.0.1:8050"
    return client


def test_the_jobs_there_are_and_what_is_served_are_told(client: FlaskClient) -> None:
    got = client.get("/api/v1/jobs").json
    assert [job["name"] for job in got["jobs"]] == list(JOBS)
    assert got["served"]["id"] == client.get("/ready").json["snapshot"]


@pytest.mark.parametrize(
    ("body", "says"),
    [({"name": "pipelin"}, "Did you mean: pipeline"), ({}, 'Send {"name"'), (["pipeline"], 'Send {"name"')],
)
def test_a_job_that_there_is_not_is_refused_in_words(client: FlaskClient, body: object, says: str) -> None:
    got = client.post("/api/v1/jobs", json=body)
    assert got.status_code == 400
    assert says in got.json["error"]


def test_a_load_that_takes_away_what_is_served_has_to_be_meant(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "lost", lambda _: ["Revenue would fall."])
    got = client.post("/api/v1/jobs", json={"name": "upload"})
    assert (got.status_code, got.json["error"].startswith("Revenue would fall. Say that this is meant")) == (400, True)


def test_a_run_that_there_is_not_cannot_be_cancelled(client: FlaskClient) -> None:
    assert client.post("/api/v1/jobs/1%20OR%201=1/cancel").status_code == 400


def test_a_viewer_may_look_but_neither_run_nor_cancel(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "current_role", lambda: "viewer")
    assert client.get("/api/v1/jobs").status_code == 200
    assert client.post("/api/v1/jobs", json={"name": "pipeline"}).status_code == 403
    assert client.post("/api/v1/jobs/x/cancel").status_code == 403


def test_the_report_is_that_of_the_snapshot_served(client: FlaskClient) -> None:
    assert client.get("/api/v1/report").json["files"]["sales_transactions"]["records_before"] > 0


def test_every_job_says_what_it_is_about() -> None:
    assert all(job.title and job.about.endswith(".") and job.name == name for name, job in JOBS.items())
