"""The filter bar: period, comparison, members; what it says ends in the address and comes back from it."""

import json

import dash_bootstrap_components as dbc
from dash import ALL, ClientsideFunction, Input, State, clientside_callback, dcc, html

from analytics.dimensions import DIMENSIONS, GRAINS, Dimension
from analytics.periods import Period, covered
from analytics.presets import presets
from dashapp import ids
from dashapp.ids import part
from pipeline.warehouse import Snapshot

COMPARISONS = {"year": "vs last year", "prev": "vs previous period", "off": "no comparison"}


def filter_bar(snapshot: Snapshot) -> html.Div:
    """One line on a desk, a sheet that opens on a phone."""
    data = covered(snapshot)
    fields = [
        _presets(data),
        _day(ids.FROM, "from", "From", data),
        _day(ids.TO, "to", "To", data),
        _select(ids.COMPARE, "cmp", "Comparison", COMPARISONS),
        _select(ids.GRAIN, "grain", "Grain", {"auto": "auto grain"} | {grain: f"by {grain}" for grain in GRAINS}),
        *(_members(d, snapshot) for d in DIMENSIONS.values() if d.control and d.name not in snapshot.lacks),
        html.Button(
            "Undo", type="button", className="quiet", title="Take back the last change", **{"data-act": "undo"}
        ),
        html.Button("Reset", type="button", className="quiet", title="Show all of the data", **{"data-act": "reset"}),
    ]
    return html.Div(
        [
            html.Details([html.Summary("Filters"), html.Div(fields, className="fields")], open=True, className="sheet"),
            html.Div(
                [html.Span(id=ids.PERIOD, className="period"), html.Div(id=ids.CHIPS, className="chips")],
                className="view-line",
            ),
        ],
        className="filter-bar",
        role="search",
        **{"aria-label": "Filters"},
    )


def _presets(data: Period) -> html.Details:
    buttons = [
        html.Button(
            name,
            type="button",
            **{"data-set": json.dumps({"from": str(p.start) if p else "", "to": str(p.end) if p else "", "brush": ""})},
        )
        for name, p in presets(data).items()
    ]
    return html.Details([html.Summary("Period"), html.Div(buttons, className="menu")], className="presets")


def _day(id_: str, key: str, label: str, data: Period) -> html.Label:
    field = dbc.Input(id=id_, type="date", size="sm", min=str(data.start), max=str(data.end))
    return html.Label([html.Span(label), field], **{"data-key": key})


def _select(id_: str, key: str, label: str, options: dict[str, str]) -> html.Label:
    choices = [{"label": text, "value": value} for value, text in options.items()]
    return html.Label([html.Span(label), dbc.Select(id=id_, options=choices, size="sm")], **{"data-key": key})


def _members(dimension: Dimension, snapshot: Snapshot) -> html.Label:
    drop = dcc.Dropdown(
        id=part("choose", dimension.name),
        options=list(snapshot.members[dimension.name]),
        multi=True,
        placeholder=f"All {dimension.plural}",
    )
    return html.Label([html.Span(dimension.label), drop], className="members")


clientside_callback(
    ClientsideFunction("iba", "choose"),
    Input(part("choose", ALL), "value"),
    State(part("choose", ALL), "id"),
    prevent_initial_call=True,
)
