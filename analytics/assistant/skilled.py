"""Skilled: which skill a sentence asks for, and with what."""

from dataclasses import replace

from analytics.assistant.outcomes import Refused, Unclear
from analytics.assistant.sentence import Sentence
from analytics.dimensions import DIMENSIONS
from analytics.metrics import METRICS
from analytics.periods import Period
from analytics.queries import Query
from analytics.skills import SKILLS

COUNTED = ("lapsed", "churn", "pareto")
STRICT = ("why", "forecast", "pareto", "anomalies")


def skill_of(said: Sentence) -> str:
    """The skill's name; counts where a sentence asks how many."""
    name = "why" if said.has("why") else said.skills[0]
    if name == "advise" and any(n.dimension == "customer" for n in said.named):
        name = "recommend"
    counts = said.has("howmany", "count_groups") and name in COUNTED
    return f"{name}_count" if counts else name


def skilled(said: Sentence, period: Period | None, data: Period) -> Query:
    """The query that hands a sentence to its skill."""
    name = skill_of(said)
    if name.startswith("lapsed") and period and period.end < data.end:
        raise Unclear(
            "Gone quiet is counted back from the last day of the data; say for how long, such as: in the last 90 days.",
            ("Which customers have not ordered in the last 90 days?",),
        )
    number = said.days if name.startswith("lapsed") else said.number
    by = _by(said, name)
    return Query(_metrics(said, name), by=by, skill=name, limit=number or _few(said, name))


def _few(said: Sentence, name: str) -> int:
    """One, where the best alone is asked for."""
    single = said.has("top", "which") and not said.plural and said.subject
    return 1 if name == "stock_cover" and single else 0


def _metrics(said: Sentence, name: str) -> tuple[str, ...]:
    takes = SKILLS[name].metrics
    asked = [m for m in said.metrics if m not in ("customers", "products") or m in takes]
    fitting = [m for m in asked if m in takes]
    if asked and not fitting and name.removesuffix("_count") in STRICT:
        if name == "why" and asked == ["revenue_growth"]:
            return ("revenue",)
        labels = ", ".join(METRICS[m].label.lower() for m in takes)
        raise Unclear(
            f"{name.removesuffix('_count').capitalize()} is worked out for {labels}, not for {METRICS[asked[0]].label.lower()}."
        )
    return tuple(fitting or takes)[:1]


def _by(said: Sentence, name: str) -> tuple[str, ...]:
    if name in (
        "pairs",
        "recommend",
        "lapsed",
        "lapsed_count",
        "churn",
        "churn_count",
        "stock_cover",
        "advise",
        "cohorts",
    ):
        return ()
    found = [d for d in (*said.by, said.subject) if d]
    if name.startswith("pareto"):
        found = found or (["customer"] if "customers" in said.metrics or "customer" in said.loose else ["product"])
        if DIMENSIONS[found[0]].unit:
            raise Refused("The shares of periods are not ranked into classes; ask for revenue by month instead.")
    return tuple(found[:1])


def with_comparison(query: Query, against: Period | None) -> Query:
    return replace(query, compare=True, against=against, limit=0)
