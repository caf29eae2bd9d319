"""Marking: what a reader thinks of an answer, and the answers that somebody vouches for."""

from dash import ALL, Input, Output, State, callback, ctx, html, no_update

from analytics.errors import QuestionError
from dashapp import ids, shop
from dashapp.access import allowed, current_role
from dashapp.components.assistant.turn import THUMBS, Turn
from dashapp.ids import part

VERIFIED = "Kept as a verified question: it is asked again at each publication."


def said_here() -> html.P:
    """Where it is said what a mark has done."""
    return html.P(id=ids.SAID, className="say", role="status")


@callback(
    Output(ids.CONVERSATION, "data", allow_duplicate=True),
    Output(ids.SAID, "children"),
    *(Input(part(name, ALL), "n_clicks") for name in THUMBS),
    State(ids.CONVERSATION, "data"),
    prevent_initial_call=True,
)
@allowed("viewer")
def mark(_good: list[int | None], _wrong: list[int | None], turns: list[Turn] | None) -> object:
    """A thumb, or the same one again to take it back."""
    one = _pressed(turns)
    if one is None or not isinstance(ctx.triggered_id, dict):
        return no_update, no_update
    way = THUMBS[str(ctx.triggered_id["part"])].way
    thumb = 0 if one.get("thumb") == way else way
    try:
        shop.questions().thumb(str(one["id"]), thumb)
    except QuestionError as error:
        return no_update, str(error)
    return _with(turns or [], one, thumb=thumb), "Noted." if thumb else "Taken back."


@callback(
    Output(ids.CONVERSATION, "data", allow_duplicate=True),
    Output(ids.SAID, "children", allow_duplicate=True),
    Input(part("vouch", ALL), "n_clicks"),
    State(ids.CONVERSATION, "data"),
    prevent_initial_call=True,
)
@allowed("analyst")
def vouch(_clicks: list[int | None], turns: list[Turn] | None) -> object:
    """Keep an answer as a verified question."""
    one = _pressed(turns)
    if one is None:
        return no_update, no_update
    try:
        shop.verified().keep(str(one["question"]), str(one["conversation"]), shop.snapshot(), current_role())
    except QuestionError as error:
        return no_update, str(error)
    return _with(turns or [], one, verified=True), VERIFIED


def _pressed(turns: list[Turn] | None) -> Turn | None:
    """The turn whose button was pressed; None where a button has only appeared."""
    if not turns or not isinstance(ctx.triggered_id, dict) or not ctx.triggered[0]["value"]:
        return None
    place = ctx.triggered_id["name"]
    return turns[place] if isinstance(place, int) and 0 <= place < len(turns) else None


def _with(turns: list[Turn], one: Turn, **marks: object) -> list[Turn]:
    return [{**turn, **marks} if turn is one else turn for turn in turns]
