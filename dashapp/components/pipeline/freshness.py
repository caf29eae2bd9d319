"""The freshness: how new the data are, and whether newer files wait to be loaded."""

from pathlib import Path

from dash import html

from analytics.formats import counted, manner
from analytics.periods import day_words
from dashapp.components.pipeline.runs_table import ago, moment
from ml.scoring import SCORES
from pipeline.outputs import rules_version
from pipeline.run import is_current, remembered
from pipeline.snapshot import Snapshot
from settings import Settings

Facts = dict[str, tuple[str, str]]


def freshness(snapshot: Snapshot, settings: Settings) -> html.Div:
    """Three short lists: the data, the snapshot, the files."""
    return html.Div(
        [_terms(_data(snapshot, settings)), _terms(_made(snapshot, settings)), _terms(_files(snapshot))],
        className="facts",
    )


def _data(snapshot: Snapshot, settings: Settings) -> Facts:
    source = remembered(settings) or settings.data
    return {
        "Data to": (day_words(snapshot.as_of), "The day of the last valid order."),
        "Data from": (day_words(snapshot.first_day), "The day of the first valid order."),
        "Loaded": (ago(snapshot.manifest["published"]), moment(snapshot.manifest["published"], settings)),
        "Files now": (_waiting(source, snapshot, settings), f"In {source}."),
        "New files": _watched(settings),
    }


def _watched(settings: Settings) -> tuple[str, str]:
    if settings.watch <= 0:
        return "loaded when asked", "IBA_WATCH is 0: nobody looks for them."
    return (
        "loaded by themselves",
        f"Looked for every {settings.watch:g} seconds; files that still grow are left until they rest.",
    )


def _waiting(source: Path, snapshot: Snapshot, settings: Settings) -> str:
    if not source.is_dir():
        return "their folder is gone"
    if is_current(settings, source, SCORES):
        return "as loaded"
    changed = snapshot.manifest["rules"] == rules_version()
    return "changed: load the data" if changed else "read by older rules: load the data"


def _made(snapshot: Snapshot, settings: Settings) -> Facts:
    merge = snapshot.report["merge"]
    found = {
        "customer_percent": "Customers found",
        "product_percent": "Products found",
        "review_percent": "With a review",
    }
    return {
        "Snapshot": (snapshot.id, f"Published {moment(snapshot.manifest['published'], settings)}."),
        "CSV files": _outputs(snapshot, settings),
        "Rules": (snapshot.manifest["rules"], "The version of everything that decides what becomes of a row."),
        **{label: (f"{merge[key]:.1f} %", "Of the valid lines.") for key, label in found.items() if key in merge},
    }


def _outputs(snapshot: Snapshot, settings: Settings) -> tuple[str, str]:
    """Of which snapshot the files in data/processed are: live loads do not write them."""
    of = snapshot.manifest.get("csvs", snapshot.id)
    if of == snapshot.id:
        return "of this snapshot", f"In {settings.processed}."
    if not of:
        return "not written", "Load the data to write them."
    published = Snapshot(of, snapshot.folder).manifest["published"]
    return ago(published), f"Of snapshot {of}, in {settings.processed}. Load the data to write them anew."


def _files(snapshot: Snapshot) -> Facts:
    sizes = {name: size for name, (size, *_) in snapshot.manifest["files"].items()}
    known = {file["file"]: file["records_before"] for file in snapshot.report["files"].values()}
    told = {
        name: (counted(rows, "row"), f"{manner().digits(sizes.get(name, 0) / 1e6, 1)} MB")
        for name, rows in known.items()
    }
    unused = dict.fromkeys(
        snapshot.report.get("files_not_used", ()), ("not used", "None of the files that are read here.")
    )
    return {**told, **unused}


def _terms(facts: Facts) -> html.Dl:
    """Label, value, and what it means on hover."""
    return html.Dl(
        [html.Div([html.Dt(label), html.Dd(value)], title=about) for label, (value, about) in facts.items()],
        className="card-box",
    )
