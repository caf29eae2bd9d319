"""The confinement: work on files that strangers gave runs in a process of its own, with limits on time, memory and disk."""

import os
import pickle
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from pipeline.errors import DataError

SECONDS = 600
MEMORY = 4 << 30  # bytes of address space, of which the libraries themselves take about one
WRITTEN = 64 << 30  # bytes a file


def confined(
    function: Callable[..., Any], *args: Any, seconds: float = SECONDS, memory: int = MEMORY, what: str = "The file"
) -> Any:
    """What `function(*args)` returns or the `DataError` it raises, from a child process that ends with this one.

    A program of its own, as a worker of a queue may not fork. Raises `DataError` where it takes longer than `seconds` or more
    than `memory` bytes, or dies.
    """
    task = pickle.dumps((os.getpid(), memory, int(seconds) + 1, function, args))
    path = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-m", "pipeline.confined"]
    try:
        done = subprocess.run(command, input=task, stdout=subprocess.PIPE, env=path, timeout=seconds, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise DataError(
            f"{what} takes longer than {seconds:.0f} seconds to read. Split it, or load it from a folder."
        ) from None
    if done.returncode or not done.stdout:
        raise DataError(f"{what} cannot be read within {memory >> 20} MB. Split it, or load it from a folder.")
    good, result = pickle.loads(done.stdout)  # noqa: S301 - written by our own child
    if good:
        return result
    if isinstance(result, DataError):
        raise result
    raise DataError(f"{what} cannot be read: {result}.")


def _work(parent: int, memory: int, seconds: int, function: Callable[..., Any], args: tuple[Any, ...]) -> object:
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (4 * seconds, 4 * seconds + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (WRITTEN, WRITTEN))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        return True, function(*args)
    except DataError as error:
        return False, error
    except MemoryError:
        return False, f"it needs more than {memory >> 20} MB"
    except Exception as error:
        return False, f"{type(error).__name__} {error}".split("\n")[0][:200]


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


if __name__ == "__main__":
    answer = os.dup(1)
    os.dup2(2, 1)  # what libraries print is no answer
    task = pickle.loads(sys.stdin.buffer.read())  # noqa: S301 - written by our own parent
    with os.fdopen(answer, "wb") as out:
        out.write(pickle.dumps(_work(*task)))
