"""Filters: what is being looked at, as one value whose only written form is the query string."""

from dataclasses import dataclass, replace
from datetime import date
from typing import cast, get_args
from urllib.parse import parse_qsl, urlencode

from analytics.dimensions import DIMENSIONS, GRAINS, MEMBER_DIMENSIONS
from analytics.periods import Comparing, Comparison, Period, compared, grain_for

Chosen = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Filters:
    """Period, picked sub-range, chosen members, comparison and grain.

    `chosen` is kept in one order, members sorted, without doubles and without what cannot be a member, so that equal
    choices are equal values: `Filters.parse(str(f)) == f` always. Members join with OR, dimensions with AND.
    """

    start: date | None = None
    end: date | None = None
    brush: Period | None = None
    chosen: Chosen = ()
    cmp: Comparing | None = None
    grain: str | None = None

    def __post_init__(self) -> None:
        members = {name: sorted(filter(DIMENSIONS[name].reads, set(chosen))) for name, chosen in self.chosen}
        ordered = tuple((name, tuple(members[name])) for name in MEMBER_DIMENSIONS if members.get(name))
        object.__setattr__(self, "chosen", ordered)
        if self.start and self.end and self.start > self.end:
            start, end = self.end, self.start
            object.__setattr__(self, "start", start)
            object.__setattr__(self, "end", end)

    @classmethod
    def parse(cls, search: str) -> "Filters":
        """Read an address. What cannot be read is left out; `unread` lists it."""
        pairs = parse_qsl(search.lstrip("?"), keep_blank_values=False)
        single = dict(pairs)
        chosen = {name: tuple(v for k, v in pairs if k == name) for name in MEMBER_DIMENSIONS}
        return cls(
            start=_day(single.get("from", "")),
            end=_day(single.get("to", "")),
            brush=_period(single.get("brush", "")),
            chosen=tuple(chosen.items()),
            cmp=cast("Comparing | None", _one_of(single.get("cmp"), get_args(Comparing))),
            grain=_one_of(single.get("grain"), GRAINS),
        )

    def __str__(self) -> str:
        """The query string, without its question mark; empty where nothing is filtered."""
        pairs = [
            ("from", self.start and self.start.isoformat()),
            ("to", self.end and self.end.isoformat()),
            ("brush", self.brush and f"{self.brush.start}..{self.brush.end}"),
            ("cmp", self.cmp),
            ("grain", self.grain),
            *((name, member) for name, members in self.chosen for member in members),
        ]
        return urlencode([(key, value) for key, value in pairs if value])

    def members(self, dimension: str) -> tuple[str, ...]:
        return dict(self.chosen).get(dimension, ())

    def choose(self, dimension: str, *members: str) -> "Filters":
        """Exactly these members of a dimension; none of them means all."""
        return replace(self, chosen=tuple({**dict(self.chosen), dimension: members}.items()))

    def toggle(self, dimension: str, member: str, add: bool = False) -> "Filters":
        """A click on a mark: it replaces the choice, or clears it; with `add` it joins or leaves it."""
        before = self.members(dimension)
        if add:
            return self.choose(dimension, *(set(before) ^ {member}))
        return self.choose(dimension, *(() if before == (member,) else (member,)))

    def pick(self, dimensions: tuple[str, ...], keys: tuple[str, ...], add: bool = False) -> "Filters":
        """A click on a mark of one or more dimensions, such as a heat cell of a region and a month.

        The browser folds clicks by the same rule; one table of cases is tested against both.
        """
        if dimensions != ("brush",) and len(dimensions) == 1:
            return self.toggle(dimensions[0], keys[0], add)
        on = all(self._picked(name) == (key,) for name, key in zip(dimensions, keys, strict=True))
        picked = self
        for name, key in zip(dimensions, keys, strict=True):
            if name == "brush":
                picked = replace(picked, brush=None if on and not add else _period(key))
            else:
                kept = picked.members(name) if add else ()
                picked = picked.choose(name, *(() if on and not add else (*kept, key)))
        return picked

    def scoped(self, scope: str) -> "Filters":
        """With what a page chooses for itself (`customer=C1`), in place of what the address says of it."""
        chosen = dict(self.chosen) | dict(Filters.parse(scope).chosen)
        return replace(self, chosen=tuple(chosen.items()))

    def _picked(self, name: str) -> tuple[str, ...]:
        if name == "brush":
            return (f"{self.brush.start}..{self.brush.end}",) if self.brush else ()
        return self.members(name)

    def without(self, *picks: str) -> "Filters":
        """As if nothing were chosen of these dimensions; `brush` names the picked sub-range."""
        kept = tuple((name, members) for name, members in self.chosen if name not in picks)
        return replace(self, chosen=kept, brush=None if "brush" in picks else self.brush)

    def period(self, data: Period) -> Period:
        """The days looked at: the brushed ones, else those from `from` to `to`, else all of the data."""
        whole = Period(self.start or data.start, self.end or data.end)
        return self.brush.within(whole) if self.brush else whole

    def comparison(self, data: Period) -> Comparison:
        """What the period is held against; last year unless the address says otherwise."""
        chosen = bool(self.start or self.end or self.brush)
        return compared(self.period(data), chosen, self.cmp or "year", data)

    def grain_over(self, data: Period) -> str:
        """The grain pinned in the address, else the one that suits the period."""
        return self.grain or grain_for(self.period(data).within(data))


def unread(search: str) -> list[str]:
    """The parts of an address that mean nothing here, each as `key=value`, in their order."""
    kept = {(k, v) for k, v in parse_qsl(str(Filters.parse(search)))}
    if swapped(search):
        kept |= {({"from": "to", "to": "from"}.get(k, k), v) for k, v in kept}
    return [f"{k}={v}" for k, v in parse_qsl(search.lstrip("?")) if (k, v) not in kept]


def swapped(search: str) -> bool:
    """Whether the address names the last day first; the filters have them in order."""
    single = dict(parse_qsl(search.lstrip("?")))
    start, end = _day(single.get("from", "")), _day(single.get("to", ""))
    return bool(start and end and start > end)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _period(text: str) -> Period | None:
    start, end = (_day(part) for part in [*text.split(".."), ""][:2])
    return Period(min(start, end), max(start, end)) if start and end else None


def _one_of(text: str | None, allowed: tuple[str, ...]) -> str | None:
    return text if text in allowed else None
