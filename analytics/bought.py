"""Bought: customers by what they bought in a period, or did not."""

from collections.abc import Callable

from analytics.dimensions import dimension
from analytics.errors import QuestionError
from analytics.filters import Filters


def member_of(text: str) -> tuple[bool, str, str]:
    """A set in its parts: whether it must have been bought or not, the dimension, the member."""
    which, _, rest = text.partition(":")
    name, _, member = rest.partition("=")
    if which not in ("bought", "not") or not member:
        raise QuestionError(f"Cannot read sets={text}. A set is like bought:category=Books or not:product=P00001.")
    return which == "bought", dimension(name).name, member


def of_sets(sets: tuple[str, ...], filters: Filters, buyers: Callable[[Filters], set[str]]) -> Filters:
    """The filters with the customers that the sets leave in place of all; `buyers` are those who ordered under some filters."""
    anything = filters.without("product", "category")
    ids = buyers(anything)
    for bought, name, member in map(member_of, sets):
        found = buyers(anything.choose(name, member))
        ids = ids & found if bought else ids - found
    return filters.choose("customer", *(ids or {""}))
