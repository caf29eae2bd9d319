"""The board: where a job is asked for, seen and cancelled, whoever started it and from wherever."""

from collections.abc import Callable, Mapping

from dash.background_callback.managers import BaseBackgroundCallbackManager

from analytics.errors import known
from dashapp.jobs.catalogue import JOBS, Job
from dashapp.jobs.runs import Run, Runs
from dashapp.jobs.worker import packed, perform
from settings import Settings

KEY = "job"


class Board:
    """The jobs of one shop; `manager` finds each run a process, here or on another machine."""

    def __init__(
        self,
        settings: Settings,
        manager: BaseBackgroundCallbackManager,
        work: Callable[..., None] = perform,
        jobs: Mapping[str, Job] = JOBS,
    ) -> None:
        self.settings = settings
        self.jobs = jobs
        self.manager = manager
        self.runs = Runs.of(settings)
        manager.register(KEY, work, False)

    def start(self, name: str, who: str) -> Run:
        """Ask for a job; it runs as soon as its turn comes. `UnknownName`, or `QuestionError` where too many wait."""
        run = self.runs.add(known(self.jobs, name, "job").name, who)
        try:
            self.manager.call_job_fn(run.id, self.manager.func_registry[KEY], [packed(self.settings), run.id], {})
        except Exception:
            self.runs.end(run.id, "failed", "No process could be started for it. Try again in a moment.")
            raise
        return run

    def cancel(self, id_: str) -> Run:
        """It is over at once; its process ends within a second, and what is served stays as it was.

        `QuestionError` where it is too late.
        """
        self.runs.cancel(id_)
        return self.runs.one(id_)

    def all(self, limit: int = 20) -> list[Run]:
        return self.runs.all(limit)
