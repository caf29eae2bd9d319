"""Ranking: what a list goes by, which end of it is asked for, and how much of it."""

from dataclasses import replace

from analytics.assistant.choices import LOSSES
from analytics.assistant.outcomes import Unclear
from analytics.assistant.sentence import GRAINS, Sentence
from analytics.dimensions import DIMENSIONS
from analytics.having import Having
from analytics.metrics import METRICS, UNKNOWN
from analytics.queries import Query

LEAST = 1e-12


def ranked(query: Query, said: Sentence) -> Query:
    """The end of a list that is asked for: the most, the least, what grew or fell."""
    ranks = said.has("top", "bottom")
    moved = said.has("up", "down") and query.compare
    fixed = query.skill or query.moving or query.cumulative
    if not query.by or fixed or not (ranks or (said.subject and (moved or said.number)) or said.has("when")):
        return query
    subject = said.subject or query.by[-1]
    if moved and subject in GRAINS:
        raise Unclear("A change against the bucket before, or against the same one a year earlier? I can list them by growth.",
                      (f"{METRICS[query.metrics[0]].label} by {subject} compared with last year",))  # fmt: skip
    outer = [d for d in query.by if d != subject]
    query = without_unknown(query, subject)
    if moved and not ranks and not said.number:
        query = replace(query, having=(grew(query.metrics[0], said),))
    best = 10 if said.plural else 1
    limit = said.number or (best if ranks or said.has("when") else 0)
    order = (*outer, _key(query, said, bool(moved)))
    if said.has("nth") and not outer:
        return replace(query, by=(subject,), order=order, limit=limit, skill="nth")
    return replace(query, by=(*outer, subject), order=order, limit=limit, per=outer[0] if outer and limit else "")


def _key(query: Query, said: Sentence, moved: bool) -> str:
    """What a ranking goes by, with its sign."""
    name = query.metrics[0]
    worst = said.has("bottom") != (name in LOSSES)
    if not moved:
        return name if worst else f"-{name}"
    end = "change" if METRICS[name].unit == "rate" or said.has("contributes") else "growth"
    return f"-{name}_{end}" if said.has("up") != worst else f"{name}_{end}"


def grew(metric: str, said: Sentence) -> Having:
    """Groups in which the metric rose, or fell, as the sentence says."""
    column = f"{metric}_{'change' if METRICS[metric].unit == 'rate' else 'growth'}"
    return Having(column, low=LEAST) if said.has("up") else Having(column, high=-LEAST)


def by_size(query: Query) -> Query:
    """A list of members with the largest first, where nothing else orders it; time keeps its own order."""
    if query.order or query.skill or len(query.by) != 1 or DIMENSIONS[query.by[0]].unit:
        return query
    return replace(query, order=(f"{'' if query.metrics[0] in LOSSES else '-'}{query.metrics[0]}",))


def without_unknown(query: Query, dimension: str) -> Query:
    """A ranking without the member that only says that none is known."""
    if dimension not in DIMENSIONS or not DIMENSIONS[dimension].control:
        return query
    left = {**dict(query.left_out)}
    left[dimension] = tuple(sorted({*left.get(dimension, ()), UNKNOWN}))
    return replace(query, left_out=tuple(left.items()))
