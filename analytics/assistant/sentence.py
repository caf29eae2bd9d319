"""The sentence: the slots of a question gathered into what was asked for, without a look at the data."""

from dataclasses import dataclass, field

from analytics.assistant.pieces import Bound
from analytics.assistant.refusals import Topic
from analytics.measures import Ratio
from analytics.metrics import METRICS
from analytics.periods import Period

GRAINS = ("day", "week", "month", "quarter", "year")
MOST = ("most", "fewest", "least")
WHERE = ("in", "from", "for", "at", "of")
SELLS = ("sells best", "sell best", "sold best", "sells the most", "sells the least", "sold the least", "sold worst")
ASKS = {"who": "customer", "whom": "customer", "where": "region"}
HINTS = {
    "ranks": "rank",
    **dict.fromkeys(("together", "combined", "altogether"), "sum"),
    **dict.fromkeys(("overall", "total", "totals", "everything"), "whole"),
    **dict.fromkeys(("they", "them", "it"), "they"),
    **dict.fromkeys(("contain", "contains", "contained", "containing"), "contain"),
}
STEPS = {"month": "month", "mom": "month", "quarter": "quarter", "qoq": "quarter", "week": "week", "day": "day"}
MORE = ("more", "fewer", "less")
THINGS = ("category", "product")
MARKS = {
    **dict.fromkeys(
        (
            "share",
            "shares",
            "proportion",
            "fraction",
            "mix",
            "what part",
            "which part",
            "what fraction",
            "what percentage",
        ),
        "portion",
    ),
    "or": "or",
    "minus": "minus",
    "contributed": "contributes",
    "contributes": "contributes",
    "contribute": "contributes",
    "lose": "lose",
    "lost": "lose",
    "losing": "lose",
    "difference": "difference",
    "only": "only",
    "just": "only",
    "only the": "only",
    "just the": "only",
}
RATIOS = {m.measure.needs: m.name for m in METRICS.values() if isinstance(m.measure, Ratio)}


@dataclass(frozen=True)
class Named:
    """Members of a dimension, as the question names them; `refused` by "without" or by "never"."""

    dimension: str
    members: tuple[str, ...]
    refused: str
    place: int
    text: str


@dataclass
class Sentence:
    """What a question says. Filled once, slot by slot, then only read."""

    metrics: list[str] = field(default_factory=list)
    weak: list[str] = field(default_factory=list)
    by: list[str] = field(default_factory=list)
    subject: str = ""
    plural: bool = False
    named: list[Named] = field(default_factory=list)
    periods: list[Period] = field(default_factory=list)
    period_words: list[str] = field(default_factory=list)
    bounds: list[tuple[Bound, str]] = field(default_factory=list)
    ops: list[str] = field(default_factory=list)
    skills: list[str] = field(default_factory=list)
    topics: list[tuple[Topic, str]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    number: int = 0
    days: int = 0
    loose: list[str] = field(default_factory=list)
    every: list[str] = field(default_factory=list)
    among: bool = False
    buckets: str = ""
    steps: str = ""
    mentions: list[tuple[str, object]] = field(default_factory=list)

    def has(self, *ops: str) -> bool:
        return any(op in self.ops for op in ops)

    @property
    def empty(self) -> bool:
        return not (self.metrics or self.weak or self.subject or self.skills)
