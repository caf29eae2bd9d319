"""The people: who they are, when they first buy, how often, for how much, and what they like."""

from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np
import pandas as pd
from numpy.random import Generator

from pipeline.generate.arrivals import OPENING, REGIONS, SEGMENTS, YOUNG_REGION, arrivals, founding_chance, targets
from pipeline.generate.seasons import DATES, DAYS, Clock, Floats, Ints, index
from pipeline.generate.vocabulary import FIRST_NAMES, LAST_NAMES, ascii_name
from pipeline.generate.writing import joined, numbered, texts

SAME_DAY, DELAY_SHAPE, DELAY_DAYS = 0.35, 1.2, 15.0
CONVERSION = 0.85
FOUNDED_DAYS = 400.0


@dataclass(frozen=True)
class People:
    """Customers, one entry each. Codes are places in REGIONS and SEGMENTS.

    `arrival` is the time of the first order on the shop's clock, infinite for those who never order; `signup` a day,
    below 0 before the records begin; `rate` orders a day; `leave` the chance that a repeat order is the last; `spend` the
    mean value of an order; `left` the day of the order after which they left, -1 for those who have not.
    """

    region: Ints
    segment: Ints
    arrival: Floats
    signup: Ints
    founding: Ints
    rate: Floats
    leave: Floats
    spend: Floats
    taste: Ints
    left: Ints

    def __len__(self) -> int:
        return len(self.region)

    def take(self, places: Ints) -> Self:
        return replace(self, **{f.name: getattr(self, f.name)[places] for f in fields(self)})


def arrive(random: Generator, count: int, clock: Clock) -> People:
    """`count` customers in no order: region and week of arrival as the trend asks, all else by segment."""
    new = arrivals(targets())
    place = random.choice(new.size, count, p=(new / new.sum()).ravel())
    region, week = np.divmod(place, new.shape[1])
    arrival = 7 * (week + random.random(count))
    founding = (random.random(count) < founding_chance(new)[region, week]).astype(np.int64)
    segment = random.choice(len(SEGMENTS), count, p=[s.share for s in SEGMENTS])
    r, alpha, a, b, q, v, p = (
        np.array([getattr(s, k) for s in SEGMENTS])[segment] for k in ["r", "alpha", "a", "b", "q", "v", "p"]
    )
    return People(
        region,
        segment,
        arrival,
        _signups(random, clock.day(arrival), founding, region),
        founding,
        random.gamma(r) / alpha,
        random.beta(a, b),
        p * v / random.gamma(q),
        _tastes(random, segment),
        np.full(count, -1),
    )


def _signups(random: Generator, first: Ints, founding: Ints, region: Ints) -> Ints:
    """Founders signed up before the records begin; others on the day of their first order or some days before."""
    count = len(first)
    delay = np.where(random.random(count) < SAME_DAY, 0, np.ceil(random.gamma(DELAY_SHAPE, DELAY_DAYS, count)))
    before = -np.ceil(random.exponential(FOUNDED_DAYS, count))
    signup = np.where(founding, before, first - delay).astype(np.int64)
    return np.where(region == list(REGIONS).index(YOUNG_REGION), np.maximum(signup, index(OPENING)), signup)


def _tastes(random: Generator, segment: Ints) -> Ints:
    weights = np.array([np.array(s.tastes) / sum(s.tastes) for s in SEGMENTS]).cumsum(axis=1)
    return (random.random(len(segment))[:, None] > weights[segment]).sum(axis=1).clip(max=weights.shape[1] - 1)


def never_buyers(random: Generator, buyers: People) -> People:
    """Those who sign up as the buyers do, and never order; `CONVERSION` of all sign-ups since the opening buy."""
    newcomers = np.flatnonzero(buyers.founding == 0)
    count = round(len(newcomers) * (1 - CONVERSION) / CONVERSION)
    silent = buyers.take(random.choice(newcomers, count)) if count else buyers.take(newcomers[:0])
    nobody, nothing = np.full(count, -1), np.zeros(count)
    return People(silent.region, silent.segment, np.full(count, np.inf), silent.signup, nobody + 1, nothing, nothing, nothing,
                  silent.taste, nobody)  # fmt: skip


def database(random: Generator, people: People) -> dict[str, np.ndarray]:
    """The customer file, in the order of `people`, as text columns."""
    count = len(people)
    first = random.integers(0, len(FIRST_NAMES), count)
    last = random.integers(0, len(LAST_NAMES), count)
    mail = [texts(map(ascii_name, names)) for names in (FIRST_NAMES, LAST_NAMES)]
    number = np.arange(1, count + 1)
    earliest = int(people.signup.min(initial=0))
    days = pd.date_range(end=DATES[-1], periods=DAYS - earliest).strftime("%Y-%m-%d").to_numpy()
    handle = joined(mail[0][first], ".", mail[1][last], numbered("", number, 1), by="")
    return {
        "customer_id": numbered("C", number, 6),
        "customer_name": joined(texts(FIRST_NAMES)[first], texts(LAST_NAMES)[last]),
        "email": joined(handle, "@example.com", by=""),
        "signup_date": days[people.signup - earliest],
        "customer_segment": texts(s.name for s in SEGMENTS)[people.segment],
        "region": texts(REGIONS)[people.region],
    }
