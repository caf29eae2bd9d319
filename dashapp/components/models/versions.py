"""The versions of a model: which serves and what it was made from, the others, any two compared, roll-back in one click."""

from typing import Any

import dash_bootstrap_components as dbc
from dash import MATCH, Input, Output, State, callback, html
from dash.development.base_component import Component

from analytics.formats import manner
from dashapp import shop
from dashapp.access import allowed
from dashapp.components.pipeline.runs_table import moment
from dashapp.components.plain_table import Cell, plain_table, section
from dashapp.ids import Id, part
from ml.registry import Registry, Version
from ml.training import TRAINERS, Trainer

HEADS = ("Version", "Made", "Data to", "Recipe", "What was decided", "Measured", "")
HEADLINE = {"churn": (("auc", "AUC"), ("brier", "Brier")), "sales": (("mase", "MASE"), ("r2", "R²"))}


def serving_card(trainer: Trainer, version: Version) -> html.Section:
    """The version that serves, what it was made from, and all of it to take along."""
    told, settings = version.manifest, shop.settings()
    judged = {"Judged from": told["cutoff"]} if told["cutoff"] != told["as_of"] else {}
    facts = {
        "Version": version.id, "Trained": moment(told["made"], settings), "Data to": told["as_of"], **judged,
        "Snapshot": told["snapshot"], "Recipe": told["recipe"], "Seed": told["seed"],
        "Python": told["libraries"]["python"], "Size": f"{manner().digits(told['bytes'] / 1e6, 1)} MB",
    }  # fmt: skip
    terms = html.Dl(
        [html.Div([html.Dt(label), html.Dd(str(value))]) for label, value in facts.items()], className="terms"
    )
    frames = [name.removesuffix(".parquet") for name in told["sha256"] if name.endswith(".parquet")]
    links = [_file(version, "manifest.json", "Manifest"), *(_file(version, f"{name}.csv", name) for name in frames)]
    files = html.P(["Download: ", *links], className="files")
    return section(
        "Which version serves", f"{trainer.about} {told['verdict']}", terms, files, anchor=f"serves-{trainer.name}"
    )


def _file(version: Version, name: str, label: str) -> html.A:
    path = f"/models/{version.name}/{version.id}/{name}"
    return html.A(label.replace("_", " "), href=path, className="behind", **{"download": ""})


def versions_card(name: str, registry: Registry) -> html.Section:
    """Every version, the newest first, a button for those that could serve; below, two of them side by side."""
    versions, serving = registry.versions(name), registry.champion(name)
    rows = [_row(version, version == serving) for version in versions]
    says = "A version never changes. An earlier one that serves again gives on the same data the same scores, to the last digit."
    content: list[Component] = [plain_table(f"Versions of {name}", HEADS, rows)]
    if len(versions) > 1:
        content += _comparing(name, [v.id for v in versions])
    return section("Versions", says, *content, anchor=f"versions-{name}")


def _row(version: Version, serves: bool) -> tuple[Cell, ...]:
    told = version.manifest
    button = html.Button(
        "Let it serve", type="button", className="quiet outlined",
        **{"data-serve": version.name, "data-version": version.id, "aria-label": f"Let {version.id} serve"},
    )  # fmt: skip
    measured = ", ".join(f"{label} {_headline(told['metrics'], key):.3f}" for key, label in HEADLINE[version.name])
    made = moment(told["made"], shop.settings())
    last: Cell = html.Span("Serves", className="better") if serves else button
    return (version.id, made, str(told["as_of"]), told["recipe"], told["verdict"], measured, last)


def _headline(metrics: dict[str, Any], key: str) -> float:
    found = metrics.get(key) or metrics.get("revenue", {}).get(key)
    found = found["value"] if isinstance(found, dict) else found
    return float("nan") if found is None else float(found)


def _comparing(name: str, ids: list[str]) -> list[Component]:
    first, second = (
        html.Label(
            [html.Span(label), dbc.Select(id=part(kind, name), options=ids, value=value, size="sm")],
            className="pick-version",
        )
        for kind, label, value in (("first", "Compare", ids[0]), ("second", "with", ids[1]))
    )
    return [
        html.Div([first, second], className="comparing"),
        html.Div(_compared(name, ids[0], ids[1]), id=part("compared", name)),
    ]


@callback(
    Output(part("compared", MATCH), "children"),
    Input(part("first", MATCH), "value"),
    Input(part("second", MATCH), "value"),
    State(part("compared", MATCH), "id"),
    prevent_initial_call=True,
)
@allowed("viewer")
def compare(first: str, second: str, id_: Id) -> list[Component]:
    """Where two versions differ."""
    return _compared(str(id_["name"]), first, second)


def _compared(name: str, first: str, second: str) -> list[Component]:
    """What two versions were made from and how they did, where they differ; `NoModel` for a version that there is not."""
    if name not in TRAINERS:
        return []
    frame = Registry(shop.settings().models).compare(name, first, second)
    hidden = frame["about"].str.startswith(("sha256", "version", "bytes", "made"))
    shown = frame[frame["differs"] & ~hidden]
    if shown.empty:
        return [html.P("They are alike in everything but their time.", className="say")]
    rows = [(_about(row["about"]), _short(row[first]), _short(row[second])) for row in shown.to_dict("records")]
    return [plain_table("Where they differ", ("Where they differ", first, second), rows, 2)]


def _about(path: str) -> str:
    return path.replace(".", " · ").replace("_", " ").capitalize()


def _short(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    return "–" if value is None or value != value else str(value)[:120]
