"""The reader: from what a question says to a query, a refusal, or a question back."""

from dataclasses import replace

from analytics.asked import Asked
from analytics.assistant.comparing import Comparing, comparing
from analytics.assistant.followup import follows, patched
from analytics.assistant.outcomes import Reading, Refused, Unclear
from analytics.assistant.sentence import GRAINS, Named, Sentence
from analytics.assistant.skilled import skilled, with_comparison
from analytics.dimensions import DIMENSIONS
from analytics.filters import Filters
from analytics.metrics import METRICS, UNKNOWN
from analytics.periods import Period, day_words, grain_for
from analytics.queries import Having, Query


def read(said: Sentence, data: Period, before: Asked | None) -> Reading:
    """The best reading of a sentence. `Refused` for what the data cannot know, `Unclear` for what must be asked back."""
    _known(said)
    _inside(said, data)
    if before and follows(said):
        return Reading(patched(before, said, data), ("I read this as going on from your last question.",))
    return _Reading(said, data).made()


def _known(said: Sentence) -> None:
    for topic, text in said.topics:
        lacks = f" What is missing: {topic.lacks}." if topic.lacks else ""
        raise Refused(f"I cannot tell about '{text}'. {topic.reason}{lacks}")
    if said.unknown:
        words = ", ".join(f"'{word}'" for word in dict.fromkeys(said.unknown))
        raise Unclear(
            f"I do not know what {words} means here: it is no metric, dimension, region, category, segment or product of this shop."
        )


def _inside(said: Sentence, data: Period) -> None:
    for period in said.periods:
        if period.start > data.end and not ("forecast" in said.skills or period.start.year <= data.end.year + 1):
            raise Refused(f"There are no orders in {period}: the data end on {day_words(data.end)}.")
        if period.end < data.start:
            raise Refused(f"There are no orders in {period}: the data begin on {day_words(data.start)}.")


class _Reading:
    """The making of one reading, part by part."""

    def __init__(self, said: Sentence, data: Period) -> None:
        self.said, self.data = said, data
        self.notes: list[str] = []
        self.others: list[str] = []
        self.compare: Comparing = comparing(said, data)

    def made(self) -> Reading:
        if self.said.skills or self.said.has("why"):
            return self._skilled()
        query = self._shaped(Query(self._metrics(), by=self._by(), left_out=left_out(self.said)))
        query = self._ranked(self._parts(self._bounds(query)))
        filters = self._filters()
        return Reading(Asked(query, filters), tuple(self.notes), tuple(self.others), self._premise())

    def _metrics(self) -> tuple[str, ...]:
        said = self.said
        if said.metrics == ["customers"] and "spent" in said.weak and not said.has("howmany") and not said.bounds:
            found = ["revenue"]
        elif said.metrics:
            found = list(said.metrics)
        elif said.has("count_groups"):
            found = ["orders"]
        elif said.bounds and any(metric for _, metric in said.bounds):
            found = [next(metric for _, metric in said.bounds if metric)]
        elif (
            said.weak
            or said.subject
            or said.has("top", "bottom", "up", "down", "change", "share", "cumulative", "moving")
        ):
            found = [self._weakly()]
        elif said.has("bought", "howmany") and said.named:
            found = ["customers"]
        else:
            found = [self._from_members()]
        if "revenue_growth" in found and (len(found) == 1) and (said.subject or self.compare.on or said.by):
            found = ["revenue"]
        return tuple(found)

    def _weakly(self) -> str:
        said = self.said
        if "sold" in said.weak and said.has("howmany"):
            return "units"
        if said.has("howmany") and said.named and not said.subject:
            return "customers"
        if "spent" not in said.weak and "sold" not in said.weak:
            self._took("revenue", "orders", "units")
        return "revenue"

    def _took(self, taken: str, *others: str) -> None:
        self.notes.append(f"You named no metric; I took {METRICS[taken].label.lower()}.")
        self.others += [f"the same by {METRICS[o].label.lower()}" for o in others]

    def _from_members(self) -> str:
        if not (self.said.named or self.said.periods or self.said.by):
            raise Unclear("I do not see what to count. Name a metric, such as revenue, orders, customers or units.")
        segment_only = self.said.named and all(n.dimension == "customer_segment" for n in self.said.named)
        if self.said.has("howmany") and segment_only:
            return "customers"
        self._took("revenue", "orders", "units")
        return "revenue"

    def _by(self) -> tuple[str, ...]:
        said = self.said
        by = [d for d in said.by if d != said.subject]
        if said.subject and not said.has("count_groups"):
            by.append(said.subject)
        if self._contrasts():
            by += [d for d in self._contrasts() if d not in by]
        period = self._period() or self.data
        if said.has("when") and not any(d in GRAINS for d in by):
            by.append("month")
        if (said.has("trend", "cumulative", "moving")) and not any(d in GRAINS for d in by):
            by.append(grain_for(period.within(self.data)))
        if len([d for d in by if d in GRAINS]) > 1:
            raise Unclear("I can split by one grain of time only: day, week, month, quarter or year. Which one?")
        return tuple(sorted(dict.fromkeys(by), key=lambda d: (d == said.subject, d not in GRAINS if False else 0)))

    def _contrasts(self) -> tuple[str, ...]:
        """Dimensions of which two members are held against each other: `North vs South`."""
        if not self.said.has("versus") or len(self.said.periods) > 1:
            return ()
        names = [n.dimension for n in self.said.named if not n.refused]
        return tuple(dict.fromkeys(name for name in names if names.count(name) > 1))

    def _period(self) -> Period | None:
        return self.compare.current

    def _filters(self) -> Filters:
        period = self._period()
        filters = replace(chosen(self.said), cmp=self.compare.cmp)
        return replace(filters, start=period.start, end=period.end) if period else filters

    def _shaped(self, query: Query) -> Query:
        said = self.said
        on = self.compare.on and not self._contrasts()
        query = replace(query, compare=on, growth=on, against=self.compare.against if on else None)
        grained = any(d in GRAINS for d in query.by)
        query = replace(query, cumulative=said.has("cumulative"), share=said.has("share") and bool(query.by))
        if said.has("moving") and grained:
            query = replace(query, moving=said.number or said.days or (7 if "day" in query.by else 3))
        if said.has("cumulative") and said.has("share"):
            query = replace(query, share=True)
        if said.has("average") and not said.has("moving"):
            query = self._averaged(query)
        return replace(query, sets=sets(said)) if sets(said) else query

    def _averaged(self, query: Query) -> Query:
        """`average monthly revenue` is one number; an average of a sum needs to be told of what."""
        grains = [d for d in query.by if d in GRAINS]
        rates = all(METRICS[m].unit == "rate" or m in ("aov", "units_per_order") for m in query.metrics)
        if rates:
            return query
        if grains and len(query.by) == 1 and not self.said.subject:
            return replace(query, skill="average", by=(grains[0],))
        name = METRICS[query.metrics[0]].label.lower()
        if query.by == ("customer",) or "customer" in self.said.loose:
            raise Unclear("An average over customers: do you mean revenue per customer or orders per customer?")
        raise Unclear(f"An average of {name} over what: per day, per week, per month?",
                      (f"average {name} per month", f"average {name} per day", "average order value"))  # fmt: skip

    def _bounds(self, query: Query) -> Query:
        said = self.said
        if not said.bounds:
            return query
        unsaid = "revenue" if query.metrics[0] in ("orders", "customers") and not query.by else query.metrics[0]
        havings = tuple(having(bound, metric or unsaid) for bound, metric in said.bounds)
        metrics = tuple(dict.fromkeys((*query.metrics, *(h.metric for h in havings))))
        counts = said.has("howmany")
        counted = {"customers": "customer", "orders": "order_id", "products": "product", "categories": "category"}
        if not query.by and query.metrics[0] in counted and (query.metrics[0] != havings[0].metric or len(metrics) > 1):
            by = counted[query.metrics[0]]
            kept = tuple(dict.fromkeys(h.metric for h in havings))
            return replace(query, metrics=kept, by=(by,), having=havings, skill="how_many" if counts else "")
        if not query.by and havings[0].metric == "orders" and query.metrics[0] in ("orders", "customers", "revenue"):
            by = "order_id" if havings[0].metric == "revenue" else "customer"
            return replace(query, metrics=("orders",), by=(by,), having=havings, skill="how_many" if counts else "")
        if said.has("count_groups"):
            kept = tuple(dict.fromkeys(h.metric for h in havings))
            return replace(query, metrics=kept, by=(said.subject,), having=havings, skill="how_many")
        if not query.by:
            raise Unclear("A bound needs something to be split: which customers, products, regions or months?")
        return replace(query, metrics=metrics, having=havings, order=(f"-{havings[0].metric}",))

    def _parts(self, query: Query) -> Query:
        said = self.said
        if said.has("count_groups") and not query.having:
            return replace(query, by=(said.subject,), skill="how_many")
        if said.has("share") and not query.by:
            positive = [n for n in said.named if not n.refused]
            if not positive:
                raise Unclear("A share of what: by region, by category, of one product?",
                              ("share of revenue by region", "share of revenue by category"))  # fmt: skip
            return replace(query, skill="part", per=positive[-1].dimension)
        return query

    def _ranked(self, query: Query) -> Query:
        said = self.said
        worst, best = said.has("bottom"), said.has("top")
        moved = said.has("up", "down") and query.compare
        if not query.by or query.skill or query.moving or query.cumulative:
            return query
        if not (worst or best or moved) or (
            not said.subject and not said.has("when") and not said.number and not best and not worst
        ):
            return query
        if not said.subject and not said.has("when") and not said.number:
            return self._subjectless(query)
        key = self._key(query, moved)
        descending = not worst if not moved else said.has("up") != worst
        subject = said.subject or query.by[-1]
        limit = said.number or (
            (10 if said.plural else 1) if (best or worst or said.has("when")) else 1 if not said.plural else 0
        )
        outer = [d for d in query.by if d != subject]
        query = without_unknown(query, subject)
        sign = "-" if descending else ""
        order = (*outer, f"{sign}{key}")
        return replace(query, by=(*outer, subject), order=order, limit=limit, per=",".join(outer[:1]) if outer else "")

    def _subjectless(self, query: Query) -> Query:
        self.said.subject = query.by[-1]
        return self._ranked(query)

    def _key(self, query: Query, moved: bool) -> str:
        if not moved:
            return query.metrics[0] if not (query.share and METRICS[query.metrics[0]].additive) else query.metrics[0]
        return (
            f"{query.metrics[0]}_change" if METRICS[query.metrics[0]].unit == "rate" else f"{query.metrics[0]}_growth"
        )

    def _premise(self) -> str:
        if not self.compare.on:
            return ""
        return "up" if self.said.has("up") else "down" if self.said.has("down") else ""

    def _skilled(self) -> Reading:
        query = replace(skilled(self.said, self._period(), self.data), left_out=left_out(self.said))
        filters = self._filters()
        if query.skill == "why":
            query = with_comparison(query, self.compare.against)
            filters = filters if self.compare.on else replace(filters, cmp=filters.cmp or "year")
        premise = "up" if self.said.has("up") else "down" if self.said.has("down") else ""
        return Reading(Asked(query, filters), tuple(self.notes), tuple(self.others), premise)


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
    things = [n for n in said.named if n.dimension in ("category", "product")]
    who = "customers" in said.metrics or "customer" in (said.subject, *said.loose, *said.by) or said.has("howmany")
    if len(things) < 2 or not who:
        return []
    refused = [n for n in things if n.refused]
    if refused and len(refused) < len(things) and (said.has("bought", "never") or "sold" in said.weak):
        return things
    return things if said.has("both") or (said.has("bought") and not said.has("versus") and said.has("and")) else []


def sets(said: Sentence) -> tuple[str, ...]:
    """The sets of a query, as it writes them."""
    return tuple(f"{'not' if n.refused else 'bought'}:{n.dimension}={n.members[0]}" for n in set_members(said))


def having(bound: object, metric: str) -> Having:
    """A bound on a metric; of counts the next whole number where the end itself does not count."""
    low, high, strict = bound.low, bound.high, bound.strict  # type: ignore[attr-defined]
    if strict:
        step = 1 if METRICS[metric].unit == "count" and not METRICS[metric].name.count("_per_") else 0.01
        low, high = low + step, high - step
    return Having(metric, low, high)


def without_unknown(query: Query, dimension: str) -> Query:
    """A ranking without the member that only says that none is known."""
    if dimension not in DIMENSIONS or not DIMENSIONS[dimension].control:
        return query
    left = {**dict(query.left_out)}
    left[dimension] = tuple(sorted({*left.get(dimension, ()), UNKNOWN}))
    return replace(query, left_out=tuple(left.items()))
