"""The few errors a question can end in; each says what to do."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import TypeVar

T = TypeVar("T")


class QuestionError(ValueError):
    """A question that cannot be answered as asked; its text is for the reader."""


class UnknownName(QuestionError):  # noqa: N818 - read as a sentence by whoever catches it
    """A name that no catalogue holds."""


class NotYetComputed(QuestionError):  # noqa: N818
    """A field that is part of the language, asked for before anything computes it."""


def known(catalogue: Mapping[str, T], name: str, kind: str) -> T:
    """`catalogue[name]`, or an error that proposes the nearest name."""
    if name in catalogue:
        return catalogue[name]
    near = get_close_matches(name, catalogue, n=1, cutoff=0.6)
    hint = f" Did you mean: {near[0]}?" if near else f" There are: {', '.join(catalogue)}."
    raise UnknownName(f"No {kind} '{name}'.{hint}")
