"""The worker: one run of a job in a process of its own, from waiting for its turn to its end in words."""

import _thread
import logging
import os
import signal
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from threading import Event, Thread

import psutil

from analytics.errors import QuestionError
from dashapp.jobs import processes
from dashapp.jobs.catalogue import JOBS, Job
from dashapp.jobs.processes import Worker
from dashapp.jobs.runs import FINAL, INTERRUPTED, Runs
from pipeline.errors import DataError
from settings import Settings

log = logging.getLogger(__name__)
TICK = 0.25
GRACE = 0.5
MANNERS = 5  # how far a run stands back for readers, as `nice` counts
UNEXPECTED = "Something went wrong that should not have: {}. What is served is as it was; the server's log says more."


def packed(settings: Settings) -> dict[str, object]:
    """Settings as plain values, for the way to another process."""
    return {**asdict(settings), "home": str(settings.home)}


def perform(fields: dict[str, object], id_: str, jobs: Mapping[str, Job] = JOBS) -> None:
    """Do the run of that id, in the shop of these settings; a run that is taken or over already is left alone."""
    settings = Settings(**{**fields, "home": Path(str(fields["home"]))})  # type: ignore[arg-type]
    runs = Runs.of(settings)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if not runs.take(id_, Worker.me()):
        return
    os.setpriority(os.PRIO_PROCESS, 0, max(MANNERS, os.getpriority(os.PRIO_PROCESS, 0)))
    watch = Watch(runs, id_)
    watch.start()
    try:
        runs.end(id_, *_outcome(runs, id_, settings, jobs, watch))
    finally:
        watch.over.set()
        runs.leave(id_)


class Watch(Thread):
    """Tells how far the run is, and ends this process when the run is cancelled or the server is gone."""

    def __init__(self, runs: Runs, id_: str) -> None:
        super().__init__(daemon=True)
        self.runs, self.id = runs, id_
        self.wanted = processes.server()
        self.stage, self.done = "", 0.0
        self.over = Event()

    def tell(self, stage: str, done: float) -> None:
        """What is being done, and the fraction of the whole that is; what is final is not done for a cancelled run."""
        self.stage, self.done = stage, done
        if done >= FINAL and not self.runs.beat(self.id, stage, done):
            raise KeyboardInterrupt

    def run(self) -> None:
        while not self.over.wait(TICK):
            if not self.wanted() or not self.runs.beat(self.id, self.stage, self.done):
                self._leave()

    def _leave(self) -> None:
        """First as Ctrl+C does, so that the work tidies up; then without asking."""
        _thread.interrupt_main()
        if not self.over.wait(GRACE):
            self.runs.end(self.id, "interrupted", INTERRUPTED)
            for child in psutil.Process().children(recursive=True):
                processes.end(child)
            os._exit(1)


def _outcome(runs: Runs, id_: str, settings: Settings, jobs: Mapping[str, Job], watch: Watch) -> tuple[str, str]:
    try:
        while not runs.begin(id_):
            time.sleep(TICK)
        return "done", jobs[runs.one(id_).name].work(settings, watch.tell)
    except KeyboardInterrupt:
        return "interrupted", INTERRUPTED
    except (DataError, QuestionError) as error:
        return "failed", str(error)
    except MemoryError:
        return "failed", "Memory ran out. Close other programs, or set IBA_MEMORY lower than the machine has."
    except Exception as error:
        if isinstance(error.__cause__, KeyboardInterrupt):
            return "interrupted", INTERRUPTED
        log.exception("The job of run %s failed", id_)
        return "failed", UNEXPECTED.format(f"{type(error).__name__}: {error}")
