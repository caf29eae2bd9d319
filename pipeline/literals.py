"""The literals: how a text stands in a query."""

from pathlib import Path


def quoted(text: Path | str) -> str:
    """A path or text as a literal of SQL."""
    return "'" + str(text).replace("'", "''") + "'"
