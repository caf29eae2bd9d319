"""The watch: new and changed files are noticed beside the server, and loaded by a job as if someone had asked."""

import logging
from threading import Event, Thread

from analytics.errors import QuestionError
from dashapp.jobs.board import Board
from ml.scoring import SCORES
from pipeline.outputs import fingerprints
from pipeline.run import is_current, remembered
from settings import Settings

log = logging.getLogger(__name__)
JOB = "live"
LOADS = ("pipeline", "upload", "rows", JOB)
Seen = tuple[str, str]


class Watch:
    """Looks at the folder of exports, at sizes and times only.

    Files that change between two looks are still being written and are left until they rest. What was refused once is not
    tried again before it changes.
    """

    def __init__(self, settings: Settings, board: Board) -> None:
        self.settings, self.board = settings, board
        self.last: Seen | None = None
        self.tried: Seen | None = None

    def look(self) -> bool:
        """Ask for a load where there is something to load; whether it did."""
        source = remembered(self.settings) or self.settings.data
        if not source.is_dir():
            return False
        before, self.last = self.last, (str(source), repr(fingerprints(source)))
        if self.last in (self.tried, None) or before != self.last or is_current(self.settings, source, SCORES):
            return False
        if any(run.open and run.name in LOADS for run in self.board.all()):
            return False
        self.tried = self.last
        self.board.start(JOB, "watch")
        return True

    def keep_looking(self, over: Event) -> None:
        """Every few seconds until it is over."""
        while not over.wait(self.settings.watch):
            try:
                self.look()
            except (OSError, QuestionError):
                continue
            except Exception:
                log.exception("The watch could not look at the files")


def watch(settings: Settings, board: Board) -> Event:
    """Keep watch beside the server until the event that is handed back is set; not at all where IBA_WATCH is 0."""
    over = Event()
    if settings.watch > 0:
        Thread(target=Watch(settings, board).keep_looking, args=(over,), daemon=True).start()
    return over
