"""The runs: every time that a job was asked for, kept so that a reload, a restart or a crash loses none.

A run is queued, then running, then done, failed or cancelled; it is interrupted where its process died. From a progress
of `FINAL` on it is about to take effect and cannot be cancelled any more.
Times are seconds since 1970.
"""

import time
from dataclasses import dataclass
from typing import Annotated
from uuid import uuid4

from sqlalchemy import exists, func, select, update
from sqlalchemy.sql.elements import ColumnElement

from analytics.errors import QuestionError
from analytics.state import Id, Name, State, table_of
from dashapp.jobs.processes import Worker
from settings import Settings

OPEN = ("queued", "running")
AT_ONCE = 2
WAITING = 10
SILENCE = 30.0
FINAL = 0.99
KEPT = 90 * 24 * 3600
PATIENCE, FOR_WORKERS = 60.0, 24 * 3600.0
INTERRUPTED = "Its process ended before it was done: it or the server was stopped, or memory ran out. What is served is as it was."
CANCELLED = "Cancelled; what is served is as it was."


@dataclass(frozen=True)
class Run:
    """One run; `progress` is a fraction, `says` what came of it or the error, in words."""

    id: Id
    name: Name
    who: Name
    asked_at: float
    started_at: float | None
    ended_at: float | None
    state: Annotated[str, 12]
    progress: float
    stage: Annotated[str, 200]
    says: Annotated[str, 2000]
    worker: Annotated[str, 200]
    beat_at: float

    @property
    def open(self) -> bool:
        return self.state in OPEN

    @property
    def seconds(self) -> float:
        """How long it has been going, or went; 0 while it waits."""
        return (self.ended_at or time.time()) - self.started_at if self.started_at else 0.0


table = table_of("job_runs", Run)


class Runs(State):
    """The runs of one shop, in the small database at `address`; `patience` is for how long one may wait for a worker."""

    def __init__(self, address: str, patience: float = PATIENCE) -> None:
        super().__init__(address)
        self.patience = patience

    @classmethod
    def of(cls, settings: Settings) -> "Runs":
        """The runs of that shop; for workers of their own (IBA_JOBS) one may wait long."""
        return cls(settings.state, FOR_WORKERS if settings.jobs else PATIENCE)

    def all(self, limit: int = 20) -> list[Run]:
        """The latest first; those whose process died are told as interrupted."""
        self.sweep()
        with self._open() as db:
            rows = db.execute(select(table).order_by(table.c.asked_at.desc()).limit(limit))
            return [Run(**row._mapping) for row in rows]

    def one(self, id_: str) -> Run:
        """The run of that id; `QuestionError` where there is none."""
        with self._open() as db:
            row = db.execute(select(table).where(table.c.id == id_)).one_or_none()
        if row is None:
            raise QuestionError("There is no such run. Reload the page to see those there are.")
        return Run(**row._mapping)

    def add(self, name: str, who: str) -> Run:
        """Ask for a job; refused where too many wait already."""
        self.sweep()
        now, id_ = time.time(), uuid4().hex
        with self._open() as db:
            waiting = db.scalar(select(func.count()).where(table.c.state == "queued")) or 0
            if waiting >= WAITING:
                raise QuestionError(f"{waiting} jobs are waiting already. Cancel one, or wait until one has finished.")
            db.execute(table.delete().where(table.c.asked_at < now - KEPT))
            db.execute(table.insert().values(id=id_, name=name, who=who, asked_at=now, state="queued", progress=0.0,
                                             stage="Waiting for its turn", says="", worker="", beat_at=now))  # fmt: skip
        return self.one(id_)

    def take(self, id_: str, worker: Worker) -> bool:
        """This worker will run it; no if another does, or nobody waits for it any more."""
        return self._change(id_, table.c.state == "queued", table.c.worker == "", worker=str(worker))

    def begin(self, id_: str) -> bool:
        """Its turn has come: nothing else of its name runs or waits longer, and few enough run in all."""
        self.sweep()
        other = table.alias()
        before = (other.c.state == "running") | ((other.c.state == "queued") & (other.c.asked_at < table.c.asked_at))
        blocked = exists().where(other.c.name == table.c.name, other.c.id != table.c.id, before)
        running = select(func.count()).select_from(other).where(other.c.state == "running").scalar_subquery()
        turn = (table.c.state == "queued", ~blocked, running < AT_ONCE)
        return self._change(id_, *turn, state="running", started_at=time.time(), stage="Starting")

    def beat(self, id_: str, stage: str, progress: float) -> bool:
        """Its worker lives and is so far; no where the run has been ended by another."""
        told = {"stage": stage[:200], "progress": progress} if stage else {}
        return self._change(id_, table.c.state.in_(OPEN), **told)

    def cancel(self, id_: str) -> None:
        """Nobody waits for it any more; `QuestionError` where it is too late. One that is over is left as it is."""
        ended = {"state": "cancelled", "says": CANCELLED, "ended_at": time.time()}
        if not self._change(id_, table.c.state.in_(OPEN), table.c.progress < FINAL, **ended) and self.one(id_).open:
            raise QuestionError("It is too late to cancel: what it made is being put to use.")

    def end(self, id_: str, state: str, says: str = "") -> bool:
        """It is over; the first end counts."""
        told = {"progress": 1.0, "stage": "Done"} if state == "done" else {}
        return self._change(id_, table.c.state.in_(OPEN), state=state, says=says[:2000], ended_at=time.time(), **told)

    def leave(self, id_: str) -> None:
        """Its worker has nothing to do with it any more, and may turn to another."""
        self._change(id_, worker="")

    def sweep(self) -> None:
        """Runs whose process died are interrupted; the process of a cancelled run that does not listen is ended."""
        with self._open() as db:
            lately = (table.c.state == "cancelled") & (table.c.ended_at > time.time() - 60)
            rows = [Run(**r._mapping) for r in db.execute(select(table).where(table.c.state.in_(OPEN) | lately))]
        for run in rows:
            if run.open and self._dead(run):
                self.end(run.id, "interrupted", INTERRUPTED)
            elif not run.open and run.worker and time.time() - (run.ended_at or 0) > 1:
                Worker.parse(run.worker).end()

    def _dead(self, run: Run) -> bool:
        silence = time.time() - run.beat_at
        if not run.worker:
            return silence > self.patience
        alive = Worker.parse(run.worker).alive()
        return silence > SILENCE if alive is None else not alive

    def _change(self, id_: str, *when: ColumnElement[bool], **values: object) -> bool:
        with self._open() as db:
            done = db.execute(update(table).where(table.c.id == id_, *when).values(beat_at=time.time(), **values))
            return done.rowcount == 1
