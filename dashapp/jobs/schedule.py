"""The schedule: which jobs run by themselves, how often, and when next; kept so that a restart forgets none.

Times are seconds since 1970; a run falls at three at night by the clock of the server. One that fell while no server ran
is made up when one starts. Of several servers over one state each due run is claimed by one.
"""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from analytics.errors import known
from analytics.state import Name, State, table_of
from dashapp.jobs.board import Board

log = logging.getLogger(__name__)
SCHEDULED = ("churn", "sales")
EVERY: Mapping[str, tuple[str, dict[str, str | int]]] = {
    "off": ("Never by itself", {}),
    "weekly": ("Every Monday", {"day_of_week": "mon", "hour": 3}),
    "monthly": ("Every month", {"day": 1, "hour": 3}),
    "quarterly": ("Every quarter", {"month": "1,4,7,10", "day": 1, "hour": 3}),
}
USUAL = "quarterly"
LOOK = 30  # seconds
WHO = "schedule"


@dataclass(frozen=True)
class Schedule:
    """A job that runs by itself; `next_at` is None where it does not."""

    name: Name
    every: Annotated[str, 12]
    next_at: float | None


table = table_of("schedules", Schedule, key=("name",))


def next_after(every: str, now: float) -> float | None:
    """When the next run falls; None where there is none."""
    _, when = known(EVERY, every, "schedule")
    if not when:
        return None
    trigger = CronTrigger(**when)
    found = trigger.get_next_fire_time(None, datetime.fromtimestamp(now, trigger.timezone))
    return found.timestamp() if found else None


class Schedules(State):
    """The schedules of one shop, in the small database at `address`."""

    def __init__(self, address: str, names: tuple[str, ...] = SCHEDULED) -> None:
        super().__init__(address)
        self.names = names

    def all(self) -> list[Schedule]:
        """One for each job that can be scheduled; quarterly until somebody says otherwise."""
        with self._open() as db:
            kept = {row.name: Schedule(row.name, row.every, row.next_at) for row in db.execute(select(table))}
        return [kept.get(name) or self._first(name) for name in self.names]

    def set(self, name: str, every: str, now: float | None = None) -> Schedule:
        """From now on so often; `UnknownName` for a job or a rhythm that there is not."""
        known(dict.fromkeys(self.names), name, "scheduled job")
        self.all()
        after = next_after(every, now or time.time())
        with self._open() as db:
            db.execute(update(table).where(table.c.name == name).values(every=every, next_at=after))
        return Schedule(name, every, after)

    def due(self, now: float | None = None) -> list[str]:
        """The jobs whose time has come, each claimed by the one that asks first; their next runs are set."""
        now = now or time.time()
        return [s.name for s in self.all() if s.next_at is not None and s.next_at <= now and self._claim(s, now)]

    def _claim(self, schedule: Schedule, now: float) -> bool:
        mine = (table.c.name == schedule.name) & (table.c.next_at == schedule.next_at)
        with self._open() as db:
            return db.execute(update(table).where(mine).values(next_at=next_after(schedule.every, now))).rowcount == 1

    def _first(self, name: str) -> Schedule:
        made = Schedule(name, USUAL, next_after(USUAL, time.time()))
        try:
            with self._open() as db:
                db.execute(insert(table).values(name=name, every=made.every, next_at=made.next_at))
        except IntegrityError:  # another server was quicker
            return next(s for s in self.all() if s.name == name)
        return made


def start_due(board: Board, schedules: Schedules) -> None:
    """Ask for every job whose time has come."""
    for name in schedules.due():
        try:
            board.start(name, WHO)
        except Exception:
            log.exception("The scheduled run of %s could not be started", name)


def keep_time(board: Board, schedules: Schedules) -> BackgroundScheduler:
    """Look now, and from time to time, whether a run is due, as long as this process lives."""
    clock = BackgroundScheduler(daemon=True)
    clock.add_job(
        start_due,
        "interval",
        [board, schedules],
        seconds=LOOK,
        next_run_time=datetime.now(),
        coalesce=True,
        max_instances=1,
    )
    clock.start()
    return clock
