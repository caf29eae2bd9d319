"""Verified questions: answers that somebody vouches for, asked again of each snapshot that is published."""

import json
import logging
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import uuid4

from sqlalchemy import select, update

from analytics.asked import Asked
from analytics.assistant import Answer, ask
from analytics.errors import QuestionError
from analytics.filters import Filters
from analytics.state import Id, Moment, Name, State, table_of
from pipeline.warehouse import Snapshot
from settings import Settings

log = logging.getLogger(__name__)
MOST = 200
ROWS = 50
STATES = ("holds", "changed", "fails")


@dataclass(frozen=True)
class Verified:
    """A question with the query and the first rows (as JSON) that somebody found right, and what became of them since:
    `state` is one of `STATES` as of `snapshot`, `says` the difference in words."""

    id: Id
    question: Annotated[str, 500]
    query: Annotated[str, 8000]
    rows: str
    who: Name
    verified_at: Moment
    state: Annotated[str, 12]
    says: Annotated[str, 500]
    snapshot: Annotated[str, 40]


table = table_of("verified_questions", Verified, unique="question")


class VerifiedQuestions(State):
    """The verified questions of one shop, in the small database at `address`."""

    def keep(self, question: str, query: str, snapshot: Snapshot, who: str) -> Verified:
        """Vouch for the answer that `query` gives; `QuestionError` where the question alone is not read as that."""
        answer = ask(question, snapshot)
        if not answer.rows or answer.conversation != query:
            raise QuestionError(
                "Asked by itself this question is read otherwise; ask it in full, without a page's filters."
            )
        kept = self.all()
        if len(kept) >= MOST and question not in {one.question for one in kept}:
            raise QuestionError(f"{MOST} questions are verified already; let one go first.")
        one = Verified(uuid4().hex, question[:500], answer.conversation, _packed(answer), who,
                       datetime.now(UTC).isoformat(timespec="seconds"), "holds", "", answer.snapshot)  # fmt: skip
        with self._open() as db:
            db.execute(table.delete().where(table.c.question == one.question))
            db.execute(table.insert().values(**vars(one)))
        return one

    def drop(self, id_: str) -> None:
        """Vouch for it no longer; nothing happens where there is none."""
        with self._open() as db:
            db.execute(table.delete().where(table.c.id == id_))

    def all(self) -> list[Verified]:
        """Those that fail first, then those that changed."""
        with self._open() as db:
            found = [Verified(**row._mapping) for row in db.execute(select(table).order_by(table.c.question))]
        return sorted(found, key=lambda one: -STATES.index(one.state))

    def check(self, snapshot: Snapshot) -> list[Verified]:
        """Ask all of them again; those that no longer hold."""
        for one in self.all():
            state, says = _again(one, snapshot)
            with self._open() as db:
                db.execute(
                    update(table).where(table.c.id == one.id).values(state=state, says=says[:500], snapshot=snapshot.id)
                )
        return [one for one in self.all() if one.state != "holds"]


def checked(settings: Settings, snapshot: Snapshot) -> str:
    """What a publication says of the verified questions; empty where all hold. It never stands in the way of one."""
    try:
        failing = VerifiedQuestions(settings.state).check(snapshot)
    except Exception:
        log.exception("The verified questions could not be asked again")
        return " The verified questions could not be asked again."
    counts = [f"{sum(one.state == state for one in failing)} {words}" for state, words in
              (("fails", "can no longer be answered as before"), ("changed", "with another number"))
              if any(one.state == state for one in failing)]  # fmt: skip
    return f" Verified questions: {' and '.join(counts)}; see What was asked." if counts else ""


def _again(one: Verified, snapshot: Snapshot) -> tuple[str, str]:
    """What became of a question: whether it is read as it was, and whether its rows are the same."""
    answer = ask(one.question, snapshot)
    if answer.refused or answer.clarify:
        return "fails", f"It is no longer answered: {answer.answer}"
    if _timeless(answer.conversation) != _timeless(one.query):
        return "fails", f"It is read otherwise now: {answer.conversation}"
    if answer.conversation != one.query:
        return "holds", "It is about other days now, as its words say."
    was, now = json.loads(one.rows), json.loads(_packed(answer))
    return ("holds", "") if was == now else ("changed", _difference(was, now))


def _timeless(query: str) -> Asked:
    """A query without its days, which move with the data where a question says `last month`."""
    asked = Asked.parse(query)
    filters = Filters(chosen=asked.filters.chosen, cmp=asked.filters.cmp)
    return Asked(replace(asked.query, against=None), filters)


def _packed(answer: Answer) -> str:
    return json.dumps(answer.rows[:ROWS])


def _difference(was: list[list[Any]], now: list[list[Any]]) -> str:
    """The first cell that is another, in words."""
    for before, after in zip(was, now, strict=False):
        for left, right in zip(before, after, strict=False):
            if left != right:
                return f"{left} is now {right}" + (
                    f" ({after[0]})" if isinstance(after[0], str) and right != after[0] else ""
                )
    return f"{len(was)} rows are now {len(now)}"
