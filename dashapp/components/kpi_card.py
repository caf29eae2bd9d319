"""The card of a metric: label, figure, change in words, sparkline; its definition on hover, a way on by click."""

from dash import dcc, html

from analytics.formats import full
from dashapp.cards import Card
from dashapp.figures.spark import spark
from dashapp.ids import part

WAYS_ON = {
    "orders": "/transactions",
    "aov": "/transactions",
    "returned": "/returns",
    "return_rate": "/returns",
    "cac": "/customers",
    "customers": "/customers",
    "retention_rate": "/customers",
    "new_customers": "/customers",
    "clv": "/customers",
}
USUAL, RECORDS = "/sales", "/transactions"


def kpi_card(name: str, edge: bool = False) -> html.Div:
    """The place of a card; its body comes with the page's answer. At the `edge` of a row its tip opens inwards."""
    look = "card-box kpi edge" if edge else "card-box kpi"
    return html.Div(id=part("card", name), className=look)


def way_on(name: str, path: str) -> str:
    """The page that explains a metric; on that page itself, the records."""
    target = WAYS_ON.get(name, USUAL)
    return target if target != path else RECORDS


def card_body(card: Card, path: str, search: str) -> html.Div:
    """What a card shows; `data-value` is the raw number, empty where there is none."""
    name = card.metric.name
    tip = f"tip-{name}"
    return html.Div(
        [
            html.H2(dcc.Link(card.metric.label, href=way_on(name, path) + search, className="stretched")),
            html.Div(card.figure, className="figure"),
            html.Div(_change(card), className="change"),
            _sparkline(card),
            _definition(card, tip),
        ],
        role="group",
        **{
            "data-metric": name,
            "data-value": "" if card.value is None else repr(card.value),
            "aria-label": card.metric.label,
            "aria-describedby": tip,
        },
    )


def _change(card: Card) -> list[object]:
    if card.thin:
        return [card.thin]
    return [html.Span(card.change, className=card.tone), " ", card.against]


def _definition(card: Card, id_: str) -> html.Div:
    """Every digit, what is counted, and what the value is made of."""
    exact = html.Strong(full(card.metric.name, card.value))
    made_of = [html.Li(text) for text in card.parts]
    return html.Div(
        [exact, html.P(card.metric.about), html.Ul(made_of) if made_of else None],
        id=id_,
        className="tip",
        role="tooltip",
    )


def _sparkline(card: Card) -> html.Div:
    known = [v for v in (*card.series, *card.earlier) if v == v]
    if len(known) < 2:
        return html.Div(className="spark")
    top, bottom = max(known), min(known)
    layers = [("behind", card.earlier, True), ("front", card.series, False)]
    drawn = [
        html.I(className=name, style={"maskImage": f"url({spark(values, top, bottom, dashed)})"})
        for name, values, dashed in layers
        if len(values) > 1
    ]
    return html.Div(drawn, className="spark", **{"aria-hidden": "true"})
