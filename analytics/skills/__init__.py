"""The skills: questions that are more than one look-up, each a function of a query and its filters, listed by hand."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from analytics.filters import Filters
from analytics.queries import Query
from analytics.skills import telling
from analytics.skills.advice import advise
from analytics.skills.baskets import pairs, pareto, pareto_count, recommend
from analytics.skills.changes import WAYS, why
from analytics.skills.courses import anomalies, cohorts, forecast, stock_cover
from analytics.skills.groups import average, how_many, nth
from analytics.skills.parts import part
from analytics.skills.people import churn, churn_count, lapsed, lapsed_count
from pipeline.warehouse import Snapshot

Answering = Callable[[Query, Filters, Snapshot], pd.DataFrame]


@dataclass(frozen=True)
class Skill:
    """A skill: what computes it, how it is told, and the metrics it is for (any, where none is named)."""

    name: str
    answer: Answering
    say: telling.Say | None = None
    metrics: tuple[str, ...] = ()

    def __call__(self, query: Query, filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
        return self.answer(query, filters, snapshot)


SKILLS = {
    s.name: s
    for s in (
        Skill("how_many", how_many),
        Skill("average", average),
        Skill("nth", nth),
        Skill("part", part),
        Skill("why", why, telling.why, tuple(WAYS)),
        Skill("pareto", pareto, telling.pareto, ("revenue", "units")),
        Skill("pareto_count", pareto_count, telling.pareto_count, ("revenue", "units")),
        Skill("pairs", pairs, telling.pairs, ("orders",)),
        Skill("recommend", recommend, telling.recommend, ("orders",)),
        Skill("lapsed", lapsed, telling.lapsed, ("customers",)),
        Skill("lapsed_count", lapsed_count, telling.lapsed, ("customers",)),
        Skill("churn", churn, telling.churn, ("customers",)),
        Skill("churn_count", churn_count, telling.churn, ("customers",)),
        Skill("cohorts", cohorts, telling.cohorts, ("customers",)),
        Skill("anomalies", anomalies, telling.anomalies, ("revenue", "orders", "units", "customers")),
        Skill("forecast", forecast, telling.forecast, ("revenue", "units")),
        Skill("stock_cover", stock_cover, telling.stock_cover, ("units",)),
        Skill("advise", advise, telling.advise, ("revenue",)),
    )
}
