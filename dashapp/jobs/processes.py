"""The processes: where jobs run beside the server, started from a fork server that holds no thread, lock or socket of ours."""

import atexit
import multiprocessing
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import forkserver

import psutil

CONTEXT = multiprocessing.get_context("forkserver")
PRELOAD = ["dashapp.jobs.worker", "dashapp.jobs.manager"]


@dataclass(frozen=True)
class Worker:
    """A process, known for certain: a number alone may be given to another process later."""

    host: str
    pid: int
    born: float

    @classmethod
    def me(cls) -> "Worker":
        process = psutil.Process()
        return cls(socket.gethostname(), process.pid, process.create_time())

    @classmethod
    def parse(cls, text: str) -> "Worker":
        host, pid, born = text.rsplit(" ", 2)
        return cls(host, int(pid), float(born))

    def __str__(self) -> str:
        return f"{self.host} {self.pid} {self.born}"

    def alive(self) -> bool | None:
        """Whether it runs; None where it runs on another machine, which cannot be seen from here."""
        return None if self.host != socket.gethostname() else self._process() is not None

    def end(self) -> None:
        """Kill it and what it started; nothing happens where it is gone or on another machine."""
        process = self._process() if self.host == socket.gethostname() else None
        if process:
            end(process)

    def _process(self) -> psutil.Process | None:
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.born) < 2 and process.status() != psutil.STATUS_ZOMBIE
            return process if same else None
        except psutil.NoSuchProcess:
            return None


def boot() -> None:
    """Start the fork server, so that the first job need not wait for imports."""
    CONTEXT.set_forkserver_preload(PRELOAD)
    forkserver.ensure_running()


def start(function: Callable[..., object], *args: object) -> int:
    """Run the function in a process of its own; its number. It is killed when this process ends in good order."""
    process = CONTEXT.Process(target=function, args=args)
    process.start()
    return int(process.pid or 0)


def server() -> Callable[[], bool]:
    """In a process that was started: tells whether the server that wants it still lives.

    The fork server lives as long as any of its children, so the parent's number alone would not tell.
    """
    parent, number = multiprocessing.parent_process(), os.getppid()
    return lambda: os.getppid() == number and (parent is None or parent.is_alive())


def end(process: psutil.Process) -> None:
    """Kill a process and all that it started."""
    for each in [*_below(process), process]:
        try:
            each.kill()
        except psutil.NoSuchProcess:
            continue


def _below(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


@atexit.register
def _end_all() -> None:
    """Before multiprocessing waits for them."""
    for child in multiprocessing.active_children():
        if psutil.pid_exists(child.pid or 0):
            end(psutil.Process(child.pid))
