"""A plain table: few rows that are read, not sorted."""

from collections.abc import Sequence
from typing import TypeAlias

from dash import html
from dash.development.base_component import Component

Cell: TypeAlias = str | Component | list[str | Component]


def plain_table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[Cell]], numbers: int = 0) -> html.Div:
    """`heads` over `rows`; the first column names its row, the last `numbers` columns hold figures. It scrolls by itself."""
    first = len(heads) - numbers
    sides = ["number" if place >= first else None for place in range(len(heads))]
    head = html.Tr([html.Th(text, scope="col", className=side) for text, side in zip(heads, sides, strict=True)])
    body = [
        html.Tr([_cell(cell, place, side) for place, (cell, side) in enumerate(zip(row, sides, strict=True))])
        for row in rows
    ]
    made = html.Table([html.Caption(caption), html.Thead(head), html.Tbody(body)])
    return html.Div(made, className="rows plain", tabIndex=0, role="region", **{"aria-label": caption})


def _cell(cell: Cell, place: int, side: str | None) -> Component:
    return html.Th(cell, scope="row") if place == 0 else html.Td(cell, className=side)


def section(title: str, about: str, *content: Component, anchor: str) -> html.Section:
    """A titled card that a link can point to."""
    head = html.Div([html.H2(title, id=anchor), html.P(about, className="say")])
    return html.Section([head, *content], className="card-box wide section", **{"aria-labelledby": anchor})
