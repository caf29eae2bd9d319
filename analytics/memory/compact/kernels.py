"""Kernels: the walks over the visits of customers and over the edges of the cube, compiled once and kept on disk."""

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
def course(walk: Walk, start: int, stop: int, slots: Array, weights: Array, counted: Array, weighed: Array) -> None:
    """Fill `counted[class, slot, earlier]` and `weighed[slot, earlier, weight]` with the passing visits of these customers.

    `earlier` is 1 + the slot of the same customer's passing visit before, 0 for none: customers of the slots a to b are
    the visits in them with an earlier of at most a. The classes are all visits, those of a first order, all others.
    """
    starts, days, kinds, first, passes, looked_at, months, begun, since = walk
    wide = weights.shape[1]
    for who in range(start, min(stop, len(starts) - 2)):
        if not looked_at[who]:
            continue
        before, firsts, returns = 0, 0, 0
        for i in range(starts[who], starts[who + 1]):
            if not passes[kinds[i]]:
                continue
            day = days[i]
            if len(since) and not since[months[day] - begun[who]]:
                continue
            slot = slots[day]
            if before != slot + 1:
                counted[0, slot, before] += 1
                for w in range(wide):
                    weighed[slot, before, w] += weights[who, w]
                before = slot + 1
            if first[i]:
                if firsts != slot + 1:
                    counted[1, slot, firsts] += 1
                    firsts = slot + 1
            elif returns != slot + 1:
                counted[2, slot, returns] += 1
                returns = slot + 1


class Parts(NamedTuple):
    """What each visit is made of: the cells of its kind, from `parts` on the money and units of each, and those of all."""

    kind_starts: Array
    kind_cells: Array
    parts: Array
    cents: Array
    thousandths: Array
    all_cents: Array
    all_thousandths: Array


class Groups(NamedTuple):
    """The group of a part is `of_cell + of_day + of_who`, none where `of_day` is below 0; that of a kind `of_kind` in place of
    `of_cell`, where it is one and not below 0. `of_nobody` stands for day and customer of sales without one."""

    of_kind: Array
    of_cell: Array
    of_day: Array
    of_who: Array
    of_nobody: Array


@njit(cache=True, nogil=True)
def split(
    walk: Walk, start: int, stop: int, made: Parts, chosen: Array, groups: Groups, once: Array, weights: Array,
    found: Array, weighed: Array,
) -> None:  # fmt: skip
    """Fill `found[group]` (lines, cents, thousandths, orders, customers, of first orders, of others) and `weighed` with
    the visits of these customers.

    The last of the customers stands for sales without one and is not counted as one. `chosen` are the cells that pass. A
    visit of a kind with one group counts as one line. `once`, where it has any, are the last visits of a first order:
    nothing of a customer is looked at after that and one of another order, which is enough where a customer is in one
    group and neither money nor orders are wanted.
    Tuples are taken apart and nothing is called inside the loop: each costs numba a count of references a visit.
    """
    starts, days, kinds, first, passes, looked_at, months, begun, since = walk
    kind_starts, kind_cells, parts, cents, thousandths, all_cents, all_thousandths = made
    of_kind, of_cell, of_day, of_who, of_nobody = groups
    nobody, wide, seen = len(starts) - 2, weights.shape[1], np.full((len(found), 4), -1, np.int32)
    for who in range(start, stop):
        if not looked_at[who]:
            continue
        known = who != nobody
        for i in range(starts[who], starts[who + 1]):
            day, kind = days[i], kinds[i]
            if of_day[day] < 0 or not passes[kind]:
                continue
            if len(since) and not since[months[day] - begun[who]]:
                continue
            base = of_day[day] + of_who[who] if known else of_nobody[day]
            one = of_kind[kind] >= 0
            low = kind_starts[kind]
            for place in range(low, low + 1 if one else kind_starts[kind + 1]):
                if one:
                    group = base + of_kind[kind]
                    found[group, 1] += all_cents[i]
                    found[group, 2] += all_thousandths[i]
                elif chosen[kind_cells[place]]:
                    group = base + of_cell[kind_cells[place]]
                    found[group, 1] += cents[parts[i] + place - low]
                    found[group, 2] += thousandths[parts[i] + place - low]
                else:
                    continue
                found[group, 0] += 1
                if seen[group, 0] != i:
                    seen[group, 0] = i
                    found[group, 3] += 1
                if not known:
                    continue
                if seen[group, 1] != who:
                    seen[group, 1] = who
                    found[group, 4] += 1
                    for w in range(wide):
                        weighed[group, w] += weights[who, w]
                which = 2 if first[i] else 3
                if seen[group, which] != who:
                    seen[group, which] = who
                    found[group, 3 + which] += 1
            if len(once) and not first[i] and i > once[who]:
                break


@njit(cache=True, nogil=True)
def courses(
    walk: Walk, start: int, stop: int, slots: Array, kind_starts: Array, kind_groups: Array, counted: Array
) -> None:
    """Fill `counted[group, slot, earlier]` as `course` does its first class, for each of the groups that a kind is in."""
    starts, days, kinds, _, _, looked_at, months, begun, since = walk
    last, before = np.full(len(counted), -1, np.int32), np.zeros(len(counted), np.int32)
    for who in range(start, min(stop, len(starts) - 2)):
        if not looked_at[who]:
            continue
        for i in range(starts[who], starts[who + 1]):
            kind = kinds[i]
            for place in range(kind_starts[kind], kind_starts[kind + 1]):
                if len(since) and not since[months[days[i]] - begun[who]]:
                    continue
                group, slot = kind_groups[place], slots[days[i]]
                if last[group] != who:
                    last[group], before[group] = who, 0
                if before[group] != slot + 1:
                    counted[group, slot, before[group]] += 1
                    before[group] = slot + 1


@njit(cache=True, nogil=True)
def by_day(walk: Walk, start: int, stop: int, made: Parts, chosen: Array, groups: Groups, found: Array) -> None:
    """Fill `found[group]` (visits, cents, customers) where a visit is in one group, by its customer and its day alone.

    A customer's groups follow each other as the days do, so that one who was in a group does not come back to it.
    """
    starts, days, kinds, _, passes, looked_at, months, begun, since = walk
    kind_starts, kind_cells, parts, cents, _, all_cents, _ = made
    of_kind, _, of_day, of_who, of_nobody = groups
    nobody = len(starts) - 2
    for who in range(start, stop):
        if not looked_at[who]:
            continue
        before = -1
        for i in range(starts[who], starts[who + 1]):
            day, kind = days[i], kinds[i]
            if of_day[day] < 0 or not passes[kind]:
                continue
            if len(since) and not since[months[day] - begun[who]]:
                continue
            group = of_day[day] + of_who[who] if who != nobody else of_nobody[day]
            found[group, 0] += 1
            found[group, 2] += group != before and who != nobody
            before = group
            if of_kind[kind] >= 0:
                found[group, 1] += all_cents[i]
                continue
            low = kind_starts[kind]
            for place in range(low, kind_starts[kind + 1]):
                if chosen[kind_cells[place]]:
                    found[group, 1] += cents[parts[i] + place - low]


@njit(cache=True, nogil=True)
def gathered(so_far: Array, edges: Array, columns: Array, groups: Array, found: Array) -> None:
    """Fill `found[bucket, group]` with what the cube's columns gain from each edge to the next, each in its group."""
    for bucket in range(len(edges) - 1):
        low, high = so_far[edges[bucket]], so_far[edges[bucket + 1]]
        for place in range(len(columns)):
            column = columns[place]
            found[bucket, groups[place]] += high[column] - low[column]
