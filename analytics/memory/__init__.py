"""The memory engine: the same answers as the warehouse in milliseconds, from columns held as arrays of numbers."""

from analytics.memory.answers import answer, fits, knows
from analytics.memory.tables import Beyond

__all__ = ["Beyond", "answer", "fits", "knows"]
