"""The reader: from what a question says to a query, a refusal, or a question back."""

from dataclasses import replace

from analytics.asked import Asked
from analytics.assistant.choices import LOSSES, by_size, chosen, having, left_out, sets, without_unknown
from analytics.assistant.comparing import Comparing, comparing
from analytics.assistant.doubts import doubt, doubt_the_buckets
from analytics.assistant.followup import explained, follows, patched
from analytics.assistant.outcomes import Reading, Refused, Unclear
from analytics.assistant.sentence import GRAINS, RATIOS, Sentence
from analytics.assistant.skilled import skilled, with_comparison
from analytics.filters import Filters
from analytics.having import Having
from analytics.measures import Ratio
from analytics.metrics import METRICS
from analytics.periods import Period, day_words, grain_for
from analytics.queries import Query

LEAST = 1e-12
COUNTED = {"customers": "customer", "orders": "order_id", "products": "product", "categories": "category"}
GOING_ON = "I read this as going on from your last question."


def read(said: Sentence, data: Period, before: Asked | None) -> Reading:
    """The best reading of a sentence. `Refused` for what the data cannot know, `Unclear` for what must be asked back."""
    _known(said)
    doubt(said)
    ahead = _inside(said, data)
    going_on = before is not None and follows(said)
    if before and said.skills and said.has("they") and not said.named:
        raise Unclear("Of which one? Name it.")
    if ahead and not said.skills and not said.has("why"):
        said.skills.append("forecast")
        said.metrics += before.query.metrics[:1] if before and going_on and not said.metrics else ()
    elif before and said.has("why") and not (said.metrics or said.named or said.periods or said.by or said.subject):
        return Reading(explained(before), (GOING_ON,), premise=_way(said), follows=True)
    elif before and going_on:
        return Reading(patched(before, said, data), (GOING_ON,), follows=True)
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


def _inside(said: Sentence, data: Period) -> bool:
    """Whether a period lies ahead of the data; refused where it lies before them or years ahead."""
    for period in said.periods:
        if period.end < data.start:
            raise Refused(f"There are no orders in {period}: the data begin on {day_words(data.start)}.")
        if period.start > data.end and period.start.year > data.end.year + 1:
            raise Refused(f"There are no orders in {period}: the data end on {day_words(data.end)}.")
    return any(period.start > data.end for period in said.periods)


class _Reading:
    """The making of one reading, part by part."""

    def __init__(self, said: Sentence, data: Period) -> None:
        self.said, self.data = said, data
        if said.has("lose") and set(said.metrics) & set(LOSSES):
            said.ops.remove("down")
        self.notes: list[str] = []
        self.others: list[str] = []
        self.compare: Comparing = comparing(said, data)

    def made(self) -> Reading:
        if self.said.skills or self.said.has("why"):
            return self._skilled()
        query = self._shaped(Query(self._metrics(), by=self._by(), left_out=left_out(self.said)))
        query = self._ranked(self._parts(self._bounds(query)))
        self._used(query)
        query = by_size(query)
        filters = self._filters()
        return Reading(Asked(query, filters), tuple(self.notes), tuple(self.others), self._premise())

    def _used(self, query: Query) -> None:
        """Nothing that was said may go unread."""
        said = self.said
        if said.has("never", "not") and not any(n.refused for n in said.named):
            raise Unclear("I see a 'not' or 'never', but not of which region, category, segment or product.",
                          ("Which customers have not ordered in the last 90 days?",))  # fmt: skip
        if said.has("both") and not query.sets and "customers" in query.metrics:
            raise Unclear("Customers of both can be found for categories and products, not for regions or segments.")
        if said.number and said.number not in (query.limit, query.moving):
            raise Unclear(f"What does {said.number} count: the top {said.number} products, customers, months?",
                          (f"top {said.number} products by revenue", f"top {said.number} customers by revenue"))  # fmt: skip
        if said.days and said.days != query.moving:
            raise Unclear(f"I see {said.days} days, but not of what. Say for instance: in the last {said.days} days.")
        if said.has("top", "bottom") and not (query.order or query.skill or query.having):
            name = METRICS[query.metrics[0]].label.lower()
            raise Unclear("The most or the least of what: which product, category, region, customer or month?",
                          (f"which month had the highest {name}?", f"which category had the highest {name}?"))  # fmt: skip

    def _metrics(self) -> tuple[str, ...]:
        said = self.said
        if said.has("joined") and "customers" in said.metrics:
            said.metrics.remove("customers")
        some = [m for m in said.metrics if m in ("new_customers", "returning_customers")]
        if some and "customers" in said.metrics and not said.has("and", "add", "versus"):
            said.metrics.remove("customers")
        if some and said.among and len(said.metrics) > 1:
            name = METRICS[next(m for m in said.metrics if m not in some)].label
            raise Unclear(f"{name} is not split by new and returning customers; their numbers are known.",
                          ("new customers by month", "returning customers by month"))  # fmt: skip
        if some == ["returning_customers"] and said.has("share") and not said.by:
            said.ops.remove("share")
            return ("retention_rate",)
        return self._named()

    def _named(self) -> tuple[str, ...]:
        said = self.said
        if said.metrics == ["customers"] and "spent" in said.weak and not said.has("howmany") and not said.bounds:
            found = ["revenue"]
        elif said.metrics:
            found = list(said.metrics)
        elif said.has("count_groups") and said.has("up", "down"):
            found = [self._weakly()]
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
        if self._contrasts() and said.has("or") and said.subject == "customer":
            said.subject = ""  # "who sells more, Books or Toys"
        by = [d for d in said.by if d != said.subject]
        if said.subject and not said.has("count_groups"):
            by.append(said.subject)
        if self._contrasts():
            by += [d for d in self._contrasts() if d not in by]
        doubt_the_buckets(said, self._period())
        period = self._period() or self.data
        if said.has("when") and not any(d in GRAINS for d in by):
            by.append("month")
        if (said.has("trend", "cumulative", "moving")) and not any(d in GRAINS for d in by):
            by.append(grain_for(period.within(self.data)))
        if len([d for d in by if d in GRAINS]) > 1:
            raise Unclear("I can split by one grain of time only: day, week, month, quarter or year. Which one?")
        return tuple(sorted(dict.fromkeys(by), key=lambda d: d == said.subject))

    def _contrasts(self) -> tuple[str, ...]:
        """Dimensions of which two members are held against each other: `North vs South`, `North or South`."""
        said = self.said
        if (
            not said.has("versus", "or")
            or (len(said.periods) > 1 and not self.compare.on)
            or said.has("never", "share")
        ):
            return ()
        names = [n.dimension for n in said.named if not n.refused]
        return tuple(dict.fromkeys(name for name in names if names.count(name) > 1))

    def _period(self) -> Period | None:
        return self.compare.current

    def _filters(self) -> Filters:
        period = self._period()
        filters = replace(chosen(self.said), cmp=self.compare.cmp)
        return replace(filters, start=period.start, end=period.end) if period else filters

    def _shaped(self, query: Query) -> Query:
        said = self.said
        on = self.compare.on and (not self._contrasts() or said.has("up", "down", "change"))
        query = replace(query, compare=on, growth=on, against=self.compare.against if on else None)
        grained = any(d in GRAINS for d in query.by)
        query = replace(query, cumulative=said.has("cumulative"), share=said.has("share") and bool(query.by) and not on)
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
        rates = all(isinstance(METRICS[m].measure, Ratio) for m in query.metrics)
        if rates:
            return query
        if grains and len(query.by) == 1 and not self.said.subject:
            return replace(query, skill="average", by=(grains[0],))
        name = METRICS[query.metrics[0]].label.lower()
        if (query.by == ("customer",) or "customer" in self.said.loose) and not self.said.subject:
            if ratio := RATIOS.get((query.metrics[0], "customers")):
                return replace(query, metrics=(ratio,), by=())
            raise Unclear("An average over customers: do you mean revenue per customer or orders per customer?")
        raise Unclear(f"An average of {name} over what: per day, per week, per month?",
                      (f"average {name} per month", f"average {name} per day", "average order value"))  # fmt: skip

    def _bounds(self, query: Query) -> Query:
        said = self.said
        if not said.bounds:
            return query
        unsaid = "revenue" if query.metrics[0] in ("orders", "customers") and not query.by else query.metrics[0]
        havings = tuple(having(bound, metric or unsaid) for bound, metric in said.bounds)
        shown = () if query.by == ("customer",) and query.metrics == ("customers",) else query.metrics
        metrics = tuple(dict.fromkeys((*shown, *(h.metric for h in havings))))
        counts, counting = said.has("howmany"), not said.has("count_groups")
        if (
            counting
            and not query.by
            and query.metrics[0] in COUNTED
            and (query.metrics[0] != havings[0].metric or len(metrics) > 1)
        ):
            by = COUNTED[query.metrics[0]]
            kept = tuple(dict.fromkeys(h.metric for h in havings))
            return replace(query, metrics=kept, by=(by,), having=havings, skill="how_many" if counts else "")
        if (
            counting
            and not query.by
            and havings[0].metric == "orders"
            and query.metrics[0] in ("orders", "customers", "revenue")
        ):
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
        if (by := self._moving_groups(query)) and query.compare:
            metric = query.metrics[-1] if query.metrics[-1] not in COUNTED or by not in COUNTED.values() else "revenue"
            return replace(query, metrics=(metric,), by=(by,), having=(_grew(metric, said),), skill="how_many")
        if said.has("count_groups") and not query.having:
            return replace(query, by=(said.subject,), skill="how_many")
        if said.has("share") and not query.by and not query.compare:
            positive = [n for n in said.named if not n.refused]
            if not positive:
                raise Unclear("A share of what: by region, by category, of one product?",
                              ("share of revenue by region", "share of revenue by category"))  # fmt: skip
            return replace(query, skill="part", per=positive[-1].dimension)
        return query

    def _moving_groups(self, query: Query) -> str:
        """What is counted by whether it grew or fell: `how many categories grew`, `how many products lost revenue`."""
        if not self.said.has("up", "down") or query.by not in ((), (self.said.subject,)):
            return ""
        groups = len(query.metrics) > 1 or query.metrics[0] in ("categories", "products")
        counted = COUNTED.get(query.metrics[0], "") if self.said.has("howmany") and groups else ""
        return self.said.subject if self.said.has("count_groups") else counted

    def _ranked(self, query: Query) -> Query:
        said = self.said
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
            query = replace(query, having=(_grew(query.metrics[0], said),))
        best = 10 if said.plural else 1
        limit = said.number or (best if ranks or said.has("when") else 0)
        order = (*outer, self._key(query, bool(moved)))
        if said.has("nth") and not outer:
            return replace(query, by=(subject,), order=order, limit=limit, skill="nth")
        return replace(query, by=(*outer, subject), order=order, limit=limit, per=outer[0] if outer and limit else "")

    def _key(self, query: Query, moved: bool) -> str:
        """What a ranking goes by, with its sign."""
        name = query.metrics[0]
        worst = self.said.has("bottom") != (name in LOSSES)
        if not moved:
            return name if worst else f"-{name}"
        end = "change" if METRICS[name].unit == "rate" or self.said.has("share") else "growth"
        return f"-{name}_{end}" if self.said.has("up") != worst else f"{name}_{end}"

    def _premise(self) -> str:
        if not self.compare.on:
            return ""
        return _way(self.said)

    def _skilled(self) -> Reading:
        query = replace(skilled(self.said, self._period(), self.data), left_out=left_out(self.said))
        filters = self._filters()
        if query.skill == "why":
            query = with_comparison(query, self.compare.against)
            filters = filters if self.compare.on else replace(filters, cmp=filters.cmp or "year")
        return Reading(Asked(query, filters), tuple(self.notes), tuple(self.others), _way(self.said))


def _grew(metric: str, said: Sentence) -> Having:
    """Groups in which the metric rose, or fell, as the sentence says."""
    column = f"{metric}_{'change' if METRICS[metric].unit == 'rate' else 'growth'}"
    return Having(column, low=LEAST) if said.has("up") else Having(column, high=-LEAST)


def _way(said: Sentence) -> str:
    return "up" if said.has("up") else "down" if said.has("down") else ""
