"""The answer: a question in plain English, read, run and told, with everything needed to check it."""

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from analytics.asked import Asked
from analytics.assistant import refusals
from analytics.assistant.defining import defined, of_the_data
from analytics.assistant.doubts import doubt_the_text
from analytics.assistant.hearing import heard
from analytics.assistant.lexicon import lexicon
from analytics.assistant.outcomes import Reading, Refused, Unclear
from analytics.assistant.pieces import slots
from analytics.assistant.reader import read
from analytics.assistant.telling import put_right, reading, told
from analytics.assistant.within import inside
from analytics.assistant.words import LONGEST, normalised
from analytics.cells import plain
from analytics.dimensions import DIMENSIONS
from analytics.engine import rows_used
from analytics.errors import QuestionError
from analytics.filters import Filters
from analytics.lights import LIT_BY, lacking, lit_by
from analytics.metrics import METRICS
from analytics.periods import covered
from analytics.skills import SKILLS
from pipeline.sources import OPTIONAL
from pipeline.warehouse import Snapshot

STARTERS = ("What was revenue last month?", "Top 5 products by revenue")
LONG, SHORT = "Why did revenue change this year?", "Which month had the highest revenue?"
YEARS = 731  # days from which there is a year to compare with


@dataclass(frozen=True)
class Answer:
    """What is said to a question, and what it rests on.

    `rows` are plain values in the order of `columns`; `reading` is how the question was understood; `query` is the
    address under `/api/v1/query?` that gives the same rows, `link` the page that shows the same filters.
    `conversation` goes back with the next question: it is the written form of the last query that was answered.
    `refused` and `clarify` mark an answer without a number; `suggestions` are questions that work.
    """

    answer: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    reading: tuple[dict[str, str], ...] = ()
    refused: bool = False
    clarify: bool = False
    conversation: str = ""
    query: str = ""
    link: str = ""
    chart: str = ""
    rows_used: int = 0
    suggestions: tuple[str, ...] = ()
    as_of: str = ""
    snapshot: str = ""
    engine: str = "offline"


def ask(question: str, snapshot: Snapshot, conversation: str = "", within: Filters | None = None) -> Answer:
    """Answer a question over a snapshot; never raises for what was typed.

    `conversation` is that of the last answer; `within` are the filters of the page where a whole question is asked.
    """
    silent = Answer(
        "",
        conversation=conversation,
        suggestions=starters(snapshot),
        as_of=snapshot.as_of.isoformat(),
        snapshot=snapshot.id,
    )
    if why := _unfit(question):
        return replace(silent, answer=why, refused=True)
    text = normalised(question)
    if metric := defined(text, lexicon(snapshot)):
        meant = ({"part": metric.label, "is": metric.about},)
        return replace(silent, answer=f"{metric.label}: {metric.about}", reading=meant)
    if days := of_the_data(text, snapshot):
        return replace(silent, answer=days)
    try:
        doubt_the_text(question)
        understood, repairs = _understood(text, snapshot, earlier(conversation), within)
        frame = understood.asked(snapshot)
    except Unclear as unclear:
        return replace(silent, answer=str(unclear), clarify=True, suggestions=unclear.options or silent.suggestions)
    except (Refused, QuestionError) as refusal:
        return replace(silent, answer=str(refusal), refused=True)
    return answered(understood, frame, repairs, snapshot)


def starters(snapshot: Snapshot) -> tuple[str, ...]:
    """Questions to begin with that this shop's data can answer."""
    return (*STARTERS, LONG if covered(snapshot).days >= YEARS else SHORT)


def _unfit(question: str) -> str:
    if len(question) > LONGEST:
        return f"A question has at most {LONGEST} characters."
    if not normalised(question):
        return "Ask a question in words, such as: What was revenue last month?"
    return refusals.attack(question)


def earlier(conversation: str) -> Asked | None:
    """The query of a conversation's last answer; None where it has none, or cannot be read."""
    try:
        return Asked.parse(conversation) if conversation else None
    except QuestionError:
        return None


def _understood(
    text: str, snapshot: Snapshot, before: Asked | None, within: Filters | None
) -> tuple[Reading, tuple[str, ...]]:
    words = lexicon(snapshot)
    text, changes = words.speller.repaired(text)
    data = covered(snapshot)
    said = heard(slots(text, words, data))
    understood = read(said, data, before)
    if within and not understood.follows:
        understood = inside(understood, said, within, data)
    for name in (*understood.asked.query.by, *(name for name, _ in understood.asked.filters.chosen)):
        if name in snapshot.lacks and not understood.asked.query.skill:
            raise Refused(f"{DIMENSIONS[name].label} is not known in this shop. What is missing: {lit_by(name)}.")
    for name in understood.asked.query.metrics:
        if file := lit_by(lacking(name, snapshot)):
            raise Refused(f"{METRICS[name].label} cannot be told. What is missing: {file}.")
    return understood, tuple(f"I read '{wrong}' as '{right}'." for wrong, right in changes)


def answered(understood: Reading, frame: pd.DataFrame, repairs: tuple[str, ...], snapshot: Snapshot) -> Answer:
    """What was understood, run and told."""
    asked = understood.asked
    say = SKILLS[asked.query.skill].say if asked.query.skill else None
    text = say(asked, frame, snapshot) if say else told(asked, frame, understood.premise, snapshot)
    if asked.query.skill == "why":
        text = put_right(understood.premise, float(frame["change"].iloc[0])) + text
    doubts = (*repairs, *understood.notes)
    return Answer(
        " ".join((text, *doubts)),
        columns=tuple(map(str, frame.columns)),
        rows=tuple(tuple(plain(v) for v in row) for row in frame.itertuples(index=False, name=None)),
        reading=tuple(reading(asked, doubts, snapshot)),
        conversation=str(asked),
        query=f"/api/v1/query?{asked}",
        link=_page(asked),
        chart=_chart(asked, frame),
        rows_used=rows_used(asked.query.metrics, asked.filters, asked.query.left_out, snapshot),
        suggestions=understood.others,
        as_of=snapshot.as_of.isoformat(),
        snapshot=snapshot.id,
    )


def _page(asked: Asked) -> str:
    """The page that shows these filters best."""
    query = asked.query
    optional = any(METRICS[name].needs in (*LIT_BY, *OPTIONAL) for name in query.metrics)
    page = (
        "/costs"
        if optional
        else "/customers"
        if "customer" in query.by
        else "/returns"
        if "returned" in query.metrics
        else "/sales"
        if query.by
        else "/"
    )
    return f"{page}?{asked.filters}".rstrip("?")


def _chart(asked: Asked, frame: pd.DataFrame) -> str:
    """The kind of chart that shows it: a line over time, bars, a heatmap of two ways, none for a single number."""
    by = asked.query.by
    if len(frame) < 2 or not by:
        return ""
    return "heatmap" if len(by) == 2 else "line" if DIMENSIONS[by[0]].unit else "bar"
