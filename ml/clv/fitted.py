"""A model found by greatest likelihood: nothing but numbers, written as JSON."""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

LARGEST_LOG = 9.0  # of a parameter, once time and money are scaled to means of 1

Floats = NDArray[np.float64]
Likelihood = Callable[[Floats], tuple[float, Floats]]


class CannotTell(ValueError):  # noqa: N818 - read as a sentence by whoever catches it
    """The data do not hold the answer; the text says what would be needed."""


@dataclass(frozen=True)
class Fitted:
    """A fitted model that is only numbers, written as JSON."""

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The model that `to_json` wrote, equal to the last bit; `ValueError` if `text` is of another kind."""
        return cls.of(json.loads(text))

    @classmethod
    def of(cls, values: dict[str, Any]) -> Self:
        """The model with these values, all of its fields and no other."""
        if set(values) != {f.name for f in fields(cls)}:
            raise ValueError(f"Not a written {cls.__name__}: {', '.join(values)}.")
        return cls(**values)


def largest(likelihood: Likelihood, starts: Iterable[list[float]]) -> tuple[Floats, float]:
    """The positive parameters of greatest likelihood, searched in their logs from each start, and that likelihood."""

    def cost(logs: Floats) -> tuple[float, Floats]:
        value, slope = likelihood(np.exp(logs))
        return -value, -slope

    precise = {"ftol": 1e-14, "gtol": 1e-7, "maxiter": 1000}
    bounds = (-LARGEST_LOG, LARGEST_LOG)
    tries = [
        minimize(cost, np.log(at), jac=True, method="L-BFGS-B", bounds=[bounds] * len(at), options=precise)
        for at in starts
    ]
    best = min(tries, key=lambda found: found.fun)
    if not np.isfinite(best.fun):
        raise CannotTell("The fit found no likelihood: check the histories for extreme values.")
    return np.exp(best.x), -float(best.fun)
