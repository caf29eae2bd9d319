"""The disk: what was written there survives a loss of power."""

import os
from pathlib import Path


def sync(path: Path) -> None:
    """What was written there survives a loss of power."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
