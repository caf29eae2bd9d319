"""Serving: an app over waitress in a thread, closed from within its own loop, so that the thread ends in good order."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from waitress import create_server


@contextmanager
def serving(app: Flask, **options: int) -> Iterator[int]:
    """The port at which the app is served meanwhile."""
    server = create_server(app, host="127.0.0.1", port=0, **options)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield server.effective_port
    finally:
        server.trigger.pull_trigger(server.close)
        thread.join(1)
        server.task_dispatcher.shutdown()
