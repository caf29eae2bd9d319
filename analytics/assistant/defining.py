"""Defining: questions for what a metric means, answered by its definition rather than by its value."""

import re

from analytics.assistant.lexicon import Lexicon
from analytics.metrics import METRICS, Metric
from analytics.periods import day_words
from pipeline.snapshot import Snapshot

ASKS = re.compile(
    r"\b(?:definition of|define|meaning of|what do you mean by|explain the (?:metric|term|word)) (?P<a>.+)|"
    r"\bhow (?:is|are|do (?:you|we)|did you) (?:we |you )?(?P<b>.+?) (?:computed|calculated|defined|measured|worked out)\b(?! against)|"
    r"\bhow do (?:you|we) (?:compute|calculate|define|measure|work out) (?P<c>.+)|"
    r"\bwhat (?:does|do|is) (?P<d>.+?) (?:mean|stand for|defined as)\b"
)


OF_DATA = re.compile(
    r"\b(?:how (?:fresh|current|recent|old|up to date) (?:is|are) (?:the|our|this|your) data|until when|"
    r"when (?:does|do|did) (?:the|our) data (?:end|begin|start)|what (?:period|dates|days) (?:does|do) (?:the|our) data cover|"
    r"(?:last|latest) day (?:of|in) (?:the|our) data|what is the latest date)\b"
)


def of_the_data(text: str, snapshot: Snapshot) -> str:
    """What days the data cover, where a text asks for that alone."""
    if not OF_DATA.search(text):
        return ""
    return f"The data begin on {day_words(snapshot.first_day)} and end on {day_words(snapshot.as_of)}; that day is today in all answers."


def defined(text: str, lexicon: Lexicon) -> Metric | None:
    """The metric that a text asks the meaning of, if it does and names one."""
    found = ASKS.search(text)
    if not found:
        return None
    words = next(filter(None, found.groups())).split()
    meant = [slot.value if slot.kind == "metric" else slot.value[0]
             for slot in lexicon.slots(words) if slot.kind in ("metric", "noun")]  # fmt: skip
    return METRICS[meant[0]] if meant else None
