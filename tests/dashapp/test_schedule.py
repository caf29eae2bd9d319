"""The schedule outlives a restart, makes up what was missed, and starts each run once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest

from analytics.errors import QuestionError
from dashapp.jobs.catalogue import JOBS
from dashapp.jobs.schedule import EVERY, SCHEDULED, Schedules, keep_time, next_after, start_due
from ml.training import TRAINERS
from tests.dashapp.test_jobs import wait_for


class Asked:
    """A board that notes what is asked of it; the first job cannot be started."""

    def __init__(self, refuses: str = "") -> None:
        self.refuses = refuses
        self.started: list[tuple[str, str]] = []

    def start(self, name: str, who: str) -> None:
        self.started.append((name, who))
        if name == self.refuses:
            raise QuestionError("Too many wait.")


@pytest.fixture
def address(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'state.db'}"


def at(*when: int) -> float:
    return datetime(*when).astimezone().timestamp()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("every", "now", "then"),
    [
        ("quarterly", (2025, 11, 20, 12), (2026, 1, 1, 3)),
        ("quarterly", (2026, 1, 1, 2), (2026, 1, 1, 3)),
        ("quarterly", (2026, 1, 1, 4), (2026, 4, 1, 3)),
        ("monthly", (2024, 2, 10, 0), (2024, 3, 1, 3)),
        ("weekly", (2025, 11, 20, 12), (2025, 11, 24, 3)),
    ],
)
def test_the_next_run_is_where_the_calendar_has_it(every: str, now: tuple[int, ...], then: tuple[int, ...]) -> None:
    assert next_after(every, at(*now)) == at(*then)


def test_what_is_never_run_has_no_next_run() -> None:
    assert next_after("off", at(2025, 1, 1)) is None


def test_all_that_can_be_trained_is_scheduled_quarterly_until_told_otherwise(address: str) -> None:
    made = Schedules(address).all()
    assert {s.name for s in made} == set(SCHEDULED) == set(TRAINERS) <= set(JOBS)
    assert {s.every for s in made} == {"quarterly"}


def test_a_choice_is_there_after_a_restart(address: str) -> None:
    chosen = Schedules(address).set("churn", "weekly")
    again = {s.name: s for s in Schedules(address).all()}
    assert again["churn"] == chosen
    assert again["sales"].every == "quarterly"


def test_a_missed_run_is_made_up_once_and_the_next_one_lies_ahead(address: str) -> None:
    Schedules(address).set("churn", "quarterly", now=at(2024, 2, 1))
    again = Schedules(address)
    now = at(2025, 5, 5)
    assert again.due(now)[0] == "churn"
    assert "churn" not in again.due(now)
    assert {s.name: s.next_at for s in again.all()}["churn"] == at(2025, 7, 1, 3)


def test_of_many_servers_one_starts_a_run(address: str) -> None:
    Schedules(address).set("churn", "monthly", now=at(2024, 2, 1))
    others = [Schedules(address) for _ in range(8)]
    for each in others:
        each.all()
    with ThreadPoolExecutor(8) as pool:
        claimed = [name for names in pool.map(lambda each: each.due(at(2024, 3, 2)), others) for name in names]
    assert claimed.count("churn") == 1


def test_nothing_unknown_is_scheduled(address: str) -> None:
    with pytest.raises(QuestionError, match="Did you mean: churn"):
        Schedules(address).set("chrun", "weekly")
    with pytest.raises(QuestionError, match="Did you mean: weekly"):
        Schedules(address).set("churn", "weekl")
    assert {s.every for s in Schedules(address).all()} <= set(EVERY)


def test_a_run_that_cannot_be_started_does_not_keep_the_others_back(address: str) -> None:
    schedules, board = Schedules(address), Asked(refuses="churn")
    for name in SCHEDULED:
        schedules.set(name, "monthly", now=at(2024, 2, 1))
    start_due(board, schedules)  # type: ignore[arg-type]
    assert board.started == [(name, "schedule") for name in SCHEDULED]


def test_the_clock_starts_what_is_due_as_soon_as_a_server_runs(address: str) -> None:
    schedules, board = Schedules(address), Asked()
    schedules.set("sales", "weekly", now=at(2024, 2, 1))
    clock = keep_time(board, schedules)  # type: ignore[arg-type]
    try:
        wait_for(lambda: ("sales", "schedule") in board.started)
    finally:
        clock.shutdown(wait=False)
