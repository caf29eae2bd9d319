"""Grouping: bounds on a metric, groups that are counted, and the part that some are of a whole."""

from dataclasses import replace

from analytics.assistant.choices import having
from analytics.assistant.outcomes import Unclear
from analytics.assistant.ranking import grew
from analytics.assistant.sentence import Sentence
from analytics.queries import Query

COUNTED = {"customers": "customer", "orders": "order_id", "products": "product", "categories": "category"}


def bounded(query: Query, said: Sentence) -> Query:
    """The groups whose metrics lie within what the sentence says; how many there are, where that is asked."""
    if not said.bounds:
        return query
    unsaid = "revenue" if query.metrics[0] in ("orders", "customers") and not query.by else query.metrics[0]
    havings = tuple(having(bound, metric or unsaid) for bound, metric in said.bounds)
    bounds = tuple(dict.fromkeys(h.metric for h in havings))
    if by := _of_what(query, said, bounds):
        counts = said.has("howmany", "count_groups")
        return replace(query, metrics=bounds, by=(by,), having=havings, skill="how_many" if counts else "")
    if not query.by:
        raise Unclear("A bound needs something to be split: which customers, products, regions or months?")
    shown = () if query.by == ("customer",) and query.metrics == ("customers",) else query.metrics
    metrics = tuple(dict.fromkeys((*shown, *bounds)))
    return replace(query, metrics=metrics, having=havings, order=(f"-{bounds[0]}",))


def _of_what(query: Query, said: Sentence, bounds: tuple[str, ...]) -> str:
    """The dimension whose members are bounded, where the sentence counts them or names them by their metric alone."""
    asked = query.metrics[0]
    if said.has("count_groups"):
        return said.subject
    if query.by:
        return ""
    if asked in COUNTED and len({*query.metrics, *bounds}) > 1:
        return COUNTED[asked]
    return "customer" if bounds[0] == "orders" and asked in ("orders", "customers", "revenue") else ""


def grouped(query: Query, said: Sentence) -> Query:
    """How many groups there are or moved, or what part of the whole some are, where that is asked."""
    if (by := _moving_groups(query, said)) and query.compare:
        metric = query.metrics[-1] if query.metrics[-1] not in COUNTED or by not in COUNTED.values() else "revenue"
        return replace(query, metrics=(metric,), by=(by,), having=(grew(metric, said),), skill="how_many")
    if said.has("count_groups") and not query.having:
        return replace(query, by=(said.subject,), skill="how_many")
    if said.has("share") and not query.by and not query.compare:
        positive = [n for n in said.named if not n.refused]
        if not positive:
            raise Unclear("A share of what: by region, by category, of one product?",
                          ("share of revenue by region", "share of revenue by category"))  # fmt: skip
        return replace(query, skill="part", per=positive[-1].dimension)
    return query


def _moving_groups(query: Query, said: Sentence) -> str:
    """What is counted by whether it grew or fell: `how many categories grew`, `how many products lost revenue`."""
    if not said.has("up", "down") or query.by not in ((), (said.subject,)):
        return ""
    groups = len(query.metrics) > 1 or query.metrics[0] in ("categories", "products")
    counted = COUNTED.get(query.metrics[0], "") if said.has("howmany") and groups else ""
    return said.subject if said.has("count_groups") else counted
