"""The queue: the same jobs, done by workers of their own over a real Redis."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashapp.jobs.board import Board
from dashapp.jobs.processes import Worker
from dashapp.jobs.queue import manager_for
from pipeline.inbox import Inbox
from pipeline.uploads import Uploads
from pipeline.warehouse import Warehouse
from settings import Settings
from tests.conftest import AGAIN
from tests.dashapp.test_jobs import nothing_left, over, until, wait_for, working
from tests.dashapp.trials import TRIALS, perform_trial
from tests.pipeline.damages import R, table

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.slow, AGAIN]


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    found = shutil.which("redis-server")
    if not found:
        pytest.skip("redis-server is not installed: make services")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("redis")
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    server = subprocess.Popen([found, *options], stdout=subprocess.DEVNULL)
    try:
        wait_for(lambda: socket.socket().connect_ex(("127.0.0.1", port)) == 0, 10)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.kill()
        server.wait()


@pytest.fixture(scope="module")
def board(redis: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Board]:
    """A server's board, and a worker in a process of its own."""
    settings = Settings(home=tmp_path_factory.mktemp("home"), jobs=redis)
    settings.data.mkdir()
    code = f"from tests.dashapp.trials import work_off_trials; work_off_trials({str(settings.home)!r}, {redis!r})"
    worker = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, start_new_session=True,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        yield Board(settings, manager_for(settings), perform_trial, TRIALS)
    finally:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


def test_a_queued_run_ends_in_words(board: Board) -> None:
    assert until(board, board.start("short", "admin"), over, 60).says == "It is there."
    failed = until(board, board.start("wrong", "admin"), over, 60)
    assert (failed.state, failed.says) == ("failed", "sales.csv, line 7: 'x' is no number. Correct it.")


def test_a_cancelled_run_leaves_its_worker_free_for_the_next(board: Board) -> None:
    run = until(board, board.start("long", "admin"), working, 60)
    board.cancel(run.id)
    wait_for(lambda: not board.runs.one(run.id).worker)
    assert board.runs.one(run.id).state == "cancelled"
    assert until(board, board.start("short", "admin"), over, 60).state == "done"


def test_a_run_that_listens_to_nobody_is_ended_and_the_next_still_runs(board: Board) -> None:
    run = until(board, board.start("deaf", "admin"), working, 60)
    board.cancel(run.id)
    wait_for(lambda: not Worker.parse(run.worker).alive())
    assert until(board, board.start("short", "admin"), over, 60).state == "done"


def test_a_killed_worker_is_told_as_interrupted(board: Board) -> None:
    run = until(board, board.start("long", "admin"), working, 60)
    os.kill(Worker.parse(run.worker).pid, signal.SIGKILL)
    assert until(board, run, over).state == "interrupted"


@pytest.fixture(scope="module")
def real(redis: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Board, subprocess.Popen[bytes]]]:
    """A shop whose real jobs are done by `run.py worker`."""
    settings = Settings(home=tmp_path_factory.mktemp("real"), jobs=redis.replace("/0", "/1"))
    settings.data.mkdir()
    env = {**os.environ, "IBA_HOME": str(settings.home), "IBA_JOBS": settings.jobs}
    worker = subprocess.Popen([sys.executable, "run.py", "worker"], cwd=ROOT, env=env, start_new_session=True,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        yield Board(settings, manager_for(settings)), worker
    finally:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


def test_uploads_and_rows_are_looked_at_and_loaded_by_a_worker(real: tuple[Board, subprocess.Popen[bytes]]) -> None:
    board, settings = real[0], real[0].settings
    data = table(R).encode()
    Uploads(settings).receive(Uploads(settings).announce("sales.csv", len(data)), 0, [data])
    assert until(board, board.start("look", "admin"), over, 120).says == "1 file is ready to be loaded."
    assert until(board, board.start("upload", "admin"), over, 120).says.startswith("Published")
    Inbox(settings).put("sales_transactions", [{**R[0], "order_id": "NEW"}])
    assert until(board, board.start("rows", "admin"), over, 120).says.startswith("1 row is new")
    assert [run.state for run in board.all()] == ["done"] * 3
    assert Uploads(settings).files() == Inbox(settings).waiting() == []


def test_a_worker_killed_with_all_its_processes_is_told_as_interrupted(
    real: tuple[Board, subprocess.Popen[bytes]],
) -> None:
    board, worker = real
    run = until(board, board.start("pipeline", "admin"), lambda run: run.state == "running", 60)
    served = Warehouse(board.settings).current().id
    os.killpg(worker.pid, signal.SIGKILL)
    ended = until(board, run, over, 60)
    assert ended.state in ("interrupted", "done")
    assert (Warehouse(board.settings).current().id == served) == (ended.state == "interrupted")
    wait_for(lambda: nothing_left(board.settings))
