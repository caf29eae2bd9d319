"""The card of a chart: title, sentence, picture, its table twin, and a menu to take it along."""

import json

from dash import html

from dashapp.charts.catalogue import chart
from dashapp.charts.chart import Chart
from dashapp.ids import part

HEIGHTS = {"low": 240, "medium": 320, "tall": 440}
KEYS = "Arrow keys move between marks, Enter chooses, Shift and Enter adds, Escape clears."


def chart_card(page: str, name: str) -> html.Section:
    """`data-chart` names it, `data-picks` says what a click on a mark filters by."""
    shown = chart(name)
    title = f"title-{name}"
    link = html.A(id=part("behind", name), hidden=True, className="behind", **{"data-way": ""})
    say = html.P([html.Span(id=part("say", name)), " ", link], className="say")
    words = html.Div([html.H2(shown.title, id=title), say])
    return html.Section(
        [
            html.Div([words, _menu(page, shown)], className="card-head"),
            html.Div(_graph(shown), className="picture", tabIndex=0, role="group", **{"aria-label": _keys(shown)}),
            html.Div(className="twin", hidden=True),
            html.P(id=part("empty", name), className="empty"),
        ],
        className="card-box chart" + (" wide" if shown.wide else ""),
        **{
            "data-chart": name,
            "data-picks": json.dumps(shown.picks),
            "data-opens": shown.opens,
            "aria-labelledby": title,
        },
    )


def _keys(shown: Chart) -> str:
    return f"{shown.title}. {KEYS}" if shown.picks else f"{shown.title}. Arrow keys move between marks."


def _graph(shown: Chart) -> html.Div:
    """Where `assets/draw.js` draws: a graph of Dash draws nothing more once one drawing of it has failed."""
    return html.Div(id=part("graph", shown.name), className="graph", style={"height": HEIGHTS[shown.height]})


def _menu(page: str, shown: Chart) -> html.Details:
    """What can be done with a chart; files come from the server, pictures are made in the browser."""
    item = {"type": "button"}
    return html.Details(
        [
            html.Summary("⋯", title="More", **{"aria-label": f"More about {shown.title}"}),
            html.Div(
                [
                    html.P(shown.about),
                    html.Button("Show as table", **item, **{"data-act": "twin"}),
                    *(
                        html.Button(
                            f"Download {label}", **item, **{"data-export": f"/export/{page}/{shown.name}.{kind}"}
                        )
                        for label, kind in (("CSV", "csv"), ("Parquet", "parquet"))
                    ),
                    *(
                        html.Button(f"Download {kind.upper()}", **item, **{"data-picture": kind, "data-page": page})
                        for kind in ("png", "svg")
                    ),
                ],
                className="menu",
            ),
        ],
        className="more",
    )
