"""The page of questions: a field, the conversation so far, and what is done when something is asked."""

from dataclasses import asdict, replace

from dash import ALL, Input, Output, State, callback, ctx, dcc, html, no_update
from dash.development.base_component import Component

from analytics.asked import Asked
from analytics.assistant import ask
from analytics.assistant.answers import STARTERS
from analytics.filters import Filters
from analytics.queries import Query
from dashapp import ids, shop
from dashapp.access import allowed
from dashapp.components.assistant.turn import SHOWN, Turn, tries, turn
from dashapp.components.page import page
from dashapp.exports import csv
from dashapp.ids import part

NAME, TITLE = "assistant", "Ask the business"
ABOUT = "Answered by the offline engine from the published data: no key, no network, nothing invented."
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
    form = html.Div([label, field, tools], className="card-box ask-form")
    kept = dcc.Store(id=ids.CONVERSATION, storage_type="session")
    return page(
        NAME,
        TITLE,
        ABOUT,
        body=(html.Div([asked, form, kept, dcc.Download(id=ids.ROWS)], className="ask"),),
        filtered=False,
    )


@callback(
    Output(ids.CONVERSATION, "data"),
    Output(ids.QUESTION, "value"),
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
    """Ask what was typed or picked; the first question goes on from the filters of the address."""
    if not ctx.triggered or not ctx.triggered[0]["value"]:
        return no_update, no_update
    if ctx.triggered_id == ids.ANEW:
        return [], ""
    question = ctx.triggered_id["name"] if isinstance(ctx.triggered_id, dict) else (typed or "").strip()
    if not question:
        return no_update, no_update
    before = turns or []
    conversation = str(before[-1]["conversation"]) if before else _context(search)
    return [*before, _turn(str(question), conversation)][-KEPT:], ""


@callback(
    Output(ids.TURNS, "children"),
    Input(ids.CONVERSATION, "modified_timestamp"),
    Input(ids.URL, "search"),
    State(ids.CONVERSATION, "data"),
)
@allowed("viewer")
def draw(_when: int | None, search: str | None, turns: list[Turn] | None) -> list[Component]:
    """The conversation as kept; before the first question, some that work."""
    if turns:
        return [turn(one, place, last=place == len(turns) - 1) for place, one in enumerate(turns)]
    filters = shop.filters(search or "")
    if not str(filters):
        return [tries("Some questions to begin with:", STARTERS)]
    return [
        tries(f"With the filters of the page you came from ({_words(filters)}):", ON_FILTERS),
        tries("Or:", STARTERS),
    ]


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


def _turn(question: str, conversation: str) -> Turn:
    answer = ask(question, shop.snapshot(), conversation)
    short = replace(answer, rows=answer.rows[:SHOWN])
    return {**asdict(short), "question": question, "all": len(answer.rows)}


def _context(search: str | None) -> str:
    """The filters of the page that the reader came from, as the query that a first question may go on from."""
    filters = shop.filters(search or "")
    return str(Asked(Query(("revenue",)), filters)) if str(filters) else ""


def _words(filters: Filters) -> str:
    members = [", ".join(members) for _, members in filters.chosen]
    days = f"{filters.start or 'the first day'} to {filters.end or 'the last day'}"
    return "; ".join([*members, *([days] if filters.start or filters.end else [])]) or "as chosen there"
