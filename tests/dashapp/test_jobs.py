"""Jobs: each run is told to its end in words, whatever dies on the way."""

import os
import pickle
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from sqlalchemy import update

from analytics.errors import QuestionError
from dashapp.jobs import runs as runs_module
from dashapp.jobs.board import Board
from dashapp.jobs.manager import Manager, results
from dashapp.jobs.processes import Worker
from dashapp.jobs.runs import Run, Runs
from dashapp.jobs.worker import MANNERS, Watch
from pipeline.warehouse import Warehouse
from settings import Settings
from tests.conftest import AGAIN
from tests.dashapp.trials import TRIALS, background, perform_trial

ROOT = Path(__file__).parents[2]
pytestmark = AGAIN


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path)
    settings.data.mkdir()
    return settings


@pytest.fixture
def board(home: Settings) -> Iterator[Board]:
    made = Board(home, Manager(home.work), perform_trial, TRIALS)
    yield made
    for run in made.all(100):
        if run.worker:
            Worker.parse(run.worker).end()


def until(board: Board, run: Run, when: Callable[[Run], bool], within: float = 20) -> Run:
    """The run as soon as it is so; polls with a limit."""
    limit = time.time() + within
    while time.time() < limit:
        now = next(r for r in board.all(100) if r.id == run.id)
        if when(now):
            return now
        time.sleep(0.02)
    raise AssertionError(f"still {now}")


def over(run: Run) -> bool:
    return not run.open


def working(run: Run) -> bool:
    return run.state == "running" and run.progress > 0


def gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def nothing_left(settings: Settings) -> bool:
    """Of a load that was killed, once the next has begun or the server has come up again; its processes may still die: polled."""
    Warehouse(settings).recover()
    return list(settings.warehouse.glob("tmp*")) == []


def wait_for(so: Callable[[], bool], within: float = 20) -> None:
    limit = time.time() + within
    while not so():
        assert time.time() < limit
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("name", "state", "says"),
    [
        ("short", "done", "It is there."),
        ("wrong", "failed", "sales.csv, line 7: 'x' is no number. Correct it."),
        ("broken", "failed", "ZeroDivisionError: division by zero"),
    ],
)
def test_a_run_ends_in_words(board: Board, name: str, state: str, says: str) -> None:
    run = until(board, board.start(name, "admin"), over)
    assert run.state == state
    assert says in run.says
    assert run.seconds >= 0
    assert run.progress == (1.0 if state == "done" else 0.0)


def test_a_run_tells_what_it_is_doing(board: Board) -> None:
    run = until(board, board.start("long", "admin"), working)
    assert (run.stage, run.progress, run.who) == ("Counting", 0.25, "admin")


def test_a_run_stands_back_for_readers(board: Board) -> None:
    run = until(board, board.start("long", "admin"), working)
    assert psutil.Process(Worker.parse(run.worker).pid).nice() == max(MANNERS, psutil.Process().nice())


def test_a_cancelled_run_tidies_up_and_is_gone_within_a_second(board: Board, home: Settings) -> None:
    run = until(board, board.start("long", "admin"), working)
    began = time.time()
    assert board.cancel(run.id).state == "cancelled"
    wait_for(lambda: not Worker.parse(run.worker).alive())
    assert time.time() - began < 1
    assert (home.home / "tidied").exists()
    assert next(r for r in board.all() if r.id == run.id).state == "cancelled"


def test_a_run_that_listens_to_nobody_is_ended_with_its_children(board: Board) -> None:
    run = until(board, board.start("deaf", "admin"), working)
    began = time.time()
    board.cancel(run.id)
    wait_for(lambda: not Worker.parse(run.worker).alive() and gone(int(run.stage)))
    assert time.time() - began < 1.5


def test_what_takes_effect_cannot_be_cancelled_any_more(board: Board, home: Settings) -> None:
    run = until(board, board.start("final", "admin"), working)
    (home.home / "open").touch()
    until(board, run, lambda r: r.progress >= runs_module.FINAL)
    with pytest.raises(QuestionError, match="too late"):
        board.cancel(run.id)
    (home.home / "shut").touch()
    assert until(board, run, over).state == "done"
    assert board.cancel(run.id).state == "done"


def test_what_is_cancelled_takes_no_effect_however_late_it_is_noticed(home: Settings) -> None:
    runs = Runs(home.state)
    run = runs.add("short", "admin")
    watch = Watch(runs, run.id)
    watch.tell("Making", 0.5)
    runs.cancel(run.id)
    with pytest.raises(KeyboardInterrupt):
        watch.tell("Taking effect", runs_module.FINAL)


def test_two_runs_of_a_job_queue_and_the_second_can_be_cancelled_while_it_waits(board: Board, home: Settings) -> None:
    first = until(board, board.start("gate", "admin"), working)
    second = board.start("gate", "admin")
    third = until(board, board.start("gate", "admin"), lambda r: bool(r.worker))
    assert (second.state, third.state) == ("queued", "queued")
    assert board.cancel(third.id).state == "cancelled"
    (home.home / "open").touch()
    assert until(board, first, over).says == "1 inside"
    assert until(board, second, over).says == "1 inside"
    wait_for(lambda: not Worker.parse(third.worker).alive())


def test_too_many_waiting_are_refused_in_words(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = Runs(home.state)
    for _ in range(runs_module.WAITING):
        runs.add("short", "admin")
    with pytest.raises(QuestionError, match="waiting already"):
        runs.add("short", "admin")


def test_no_more_than_a_few_run_at_once(home: Settings) -> None:
    runs = Runs(home.state)
    asked = [runs.add(name, "admin") for name in ("a", "b", "c")]
    assert all(runs.take(run.id, Worker.me()) for run in asked)
    assert [runs.begin(run.id) for run in asked] == [True] * runs_module.AT_ONCE + [False]
    runs.end(asked[0].id, "done")
    assert runs.begin(asked[2].id)


def test_a_run_is_taken_once(home: Settings) -> None:
    runs = Runs(home.state)
    run = runs.add("short", "admin")
    assert runs.take(run.id, Worker.me())
    assert not runs.take(run.id, Worker.me())
    assert not runs.take("no such run", Worker.me())


def test_the_first_end_counts(home: Settings) -> None:
    runs = Runs(home.state)
    run = runs.add("short", "admin")
    assert runs.end(run.id, "cancelled")
    assert not runs.end(run.id, "done", "late")
    assert runs.one(run.id).state == "cancelled"


def test_a_killed_worker_is_told_as_interrupted_and_its_job_runs_again(board: Board) -> None:
    run = until(board, board.start("gate", "admin"), working)
    os.kill(Worker.parse(run.worker).pid, signal.SIGKILL)
    dead = until(board, run, over)
    assert dead.state == "interrupted"
    assert "ended before it was done" in dead.says
    (board.settings.home / "open").touch()
    assert until(board, board.start("gate", "admin"), over).state == "done"


def test_a_run_that_no_worker_took_is_interrupted_after_a_while(home: Settings) -> None:
    run = Runs(home.state, patience=0).add("short", "admin")
    assert Runs(home.state, patience=0).all()[0].state == "interrupted"
    assert run.state == "queued"


def test_a_worker_of_a_queue_leaves_those_alone_that_wait_for_another(home: Settings) -> None:
    queued = Board(replace(home, jobs="redis://elsewhere"), Manager(home.work), perform_trial, TRIALS)
    waits = queued.runs.add("long", "admin")
    with queued.runs._open() as db:
        db.execute(update(runs_module.table).values(beat_at=time.time() - 600))
    assert until(queued, queued.start("short", "admin"), over).state == "done"
    assert queued.runs.one(waits.id).state == "queued"


def test_a_worker_elsewhere_is_believed_while_its_heart_beats(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = Runs(home.state)
    run = runs.add("short", "admin")
    runs.take(run.id, Worker("elsewhere", 1, 0.0))
    assert runs.all()[0].state == "queued"
    monkeypatch.setattr(runs_module, "SILENCE", 0.0)
    assert runs.all()[0].state == "interrupted"


def test_a_number_given_to_another_process_is_not_taken_for_the_worker() -> None:
    me = Worker.me()
    assert me.alive()
    assert not Worker(me.host, me.pid, me.born - 100).alive()
    assert Worker.parse(str(me)) == me


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_when_the_server_dies_its_runs_end_and_are_told_as_interrupted(home: Settings, how: signal.Signals) -> None:
    hears = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"  # also where a shell had it ignored
    )
    code = f"{hears}; from tests.dashapp.trials import serve_one; serve_one({str(home.home)!r}, 'long')"
    silent = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    server = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, **silent)  # type: ignore[call-overload]
    assert server.stdout
    id_ = server.stdout.readline().strip()
    runs = Runs(home.state)
    wait_for(lambda: runs.one(id_).progress > 0, 60)
    worker = Worker.parse(runs.one(id_).worker)
    server.send_signal(how)
    server.wait(30)
    wait_for(lambda: not worker.alive(), 60)
    assert runs.all()[0].state == "interrupted"


def test_the_folder_is_ours_alone_and_holds_no_pickle(home: Settings) -> None:
    cache = results(home.work)
    assert stat.S_IMODE(home.work.stat().st_mode) == 0o700
    cache.set("a", {"b": [1, "ü", None]})
    assert cache.get("a") == {"b": [1, "ü", None]}
    forged = pickle.dumps({"b": 1})
    cache._sql("UPDATE Cache SET mode = 4, value = ?", (forged,))
    with pytest.raises(ValueError, match="pickled"):
        cache.get("a")


def test_properties_set_one_after_another_are_all_kept(home: Settings) -> None:
    cache = results(home.work)
    cache.set("k-set_props", {"one": {"children": "1"}})
    cache.set("k-set_props", {"two": {"children": "2"}})
    assert cache.get("k-set_props") == {"one": {"children": "1"}, "two": {"children": "2"}}


def test_equal_calls_of_two_visitors_have_keys_of_their_own(board: Board) -> None:
    assert len({board.manager.build_cache_key(until, ["same"], [], None) for _ in range(3)}) == 3


def test_a_callback_in_the_background_hands_back_its_progress_and_its_components(home: Settings) -> None:
    manager = Manager(home.work)
    manager.register("background", background, True)
    job = manager.call_job_fn("key", manager.func_registry["background"], ["It is there."], {"cookies": {}})
    wait_for(lambda: manager.result_ready("key"), 20)
    (half,) = manager.get_progress("key")
    assert half["props"]["children"] == "half way"
    assert manager.get_result("key", job)["props"]["children"] == "It is there."


def test_a_process_that_ends_while_it_is_looked_at_is_no_error(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    manager, gone = Manager(home.work), subprocess.Popen(["true"])
    gone.wait()
    monkeypatch.setattr(psutil, "pid_exists", lambda pid: True)
    assert not manager.job_running(gone.pid)
    manager.terminate_job(gone.pid)


def test_a_callback_whose_process_was_killed_says_so(home: Settings) -> None:
    manager = Manager(home.work)
    manager.register("background", background, True)
    job = manager.call_job_fn("key", manager.func_registry["background"], ["never"], {})
    wait_for(lambda: bool(manager.handle.get("key-progress")), 20)
    assert manager.get_result("key", job) is manager.UNDEFINED
    os.kill(job, signal.SIGKILL)
    wait_for(lambda: not manager.job_running(job))
    assert "ended before it was done" in manager.get_result("key", job)["background_callback_error"]["msg"]
