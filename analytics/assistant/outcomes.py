"""The outcomes of reading: a reading, a refusal, a question back."""

from dataclasses import dataclass

from analytics.asked import Asked


@dataclass(frozen=True)
class Reading:
    """A question as it was understood. `notes` are choices made on the way, `others` the questions it may have been.

    `premise` is the direction, up or down, that the question takes for granted; `follows` marks one that goes on from the
    question before.
    """

    asked: Asked
    notes: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    premise: str = ""
    follows: bool = False


class Refused(Exception):  # noqa: N818 - read as a sentence by whoever catches it
    """What cannot be known, and why."""


class Unclear(Exception):  # noqa: N818 - read as a sentence by whoever catches it
    """What must be asked back; `options` are questions that would work."""

    def __init__(self, text: str, options: tuple[str, ...] = ()) -> None:
        super().__init__(text)
        self.options = options
