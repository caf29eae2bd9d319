"""The shop being served: the one place where a request finds its settings, its snapshot and what users keep."""

from dataclasses import dataclass

from flask import current_app, has_app_context

from analytics.filters import Filters
from analytics.questions import Questions
from analytics.saved_sets import SavedSets
from analytics.verified import VerifiedQuestions
from analytics.views import Views
from dashapp.jobs.board import Board
from dashapp.jobs.schedule import Schedules
from pipeline.warehouse import Snapshot, Warehouse
from settings import Settings

KEY = "iba"


@dataclass(frozen=True)
class Shop:
    """What a server is about: what was published, and what its users keep and have asked for."""

    settings: Settings
    warehouse: Warehouse
    sets: SavedSets
    views: Views
    jobs: Board
    questions: Questions
    verified: VerifiedQuestions
    schedules: Schedules


def serve(app_config: dict[str, object], settings: Settings, board: Board) -> None:
    """From now on requests of this server are about this shop."""
    state = settings.state
    app_config[KEY] = Shop(
        settings, Warehouse(settings), SavedSets(settings.sets), Views(state), board,
        Questions(state), VerifiedQuestions(state), Schedules(state),
    )  # fmt: skip


def _shop() -> Shop:
    return current_app.config[KEY]


def settings() -> Settings:
    """Those of the server; outside of one, as on the command line, those of the environment."""
    return _shop().settings if has_app_context() else Settings.from_environment()


def snapshot() -> Snapshot:
    """The snapshot as published now; hold on to it for the whole of an answer."""
    return _shop().warehouse.current()


def sets() -> SavedSets:
    return _shop().sets


def views() -> Views:
    return _shop().views


def jobs() -> Board:
    return _shop().jobs


def questions() -> Questions:
    return _shop().questions


def verified() -> VerifiedQuestions:
    return _shop().verified


def schedules() -> Schedules:
    return _shop().schedules


def filters(search: str) -> Filters:
    """The filters that an address means, saved sets opened."""
    return sets().opened(Filters.parse(search))
