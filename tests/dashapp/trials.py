"""Jobs for trials: each ends in another way."""

import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Event

from dash import html

from dashapp.jobs.catalogue import Job
from dashapp.jobs.runs import Runs
from dashapp.jobs.worker import perform
from pipeline.errors import DataError
from pipeline.progress import Progress
from settings import Settings


def short(_settings: Settings, progress: Progress) -> str:
    progress("Half way", 0.5)
    return "It is there."


def long(settings: Settings, progress: Progress) -> str:
    progress("Counting", 0.25)
    try:
        while True:
            time.sleep(0.05)
    finally:
        (settings.home / "tidied").touch()


def deaf(_settings: Settings, progress: Progress) -> str:
    """Listens to no interruption, and has a child of its own."""
    with subprocess.Popen(["sleep", "1000"]) as child:
        progress(f"{child.pid}", 0.1)
        while True:
            try:
                Event().wait(1000)
            except KeyboardInterrupt:
                continue


def wrong(_settings: Settings, _progress: Progress) -> str:
    raise DataError("sales.csv, line 7: 'x' is no number. Correct it.")


def broken(_settings: Settings, _progress: Progress) -> str:
    raise ZeroDivisionError("division by zero")


def gate(settings: Settings, progress: Progress) -> str:
    """Goes on once the file `open` lies in the home, and notes how many were inside with it."""
    inside = [run for run in Runs(settings.state).all() if run.state == "running"]
    progress(f"{len(inside)} inside", 0.5)
    while not (settings.home / "open").exists():
        time.sleep(0.02)
    return f"{len(inside)} inside"


def final(settings: Settings, progress: Progress) -> str:
    """Waits for the file `open`, takes effect, waits for the file `shut`."""
    progress("Making", 0.5)
    for name, done in (("open", 0.99), ("shut", 1.0)):
        while not (settings.home / name).exists():
            with suppress(KeyboardInterrupt):
                time.sleep(0.02)
        progress("Taking effect", done)
        (settings.home / "effect").touch()
    return "It is there."


def background(set_progress: Callable[[object], None], text: str) -> object:
    """As a callback of Dash in the background: tells how far it is, and hands back a component."""
    set_progress((html.B("half way"),))
    if text == "never":
        Event().wait()
    return html.P(text)


TRIALS = {
    work.__name__: Job(work.__name__, work.__name__, "A trial.", work)
    for work in (short, long, deaf, wrong, broken, gate, final)
}


def perform_trial(fields: dict[str, object], id_: str) -> None:
    perform(fields, id_, TRIALS)


def serve_one(home: str, name: str) -> None:
    """A server that starts a job and waits to be killed."""
    from dashapp.jobs.board import Board
    from dashapp.jobs.manager import Manager

    settings = Settings(home=Path(home))
    settings.data.mkdir(parents=True, exist_ok=True)
    board = Board(settings, Manager(settings.work), perform_trial, TRIALS)
    print(board.start(name, "admin").id, flush=True)
    time.sleep(1000)


def work_off_trials(home: str, address: str) -> None:
    """A worker of the queue, until it is killed."""
    from dashapp.jobs.board import Board
    from dashapp.jobs.queue import manager_for, work_off

    settings = Settings(home=Path(home), jobs=address)
    work_off(Board(settings, manager_for(settings), perform_trial, TRIALS).manager)
