"""The campaigns: who was contacted, in which group, and what it truly changed."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.random import Generator

from pipeline.generate.people import People
from pipeline.generate.seasons import Clock, Ints, index

GROUPS = ("control", "treatment")


@dataclass(frozen=True)
class Campaign:
    """`reach` is the share of the customers with an earlier order; `treated` that of the members who were contacted."""

    id: str
    start: date
    end: date
    channel: str
    cost: float
    reach: float
    treated: float
    effect: float


TESTED = Campaign("CMP01", date(2025, 2, 3), date(2025, 3, 9), "Email", 1.10, 0.35, 0.5, 1.5)
IDLE = Campaign("CMP02", date(2025, 6, 2), date(2025, 6, 29), "Email", 0.15, 0.35, 0.5, 1.0)
UNCONTROLLED = Campaign("CMP03", date(2025, 9, 29), date(2025, 10, 26), "Post", 1.75, 0.3, 1.0, 1.0)
CAMPAIGNS = (TESTED, IDLE, UNCONTROLLED)


def assigned(random: Generator, people: People, clock: Clock, campaign: Campaign) -> Ints:
    """Each customer's group by lot: 1 treatment, 0 control, -1 not a member."""
    eligible = people.arrival < clock.elapsed[index(campaign.start)]
    member = eligible & (random.random(len(people)) < campaign.reach)
    return np.where(member, (random.random(len(people)) < campaign.treated).astype(np.int64), -1)
