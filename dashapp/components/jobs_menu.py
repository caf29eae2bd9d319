"""The jobs: what runs and what ran, in the header of every page and on the card of one job (assets/jobs.js fills them)."""

from dash import html

from dashapp.jobs.catalogue import JOBS


def jobs_menu() -> html.Details:
    """Says in the header what is at work; opens to the latest runs of all jobs."""
    return html.Details(
        [
            html.Summary([html.Span("Jobs", **{"data-at-work": ""})]),
            html.Div([html.P("Jobs go on when this page is left."), _runs(8)], className="menu"),
        ],
        className="more work",
    )


def run_card(name: str, anchor: str = "run") -> html.Section:
    """Runs one job: a button, how far it is, cancel, what came of it; `anchor` where a page has several."""
    job = JOBS[name]
    button = html.Button(job.title, type="button", className="primary", **{"data-start": name})
    head = html.Div([html.H2("Run", id=anchor), html.P(job.about, className="say")])
    return html.Section(
        [html.Div([head, button], className="card-head"), _runs(3, name)],
        className="card-box wide section",
        **{"aria-labelledby": anchor},
    )


def _runs(most: int, name: str = "") -> html.Div:
    return html.Div(className="runs", **{"data-runs": name, "data-most": str(most)})
