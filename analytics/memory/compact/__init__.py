"""The compact tables in memory: cubes and coded visits that answer a page at ten million rows."""

from analytics.memory.compact.answers import answer

__all__ = ["answer"]
