"""The manager: Dash's background callbacks on disk, so that none is lost, shared by two users, or outlives the server.

Beside Dash's own: processes come from the fork server and know their server's end, every call has a key of its own,
what passes between processes is JSON and never pickle, and only so many run at once.
"""

import json
import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import uuid4

import diskcache
import psutil
from dash import DiskcacheManager
from dash.background_callback.managers.diskcache_manager import _make_job_fn
from diskcache.core import MODE_PICKLE
from plotly.utils import PlotlyJSONEncoder

from analytics.errors import QuestionError
from dashapp.jobs import processes

LIMIT = 24
TICK = 0.25


class JsonDisk(diskcache.JSONDisk):
    """Keeps JSON and reads nothing else: an entry that was pickled by whomever is refused, not run."""

    def store(self, value: Any, read: bool, key: Any = diskcache.UNKNOWN) -> Any:
        return super().store(json.loads(json.dumps(value, cls=PlotlyJSONEncoder)), read, key=key)

    def fetch(self, mode: int, filename: str | None, value: Any, read: bool) -> Any:
        if mode == MODE_PICKLE:
            raise ValueError("This cache holds JSON; an entry is pickled and was not read.")
        return super().fetch(mode, filename, value, read)

    def get(self, key: Any, raw: bool) -> Any:
        if not raw:
            raise ValueError("This cache has keys of text; one is pickled and was not read.")
        return super().get(key, raw)


class Results(diskcache.Cache):
    """What callbacks in the background hand back. Properties set one after another are all kept until they are fetched."""

    def set(self, key: Any, value: Any, **options: Any) -> bool:
        if not str(key).endswith("-set_props"):
            return super().set(key, value, **options)
        with self.transact():
            kept = self.get(key) or {}
            merged = {**kept, **{id_: {**kept.get(id_, {}), **props} for id_, props in value.items()}}
            return super().set(key, merged, **options)


def results(folder: Path) -> Results:
    """The cache in a folder that nobody else may enter."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    return Results(str(folder), disk=JsonDisk)


@dataclass(frozen=True)
class Call:
    """A function by its address, so that another process finds it by importing, not by unpickling code."""

    module: str
    name: str
    progress: bool


class Manager(DiskcacheManager):
    """As Dash's, hardened; `run` starts a function of ours in the same way, for which no browser need wait."""

    def __init__(self, folder: Path) -> None:
        super().__init__(results(folder))
        self.handle.expire()
        self.folder = folder
        processes.boot()

    def make_job_fn(self, fn: Any, progress: Any, key: Any = None) -> Call:
        return Call(fn.__module__, fn.__qualname__, bool(progress))

    def build_cache_key(self, fn: Any, args: Any, cache_args_to_ignore: Any, triggered: Any) -> str:
        """A call is never another's, whoever makes it with whatever arguments."""
        return uuid4().hex

    def call_job_fn(self, key: str, job_fn: Call, args: Any, context: Any) -> int:
        if len(processes.CONTEXT.active_children()) >= LIMIT:
            raise QuestionError(f"{LIMIT} processes are at work already. Try again when one has finished.")
        plain = json.loads(json.dumps(context, default=str))
        return processes.start(_call, str(self.folder), job_fn, key, args, plain)

    def get_or_create_signing_secret(self, generate: Any) -> bytes:
        self.handle.add(self.SIGNING_SECRET_KEY, generate().hex())
        return bytes.fromhex(self.handle.get(self.SIGNING_SECRET_KEY))

    def terminate_job(self, job: Any) -> None:
        """As Dash's; a process that ends by itself in between needs no end."""
        with suppress(psutil.NoSuchProcess):
            super().terminate_job(job)

    def job_running(self, job: Any) -> bool:
        try:
            return bool(super().job_running(job))
        except psutil.NoSuchProcess:
            return False

    def get_result(self, key: str, job: Any) -> Any:
        """The result; that of a process which was killed says so."""
        ended = job is not None and not self.job_running(job)
        result = super().get_result(key, job)
        if result is self.UNDEFINED and ended:
            return {"background_callback_error": {"msg": "Its process was ended before it was done.", "tb": ""}}
        return result


def _call(folder: str, call: Call, key: str, args: Any, context: dict[str, Any]) -> None:
    """In the new process: find the function, watch the server, hand back what it returns."""
    from importlib import import_module

    Thread(target=_watch, args=(processes.server(),), daemon=True).start()
    function = getattr(import_module(call.module), call.name)
    job = _make_job_fn(function, results(Path(folder)), call.progress)
    job(key, DiskcacheManager._make_progress_key(key), args, context)


def _watch(wanted: Callable[[], bool]) -> None:
    while wanted():
        time.sleep(TICK)
    time.sleep(4 * TICK)
    for child in psutil.Process().children(recursive=True):
        processes.end(child)
    os._exit(1)
