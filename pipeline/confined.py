"""The confinement: work on files that strangers gave runs in a process of its own, with limits on time, memory and disk."""

import ctypes
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import duckdb

from pipeline.errors import DataError, StoppedError
from pipeline.progress import Progress, silent

SECONDS = 600
MEMORY = 4 << 30  # bytes of address space, of which the libraries themselves take about one
WRITTEN = 64 << 30  # bytes a file
AGAIN = "Split it, or load it from a folder."
END_WITH_PARENT = 1  # PR_SET_PDEATHSIG
STOPS = (OSError, MemoryError, duckdb.IOException, duckdb.OutOfMemoryException)
BEGIN = "from pipeline.confined import work; work({})"


def confined(
    function: Callable[..., Any],
    *args: Any,
    seconds: float = SECONDS,
    memory: int = MEMORY,
    what: str = "The file",
    instead: str = AGAIN,
    progress: Progress | None = None,
) -> Any:
    """What `function(*args)` returns or the `DataError` it raises, from a child process that ends with this one. With `progress`
    it is given one, and what it tells comes through.

    Raises `StoppedError` where it takes longer than `seconds` or more than `memory` bytes, fails at the disk, or dies; `instead`
    says what to do.
    The child is a fresh interpreter: forks of a process with threads hang, and the program that started this one stays out.
    """
    ours, theirs = Pipe()
    command = [sys.executable, "-P", "-c", BEGIN.format(theirs.fileno())]
    found = {**os.environ, "PYTHONPATH": os.pathsep.join(path or str(Path.cwd()) for path in sys.path)}
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()], env=found)  # noqa: S603 - our own
    try:
        theirs.close()
        ours.send((os.getpid(), memory, int(seconds) + 1, function, args, progress is not None))
        good, result = _heard(ours, time.monotonic() + seconds, progress or silent)
    except TimeoutError:
        raise StoppedError(f"{what} takes longer than {seconds:.0f} seconds to read. {instead}") from None
    except (EOFError, OSError):
        raise StoppedError(f"{what} cannot be read within {memory >> 20} MB. {instead}") from None
    finally:
        child.kill()
        child.wait()
        ours.close()
    if good:
        return result
    if isinstance(result, DataError):
        raise result
    kind, why = result
    raise kind(f"{what} cannot be read: {why}.")


def _heard(child: Connection, until: float, progress: Progress) -> tuple[bool, Any]:
    """The result, after what is told on the way."""
    while child.poll(max(until - time.monotonic(), 0)):
        good, result = child.recv()
        if good is not None:
            return good, result
        progress(*result)
    raise TimeoutError


def work(handle: int) -> None:
    """In the child: do what comes by this handle."""
    sender = Connection(handle)
    parent, memory, seconds, function, args, tells = sender.recv()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(END_WITH_PARENT, signal.SIGKILL)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (4 * seconds, 4 * seconds + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (WRITTEN, WRITTEN))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    told = {"progress": lambda stage, done: sender.send((None, (stage, done)))} if tells else {}
    try:
        sender.send((True, function(*args, **told)))
    except DataError as error:
        sender.send((False, error))
    except MemoryError:
        sender.send((False, (StoppedError, f"it needs more than {memory >> 20} MB")))
    except Exception as error:
        kind = StoppedError if isinstance(error, STOPS) else DataError
        sender.send((False, (kind, f"{type(error).__name__} {error}".split("\n")[0][:200])))


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)
