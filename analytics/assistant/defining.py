"""Defining: questions for what a metric means, answered by its definition rather than by its value."""

import re

from analytics.assistant.lexicon import Lexicon
from analytics.metrics import METRICS, Metric

ASKS = re.compile(
    r"\b(?:definition of|define|meaning of|what do you mean by|explain the (?:metric|term|word)) (?P<a>.+)|"
    r"\bhow (?:is|are|do (?:you|we)|did you) (?:we |you )?(?P<b>.+?) (?:computed|calculated|defined|measured|worked out)\b|"
    r"\bhow do (?:you|we) (?:compute|calculate|define|measure|work out) (?P<c>.+)|"
    r"\bwhat (?:does|do|is) (?P<d>.+?) (?:mean|stand for|defined as)\b"
)


def defined(text: str, lexicon: Lexicon) -> Metric | None:
    """The metric that a text asks the meaning of, if it does and names one."""
    found = ASKS.search(text)
    if not found:
        return None
    words = next(filter(None, found.groups())).split()
    meant = [slot.value if slot.kind == "metric" else slot.value[0]
             for slot in lexicon.slots(words) if slot.kind in ("metric", "noun")]  # fmt: skip
    return METRICS[meant[0]] if meant else None
