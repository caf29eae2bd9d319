"""The reader: from what a question says to a query, a refusal, or a question back."""

from dataclasses import replace

from analytics.asked import Asked
from analytics.assistant.choices import LOSSES, chosen, left_out, sets
from analytics.assistant.comparing import Comparing, comparing
from analytics.assistant.doubts import doubt, doubt_the_buckets, doubt_the_shares, doubt_the_steps
from analytics.assistant.followup import explained, follows, goes_on_within, patched
from analytics.assistant.grouping import COUNTED, bounded, grouped
from analytics.assistant.measuring import Measuring
from analytics.assistant.outcomes import Reading, Refused, Unclear
from analytics.assistant.ranking import by_size, ranked
from analytics.assistant.sentence import GRAINS, RATIOS, Sentence
from analytics.assistant.skilled import skilled, with_comparison
from analytics.filters import Filters
from analytics.measures import Ratio
from analytics.metrics import METRICS
from analytics.periods import Period, day_words, grain_for
from analytics.queries import Query

GOING_ON = "I read this as going on from your last question."


def read(said: Sentence, data: Period, before: Asked | None) -> Reading:
    """The best reading of a sentence. `Refused` for what the data cannot know, `Unclear` for what must be asked back."""
    _known(said)
    doubt(said)
    ahead = _inside(said, data)
    going_on = before is not None and (follows(said) or goes_on_within(before, said))
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
        self.compare: Comparing = comparing(said, data)
        self.measuring = Measuring(said, self.compare.on)

    def made(self) -> Reading:
        if self.said.skills or self.said.has("why"):
            return self._skilled()
        said, measuring = self.said, self.measuring
        by = self._by()
        query = self._shaped(Query(measuring.metrics(), by=by, left_out=left_out(said)))
        query = ranked(grouped(bounded(query, said), said), said)
        self._used(query)
        premise = _way(said) if self.compare.on else ""
        return Reading(Asked(by_size(query), self._filters()), tuple(measuring.notes), tuple(measuring.others), premise)

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

    def _by(self) -> tuple[str, ...]:
        said = self.said
        if self._contrasts() and said.has("or") and said.subject == "customer":
            said.subject = ""  # "who sells more, Books or Toys"
        by = [d for d in said.by if d != said.subject]
        if said.has("ranking"):
            by = self._ranked_by(by)
        if said.subject and not said.has("count_groups"):
            by.append(said.subject)
        if self._contrasts():
            by += [d for d in self._contrasts() if d not in by]
        doubt_the_buckets(said, self._period())
        doubt_the_steps(said, self.compare.current, any(d in GRAINS for d in by))
        doubt_the_shares(said, self.compare.on)
        period = self._period() or self.data
        if said.has("when") and not any(d in GRAINS for d in by):
            by.append("month")
        if (said.has("trend", "cumulative", "moving")) and not any(d in GRAINS for d in by):
            by.append(grain_for(period.within(self.data)))
        if len([d for d in by if d in GRAINS]) > 1:
            raise Unclear("I can split by one grain of time only: day, week, month, quarter or year. Which one?")
        if said.has("share") and len([d for d in by if d not in GRAINS]) > 1:
            raise Unclear(
                "Shares of the whole, or within each? Ask for one at a time, such as: share of revenue by category in the North."
            )
        return tuple(sorted(dict.fromkeys(by), key=lambda d: d == said.subject))

    def _ranked_by(self, by: list[str]) -> list[str]:
        """`rank categories by orders`: what is ranked is no metric, what it is ranked by no dimension."""
        said = self.said
        if "order_id" in (said.subject, *by):
            said.subject, said.metrics = "", [*said.metrics, "orders"]
        noun = said.metrics[0] if len(said.metrics) > 1 and said.metrics[0] in COUNTED else ""
        said.metrics = [m for m in said.metrics if m != noun]
        return [*(d for d in by if d != "order_id"), *said.every, *filter(None, [COUNTED.get(noun, "")])]

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
        if self.compare.on:
            raise Unclear("An average of each period? Ask for one after the other.")
        rates = all(isinstance(METRICS[m].measure, Ratio) for m in query.metrics)
        if rates:
            return query
        people = (
            query.by == ("customer",)
            or "customer" in self.said.loose
            or ("customers" in self.said.metrics and query.metrics != ("customers",))
        )
        if people and (grains or len(query.metrics) > 1) and not self.said.subject:
            raise Unclear("An average customer: ask for revenue per customer or orders per customer, of one period.",
                          ("revenue per customer in 2025", "orders per customer in 2025"))  # fmt: skip
        if grains and len(query.by) == 1 and not self.said.subject:
            return replace(query, skill="average", by=(grains[0],))
        name = METRICS[query.metrics[0]].label.lower()
        if (query.by == ("customer",) or "customer" in self.said.loose) and not self.said.subject:
            if ratio := RATIOS.get((query.metrics[0], "customers")):
                return replace(query, metrics=(ratio,), by=())
            raise Unclear("An average over customers: do you mean revenue per customer or orders per customer?")
        raise Unclear(f"An average of {name} over what: per day, per week, per month?",
                      (f"average {name} per month", f"average {name} per day", "average order value"))  # fmt: skip

    def _skilled(self) -> Reading:
        query = replace(skilled(self.said, self._period(), self.data), left_out=left_out(self.said))
        filters = self._filters()
        if query.skill == "why":
            query = with_comparison(query, self.compare.against)
            filters = filters if self.compare.on else replace(filters, cmp=filters.cmp or "year")
        return Reading(Asked(query, filters), premise=_way(self.said))


def _way(said: Sentence) -> str:
    return "up" if said.has("up") else "down" if said.has("down") else ""
