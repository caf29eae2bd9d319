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
from settings import Settings
from tests.dashapp.test_jobs import over, until, wait_for, working
from tests.dashapp.trials import TRIALS, perform_trial

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


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
