"""Doubts: what a sentence may mean in more ways than one, where a guess could be a wrong number: asked back."""

import re
from itertools import groupby, permutations

from analytics.assistant.choices import asks_of_customers, set_members
from analytics.assistant.outcomes import Unclear
from analytics.assistant.sentence import GRAINS, THINGS, Sentence
from analytics.periods import Period, bucket_after, bucket_start

ONE_BY_ONE = "I read more than one question here. Ask them one after the other."
LEAST_WORDS = 3
LENGTHS = {"day": 1, "week": 7, "month": 31, "quarter": 92}


def doubt_the_text(question: str) -> None:
    """Two questions with a mark of their own each."""
    parts = [part for part in re.split(r"\?\s+(?=\S)", question.strip()) if len(part.split()) >= LEAST_WORDS]
    if len(parts) > 1:
        raise Unclear(ONE_BY_ONE, tuple(part.rstrip("?") + "?" for part in parts[:3]))


def doubt(said: Sentence) -> None:
    """`Unclear` for what cannot be told apart, or found, as it is said."""
    if _crossed(said):
        raise Unclear(ONE_BY_ONE)
    for doubting in (_customers, _orders, _joined, _difference, _back, _ranking, _parts, _counts):
        if why := doubting(said):
            raise Unclear(why)


def _crossed(said: Sentence) -> bool:
    """`orders in 2024 and customers in 2025`: two of one kind, each with its own of another."""
    several = {kind for kind, _ in said.mentions if len({repr(v) for k, v in said.mentions if k == kind}) > 1}
    for pair in permutations(several, 2):
        turns = [kind for kind, _ in groupby(kind for kind, _ in said.mentions if kind in pair)]
        if len(turns) > 3:
            return True
    return False


def _customers(said: Sentence) -> str:
    bought = said.has("bought") or "sold" in said.weak
    if not asks_of_customers(said):
        return ""
    places = [n.dimension for n in said.named if n.dimension not in (*THINGS, "customer") and not n.refused]
    if (bought or said.has("both")) and len(places) != len(set(places)) and not said.has("versus", "or"):
        return "Customers of one or of all of these? Customers of both can be found for categories and products alone."
    if said.has("only") and bought and any(n.dimension in THINGS for n in said.named):
        return "Customers who bought that and nothing else cannot be found; those who bought it, or never did, can."
    if any(len(n.members) > 1 and not n.refused for n in set_members(said)):
        return "That names several products, and customers of any of them are no set: name one of them, or a category."
    if said.has("share") and set_members(said):
        return "Ask how many customers that are, and how many there are in all."
    return ""


def _orders(said: Sentence) -> str:
    """Orders by what they hold together."""
    if "orders" not in said.metrics or asks_of_customers(said):
        return ""
    things = [n for n in said.named if n.dimension in THINGS]
    if any(n.refused == "never" for n in things):
        return "Orders without something in them cannot be found; customers who never bought it can."
    if said.has("both", "contain") and len(things) > 1 and not any(n.refused for n in things):
        return (
            "Orders that hold both cannot be counted; orders that hold any of them can, and products bought together."
        )
    return ""


def _joined(said: Sentence) -> str:
    """Those who signed up in a period, asked for something else than their number."""
    others = set(said.metrics) - {"signups", "customers"}
    if said.has("joined") and others:
        return "Customers cannot be narrowed to those who signed up then; sign-ups by month, new customers and cohorts are known."
    return ""


def _difference(said: Sentence) -> str:
    """`North minus South`: not North without South."""
    kept = {n.dimension for n in said.named if not n.refused}
    if said.has("minus") and any(n.refused and n.dimension in kept for n in said.named):
        return "A difference of the two? Ask for both, such as: North vs South."
    return ""


def _back(said: Sentence) -> str:
    """`which of 2024's customers came back in 2025`: retention is of one period."""
    if (
        len(said.periods) > 1
        and {"retention_rate", "returning_customers"} & set(said.metrics)
        and not said.has("versus", "change", "up", "down")
    ):
        return "Who of one period came back in another cannot be told; retention of one period, and by cohort, can."
    return ""


def _ranking(said: Sentence) -> str:
    if said.has("rank", "ranking") and said.named and not said.by and not said.every:
        return "I do not tell the place of one alone; ask for all of them with the highest first."
    if said.has("top") and said.has("bottom"):
        return "The most of the least, or the least of the most? Ask for the one first, then for the other by name."
    summed = said.has("sum") or (
        said.has("share") and said.has("top") and said.ops.index("share") < said.ops.index("top")
    )
    if said.has("top", "bottom") and said.number and summed:
        return f"I list the first {said.number} but do not add them up; the list has the value of each."
    return ""


def _parts(said: Sentence) -> str:
    """Shares and means of what has none."""
    moved = said.has("up", "down")
    if said.has("percent") and not said.skills:
        return "A percentage bounds nothing here: ask for growth or shares as a list, the largest first."
    if said.bounds and said.buckets and said.has("howmany", "count_groups") and said.subject != said.buckets:
        return f"In each {said.buckets}, or in all together? Ask for one {said.buckets} after the other."
    if said.has("share") and (said.bounds or (moved and said.named and not said.subject)):
        return (
            "That part cannot be told in one; ask why it changed, or how many they are and how many there are in all."
        )
    if said.has("average") and (moved or "revenue_growth" in said.metrics):
        return "An average of changes hides more than it tells; ask for it by month compared with last year."
    if "customers" in said.metrics and "spent" in said.weak and moved:
        return "How many customers spent more or less than before is not counted; those who grew or fell the most can be listed."
    return ""


def _counts(said: Sentence) -> str:
    """What is counted, and is money or a list."""
    if said.has("howmany") and said.metrics == ["returned"]:
        return "Returned and cancelled is known in money: ask how much was returned."
    if said.has("howmany") and said.skills[:1] == ["stock_cover"]:
        return "I list products by the days that their stock lasts, and do not count them: ask which products run out first."
    if said.has("howmany") and said.skills[:1] == ["pairs"]:
        return "Pairs of products are listed by how many orders hold both; customers and categories are not counted so."
    if said.skills[:1] == ["lapsed"] and said.subject not in (*GRAINS, "", "customer"):
        return f"Ask for customers by {said.subject}, compared with last year."
    if said.skills[:1] == ["lapsed"] and said.subject in GRAINS:
        return f"Ask for orders by {said.subject}; those without an order show 0."
    return ""


def doubt_the_shares(said: Sentence, compares: bool) -> None:
    """`the share of Toys in 2023 against 2025`."""
    if said.has("portion") and compares:
        raise Unclear(
            "A share of each period? Ask for one after the other, such as: share of revenue by category in 2025."
        )


def doubt_the_steps(said: Sentence, period: Period | None, split: bool) -> None:
    """`month over month, for each month of 2025`: each bucket against the one before it."""
    if said.steps and (split or not period or (period.days > 1.2 * LENGTHS[said.steps])):
        raise Unclear(
            f"One {said.steps} can be held against the one before; name it. Or ask for all of them, or against last year."
        )


def doubt_the_buckets(said: Sentence, period: Period | None) -> None:
    """`January revenue in each year`: the period lies within one of the buckets that it is to be split by."""
    grain = said.buckets
    if period and grain in GRAINS and bucket_after(bucket_start(period.start, grain), grain) > period.end:
        whole = Period(bucket_start(period.start, grain), bucket_after(bucket_start(period.start, grain), grain))
        if period.days < whole.days - 1:
            raise Unclear(f"{period} lies within one {grain}. Ask for one {grain} after the other, or by month.")
