"""The menu of named views: open one, give this one a name, forget one."""

import dash_bootstrap_components as dbc
from dash import html


def views_menu() -> html.Details:
    """Its list is read when it opens; saving and forgetting go to the server (assets/views.js)."""
    field = dbc.Input(id="view-name", placeholder="Name of this view", size="sm", maxlength=80, autocomplete="off")
    name = html.Label([html.Span("Name of this view", className="unseen"), field])
    save = html.Button("Save this view", type="submit", className="quiet")
    return html.Details(
        [
            html.Summary("Views"),
            html.Div(
                [
                    html.Ul(id="views"),
                    html.Form([name, save], id="save-view"),
                    html.Button("Copy the link to this view", type="button", **{"data-act": "copy"}),
                    html.Button("PDF report", type="button", id="report", **{"data-act": "report"}),
                    html.Button("Print or save as PDF", type="button", **{"data-act": "print"}),
                ],
                className="menu",
            ),
        ],
        className="more views",
    )
