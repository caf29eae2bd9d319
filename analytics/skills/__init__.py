"""The skills: questions that are more than one look-up, each a function of a query and its filters, listed by hand."""

from collections.abc import Callable

import pandas as pd

from analytics.filters import Filters
from analytics.queries import Query
from analytics.skills.groups import average, how_many
from analytics.skills.parts import part
from pipeline.warehouse import Snapshot

Skill = Callable[[Query, Filters, Snapshot], pd.DataFrame]

SKILLS: dict[str, Skill] = {
    "how_many": how_many,
    "average": average,
    "part": part,
}

TARGETS: dict[str, tuple[str, ...]] = {
    "why": ("revenue", "orders", "units", "customers"),
    "forecast": ("revenue", "units"),
    "pareto": ("revenue", "units", "orders"),
    "anomalies": ("revenue", "orders", "units", "customers"),
}


def told_by_skill(name: str) -> Callable[..., str] | None:
    """How a skill says what it found, where it has words of its own."""
    return SAYS.get(name)


SAYS: dict[str, Callable[..., str]] = {}
