"""A page: cards and charts by name, answered together once per change of the address."""

import logging

from dash import ALL, ClientsideFunction, Input, Output, State, callback, clientside_callback, dcc, html
from dash.development.base_component import Component

from analytics.errors import QuestionError
from dashapp import ids, shop
from dashapp.access import allowed
from dashapp.charts.catalogue import chart
from dashapp.components.answer import Answer, answer
from dashapp.components.chart_card import chart_card
from dashapp.components.kpi_card import kpi_card
from dashapp.components.list_card import list_card
from dashapp.ids import part

log = logging.getLogger(__name__)
WAY = {"data-way": "", "data-keeps": ""}
FAILED = (
    "This view could not be worked out. What you see is the view before it. Undo the last change or reload the page."
)


def page(
    name: str,
    title: str,
    about: str | Component,
    cards: tuple[str, ...] = (),
    charts: tuple[str | tuple[str, ...], ...] = (),
    lists: tuple[str, ...] = (),
    body: tuple[Component, ...] = (),
    *,
    under: tuple[str, str] | None = None,
    beside: tuple[str, str] | None = None,
    scope: str = "",
    filtered: bool = True,
) -> html.Main:
    """A page declares what it shows; it says in one line what it answers, and which page it stands `under` and which it
    leads to `beside` itself (name, path).

    `scope` is a choice that the page makes for itself, written like an address; charts, cards, lists and files obey it
    beside the address; a page that is not `filtered` has no filter bar. `body` is what a page has that is no card, chart
    or list. Of several charts in a tuple one is shown at a time. The answer arrives in one fixed store, so
    that Dash drops a late answer to an older click.
    """
    told = html.P([about, *([" ", _link(*beside)] if beside else [])]) if isinstance(about, str) else about
    return html.Main(
        [
            *([crumbs(*under, title)] if under else []),
            html.Div([html.H1(title), told], className="page-head"),
            _cards(cards),
            html.Div(
                [_one_of(name, c) if isinstance(c, tuple) else chart_card(name, c) for c in charts], className="charts"
            ),
            *body,
            *(list_card(listed, heading=listed != name) for listed in lists),
            dcc.Store(id=ids.ANSWER),
        ],
        id=ids.MAIN,
        className="" if filtered else "unfiltered",
        **{"data-scope": scope, "data-page": name, "data-printable": str(bool(cards or charts)).lower()},
    )


def _one_of(page: str, charts: tuple[str, ...]) -> html.Div:
    """Charts of which the reader sees one at a time, the first to begin with."""
    buttons = [_shows(name, name == charts[0]) for name in charts]
    cards = [html.Div(chart_card(page, name), hidden=name != charts[0]) for name in charts]
    switch = html.Div(buttons, className="switch", role="group", **{"aria-label": "What is shown"})
    return html.Div([switch, *cards], className="wide one-of")


def _shows(name: str, now: bool) -> html.Button:
    pressed = {"data-show": name, "aria-pressed": str(now).lower()}
    return html.Button(chart(name).short or chart(name).title, type="button", **pressed)


def _cards(names: tuple[str, ...]) -> html.Div:
    """The tips of the last two in a row open to the left."""
    across = _across(len(names))
    made = [kpi_card(name, edge=place % across >= across - 2) for place, name in enumerate(names)]
    return html.Div(made, className="cards", style={"--across": across})


def _across(count: int) -> int:
    """How many cards stand beside each other on a desk: all up to six, else two even rows."""
    return count if count <= 6 else -(-count // 2)


def crumbs(above: str, path: str, title: str) -> html.Nav:
    """The way back up; it keeps the filters."""
    return html.Nav(
        [_link(above, path), html.Span(title, **{"aria-current": "page"})],
        className="crumbs",
        **{"aria-label": "Breadcrumb"},
    )


def _link(text: str, path: str) -> html.A:
    """A way to another page that keeps the filters."""
    return html.A(text, href=path, **WAY)


@callback(
    Output(ids.ANSWER, "data"),
    Input(ids.URL, "search"),
    Input(part("graph", ALL), "id"),
    Input(part("card", ALL), "id"),
    State(ids.URL, "pathname"),
    State(ids.MAIN, "data-scope"),
)
@allowed("viewer")
def answer_page(
    search: str | None, graphs: list[ids.Id], metrics: list[ids.Id], path: str | None, scope: str | None = None
) -> Answer:
    """One request answers for every chart and card of the page; the browser spreads it."""
    charts, names = (tuple(str(id_["name"]) for id_ in parts) for parts in (graphs, metrics))
    try:
        return answer(search or "", path or "/", charts, names, shop.snapshot(), scope or "")
    except QuestionError as error:
        return {"search": search or "", "notice": str(error)}
    except Exception:
        log.exception("No answer for %s", search)
        return {"search": search or "", "notice": FAILED}


clientside_callback(ClientsideFunction("iba", "spread"), Input(ids.ANSWER, "data"), prevent_initial_call=True)

clientside_callback(ClientsideFunction("iba", "places"), Input(ids.URL, "pathname"))
