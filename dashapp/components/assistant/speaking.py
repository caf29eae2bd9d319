"""Speaking: the language model's words, streamed from a process of its own while the offline answer stands already."""

from collections.abc import Callable
from dataclasses import asdict, replace

from dash import Input, Output, State, callback, html, no_update
from dash.development.base_component import Component

from analytics.filters import Filters
from analytics.llm import Endpoint, talk
from analytics.questions import Questions
from dashapp import ids
from dashapp.access import allowed
from dashapp.components.assistant.turn import SHOWN, Turn
from pipeline.warehouse import Warehouse
from settings import Settings

Waiting = dict[str, str]


def waiting(id_: str, question: str, conversation: str, filters: Filters) -> Waiting | None:
    """What the model is to be asked; None where there is no model."""
    asked = {"id": id_, "question": question, "conversation": conversation, "filters": str(filters)}
    return asked if Endpoint.from_environment() else None


def speaking() -> html.Div:
    """Where its words appear, and the way to stop it; both are seen only while it speaks."""
    stop = html.Button("Stop", id=ids.STOP, type="button", className="quiet")
    return html.Div([html.Div(id=ids.SPEAKING, **{"aria-live": "polite"}), stop], className="speaking")


def ended(_error: Exception) -> tuple[object, None]:
    """Its process was stopped or died: the offline answer stands."""
    return no_update, None


@callback(
    Output(ids.SPOKEN, "data"),
    Output(ids.SPEAKING, "children", allow_duplicate=True),
    Input(ids.WAITING, "data"),
    background=True,
    progress=[Output(ids.SPEAKING, "children")],
    cancel=[Input(ids.STOP, "n_clicks"), Input(ids.ANEW, "n_clicks"), Input(ids.URL, "pathname")],
    on_error=ended,
    prevent_initial_call=True,
)
@allowed("viewer")
def speak(set_progress: Callable[[tuple[Component]], None], asked: Waiting | None) -> object:
    """In a process beside the server, over the shop of the environment."""
    if not asked:
        return no_update, None

    def tell(text: str) -> None:
        set_progress((words(text),))

    tell("")
    settings, within = Settings.from_environment(), Filters.parse(asked["filters"])
    snapshot = Warehouse(settings).current()
    answer = talk(asked["question"], snapshot, asked["conversation"], within, Endpoint.from_environment(), tell)
    Questions(settings.state).revise(asked["id"], answer)
    short = replace(answer, rows=answer.rows[:SHOWN])
    return {**asdict(short), "id": asked["id"], "question": asked["question"], "all": len(answer.rows)}, None


@callback(
    Output(ids.SPEAKING, "children", allow_duplicate=True),
    Input(ids.STOP, "n_clicks"),
    Input(ids.ANEW, "n_clicks"),
    prevent_initial_call=True,
)
@allowed("viewer")
def hush(_stop: int | None, _anew: int | None) -> None:
    """What was said so far goes; the offline answer stands."""


def words(text: str) -> Component:
    """What has been said and checked so far."""
    return html.P([text, html.Span(" The language model is writing ...", className="say")], className="answer")


@callback(
    Output(ids.CONVERSATION, "data", allow_duplicate=True),
    Input(ids.SPOKEN, "data"),
    State(ids.CONVERSATION, "data"),
    prevent_initial_call=True,
)
@allowed("viewer")
def spoken(said: Turn | None, turns: list[Turn] | None) -> object:
    """The finished answer in place of the one that stood meanwhile."""
    if not said or not turns or said["id"] not in {one.get("id") for one in turns}:
        return no_update
    return [{**one, **said} if one.get("id") == said["id"] else one for one in turns]
