"""The choices: which members a sentence keeps, leaves out, or asks customers to have bought, and its bounds."""

from analytics.assistant.pieces import Bound
from analytics.assistant.sentence import THINGS, Named, Sentence
from analytics.filters import Filters
from analytics.having import Having
from analytics.measures import Ratio
from analytics.metrics import METRICS

LOSSES = ("returned",)  # money that goes back: the most of it is the least number


def chosen(said: Sentence) -> Filters:
    """The members that the question names, but for those of sets and those it leaves out."""
    used = {n.place for n in set_members(said)}
    members: dict[str, tuple[str, ...]] = {}
    for named in said.named:
        if not named.refused and named.place not in used:
            members[named.dimension] = (*members.get(named.dimension, ()), *named.members)
    return Filters(chosen=tuple(members.items()))


def left_out(said: Sentence) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What the question excludes."""
    used = {n.place for n in set_members(said)}
    members: dict[str, tuple[str, ...]] = {}
    for named in said.named:
        if named.refused and named.place not in used:
            members[named.dimension] = tuple(sorted({*members.get(named.dimension, ()), *named.members}))
    return tuple(members.items())


def set_members(said: Sentence) -> list[Named]:
    """Members that customers must have bought, or not, rather than those whose lines are counted."""
    things = [n for n in said.named if n.dimension in THINGS]
    refused = [n for n in things if n.refused]
    if asks_of_customers(said) and things and all(n.refused == "never" for n in things):
        return things
    if len(things) < 2 or not (asks_of_customers(said) or said.has("howmany")):
        return []
    if refused and len(refused) < len(things) and (said.has("bought", "never") or "sold" in said.weak):
        return things
    return (
        things if said.has("both") or (said.has("bought") and not said.has("versus") and said.has("and", "add")) else []
    )


def asks_of_customers(said: Sentence) -> bool:
    return "customers" in said.metrics or "customer" in (said.subject, *said.loose, *said.by)


def sets(said: Sentence) -> tuple[str, ...]:
    """The sets of a query, as it writes them: a name of several products is refused as all of them."""
    named = [(n, member) for n in set_members(said) for member in n.members]
    return tuple(f"{'not' if n.refused else 'bought'}:{n.dimension}={member}" for n, member in named)


def having(bound: Bound, metric: str) -> Having:
    """A bound on a metric; of counts the next whole number where the end itself does not count."""
    low, high, strict = bound.low, bound.high, bound.strict
    if strict:
        step = 1e-6 if isinstance(METRICS[metric].measure, Ratio) else 1 if METRICS[metric].unit == "count" else 0.01
        low, high = low + step, high - step
    if metric in LOSSES:
        low, high = -high, -low
    return Having(metric, low, high)
