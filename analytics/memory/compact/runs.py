"""Runs of customers: a walk over all of them, done by several threads at once and added up."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from analytics.memory.columns import Ints
from analytics.memory.compact.kernels import Array

WORTH = 100_000  # visits that repay a thread
_threads = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="walk")


def added_up(starts: Ints, walked: Callable[[int, int], tuple[Array, ...]]) -> tuple[Array, ...]:
    """The sums of the arrays that `walked(first, last)` gives for runs of customers with about as many visits each.

    No customer is in two runs, so that different ones add up. `starts` are each customer's first visit and the end.
    """
    many = max(1, min(os.cpu_count() or 1, int(starts[-1]) // WORTH))
    if many == 1:
        return walked(0, len(starts) - 1)
    inner = np.searchsorted(starts, np.linspace(0, starts[-1], many + 1)[1:-1])
    bounds = [0, *map(int, inner), len(starts) - 1]
    parts = list(_threads.map(walked, bounds[:-1], bounds[1:]))
    return tuple(sum(each[1:], start=each[0]) for each in zip(*parts, strict=True))
