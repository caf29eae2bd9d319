"""The shop being served: the one place where a request finds its settings, its snapshot and what users keep."""

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


def serve(app_config: dict[str, object], settings: Settings, board: Board) -> None:
    """From now on requests of this server are about this shop."""
    state = settings.state
    kept = Questions(state), VerifiedQuestions(state), Schedules(state)
    app_config[KEY] = (settings, Warehouse(settings), SavedSets(settings.sets), Views(state), board, *kept)


def settings() -> Settings:
    """Those of the server; outside of one, as on the command line, those of the environment."""
    return current_app.config[KEY][0] if has_app_context() else Settings.from_environment()


def snapshot() -> Snapshot:
    """The snapshot as published now; hold on to it for the whole of an answer."""
    return current_app.config[KEY][1].current()


def sets() -> SavedSets:
    return current_app.config[KEY][2]


def views() -> Views:
    return current_app.config[KEY][3]


def jobs() -> Board:
    return current_app.config[KEY][4]


def questions() -> Questions:
    return current_app.config[KEY][5]


def verified() -> VerifiedQuestions:
    return current_app.config[KEY][6]


def schedules() -> Schedules:
    return current_app.config[KEY][7]


def filters(search: str) -> Filters:
    """The filters that an address means, saved sets opened."""
    return sets().opened(Filters.parse(search))
