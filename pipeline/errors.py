"""What can go wrong with the files, in words for the person who has to mend them."""

from typing import Literal

Asks = Literal["", "source", "columns", "dates", "decimal", "encoding", "inside"]


class DataError(Exception):
    """The data cannot be loaded as they are; the text names the file, the place and what to do.

    `asks` names the answer about the layout (`pipeline.layouts.Answers`) that would settle it, where one would.
    """

    def __init__(self, text: str, asks: Asks = "") -> None:
        super().__init__(text, asks)
        self.text, self.asks = text, asks

    def __str__(self) -> str:
        return self.text


class UnbalancedError(DataError):
    """Rows or money went missing between two steps; nothing is published."""


class BusyError(DataError):
    """Another writer is at work on this shop; it will be done in a while."""


class StoppedError(DataError):
    """The work ended for a reason that does not lie in the data: disk, memory or time. The same may go well another time."""
