"""The confinement: work on files that strangers gave runs in a process of its own, with limits on time, memory and disk."""

import multiprocessing
import os
import resource
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from pipeline.errors import DataError

SECONDS = 600
MEMORY = 4 << 30  # bytes of address space, of which the libraries themselves take about one
WRITTEN = 64 << 30  # bytes a file


def confined(
    function: Callable[..., Any], *args: Any, seconds: float = SECONDS, memory: int = MEMORY, what: str = "The file"
) -> Any:
    """What `function(*args)` returns or the `DataError` it raises, from a child process that ends with this one.

    Raises `DataError` where it takes longer than `seconds` or more than `memory` bytes, or dies.
    """
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(
        target=_work, args=(sender, os.getpid(), memory, int(seconds) + 1, function, args), daemon=True
    )
    child.start()
    sender.close()
    try:
        if not receiver.poll(seconds):
            raise DataError(
                f"{what} takes longer than {seconds:.0f} seconds to read. Split it, or load it from a folder."
            )
        good, result = receiver.recv()
    except EOFError:
        raise DataError(
            f"{what} cannot be read within {memory >> 20} MB. Split it, or load it from a folder."
        ) from None
    finally:
        child.kill()
        child.join()
        receiver.close()
    if good:
        return result
    if isinstance(result, DataError):
        raise result
    raise DataError(f"{what} cannot be read: {result}.")


def _work(
    sender: Connection, parent: int, memory: int, seconds: int, function: Callable[..., Any], args: tuple[Any, ...]
) -> None:
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (4 * seconds, 4 * seconds + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (WRITTEN, WRITTEN))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        sender.send((True, function(*args)))
    except DataError as error:
        sender.send((False, error))
    except MemoryError:
        sender.send((False, f"it needs more than {memory >> 20} MB"))
    except Exception as error:
        sender.send((False, f"{type(error).__name__} {error}".split("\n")[0][:200]))


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)
