"""kill -9 of the worker, of the server, or of both, in the middle of each real job: what became of it is told, nothing of either
lives on, what is served is as it was, and the job can be run again."""

import json
import os
import shutil
import signal
import socket
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from dashapp.jobs.processes import Worker
from dashapp.jobs.runs import Run, Runs
from ml.registry import Registry
from pipeline.files import candidates
from pipeline.inbox import Inbox
from pipeline.uploads import Uploads
from settings import Settings
from tests.browser.test_pipeline import Shop
from tests.conftest import AGAIN
from tests.dashapp.test_jobs import gone, wait_for

pytestmark = [pytest.mark.slow, AGAIN]
KILLS = [("worker", "upload"), ("worker", "churn"), *(("server", job) for job in ("pipeline", "look", "upload")),
         ("both", "sales"), ("both", "upload")]  # fmt: skip


@pytest.fixture(scope="module")
def killed(settings: Settings, exports: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop that is served, with files that wait to be looked at and loaded."""
    home = tmp_path_factory.mktemp("killed")
    shutil.copytree(settings.warehouse, home / "data" / "warehouse")
    shop = Shop(home, exports, watch=0)
    for path in candidates(exports):
        data = path.read_bytes()
        Uploads(shop.settings).receive(Uploads(shop.settings).announce(path.name, len(data)), 0, [data])
    shop.serve()
    yield shop
    shop.kill()


def call(shop: Shop, address: str, **body: object) -> Any:
    data = json.dumps(body).encode() if body else None
    request = urllib.request.Request(shop.site + address, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read())


def below(pid: int) -> list[int]:
    return [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]


def in_the_middle(shop: Shop, job: str) -> Run:
    """A run of that job that is at work; its worker is held there, so that it cannot end before it is killed."""
    id_, runs = call(shop, "/api/v1/jobs", name=job, replace=True)["id"], Runs(shop.settings.state)
    wait_for(lambda: runs.one(id_).state == "running" and (job == "look" or runs.one(id_).progress > 0), 60)
    os.kill(Worker.parse(runs.one(id_).worker).pid, signal.SIGSTOP)
    assert runs.one(id_).open
    return runs.one(id_)


def let_go(worker: int) -> None:
    """A worker whose server died ends by itself, once it may."""
    with suppress(ProcessLookupError):
        os.kill(worker, signal.SIGCONT)


def state(shop: Shop) -> tuple[object, ...]:
    waiting = [path.read_bytes() for path in Uploads(shop.settings).files()]
    champions = [Registry(shop.settings.models).champion(name) for name in ("sales", "churn")]
    return shop.served().id, waiting, Inbox(shop.settings).waiting(), champions


@pytest.mark.parametrize(("who", "job"), KILLS)
def test_a_job_in_the_middle_of_which_something_is_killed(killed: Shop, who: str, job: str) -> None:
    run = in_the_middle(killed, job)
    before = state(killed)
    pids = [*below(Worker.parse(run.worker).pid), *(below(killed.process.pid) if who != "worker" else ())]
    if who != "server":
        os.kill(Worker.parse(run.worker).pid, signal.SIGKILL)
    if who != "worker":
        killed.kill()
    let_go(Worker.parse(run.worker).pid)
    wait_for(lambda: all(map(gone, pids)), 30)
    if who != "worker":
        with socket.socket() as free:
            free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            free.bind(("127.0.0.1", killed.port))
        killed.serve()
    told = next(each for each in call(killed, "/api/v1/jobs")["runs"] if each["id"] == run.id)
    assert (told["state"], told["label"]) == ("interrupted", "Interrupted")
    assert "ended before it was done" in told["says"]
    assert state(killed) == before
    left = [
        *killed.settings.warehouse.glob("tmp*"),
        *killed.settings.uploads.glob("tmp*"),
        *killed.settings.models.rglob(".2*"),
    ]
    assert who == "worker" or left == []


def test_after_all_that_the_jobs_still_run(killed: Shop) -> None:
    runs = Runs(killed.settings.state)
    for job in ("look", "upload"):
        id_ = call(killed, "/api/v1/jobs", name=job, replace=True)["id"]
        wait_for(lambda id_=id_: not runs.one(id_).open, 120)  # type: ignore[misc]
        assert runs.one(id_).state == "done"
    assert Uploads(killed.settings).served() is not None
    assert list(killed.settings.warehouse.glob("tmp*")) == []
