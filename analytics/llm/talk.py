"""Talking: the offline engine answers first; a language model may plan better and phrase it; what it says is checked."""

import logging
from collections.abc import Callable
from dataclasses import replace

from analytics.asked import Asked
from analytics.assistant.answers import Answer, answered, ask, earlier
from analytics.assistant.outcomes import Reading
from analytics.filters import Filters
from analytics.llm.dialogue import Trouble, converse
from analytics.llm.endpoint import Endpoint
from analytics.llm.guard import Known, sentences, supported
from analytics.llm.prompt import messages
from analytics.periods import covered
from analytics.tools import Found, ran
from pipeline.warehouse import Snapshot

log = logging.getLogger(__name__)
Tell = Callable[[str], None]


def unheard(_text: str) -> None:
    """Nobody listens while it is said."""


def talk(
    question: str,
    snapshot: Snapshot,
    conversation: str = "",
    within: Filters | None = None,
    endpoint: Endpoint | None = None,
    tell: Tell = unheard,
) -> Answer:
    """As `ask`, with a language model at `endpoint`; `tell` is told the checked sentences as they come.

    What the offline engine refuses is never sent. Where the model fails, the offline answer stands and says so.
    """
    first = ask(question, snapshot, conversation, within)
    if first.refused or endpoint is None:
        return first
    try:
        return _said(question, first, earlier(conversation), snapshot, endpoint, tell)
    except Trouble as trouble:
        return _noted(first, f"The language model {trouble}; the offline engine answers.")
    except Exception:
        log.exception("The language model's answer could not be used")
        return _noted(first, "The language model's answer could not be used; the offline engine answers.")


def _said(
    question: str, first: Answer, before: Asked | None, snapshot: Snapshot, endpoint: Endpoint, tell: Tell
) -> Answer:
    start = [ran(Asked.parse(first.conversation), snapshot)] if first.rows else []
    data, told = covered(snapshot), list[str]()

    def heard(text: str, found: list[Found]) -> None:
        parts = sentences(text, ended=False)
        if len(parts) < len(told):
            told.clear()  # it has called a tool and begins anew
        if len(parts) > len(told):
            known = Known.of(found, question, data)
            told.extend(s if supported(s, known) else "" for s in parts[len(told) :])
            tell(" ".join(filter(None, told)))

    sent = messages(question, before, start[0] if start else None, snapshot)
    spoken = converse(sent, start, snapshot, endpoint, heard)
    known, all_of = Known.of(spoken.found, question, data), sentences(spoken.text, ended=True)
    kept = [s for s in all_of if supported(s, known)]
    final = _final(first, spoken.found, snapshot)
    if final.clarify:
        return _noted(first, "The language model found no query for this either.")
    return _put(final, first, kept, len(all_of) - len(kept))


def _final(first: Answer, found: list[Found], snapshot: Snapshot) -> Answer:
    """The answer of the last query: that of the offline engine, where the model asked for no other."""
    asked = next((one.asked for one in reversed(found) if one.asked), None)
    if asked is None or str(asked) == first.conversation:
        return first
    final = answered(Reading(asked), asked(snapshot), (), snapshot)
    if final.rows != first.rows and first.rows:
        final = _noted(final, f"The offline engine reads the question otherwise: {first.answer}")
    return final


def _put(final: Answer, first: Answer, kept: list[str], dropped: int) -> Answer:
    """The model's words in place of ours; ours before them where a number went missing."""
    exact = [] if any(c.isdigit() for s in kept for c in s) or not final.rows else [final.answer]
    told = replace(
        final, answer=" ".join((*exact, *kept)) or first.answer, engine="language model" if kept else "offline"
    )
    if dropped:
        plural = "s were" if dropped > 1 else " was"
        told = _noted(told, f"{dropped} sentence{plural} left out: a number in it is not among those of the data.")
    return told


def _noted(answer: Answer, note: str) -> Answer:
    return replace(answer, reading=(*answer.reading, {"part": "Engine", "is": note}))
