"""How the churn model was judged: its measures beside the peers', at any threshold, and at each test."""

import json

import dash_bootstrap_components as dbc
import numpy as np
from dash import html
from dash.development.base_component import Component

from analytics.formats import number, percent
from analytics.periods import day_words
from dashapp.charts.judgements import LABELS, OURS, last_test
from dashapp.components.plain_table import plain_table, section
from ml.evaluation import MEASURES
from ml.registry import Version

NAMES = {
    "auc": "ROC-AUC", "pr_auc": "PR-AUC", "brier": "Brier", "ece": "ECE", "lift": "Lift", "accuracy": "Accuracy",
    "precision": "Precision", "recall": "Recall", "f1": "F1",
}  # fmt: skip
STEPS = 100
CELLS = (("tp", "fn"), ("fp", "tn"))


def churn_measures(version: Version) -> list[Component]:
    """Three cards about the customers of the tests, none of whom the judged model had seen the outcome of."""
    return [beside_peers(version), thresholds(version), by_test(version)]


def beside_peers(version: Version) -> html.Section:
    """Ours with 95 % intervals, and what each peer does on the same customers."""
    ours, peers = version.manifest["metrics"], version.manifest["peers"]
    first = [html.Span(LABELS[OURS], className="ours"), *(_interval(ours[name]) for name in MEASURES)]
    rows = [first, *([LABELS[peer], *(_figure(values[name]) for name in MEASURES)] for peer, values in peers.items())]
    test = last_test(version.frame("outcomes"))
    says = (
        f"{number(len(test))} customers as known on {version.manifest['cutoff']}, {percent(test['left'].mean())} of whom left. All "
        "learned from the same days before. Brier and ECE: smaller is better. Accuracy to F1 at a threshold of 50 %. The smaller "
        "figures are 95 % intervals."
    )
    heads = ("Model", *(NAMES[name] for name in MEASURES))
    return section(
        "How it did, beside its peers",
        says,
        plain_table("Measures", heads, rows, len(MEASURES)),
        anchor="measures-churn",
    )


def _figure(value: float | None) -> str:
    return "–" if value is None or value != value else f"{value:.3f}"


def _interval(found: dict[str, float]) -> list[str | Component]:
    sides = f"{_figure(found['low'])} to {_figure(found['high'])}"
    return [html.Strong(_figure(found["value"])), html.Small(sides, className="sides")]


def thresholds(version: Version) -> html.Section:
    """The confusion matrix of the last test; the browser moves the threshold (assets/models.js)."""
    test = last_test(version.frame("outcomes"))
    left, p = test["left"].to_numpy(bool), test[OURS].to_numpy()
    steps = np.arange(STEPS + 1) / STEPS
    flagged, found = ([int(np.sum(side >= step)) for step in steps] for side in (p, p[left]))
    counts = {"n": len(p), "left": int(left.sum()), "flagged": flagged, "found": found}
    slider = dbc.Input(
        type="range", min=0, max=STEPS, step=1, value=50, className="form-range", id="threshold", debounce=False
    )
    label = html.Label(["Threshold: ", html.Output("50 %", **{"data-told": "threshold"})], htmlFor="threshold")
    matrix = plain_table(
        "Confusion matrix", ("", "Flagged", "Not flagged"),
        [(name, *(html.Span(**{"data-told": cell}) for cell in cells))
         for name, cells in zip(("Left", "Stayed"), CELLS, strict=True)], 2,
    )  # fmt: skip
    told = [
        html.Div([html.Dt(label_), html.Dd(**{"data-told": key})])
        for key, label_ in {"accuracy": "Accuracy", "precision": "Precision", "recall": "Recall", "f1": "F1"}.items()
    ]
    box = html.Div(
        [html.Div([label, slider], className="threshold"), matrix, html.Dl(told, className="terms")],
        className="confusion",
        **{"data-thresholds": json.dumps(counts)},
    )
    says = "Who is flagged as leaving is a choice: a lower threshold finds more of those who leave and bothers more who stay."
    return section("Who is flagged at which threshold", says, box, anchor="threshold-churn")


def by_test(version: Version) -> html.Section:
    """The measures of each test, the newest first."""
    frame = version.frame("folds")
    rows = [
        (
            day_words(row["cutoff"].date()),
            number(row["n"]),
            percent(row["left"]),
            *(_figure(row[name]) for name in MEASURES),
        )
        for row in frame.to_dict("records")
    ]
    heads = ("Test from", "Customers", "Left", *(NAMES[name] for name in MEASURES))
    horizon = version.manifest["parameters"]["horizon_days"]
    says = f"Each test is {horizon} days long; the model judged on it was fitted to what was known before it began."
    return section(
        "At each test", says, plain_table("Measures of each test", heads, rows, len(heads) - 1), anchor="folds-churn"
    )
