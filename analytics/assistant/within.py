"""Within: a whole question asked on a page holds for what that page shows, but for what the question says itself."""

from dataclasses import replace

from analytics.asked import Asked
from analytics.assistant.outcomes import Reading
from analytics.assistant.sentence import Sentence
from analytics.filters import Filters
from analytics.periods import Period

NOTE = "The filters of the page apply."
TIMELESS = ("lapsed", "lapsed_count", "churn", "churn_count", "forecast", "stock_cover", "recommend", "advise")


def inside(understood: Reading, said: Sentence, page: Filters, data: Period) -> Reading:
    """The reading within a page's filters: members of dimensions, and a period, of which the question says nothing."""
    asked = understood.asked
    named = {n.dimension for n in said.named} | set(said.every) | {name for name, _ in asked.filters.chosen}
    chosen = tuple((name, members) for name, members in page.chosen if name not in named)
    filters = replace(asked.filters, chosen=(*asked.filters.chosen, *chosen))
    if not said.periods and asked.query.skill not in TIMELESS and (page.brush or page.start or page.end):
        period = page.period(data)
        filters = replace(filters, start=period.start, end=period.end)
    if filters == asked.filters:
        return understood
    return replace(understood, asked=Asked(asked.query, filters), notes=(*understood.notes, NOTE))
