"""The disk: what was written there survives a loss of power, whole or not at all."""

import os
import tempfile
from pathlib import Path

UNFINISHED = "."  # how the names of files begin that are being written


def sync(path: Path) -> None:
    """What was written there survives a loss of power."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def keep_text(path: Path, text: str) -> None:
    """Write a small file, whole or not at all."""
    handle, making = tempfile.mkstemp(dir=path.parent, prefix=UNFINISHED)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(making).replace(path)
    finally:
        Path(making).unlink(missing_ok=True)
    sync(path.parent)


def clear_unfinished(folder: Path) -> None:
    """Take out of a folder, where there is one, what was being written when a process died."""
    for path in folder.glob(f"{UNFINISHED}*") if folder.is_dir() else ():
        path.unlink(missing_ok=True)
