"""The course of customers: how many different ones any run of slots of days has, from one walk over their visits."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from analytics.memory.columns import Floats, Ints
from analytics.memory.compact.asked import Asked, edges
from analytics.memory.compact.kernels import course
from analytics.memory.compact.runs import added_up

CLASSES = {"customers": 0, "new": 1, "returning": 2}
WEIGHTS = {"valued": 0, "historic": 1, "predicted": 2}


@dataclass(frozen=True)
class Course:
    """`counted[class, b, a]` are the visits before slot b whose customer's last one before is before slot a - 1."""

    edges: Ints
    counted: Ints
    weighed: Floats

    def spans(self, wanted: Ints) -> bool:
        return bool(np.isin(wanted, self.edges).all())

    def between(self, name: str, wanted: Ints) -> Ints | Floats:
        """The different customers from each of these edges to the next, or the sum of what each is worth."""
        slots = np.searchsorted(self.edges, wanted)
        if name in WEIGHTS:
            weight = self.weighed[:, :, WEIGHTS[name]]
            return np.array([weight[a:b, : a + 1].sum() for a, b in pairwise(slots)])
        a, b, which = slots[:-1], slots[1:], CLASSES[name]
        return self.counted[which, b, a + 1] - self.counted[which, a, a + 1]


def course_of(asked: Asked) -> Course:
    """The course of what is asked, at the edges asked of now and those that the same page asks of besides."""
    cut, recent = asked.cut, asked.shop.recent
    key = (cut.chosen, cut.left_out, cut.acquired if cut.of_new else None)
    held = recent.get(key)
    if held is None or not held.spans(asked.edges):
        besides = [edges(period, grain, asked.shop) for period, grain in cut.besides]
        known = [held.edges] if held is not None else []
        held = _walked(asked, np.unique(np.concatenate([[0, asked.shop.days], asked.edges, *besides, *known])))
        recent.put(key, held)
    return held


def _walked(asked: Asked, at: Ints) -> Course:
    many = len(at) - 1
    slots = np.repeat(np.arange(many, dtype=np.int32), np.diff(at))
    walk, weights = asked.walk, asked.shop.value

    def walked(start: int, stop: int) -> tuple[Ints, Floats]:
        counted = np.zeros((3, many, many + 1), dtype=np.int32)
        sums = np.zeros((many, many + 1, weights.shape[1]))
        course(walk, start, stop, slots, weights, counted, sums)
        return counted, sums

    counted, sums = added_up(asked.shop.visits.starts, walked)
    so_far = np.zeros((3, many + 1, many + 2), dtype=np.int32)
    so_far[:, 1:, 1:] = counted.cumsum(axis=1).cumsum(axis=2)
    return Course(at, so_far, sums)
