"""What was asked: the verified questions and whether they still hold, and the latest questions with what came of them."""

from dataclasses import asdict

import pandas as pd
from dash import ALL, Input, Output, callback, ctx, dcc, html, no_update
from dash.development.base_component import Component

from analytics.formats import number
from analytics.questions import Question
from analytics.verified import Verified
from dashapp import ids, shop
from dashapp.access import allowed
from dashapp.components.assistant.turn import THUMBS
from dashapp.components.page import page
from dashapp.components.pipeline.runs_table import moment
from dashapp.components.plain_table import plain_table, section
from dashapp.exports import csv
from dashapp.ids import part

NAME, TITLE = "asked", "What was asked"
ABOUT = "What do people want to know, and do they get it?"
UNDER = ("Ask", "/assistant")
LATEST = 200
STATES = {"holds": ("better", "Holds"), "changed": ("worse", "Changed"), "fails": ("worse", "Fails")}
SIGNS = {thumb.way: thumb.label for thumb in THUMBS.values()}


def asked_page(**_query: str) -> html.Main:
    """The page; its lists are read when it is opened."""
    body = html.Div(
        [html.Div(id=ids.ASKED, className="sections"), dcc.Download(id=ids.ASKED_FILE)], className="sections"
    )
    return page(NAME, TITLE, ABOUT, body=(body,), under=UNDER, filtered=False)


@callback(
    Output(ids.ASKED, "children"),
    Input(ids.ASKED, "id"),
    Input(part("drop", ALL), "n_clicks"),
)
@allowed("analyst")
def show(_id: str, _drops: list[int | None]) -> object:
    """The lists as of now; a verified question that was let go is gone first."""
    if isinstance(ctx.triggered_id, dict):
        if not ctx.triggered[0]["value"]:
            return no_update
        shop.verified().drop(str(ctx.triggered_id["name"]))
    return [_verified(shop.verified().all()), _asked(shop.questions().all(LATEST), shop.questions().counts())]


@callback(Output(ids.ASKED_FILE, "data"), Input(part("take", ALL), "n_clicks"), prevent_initial_call=True)
@allowed("analyst")
def take(clicks: list[int | None]) -> object:
    """All that is kept, as CSV."""
    if not any(clicks):
        return no_update
    rows = [asdict(question) for question in shop.questions().all(1_000_000)]
    return dcc.send_bytes(csv(pd.DataFrame(rows)), "asked.csv")


def _verified(kept: list[Verified]) -> html.Section:
    about = "Answers that somebody vouches for. Each is asked again at every publication; those that fail stand first." if kept else (
        "None yet: press Verify below an answer that you have checked.")  # fmt: skip
    rows = [_kept(one) for one in kept]
    heads = ("Question", "State", "Since", "Action")
    content = [plain_table("Each verified question and its state", heads, rows)] if rows else []
    return section("Verified questions", about, *content, anchor="verified")


def _kept(one: Verified) -> tuple[str | Component | list[str | Component], ...]:
    look, label = STATES[one.state]
    drop = html.Button("Let go", id=part("drop", one.id), type="button", className="quiet")
    state: list[str | Component] = [html.Span(label, className=look), f" {one.says}"]
    return one.question, state, moment(one.verified_at, shop.settings()), drop


def _asked(latest: list[Question], counts: dict[str, int]) -> html.Section:
    content: list[Component] = []
    if latest:
        heads = ("Question", "Outcome", "Read as", "When", "Found")
        content = [
            _counted(counts),
            plain_table("Each question and what came of it", heads, [_row(one) for one in latest]),
            _take(),
        ]
    about = "Questions are kept for 90 days." if latest else "Nothing yet. Questions are kept for 90 days from now on."
    return section("The latest questions", about, *content, anchor="latest")


def _counted(counts: dict[str, int]) -> html.P:
    total = sum(counts[name] for name in ("answered", "asked back", "refused"))
    told = [f"{number(counts[name])} {name}" for name in ("answered", "asked back", "refused")]
    return html.P(
        f"{number(total)} asked: {', '.join(told)}. Found good {number(counts['good'])}, wrong {number(counts['wrong'])}."
    )


def _take() -> html.Div:
    return html.Div(
        html.Button("Download CSV", id=part("take", NAME), type="button", className="quiet"), className="ask-tools"
    )


def _row(one: Question) -> tuple[str | Component, ...]:
    query = html.A(one.reading, href=f"/api/v1/query?{one.query}") if one.query else one.answer
    look = "" if one.outcome == "answered" else "worse"
    when = moment(one.asked_at, shop.settings())
    return one.question, html.Span(one.outcome.capitalize(), className=look), query, when, SIGNS.get(one.thumb, "")
