"""The marketing: what was spent to win customers, on which way they came, and which campaigns reached them."""

from dataclasses import dataclass

import numpy as np

from pipeline.generate.arrivals import REGIONS
from pipeline.generate.campaigns import CAMPAIGNS, GROUPS
from pipeline.generate.seasons import DATES, DAYS, WEEKS, Ints, index, weeks_of
from pipeline.generate.shop import Shop
from pipeline.generate.surroundings import monday
from pipeline.generate.writing import money, texts


@dataclass(frozen=True)
class Channel:
    """`share` of the new customers whose first touch it is, `cost` of winning one of them; `closing` and `idle` are its
    shares of the later touches of those who buy in the end and of those who do not."""

    name: str
    share: float
    cost: float
    closing: float
    idle: float


CHANNELS = (
    Channel("Search", 0.35, 24.0, 0.30, 0.25),
    Channel("Social", 0.25, 31.0, 0.10, 0.30),
    Channel("Email", 0.10, 9.0, 0.40, 0.10),
    Channel("Affiliates", 0.18, 38.0, 0.15, 0.15),
    Channel("Display", 0.12, 55.0, 0.05, 0.20),
)
SPEND_NOISE = 0.1
MORE_TOUCHES = 1.3
DAYS_BETWEEN = 4.0


def first_days(shop: Shop) -> Ints:
    """Day of each customer's first order, `DAYS` for those without one."""
    first = np.full(len(shop.people), DAYS)
    np.minimum.at(first, shop.orders.customer, shop.orders.day)
    return first


def first_touch(shop: Shop) -> Ints:
    """The channel by which each customer came."""
    return shop.random("channels").choice(len(CHANNELS), len(shop.people), p=[c.share for c in CHANNELS])


def marketing_spend(shop: Shop) -> dict[str, np.ndarray]:
    """Money a week, channel and region: what its new customers cost, give or take a tenth. Founders cost nothing."""
    first = first_days(shop)
    new = (first < DAYS) & (shop.people.founding == 0)
    shape = (WEEKS, len(CHANNELS), len(REGIONS))
    won = np.zeros(shape)
    np.add.at(won, (weeks_of(first[new]), first_touch(shop)[new], shop.people.region[new]), 1)
    cost = np.array([c.cost for c in CHANNELS])[None, :, None] * shop.random("spend").lognormal(0, SPEND_NOISE, shape)
    week, channel, region = np.nonzero(won)
    return {
        "date": monday(week),
        "channel": texts(c.name for c in CHANNELS)[channel],
        "region": texts(REGIONS)[region],
        "amount": money(np.round(100 * won * cost).astype(np.int64)[week, channel, region]),
    }


def touchpoints(shop: Shop, customers: np.ndarray) -> dict[str, np.ndarray]:
    """The way of every newcomer up to the first order, or to nowhere, and the contacts of the campaigns."""
    random = shop.random("touchpoints")
    first, came = first_days(shop), first_touch(shop)
    who = np.flatnonzero(shop.people.founding == 0)
    buys = first[who] < DAYS
    length = 1 + random.poisson(MORE_TOUCHES, len(who))
    walk = np.repeat(np.arange(len(who)), length)
    step = np.arange(len(walk)) - np.repeat(np.cumsum(length) - length, length)
    passed = np.cumsum(np.where(step == 0, 0, np.ceil(random.exponential(DAYS_BETWEEN, len(walk)))))
    before = passed[np.cumsum(length) - 1][walk] - passed
    end = np.where(buys, first[who], shop.people.signup[who])[walk]
    later = np.array([[c.idle for c in CHANNELS], [c.closing for c in CHANNELS]]).cumsum(axis=1)[buys.astype(np.int64)]
    drawn = (random.random(len(walk))[:, None] > later[walk]).sum(axis=1).clip(max=len(CHANNELS) - 1)
    stage = np.where((step == length[walk] - 1) & buys[walk], 2, np.minimum(step, 1))
    reached = [np.flatnonzero(group == 1) for group in shop.groups]
    campaign = np.repeat(np.arange(len(CAMPAIGNS)), [len(members) for members in reached])
    table = (
        np.concatenate([np.maximum(end - before, 0), np.array([index(c.start) for c in CAMPAIGNS])[campaign]]),
        np.concatenate([who[walk], *reached]),
        np.concatenate([stage, np.full(len(campaign), 3)]),
        np.concatenate([np.where(step == 0, came[who][walk], drawn), len(CHANNELS) + campaign]),
        np.concatenate([np.zeros(len(walk)), 1 + campaign]),
    )
    order = np.lexsort(table[2::-1])
    day, person, stage, channel, campaign = (column[order].astype(np.int64) for column in table)
    return {
        "customer_id": customers[person],
        "date": texts(d.isoformat() for d in DATES)[day],
        "channel": texts([*(c.name for c in CHANNELS), *(c.channel for c in CAMPAIGNS)])[channel],
        "campaign_id": texts(["", *(c.id for c in CAMPAIGNS)])[campaign],
        "stage": texts(["awareness", "consideration", "purchase", "retention"])[stage],
    }


def campaigns(shop: Shop) -> dict[str, np.ndarray]:
    """The campaigns with what they cost in all: so much for each customer treated."""
    treated = (shop.groups == 1).sum(axis=1)
    return {
        "campaign_id": texts(c.id for c in CAMPAIGNS),
        "start": texts(c.start.isoformat() for c in CAMPAIGNS),
        "end": texts(c.end.isoformat() for c in CAMPAIGNS),
        "channel": texts(c.channel for c in CAMPAIGNS),
        "cost": money(np.array([round(100 * c.cost * n) for c, n in zip(CAMPAIGNS, treated, strict=True)])),
    }


def members(shop: Shop, customers: np.ndarray) -> dict[str, np.ndarray]:
    """Who was in which campaign, in which group."""
    campaign, person = np.nonzero(shop.groups >= 0)
    return {
        "campaign_id": texts(c.id for c in CAMPAIGNS)[campaign],
        "customer_id": customers[person],
        "group": texts(GROUPS)[shop.groups[campaign, person]],
    }
