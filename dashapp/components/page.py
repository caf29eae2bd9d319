"""A page: cards and charts by name, answered together once per change of the address."""

import logging

from dash import ALL, ClientsideFunction, Input, Output, State, callback, clientside_callback, dcc, html

from analytics.errors import QuestionError
from dashapp import ids, shop
from dashapp.access import allowed
from dashapp.components.answer import Answer, answer
from dashapp.components.chart_card import chart_card
from dashapp.components.kpi_card import kpi_card
from dashapp.ids import part

log = logging.getLogger(__name__)
FAILED = (
    "This view could not be worked out. What you see is the view before it. Undo the last change or reload the page."
)


def page(name: str, title: str, about: str, cards: tuple[str, ...] = (), charts: tuple[str, ...] = ()) -> html.Main:
    """A page declares what it shows; it says in one line what it answers.

    Its answer arrives in one fixed store, so that Dash drops a late answer to an older click.
    """
    return html.Main(
        [
            html.Div([html.H1(title), html.P(about)], className="page-head"),
            html.Div(
                [kpi_card(metric) for metric in cards], className="cards", style={"--across": _across(len(cards))}
            ),
            html.Div([chart_card(name, chart) for chart in charts], className="charts"),
            dcc.Store(id=ids.ANSWER),
            html.Div(id=ids.BUSY),
        ],
        id="main",
    )


def _across(count: int) -> int:
    """How many cards stand beside each other on a desk: all up to six, else two even rows."""
    return count if count <= 6 else -(-count // 2)


@callback(
    Output(ids.ANSWER, "data"),
    Input(ids.URL, "search"),
    Input(part("graph", ALL), "id"),
    Input(part("card", ALL), "id"),
    State(ids.URL, "pathname"),
    running=[(Output(ids.BUSY, "className"), "busy", "")],
)
@allowed("viewer")
def answer_page(search: str | None, graphs: list[ids.Id], metrics: list[ids.Id], path: str | None) -> Answer:
    """One request answers for every chart and card of the page; the browser spreads it."""
    charts, names = (tuple(str(id_["name"]) for id_ in parts) for parts in (graphs, metrics))
    try:
        return answer(search or "", path or "/", charts, names, shop.snapshot())
    except QuestionError as error:
        return {"search": search or "", "notice": str(error)}
    except Exception:
        log.exception("No answer for %s", search)
        return {"search": search or "", "notice": FAILED}


clientside_callback(ClientsideFunction("iba", "spread"), Input(ids.ANSWER, "data"), prevent_initial_call=True)

clientside_callback(
    ClientsideFunction("iba", "pick"),
    Input(part("graph", ALL), "clickData"),
    Input(part("graph", ALL), "selectedData"),
    prevent_initial_call=True,
)

clientside_callback(
    ClientsideFunction("iba", "links"),
    Output(part("link", ALL), "href"),
    Input(ids.URL, "search"),
    State(part("link", ALL), "id"),
)
