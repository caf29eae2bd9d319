"""Asked: a query under its filters, as one value whose written form is the address of the API that answers it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import parse_qsl, urlencode

import pandas as pd

from analytics.errors import QuestionError
from analytics.filters import Filters
from analytics.having import Having
from analytics.periods import Period
from analytics.queries import Query
from pipeline.warehouse import Snapshot

LISTS = ("metrics", "by", "order")
FLAGS = ("compare", "growth", "share", "cumulative", "like_for_like")
NUMBERS = ("limit", "moving")
NAMES = ("per", "skill", "against")
MANY = ("without", "having", "sets")
OWN = (*LISTS, *FLAGS, *NUMBERS, *NAMES, *MANY)


@dataclass(frozen=True)
class Asked:
    """`metrics=revenue&by=region&having=revenue:1000..&without=region:North&from=2024-01-01`; `parse(str(a)) == a`."""

    query: Query
    filters: Filters = field(default_factory=Filters)

    def __call__(self, snapshot: Snapshot) -> pd.DataFrame:
        return self.query(self.filters, snapshot)

    def __str__(self) -> str:
        query = self.query
        pairs = [(name, ",".join(getattr(query, name))) for name in LISTS]
        pairs += [("without", f"{name}:{member}") for name, members in query.left_out for member in members]
        pairs += [("having", str(having)) for having in query.having]
        pairs += [("sets", one) for one in query.sets]
        pairs += [(name, "1" if getattr(query, name) else "") for name in FLAGS]
        pairs += [(name, str(getattr(query, name) or "")) for name in (*NUMBERS, "per", "skill")]
        pairs += [("against", f"{query.against.start}..{query.against.end}" if query.against else "")]
        return "&".join(filter(None, (urlencode([p for p in pairs if p[1]]), str(self.filters))))

    @classmethod
    def parse(cls, text: str) -> "Asked":
        """Read a query string; `QuestionError` for what cannot be read of the query's own part."""
        return cls(query_of(parse_qsl(text.lstrip("?"))), Filters.parse(text))


def query_of(pairs: Iterable[tuple[str, str]]) -> Query:
    """The query that these keys and values write down; keys that are not its own are left alone."""
    many = {key: [v for k, v in pairs if k == key] for key in MANY} if (pairs := list(pairs)) else {}
    own = {key: value for key, value in pairs if key in OWN}
    lists = {k: tuple(filter(None, own.get(k, "").split(","))) for k in LISTS}
    flags = {k: own[k].lower() not in ("", "0", "false", "no") for k in FLAGS if k in own}
    left: dict[str, tuple[str, ...]] = {}
    for text in many.get("without", []):
        name, _, member = text.partition(":")
        left[name] = (*left.get(name, ()), member)
    return Query(
        **lists,  # type: ignore[arg-type]
        **flags,  # type: ignore[arg-type]
        **_numbers(own),  # type: ignore[arg-type]
        left_out=tuple((name, tuple(sorted(set(members)))) for name, members in left.items()),
        having=tuple(Having.parse(text) for text in many.get("having", [])),
        sets=tuple(many.get("sets", [])),
        against=_period(own["against"]) if own.get("against") else None,
        per=own.get("per", ""),
        skill=own.get("skill", ""),
    )


def _numbers(own: dict[str, str]) -> dict[str, int]:
    wrong = [k for k in NUMBERS if k in own and not (own[k].isdecimal() and len(own[k]) < 10)]
    if wrong:
        raise QuestionError(f"{wrong[0]}={own[wrong[0]]} is not a whole number.")
    return {k: int(own[k]) for k in NUMBERS if k in own}


def _period(text: str) -> Period:
    try:
        start, end = (date.fromisoformat(day) for day in text.split(".."))
    except ValueError:
        raise QuestionError(f"Cannot read against={text}. Two days are like 2024-01-01..2024-03-31.") from None
    return Period(min(start, end), max(start, end))
