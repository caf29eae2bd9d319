"""The answer to a page: everything its charts and cards show, as one plain value."""

import json

import orjson
from dash import dcc, html
from dash.development.base_component import Component

from analytics.dimensions import DIMENSIONS
from analytics.emptied import orders, ways_out
from analytics.filters import Filters, swapped, unread
from analytics.formats import counted, manner, number
from analytics.periods import covered, length_words, words
from analytics.saved_sets import PREFIX
from dashapp import shop
from dashapp.cards import cards
from dashapp.charts.catalogue import chart
from dashapp.components.chips import chips
from dashapp.components.kpi_card import RECORDS, card_body
from dashapp.exports import stem
from pipeline.warehouse import Snapshot

Answer = dict[str, object]


def answer(
    search: str, path: str, charts: tuple[str, ...], metrics: tuple[str, ...], snapshot: Snapshot, scope: str = ""
) -> Answer:
    """One snapshot, one reading of the address, all parts of the page; cards and charts obey the page's scope too."""
    filters = shop.filters(search)
    inside = filters.scoped(scope)
    made = cards(metrics, inside, snapshot) if metrics else []
    found = orders(inside, snapshot)
    return {
        "search": search,
        "snapshot": snapshot.id,
        "period": plain(_period(filters, snapshot, found, search)),
        "behind": {
            "transactions": {"href": RECORDS + search, "children": _see(found)},
            "customers": {"href": "/customers" + search, "children": "See the customers"},
        },
        "notice": plain([*_notice(search), *([] if found else _ways_out(filters, snapshot))]),
        "chips": plain(chips(filters, snapshot)),
        "controls": {
            name: [m for m in members if m in filters.members(name)]
            for name, members in snapshot.members.items()
            if name not in snapshot.lacks
        },
        "cards": {card.metric.name: plain(card_body(card, path, search)) for card in made},
        "charts": {name: chart(name).answer(inside, snapshot) for name in charts},
        "separators": manner().point + manner().group,
        "stem": stem(inside, snapshot),
        "sets": _sets(search),
    }


def plain(component: Component | list[Component | str]) -> object:
    """Components as the plain values that the browser makes them from."""
    return orjson.loads(orjson.dumps(component, default=lambda c: c.to_plotly_json()))


def _sets(search: str) -> dict[str, tuple[str, ...]]:
    """The members of each saved set in the address, so that the browser can add to them and take away."""
    names = [name for _, members in Filters.parse(search).chosen for name in members if name.startswith(PREFIX)]
    return {name: shop.sets().members(name) for name in names}


def _see(found: int) -> str:
    return f"See the {number(found)} orders" if found != 1 else "See the order"


def _period(filters: Filters, snapshot: Snapshot, found: int, search: str) -> list[Component | str]:
    data = covered(snapshot)
    period = filters.period(data)
    if period.within(data).days < 1:
        return [f"{words(period)}: outside the data, which cover {words(data)}"]
    text = f"{words(period)} · {length_words(period, data)} · "
    return [text, dcc.Link(_see(found), href=RECORDS + search)]


def _notice(search: str) -> list[Component | str]:
    left = unread(search)
    told = [f"Not understood and left out of this view: {', '.join(left)}."] if left else []
    if swapped(search):
        told.append("The first day came after the last: the two are swapped.")
    return [html.Span(text) for text in told]


def _ways_out(filters: Filters, snapshot: Snapshot) -> list[Component | str]:
    """Which filter emptied the view, and a button that takes it away."""
    ways = ways_out(filters, snapshot)
    if not ways:
        return [html.Span("Nothing was sold that matches these filters, nor with any one of them taken away.")]
    asked = html.Span("Nothing was sold that matches all of these filters. Take one away:")
    buttons = [
        html.Button(
            f"without {_name(way.part)}: {counted(way.orders, 'order')}",
            type="button",
            className="chip",
            **{"data-set": json.dumps({"from": "", "to": ""} if way.part == "period" else {way.part: ""})},
        )
        for way in ways
    ]
    return [asked, *buttons]


def _name(part: str) -> str:
    names = {"period": "the period", "brush": "the picked days"}
    return names.get(part) or f"the {DIMENSIONS[part].label.lower()}"
