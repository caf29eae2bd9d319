"""The buying: when each customer orders, and after which order they leave for ever."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.random import Generator

from pipeline.generate.arrivals import OPENING, REGIONS, SEGMENTS, YOUNG_REGION
from pipeline.generate.campaigns import TESTED
from pipeline.generate.people import People
from pipeline.generate.seasons import CLOSED, DAYS, Clock, Floats, Ints, index

CONCEPT_DRIFT, LEAVING_FACTOR = (date(2025, 4, 1), date(2025, 4, 30)), 2.0
AWAY = 0.02


@dataclass(frozen=True)
class Orders:
    """Orders in the sequence of time. `second` is of the day; `budget` what is to be spent; `region` that of the sale."""

    customer: Ints
    day: Ints
    second: Ints
    budget: Floats
    region: Ints

    def __len__(self) -> int:
        return len(self.customer)


def buy(random: Generator, people: People, groups: Ints, clock: Clock) -> tuple[Orders, People]:
    """All orders until the last day, and the people with the day on which they left.

    `groups` is each customer's group in the tested campaign, -1 for none.
    """
    customer, time, gone_at = _orders(random, people, clock)
    more = _extra(random, people, groups, clock, gone_at)
    customer, day = np.concatenate([customer, more[0]]), clock.day(np.concatenate([time, more[1]]))
    customer, day = _one_a_day(customer, day)
    second = _seconds(random, len(day))
    order = np.lexsort((customer, second, day))
    customer, day, second = customer[order], day[order], second[order]
    left = np.where(np.isfinite(gone_at), clock.day(np.where(np.isfinite(gone_at), gone_at, 0)), -1)
    p = np.array([s.p for s in SEGMENTS])[people.segment[customer]]
    budget = random.gamma(p) * people.spend[customer] / p
    return Orders(customer, day, second, budget, _regions(random, people, customer, day)), replace(people, left=left)


def _orders(random: Generator, people: People, clock: Clock) -> tuple[Ints, Floats, Floats]:
    """BG/NBD on the shop's clock, one order of all who are still there at a time.

    Returns customer and time of each order, and for each customer the time of leaving (infinite: has not left).
    """
    who = np.flatnonzero(people.arrival < DAYS)
    time = people.arrival[who]
    gone_at = np.full(len(people), np.inf)
    drift = clock.elapsed[[index(CONCEPT_DRIFT[0]), index(CONCEPT_DRIFT[1]) + 1]]
    customers, times = [who], [time]
    while len(who):
        time = time + random.exponential(1 / people.rate[who])
        inside = time < DAYS
        who, time = who[inside], time[inside]
        factor = np.where((time >= drift[0]) & (time < drift[1]), LEAVING_FACTOR, 1.0)
        leaves = random.random(len(who)) < people.leave[who] * factor
        customers.append(who)
        times.append(time)
        gone_at[who[leaves]] = time[leaves]
        who, time = who[~leaves], time[~leaves]
    return np.concatenate(customers), np.concatenate(times), gone_at


def _extra(random: Generator, people: People, groups: Ints, clock: Clock, gone_at: Floats) -> tuple[Ints, Floats]:
    """What the tested campaign adds: orders of the treated who have not left, on top of their own rhythm."""
    first, last = clock.elapsed[[index(TESTED.start), index(TESTED.end) + 1]]
    treated = np.flatnonzero(groups == 1)
    until = np.clip(gone_at[treated], first, last)
    count = random.poisson((TESTED.effect - 1) * people.rate[treated] * (until - first))
    who = np.repeat(treated, count)
    return who, first + random.random(len(who)) * np.repeat(until - first, count)


def _one_a_day(customer: Ints, day: Ints) -> tuple[Ints, Ints]:
    """Nobody orders twice a day: a second order waits for the next day that is open, and is lost after the last."""
    is_open = np.ones(DAYS, bool)
    is_open[[index(closed) for closed in CLOSED]] = False
    opened = np.flatnonzero(is_open)
    sequence = np.lexsort((day, customer))
    customer, day = customer[sequence], (np.cumsum(is_open) - 1)[day[sequence]]
    rank = np.arange(len(day))
    far = customer * (2 * DAYS)
    shifted = np.maximum.accumulate(far + day - rank) + rank - far if len(day) else day
    kept = shifted < len(opened)
    return customer[kept], opened[shifted[kept]]


def _seconds(random: Generator, count: int) -> Ints:
    """Between eight and nine, most of them in the late afternoon."""
    return (8 * 3600 + 13 * 3600 * random.beta(2.2, 1.8, count)).astype(np.int64)


def _regions(random: Generator, people: People, customer: Ints, day: Ints) -> Ints:
    """The customer's own, but for the few orders that are placed in another region that is open."""
    away = random.random(len(customer)) < AWAY
    other = random.integers(0, len(REGIONS), len(customer))
    closed = (other == list(REGIONS).index(YOUNG_REGION)) & (day < index(OPENING))
    return np.where(away & ~closed, other, people.region[customer])
