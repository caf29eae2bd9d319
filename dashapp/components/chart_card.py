"""The card of a chart: title, sentence, picture, and a menu to take the data along."""

import json

from dash import dcc, html

from dashapp.charts.catalogue import chart
from dashapp.ids import part

GRAPH = {
    "displaylogo": False,
    "displayModeBar": False,
    "plotlyServerURL": "",
    "responsive": True,
    "scrollZoom": False,
    "doubleClick": False,
}
HEIGHTS = {"low": 240, "medium": 320, "tall": 440}
BLANK = {
    "data": [],
    "layout": {"xaxis": {"visible": False}, "yaxis": {"visible": False}, "paper_bgcolor": "rgba(0,0,0,0)"},
}


def chart_card(page: str, name: str) -> html.Section:
    """`data-chart` names it, `data-picks` says what a click on a mark filters by."""
    shown = chart(name)
    head = html.Div(
        [
            html.Div([html.H2(shown.title, title=shown.about), html.P(id=part("say", name), className="say")]),
            _menu(page, name, shown.about),
        ],
        className="card-head",
    )
    return html.Section(
        [
            head,
            dcc.Graph(
                id=part("graph", name),
                config=GRAPH,
                figure=BLANK,
                className="graph",
                style={"height": HEIGHTS[shown.height]},
            ),
            html.P(id=part("empty", name), className="empty"),
        ],
        className="card-box chart" + (" wide" if shown.wide else ""),
        **{"data-chart": name, "data-picks": json.dumps(shown.picks), "aria-label": shown.title},
    )


def _menu(page: str, name: str, about: str) -> html.Details:
    return html.Details(
        [
            html.Summary("⋯", title="More", **{"aria-label": "More"}),
            html.Div(
                [
                    html.P(about),
                    html.Button("Download CSV", type="button", **{"data-export": f"/export/{page}/{name}.csv"}),
                ],
                className="menu",
            ),
        ],
        className="more",
    )
