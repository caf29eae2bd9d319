"""The card of a metric: label, figure, change in words, sparkline; its definition on hover."""

from dash import html

from analytics.formats import short
from analytics.metrics import metric
from dashapp.cards import Card, definition
from dashapp.figures.spark import spark
from dashapp.ids import part


def kpi_card(name: str) -> html.Div:
    """The place of a card; its body comes with the page's answer."""
    return html.Div(_body_of_nothing(name), id=part("card", name), className="card-box kpi")


def _body_of_nothing(name: str) -> html.Div:
    return html.Div(
        [html.H3(metric(name).label), html.Div("…", className="figure")], **{"data-metric": name, "data-value": ""}
    )


def card_body(card: Card) -> html.Div:
    """What a card shows; `data-value` is the raw number, empty where there is none."""
    return html.Div(
        [
            html.H3(card.metric.label),
            html.Div(short(card.metric.name, card.value), className="figure"),
            html.Div([html.Span(card.change, className=card.tone), " ", card.against], className="change"),
            _sparkline(card),
        ],
        title=definition(card),
        **{"data-metric": card.metric.name, "data-value": "" if card.value is None else repr(card.value)},
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
