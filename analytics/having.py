"""Having: which groups of an answer are kept, by the range of a number in it."""

import re
from dataclasses import dataclass

from analytics.errors import QuestionError
from analytics.metrics import METRICS


@dataclass(frozen=True)
class Having:
    """Keep groups whose metric lies in a range, both ends included. Written `orders:5..10`; an open end is left out."""

    metric: str
    low: float = float("-inf")
    high: float = float("inf")

    @property
    def base(self) -> str:
        """The metric itself, of which the range may be that of a change or of growth."""
        return self.metric if self.metric in METRICS else re.sub("_(change|growth)$", "", self.metric)

    @classmethod
    def parse(cls, text: str) -> "Having":
        name, _, span = text.partition(":")
        try:
            low, high = (float(end) if end else None for end in span.split(".."))
        except ValueError:
            raise QuestionError(f"Cannot read having={text}. A range is like orders:5..10 or revenue:1000..") from None
        return cls(name, cls.low if low is None else low, cls.high if high is None else high)

    def __str__(self) -> str:
        low, high = (f"{end:.17g}" if abs(end) != float("inf") else "" for end in (self.low, self.high))
        return f"{self.metric}:{low}..{high}"
