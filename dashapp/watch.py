"""The watch: new and changed files are noticed beside the server, and loaded by a job as if someone had asked."""

import logging
import time
from threading import Event, Thread

from analytics.errors import QuestionError
from dashapp.jobs.board import Board
from ml.scoring import SCORES, stale
from pipeline.inbox import Inbox
from pipeline.outputs import fingerprints
from pipeline.run import is_current, remembered
from settings import Settings

log = logging.getLogger(__name__)
JOB = "live"
PAUSE = 300.0
WRITES = ("pipeline", "upload", "back", "rows", JOB, "sales", "churn")


class Watch:
    """Looks at the folder of exports, at sizes and times only, and at rows that nobody has loaded.

    What changes between two looks is still being written and is left until it rests. Files that were refused once are not
    tried again before they change; rows that still wait after a pause are, as only another load or a lack of memory leaves them.
    """

    def __init__(self, settings: Settings, board: Board) -> None:
        self.settings, self.board = settings, board
        self.last: dict[str, str] = {}
        self.tried: dict[str, tuple[str, float]] = {}

    def look(self) -> bool:
        """Ask for a load where there is something to load; whether it did."""
        for job, seen in (("rows", self._rows()), (JOB, self._files())):
            rests, self.last[job] = seen == self.last.get(job), seen
            if seen and rests and not self._was_tried(job, seen) and not self._is_busy():
                self.board.start(job, "watch")
                self.tried[job] = seen, time.monotonic()
                return True
        return False

    def _was_tried(self, job: str, seen: str) -> bool:
        before, when = self.tried.get(job, ("", 0.0))
        return seen == before and (job == JOB or time.monotonic() - when < PAUSE)

    def _rows(self) -> str:
        """The rows that wait: a server that was killed left them, or another load was in their way."""
        return " ".join(path.name for path in Inbox(self.settings).waiting())

    def _files(self) -> str:
        """The folder as it is; empty where that is served, with the scores of the models that serve."""
        source = remembered(self.settings) or self.settings.data
        if not source.is_dir() or (is_current(self.settings, source, SCORES) and not stale(self.settings)):
            return ""
        return f"{source} {fingerprints(source)}"

    def _is_busy(self) -> bool:
        return any(run.open and run.name in WRITES for run in self.board.all())

    def keep_looking(self, over: Event) -> None:
        """Every few seconds until it is over."""
        while not over.wait(self.settings.watch):
            try:
                self.look()
            except (OSError, QuestionError) as error:
                log.warning("The watch looks again later: %s", error)
            except Exception:
                log.exception("The watch could not look at the files")


def watch(settings: Settings, board: Board) -> Event:
    """Keep watch beside the server until the event that is handed back is set; not at all where IBA_WATCH is 0."""
    over = Event()
    if settings.watch > 0:
        Thread(target=Watch(settings, board).keep_looking, args=(over,), daemon=True).start()
    return over
