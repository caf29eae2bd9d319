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
    walk: Walk, made: Parts, chosen: Array, of_nobody: Array, of_cell: Array, of_day: Array, of_who: Array, weights: Array,
    found: Array, weighed: Array,
) -> None:  # fmt: skip
    """Fill `found[group]` (lines, cents, thousandths, orders, customers, of first orders, of others) and `weighed`.

    A part is in the group `of_cell + of_day + of_who`, in none where `of_day` is below 0; the last of the customers stands for
    sales without one, is in `of_nobody + of_cell` and is not counted as one. `chosen` are the cells that pass.
    """
    many, last = len(found), len(walk.starts) - 2
    seen = np.full((4, many), -1, np.int32)
    for who in range(len(walk.starts) - 1):
        if not walk.who[who]:
            continue
        known = who != last
        for i in range(walk.starts[who], walk.starts[who + 1]):
            day = walk.days[i]
            if of_day[day] < 0 or not walk.passes[walk.kinds[i]]:
                continue
            if len(walk.since) and not walk.since[walk.months[day] - walk.begun[who]]:
                continue
            base = of_day[day] + of_who[who] if known else of_nobody[day]
            part, kind = made.parts[i], walk.kinds[i]
            for cell in made.kind_cells[made.kind_starts[kind] : made.kind_starts[kind + 1]]:
                if chosen[cell]:
                    group = base + of_cell[cell]
                    found[group, 0] += 1
                    found[group, 1] += made.cents[part]
                    found[group, 2] += made.thousandths[part]
                    if seen[0, group] != i:
                        seen[0, group] = i
                        found[group, 3] += 1
                    if known and seen[1, group] != who:
                        seen[1, group] = who
                        found[group, 4] += 1
                        for w in range(weights.shape[1]):
                            weighed[group, w] += weights[who, w]
                    which = 2 if walk.first[i] else 3
                    if known and seen[which, group] != who:
                        seen[which, group] = who
                        found[group, 3 + which] += 1
                part += 1


@njit(cache=True, nogil=True)
def gathered(so_far: Array, edges: Array, columns: Array, groups: Array, found: Array) -> None:
    """Fill `found[bucket, group]` with what the cube's columns gain from each edge to the next, each in its group."""
    for bucket in range(len(edges) - 1):
        low, high = so_far[edges[bucket]], so_far[edges[bucket + 1]]
        for place in range(len(columns)):
            column = columns[place]
            found[bucket, groups[place]] += high[column] - low[column]
