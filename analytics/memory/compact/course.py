"""The course of customers: how many different ones any run of slots of days has, from one walk over their visits."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from analytics.memory.columns import Beyond, Floats, Ints
from analytics.memory.compact.asked import Asked, edges
from analytics.memory.compact.kernels import course, courses
from analytics.memory.compact.runs import added_up

LARGEST = 4_000_000  # groups times slots times slots
CLASSES = {"customers": 0, "new": 1, "returning": 2}
WEIGHTS = {"valued": 0, "historic": 1, "predicted": 2}


@dataclass(frozen=True)
class Course:
    """`counted[class, b, a]` are the visits before slot b whose customer's last one before is before slot a - 1; in place of
    a class there may be a group of cells."""

    edges: Ints
    counted: Ints
    weighed: Floats

    def spans(self, wanted: Ints) -> bool:
        return bool(np.isin(wanted, self.edges).all())

    def between(self, name: str, wanted: Ints) -> Ints | Floats:
        """The different customers from each of these edges to the next, or the sum of what each is worth."""
        if name in WEIGHTS:
            slots = np.searchsorted(self.edges, wanted)
            weight = self.weighed[:, :, WEIGHTS[name]]
            return np.array([weight[a:b, : a + 1].sum() for a, b in pairwise(slots)])
        return self.customers(wanted)[CLASSES[name]]

    def customers(self, wanted: Ints) -> Ints:
        """Of each class or group the different customers from each of these edges to the next."""
        slots = np.searchsorted(self.edges, wanted)
        a, b = slots[:-1], slots[1:]
        return self.counted[:, b, a + 1] - self.counted[:, a, a + 1]


def course_of(asked: Asked) -> Course:
    """The course of what is asked, at the edges asked of now and those that the same page asks of besides."""
    return _kept(asked, (), lambda at: _walked(asked, at))


def courses_of(asked: Asked, axes: tuple[str, ...], group: Ints, many: int) -> Course:
    """The same for each of so many groups of cells, those of the axes; `group` is that of each cell."""
    return _kept(asked, axes, lambda at: _walked_by(asked, at, group, many))


def _kept(asked: Asked, axes: tuple[str, ...], walked: Callable[[Ints], Course]) -> Course:
    cut, recent = asked.cut, asked.shop.recent
    key = (axes, cut.chosen, cut.left_out, cut.acquired if cut.of_new else None)
    held = recent.get(key)
    if held is None or not held.spans(asked.edges):
        besides = [edges(period, grain, asked.shop) for period, grain in cut.besides]
        known = [held.edges] if held is not None else []
        held = walked(np.unique(np.concatenate([[0, asked.shop.days], asked.edges, *besides, *known])))
        recent.put(key, held)
    return held


def _slots(at: Ints) -> Ints:
    """The slot of each day."""
    return np.repeat(np.arange(len(at) - 1, dtype=np.int32), np.diff(at))


def _so_far(counted: Ints) -> Ints:
    which, many, _ = counted.shape
    so_far = np.zeros((which, many + 1, many + 2), dtype=np.int32)
    so_far[:, 1:, 1:] = counted.cumsum(axis=1).cumsum(axis=2)
    return so_far


def _walked_by(asked: Asked, at: Ints, group: Ints, many: int) -> Course:
    slots, walk, sets = _slots(at), asked.walk, asked.shop.visits.sets
    kinds, groups = sets.groups(asked.cells, group, many)
    kind_starts = np.searchsorted(kinds, np.arange(len(sets) + 1))
    if many * len(at) ** 2 > LARGEST:
        raise Beyond("More groups and slots than memory keeps at once.")

    def walked(start: int, stop: int) -> tuple[Ints]:
        counted = np.zeros((many, len(at) - 1, len(at)), dtype=np.int32)
        courses(walk, start, stop, slots, kind_starts, groups, counted)
        return (counted,)

    (counted,) = added_up(asked.shop.visits.starts, walked)
    return Course(at, _so_far(counted), np.zeros((0, 0, 0)))


def _walked(asked: Asked, at: Ints) -> Course:
    many, slots, walk, weights = len(at) - 1, _slots(at), asked.walk, asked.shop.value

    def walked(start: int, stop: int) -> tuple[Ints, Floats]:
        counted = np.zeros((3, many, many + 1), dtype=np.int32)
        sums = np.zeros((many, many + 1, weights.shape[1]))
        course(walk, start, stop, slots, weights, counted, sums)
        return counted, sums

    counted, sums = added_up(asked.shop.visits.starts, walked)
    return Course(at, _so_far(counted), sums)
