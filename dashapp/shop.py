"""The shop being served: the one place where a request finds its settings and its snapshot."""

from flask import current_app

from pipeline.warehouse import Snapshot, Warehouse
from settings import Settings

KEY = "iba"


def serve(app_config: dict[str, object], settings: Settings) -> None:
    """From now on requests of this server are about this shop."""
    app_config[KEY] = (settings, Warehouse(settings))


def settings() -> Settings:
    return current_app.config[KEY][0]


def snapshot() -> Snapshot:
    """The snapshot as published now; hold on to it for the whole of an answer."""
    return current_app.config[KEY][1].current()
