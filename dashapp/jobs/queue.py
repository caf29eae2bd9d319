"""The queue: which manager runs the jobs: beside the server, or workers of their own by Celery and Redis."""

from dash import CeleryManager
from dash.background_callback.managers import BaseBackgroundCallbackManager

from dashapp.jobs.manager import Manager
from settings import Settings


def manager_for(settings: Settings) -> BaseBackgroundCallbackManager:
    """By one setting, IBA_JOBS: empty for processes of this machine, `redis://host:port/db` for workers anywhere.

    Workers must see the same home folder; `run.py worker` starts one.
    """
    return _celery(settings.jobs) if settings.jobs else Manager(settings.work)


def work_off(manager: BaseBackgroundCallbackManager, at_once: int = 2) -> None:
    """Be a worker of this queue until told to stop; each job has a process of its own."""
    manager.handle.worker_main(
        [
            "worker",
            "--pool=prefork",
            f"--concurrency={at_once}",
            "--loglevel=WARNING",
            "--without-gossip",
            "--without-mingle",
        ]
    )


def _celery(address: str) -> CeleryManager:
    from celery import Celery

    queue = Celery("jobs", broker=address, backend=address)
    queue.conf.update(
        task_serializer="json", result_serializer="json", accept_content=["json"], result_expires=24 * 3600,
        worker_prefetch_multiplier=1, broker_connection_retry_on_startup=True,
    )  # fmt: skip
    return CeleryManager(queue)
