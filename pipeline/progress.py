"""Progress: how a long piece of work tells what it is doing and how far it has come."""

from collections.abc import Callable

Progress = Callable[[str, float], None]


def silent(_stage: str, _done: float) -> None:
    """Progress that nobody watches."""
