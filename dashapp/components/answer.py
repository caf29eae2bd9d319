"""The answer to a page: everything its charts and cards show, as one plain value."""

import json

import orjson
from dash.development.base_component import Component

from analytics.filters import Filters, unread
from analytics.periods import covered, words
from dashapp.cards import cards
from dashapp.charts.catalogue import chart
from dashapp.components.chips import chips
from dashapp.components.kpi_card import card_body
from pipeline.warehouse import Snapshot

Answer = dict[str, object]


def answer(
    search: str, charts: tuple[str, ...], metrics: tuple[str, ...], snapshot: Snapshot, scope: str = ""
) -> Answer:
    """One snapshot, one reading of the address, all parts of the page; cards and charts obey the page's scope too."""
    filters = Filters.parse(search)
    inside = filters.scoped(scope)
    made = cards(metrics, inside, snapshot) if metrics else []
    return {
        "search": search,
        "snapshot": snapshot.id,
        "period": _period(filters, snapshot),
        "notice": _notice(search),
        "chips": plain(chips(filters, snapshot)),
        "controls": {
            name: [m for m in members if m in filters.members(name)]
            for name, members in snapshot.members.items()
            if name not in snapshot.lacks
        },
        "cards": {card.metric.name: plain(card_body(card)) for card in made},
        "charts": {name: chart(name).answer(inside, snapshot) for name in charts},
    }


def plain(component: Component | list[Component]) -> object:
    """Components as the plain values that the browser makes them from."""
    return json.loads(orjson.dumps(component, default=lambda c: c.to_plotly_json()))


def _period(filters: Filters, snapshot: Snapshot) -> str:
    data = covered(snapshot)
    period = filters.period(data)
    days = period.within(data).days
    if days < 1:
        return f"{words(period)}: outside the data, which cover {words(data)}"
    return f"{words(period)} · {days:,} day{'s' if days != 1 else ''} with data"


def _notice(search: str) -> str:
    left = unread(search)
    return f"Not understood and left out of this view: {', '.join(left)}." if left else ""
