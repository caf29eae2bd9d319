"""The shop being served: the one place where a request finds its settings, its snapshot and what users keep."""

from flask import current_app

from analytics.filters import Filters
from analytics.questions import Questions
from analytics.saved_sets import SavedSets
from analytics.verified import VerifiedQuestions
from analytics.views import Views
from dashapp.jobs.board import Board
from pipeline.warehouse import Snapshot, Warehouse
from settings import Settings

KEY = "iba"


def serve(app_config: dict[str, object], settings: Settings, board: Board) -> None:
    """From now on requests of this server are about this shop."""
    asked = Questions(settings.state), VerifiedQuestions(settings.state)
    app_config[KEY] = (settings, Warehouse(settings), SavedSets(settings.sets), Views(settings.state), board, *asked)


def settings() -> Settings:
    return current_app.config[KEY][0]


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


def filters(search: str) -> Filters:
    """The filters that an address means, saved sets opened."""
    return sets().opened(Filters.parse(search))
