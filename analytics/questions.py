"""The questions: what was asked of this shop, what came of each, and what its reader thought of the answer."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import uuid4

from sqlalchemy import func, select, update
from sqlalchemy.exc import SQLAlchemyError

from analytics.assistant import Answer
from analytics.errors import QuestionError
from analytics.metrics import METRICS
from analytics.state import Id, Moment, Name, State, table_of

log = logging.getLogger(__name__)
KEPT = timedelta(days=90)
OUTCOMES = ("answered", "asked back", "refused")


@dataclass(frozen=True)
class Question:
    """One question with its `outcome`; `reading` says how it was read, `query` is its written form, `thumb` 1, 0 or -1."""

    id: Id
    asked_at: Moment
    who: Name
    question: Annotated[str, 500]
    outcome: Annotated[str, 12]
    answer: Annotated[str, 2000]
    reading: Annotated[str, 1000]
    query: Annotated[str, 8000]
    engine: Annotated[str, 40]
    snapshot: Annotated[str, 40]
    thumb: int


table = table_of("questions", Question)


class Questions(State):
    """The questions of one shop, in the small database at `address`; each is kept for 90 days."""

    def keep(self, question: str, answer: Answer, who: str) -> str:
        """Note a question with what came of it; its id. What cannot be noted is answered all the same."""
        id_, now = uuid4().hex, datetime.now(UTC)
        said = {"id": id_, "asked_at": _written(now), "who": who, "question": question[:500], "thumb": 0}
        try:
            with self._open() as db:
                db.execute(table.delete().where(table.c.asked_at < _written(now - KEPT)))
                db.execute(table.insert().values(**said, **_outcome(answer)))
        except SQLAlchemyError:
            log.exception("A question could not be noted")
        return id_

    def revise(self, id_: str, answer: Answer) -> None:
        """Another answer came in place of the first; nothing happens where the question is no longer kept."""
        with self._open() as db:
            db.execute(update(table).where(table.c.id == id_).values(**_outcome(answer)))

    def thumb(self, id_: str, way: int) -> None:
        """What its reader thinks of the answer: 1 good, -1 wrong, 0 no opinion."""
        if way not in (-1, 0, 1):
            raise QuestionError("A thumb is 1, 0 or -1.")
        with self._open() as db:
            done = db.execute(update(table).where(table.c.id == id_).values(thumb=way))
        if done.rowcount != 1:
            raise QuestionError("This question is no longer kept.")

    def all(self, limit: int = 200) -> list[Question]:
        """The latest first."""
        with self._open() as db:
            rows = db.execute(select(table).order_by(table.c.asked_at.desc(), table.c.id).limit(limit))
            return [Question(**row._mapping) for row in rows]

    def counts(self) -> dict[str, int]:
        """How many ended in each outcome, how many were found `good` and how many `wrong`."""
        with self._open() as db:
            ended = {
                row[0]: row[1] for row in db.execute(select(table.c.outcome, func.count()).group_by(table.c.outcome))
            }
            thumbs = {row[0]: row[1] for row in db.execute(select(table.c.thumb, func.count()).group_by(table.c.thumb))}
        return {outcome: ended.get(outcome, 0) for outcome in OUTCOMES} | {
            "good": thumbs.get(1, 0),
            "wrong": thumbs.get(-1, 0),
        }


def _outcome(answer: Answer) -> dict[str, str]:
    outcome = OUTCOMES[2] if answer.refused else OUTCOMES[1] if answer.clarify else OUTCOMES[0]
    query = answer.conversation if outcome == OUTCOMES[0] else ""
    return {"outcome": outcome, "answer": answer.answer[:2000], "reading": _reading(answer)[:1000], "query": query[:8000],
            "engine": answer.engine, "snapshot": answer.snapshot}  # fmt: skip


def _reading(answer: Answer) -> str:
    """How a question was read in one line; the definitions of its metrics and what was said beside are left out."""
    labels = {metric.label for metric in METRICS.values()}
    lines = [line for line in answer.reading if line["part"] not in ("Note", "Engine")]
    said = [line["part"] if line["part"] in labels else f"{line['part']}: {line['is']}" for line in lines]
    return " · ".join(part.partition(", both included")[0] for part in said)


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")
