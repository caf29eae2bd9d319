"""The page of questions: a field, the conversation so far, and what is done when something is asked."""

from dataclasses import asdict, replace

from dash import ALL, Input, Output, State, callback, ctx, dcc, html, no_update
from dash.development.base_component import Component

from analytics.asked import Asked
from analytics.assistant import ask
from analytics.assistant.answers import STARTERS, starters
from analytics.filters import Filters
from analytics.queries import Query
from dashapp import ids, shop
from dashapp.access import allowed, current_role
from dashapp.components.assistant.marking import said_here
from dashapp.components.assistant.speaking import Waiting, speaking, waiting
from dashapp.components.assistant.turn import SHOWN, Turn, tries, turn
from dashapp.components.chips import chips
from dashapp.components.page import page
from dashapp.exports import csv
from dashapp.ids import part

NAME, TITLE = "assistant", "Ask the business"
ABOUT = "Answered from the published data: every number is looked up, none is invented."
BESIDE = ("What was asked, and what came of it.", "/asked")
KEPT = 20
ON_FILTERS = ("What about revenue by month?", "and by category", "and by region")


def assistant_page(**_query: str) -> html.Main:
    """The page; what was asked in this browser tab comes back from its session."""
    field = dcc.Textarea(id=ids.QUESTION, className="question", rows=2, maxLength=500, placeholder=STARTERS[0])
    tools = html.Div(
        [
            html.Button("Ask", id=ids.SEND, type="button", className="primary"),
            html.Button("Start anew", id=ids.ANEW, type="button", className="quiet"),
            html.Span("Enter asks, Shift and Enter makes a new line.", className="say"),
        ],
        className="ask-tools",
    )
    label = html.Label("Your question", htmlFor=ids.QUESTION)
    asked = html.Div(id=ids.TURNS, className="turns", role="log", **{"aria-live": "polite", "aria-label": "Answers"})
    within = html.Div(id=ids.WITHIN, className="within")
    form = html.Div([label, within, field, tools], className="card-box ask-form")
    stores = [
        dcc.Store(id=ids.CONVERSATION, storage_type="session"),
        dcc.Store(id=ids.WAITING),
        dcc.Store(id=ids.SPOKEN),
    ]
    return page(
        NAME,
        TITLE,
        ABOUT,
        body=(html.Div([asked, speaking(), said_here(), form, *stores, dcc.Download(id=ids.ROWS)], className="ask"),),
        beside=BESIDE,
        filtered=False,
    )


@callback(
    Output(ids.CONVERSATION, "data"),
    Output(ids.QUESTION, "value"),
    Output(ids.WAITING, "data"),
    Input(ids.SEND, "n_clicks"),
    Input(ids.ANEW, "n_clicks"),
    Input(part("try", ALL), "n_clicks"),
    State(ids.QUESTION, "value"),
    State(ids.CONVERSATION, "data"),
    State(ids.URL, "search"),
    prevent_initial_call=True,
    running=[(Output(ids.SEND, "disabled"), True, False)],
)
@allowed("viewer")
def send(
    _send: int | None,
    _anew: int | None,
    _tries: list[int | None],
    typed: str | None,
    turns: list[Turn] | None,
    search: str | None,
) -> object:
    """Ask what was typed or picked, within the filters of the address; a language model, where there is one, goes on."""
    if not ctx.triggered or not ctx.triggered[0]["value"]:
        return no_update, no_update, no_update
    if ctx.triggered_id == ids.ANEW:
        return [], "", no_update
    question = ctx.triggered_id["name"] if isinstance(ctx.triggered_id, dict) else (typed or "").strip()
    if not question:
        return no_update, no_update, no_update
    before, filters = turns or [], shop.filters(search or "")
    conversation = str(before[-1]["conversation"]) if before else _context(filters)
    one, asked = _turn(str(question), conversation, filters)
    return [*before, one][-KEPT:], "", asked or no_update


@callback(
    Output(ids.TURNS, "children"),
    Output(ids.WITHIN, "children"),
    Input(ids.CONVERSATION, "modified_timestamp"),
    Input(ids.URL, "search"),
    State(ids.CONVERSATION, "data"),
)
@allowed("viewer")
def draw(_when: int | None, search: str | None, turns: list[Turn] | None) -> tuple[list[Component], list[Component]]:
    """The conversation as kept; before the first question, some that work. The filters that questions are asked within."""
    filters = shop.filters(search or "")
    if turns:
        return [turn(one, place, last=place == len(turns) - 1) for place, one in enumerate(turns)], _within(filters)
    begin = tries("Some questions to begin with:", starters(shop.snapshot()))
    on = [tries("About what the page you came from shows:", ON_FILTERS)] if str(filters) else []
    return [*on, begin], _within(filters)


def _within(filters: Filters) -> list[Component]:
    """The filters of the page that the reader came from, each with a way out of it."""
    made = chips(filters, shop.snapshot())
    return [html.Span("Within", className="say"), *made] if made else []


@callback(
    Output(ids.ROWS, "data"),
    Input(part("csv", ALL), "n_clicks"),
    State(ids.CONVERSATION, "data"),
    prevent_initial_call=True,
)
@allowed("viewer")
def download(_clicks: list[int | None], turns: list[Turn] | None) -> object:
    """All rows of an answer, asked again of the snapshot that is served now."""
    if not isinstance(ctx.triggered_id, dict) or not ctx.triggered[0]["value"] or not turns:
        return no_update
    asked = Asked.parse(str(turns[int(ctx.triggered_id["name"])]["conversation"]))
    return dcc.send_bytes(csv(asked(shop.snapshot())), "answer.csv")


def _turn(question: str, conversation: str, filters: Filters) -> tuple[Turn, Waiting | None]:
    """A question answered offline and noted, and what a language model is to be asked."""
    answer = ask(question, shop.snapshot(), conversation, filters)
    id_ = shop.questions().keep(question, answer, current_role())
    short = replace(answer, rows=answer.rows[:SHOWN])
    one = {**asdict(short), "id": id_, "question": question, "all": len(answer.rows), "thumb": 0}
    return one, None if answer.refused else waiting(id_, question, conversation, filters)


def _context(filters: Filters) -> str:
    """The filters of the page that the reader came from, as the query that a first question may go on from."""
    return str(Asked(Query(("revenue",)), filters)) if str(filters) else ""
