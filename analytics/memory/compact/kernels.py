"""Kernels: the two walks over the visits of every customer, compiled once and kept on disk."""

from typing import Any, NamedTuple

import numpy as np
from numba import njit

Array = np.ndarray[Any, Any]


class Walk(NamedTuple):
    """The visits by customer and day, and which of them pass.

    `starts` are each customer's first visit and the end; a kind is a set of cells, `passes` tells of each whether any of
    its cells is chosen. `who` are the customers looked at; `since`, where it has any, the months since the first order
    that are, found at `months[day] - begun[customer]`.
    """

    starts: Array
    days: Array
    kinds: Array
    first: Array
    passes: Array
    who: Array
    months: Array
    begun: Array
    since: Array


@njit(cache=True, nogil=True)
def course(walk: Walk, slots: Array, weights: Array, counted: Array, weighed: Array) -> None:
    """Fill `counted[class, slot, earlier]` and `weighed[slot, earlier, weight]` with the passing visits.

    `earlier` is 1 + the slot of the same customer's passing visit before, 0 for none: customers of the slots a to b are
    the visits in them with an earlier of at most a. The classes are all visits, those of a first order, all others.
    """
    for who in range(len(walk.starts) - 2):
        if not walk.who[who]:
            continue
        before, firsts, returns = 0, 0, 0
        for i in range(walk.starts[who], walk.starts[who + 1]):
            if not walk.passes[walk.kinds[i]]:
                continue
            day = walk.days[i]
            if len(walk.since) and not walk.since[walk.months[day] - walk.begun[who]]:
                continue
            slot = slots[day]
            if before != slot + 1:
                counted[0, slot, before] += 1
                for w in range(weights.shape[1]):
                    weighed[slot, before, w] += weights[who, w]
                before = slot + 1
            if walk.first[i]:
                if firsts != slot + 1:
                    counted[1, slot, firsts] += 1
                    firsts = slot + 1
            elif returns != slot + 1:
                counted[2, slot, returns] += 1
                returns = slot + 1


class Parts(NamedTuple):
    """What each visit is made of: the cells of its kind, and from `parts` on the money and units of each."""

    kind_starts: Array
    kind_cells: Array
    parts: Array
    cents: Array
    thousandths: Array


@njit(cache=True, nogil=True)
def split(
    walk: Walk, made: Parts, chosen: Array, of_kind: Array, of_nobody: Array, of_cell: Array, of_day: Array, of_who: Array,
    weights: Array, found: Array, weighed: Array,
) -> None:  # fmt: skip
    """Fill `found[group]` (lines, cents, thousandths, orders, customers, of first orders, of others) and `weighed`.

    A part is in the group `of_cell + of_day + of_who`, in none where `of_day` is below 0; the last of the customers stands for
    sales without one, is in `of_nobody + of_cell` and is not counted as one. `chosen` are the cells that pass. A kind with an
    `of_kind` has one group, and its visits are counted as one line without money.
    """
    last, seen = len(walk.starts) - 2, np.full((len(found), 4), -1, np.int32)
    for who in range(len(walk.starts) - 1):
        if not walk.who[who]:
            continue
        for i in range(walk.starts[who], walk.starts[who + 1]):
            day, kind = walk.days[i], walk.kinds[i]
            if of_day[day] < 0 or not walk.passes[kind]:
                continue
            if len(walk.since) and not walk.since[walk.months[day] - walk.begun[who]]:
                continue
            base = of_day[day] + of_who[who] if who != last else of_nobody[day]
            if of_kind[kind] >= 0:
                _mark(found, weighed, seen, weights, base + of_kind[kind], i, who, who != last, walk.first[i])
                continue
            part = made.parts[i]
            for cell in made.kind_cells[made.kind_starts[kind] : made.kind_starts[kind + 1]]:
                if chosen[cell]:
                    found[base + of_cell[cell], 1] += made.cents[part]
                    found[base + of_cell[cell], 2] += made.thousandths[part]
                    _mark(found, weighed, seen, weights, base + of_cell[cell], i, who, who != last, walk.first[i])
                part += 1


@njit(cache=True, nogil=True, inline="always")
def _mark(
    found: Array,
    weighed: Array,
    seen: Array,
    weights: Array,
    group: int,
    visit: int,
    who: int,
    known: bool,
    first: bool,
) -> None:
    """Count a line in its group, and the visit and the customer where they are new there."""
    found[group, 0] += 1
    if seen[group, 0] != visit:
        seen[group, 0] = visit
        found[group, 3] += 1
    if known and seen[group, 1] != who:
        seen[group, 1] = who
        found[group, 4] += 1
        for w in range(weights.shape[1]):
            weighed[group, w] += weights[who, w]
    which = 2 if first else 3
    if known and seen[group, which] != who:
        seen[group, which] = who
        found[group, 3 + which] += 1


@njit(cache=True, nogil=True)
def gathered(so_far: Array, edges: Array, columns: Array, groups: Array, found: Array) -> None:
    """Fill `found[bucket, group]` with what the cube's columns gain from each edge to the next, each in its group."""
    for bucket in range(len(edges) - 1):
        low, high = so_far[edges[bucket]], so_far[edges[bucket + 1]]
        for place in range(len(columns)):
            column = columns[place]
            found[bucket, groups[place]] += high[column] - low[column]
