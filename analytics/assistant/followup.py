"""Follow-ups: a question that goes on from the last one changes its query where it says something else."""

from collections.abc import Sequence
from dataclasses import replace

from analytics.asked import Asked
from analytics.assistant.choices import LOSSES, having
from analytics.assistant.comparing import comparing
from analytics.assistant.outcomes import Unclear
from analytics.assistant.ranking import by_size
from analytics.assistant.sentence import GRAINS, RATIOS, THINGS, Named, Sentence
from analytics.filters import Filters
from analytics.metrics import METRICS
from analytics.periods import Period
from analytics.queries import Query

OPENERS = ("follow", "same", "and", "add")


def follows(said: Sentence) -> bool:
    """Whether a sentence cannot stand alone, or says that it does not."""
    if said.skills or said.has("why"):
        return False
    opened = bool(said.ops) and said.ops[0] in OPENERS
    if said.has("they") or _goes_by(said):
        return True
    if said.metrics and not opened:
        return False
    if said.weak and not opened and said.has("howmany", "howmuch", "which", "top", "bottom", "bought"):
        return False
    return opened or not (said.subject and said.has("which") and not said.number)


def goes_on_within(before: Asked, said: Sentence) -> bool:
    """`which month was the strongest?` behind a list by month: the same list is meant."""
    return (
        said.subject in before.query.by
        and said.has("which", "top", "bottom")
        and not (said.metrics or said.named or said.periods)
    )


def _goes_by(said: Sentence) -> bool:
    """`by units`: a metric alone, behind a list that is to go by it."""
    alone = not (said.by or said.subject or said.named or said.periods or said.bounds or said.weak)
    return bool(said.metrics) and alone and said.ops[:1] in (["per"], ["ranking"])


def patched(before: Asked, said: Sentence, data: Period) -> Asked:
    """The last query, with what the sentence says in place of what was there."""
    query, filters = before.query, before.filters
    if query.limit and said.has("they"):
        raise Unclear("Who they are changes with what is asked: name those you mean.")
    if query.share and said.has("base_year") and not said.periods:
        raise Unclear("The shares of which year? Name it, such as: in 2024.")
    if said.has("difference") and query.by and not said.periods:
        raise Unclear("I show the values beside each other and do not subtract them; the table has both.")
    if said.has("average", "sum"):
        raise Unclear(
            "I cannot tell of what: ask it as a question of its own, such as: revenue of Books and Toys in 2025."
        )
    if said.has("whole") and _alone(said):
        dimensions = [name for name, _ in filters.chosen]
        return _another(before, Asked(replace(query, left_out=()), filters.without(*dimensions)))
    if said.bounds and not query.having:
        raise Unclear("A bound on what? Ask it as a question of its own.")
    if said.bounds:
        bounds = tuple(having(bound, metric or query.having[0].metric) for bound, metric in said.bounds)
        return _another(before, Asked(replace(query, having=bounds), filters))
    if said.has("howmany") and query.by and _alone(said):
        return Asked(replace(query, skill="how_many", order=(), limit=0), filters)
    ratio = RATIOS.get((query.metrics[0], "customers"))
    if ratio and said.by == ["customer"] and not said.metrics and not query.by:
        return Asked(replace(query, metrics=(ratio,)), _narrowed(filters, said, data))
    if said.metrics:
        query = _of_metrics(query, tuple(said.metrics), said)
    gone = dict(query.left_out)
    back = [n for n in said.named if not n.refused and set(n.members) <= set(gone.get(n.dimension, ()))]
    query, filters = _reshaped(query, said, data), _narrowed(filters, said, data, back)
    if query.sets and not before.query.sets:  # of customers who bought the one, not of lines of it
        bought = [(name, members) for name, members in filters.chosen if name in THINGS and len(members) == 1]
        query = replace(query, sets=(*(f"bought:{name}={members[0]}" for name, members in bought), *query.sets))
        filters = filters.without(*(name for name, _ in bought))
    return _another(before, Asked(by_size(query), filters))


def _alone(said: Sentence) -> bool:
    return not (said.metrics or said.named or said.periods or said.by or said.subject or said.bounds or said.number)


def _another(before: Asked, asked: Asked) -> Asked:
    """What is asked, if it is not what was asked before."""
    if asked == before:
        raise Unclear("I do not see what that changes about the last question. Ask it as a question of its own.")
    return asked


def _of_metrics(query: Query, metrics: tuple[str, ...], said: Sentence) -> Query:
    """The same of another metric: what was ordered or bounded by the old one goes by the new."""
    old, new = query.metrics[0], metrics[0]
    order = tuple(name.replace(old, new) if name.lstrip("-").startswith(old) else name for name in query.order)
    joined = tuple(dict.fromkeys((*query.metrics, *metrics))) if said.has("add") else metrics
    return replace(query, metrics=joined, order=order, having=())


def _reshaped(query: Query, said: Sentence, data: Period) -> Query:
    by = tuple(d for d in (*said.by, said.subject) if d)
    if by:
        kept = query.by if said.has("add") else ()
        query = replace(
            query, by=tuple(dict.fromkeys((*kept, *by))), order=(), per="", limit=0 if not said.number else query.limit
        )
        query = replace(query, skill="" if query.skill in ("part", "how_many", "average") else query.skill)
    if sum(d in GRAINS for d in query.by) > 1:
        query = replace(query, by=tuple(d for d in query.by if d not in GRAINS or d in by))
    if said.number and query.by:
        order = query.order or (f"-{query.metrics[0]}",)
        query = replace(query, limit=said.number, order=order)
    if said.has("bottom", "top") and query.by:
        query = _ranked(query, said)
    if said.has("share") and query.by:
        query = replace(query, share=True)
    if said.has("cumulative") and any(d in GRAINS for d in query.by):
        query = replace(query, cumulative=True)
    versus = comparing(said, data)
    if versus.on or (said.has("versus") and said.periods):
        base = versus.against if versus.on else None if _year_before(said) else said.periods[0]
        query = replace(query, compare=True, growth=True, against=base)
    return _without(query, said)


def _ranked(query: Query, said: Sentence) -> Query:
    """The most or the least of it, or what grew or fell the most."""
    name, limit = query.metrics[0], said.number or query.limit or 1
    if said.has("up", "down"):
        end = "change" if METRICS[name].unit == "rate" else "growth"
        sign = "-" if said.has("up") != said.has("bottom") else ""
        return replace(query, compare=True, growth=True, order=(f"{sign}{name}_{end}",), limit=limit)
    sign = "-" if said.has("top") != (name in LOSSES) else ""
    return replace(query, order=(f"{sign}{name}",), limit=limit)


def explained(before: Asked) -> Asked:
    """Why the number of the last question moved: by itself, under the same filters."""
    query = Query(
        before.query.metrics[:1],
        left_out=before.query.left_out,
        skill="why",
        compare=True,
        against=before.query.against,
    )
    filters = before.filters
    return Asked(query, filters if before.query.compare else replace(filters, cmp=filters.cmp or "year"))


def _without(query: Query, said: Sentence) -> Query:
    never = [n for n in said.named if n.refused == "never" and n.dimension in THINGS]
    if never and ("customers" in query.metrics or "customer" in query.by):
        sets = tuple(f"not:{n.dimension}={m}" for n in never for m in n.members)
        return replace(query, sets=(*query.sets, *sets))
    left = dict(query.left_out)
    for named in said.named:
        if named.refused:
            left[named.dimension] = tuple(sorted({*left.get(named.dimension, ()), *named.members}))
        else:
            kept = tuple(m for m in left.get(named.dimension, ()) if m not in named.members)
            left[named.dimension] = kept
    return replace(query, left_out=tuple((n, m) for n, m in left.items() if m))


def _narrowed(filters: Filters, said: Sentence, data: Period, back: Sequence[Named] = ()) -> Filters:
    """The members and days that the sentence names; those that come `back` were left out before and are not the only ones."""
    added: dict[str, tuple[str, ...]] = {}
    for named in said.named:
        if not named.refused and named not in back:
            added[named.dimension] = (*added.get(named.dimension, ()), *named.members)
    for name, members in added.items():
        kept = filters.members(name) if said.has("add") else ()
        filters = filters.choose(name, *kept, *members)
    filters = filters.without(*said.every)
    versus = comparing(said, data)
    if said.periods and not (said.has("versus") and len(said.periods) == 1):
        period = versus.current or said.periods[0]
        filters = replace(filters, start=period.start, end=period.end)
    return replace(filters, cmp=versus.cmp or ("year" if _year_before(said) else filters.cmp))


def _year_before(said: Sentence) -> bool:
    """`compare with last year`: the same dates a year before those of the last question."""
    words = said.period_words[0].removeprefix("vs ") if said.period_words else ""
    return said.has("versus") and len(said.periods) == 1 and words in ("last year", "the last year", "previous year")
