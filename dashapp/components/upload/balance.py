"""Before and after: what a load is to bring, and what it brought."""

from collections.abc import Callable
from pathlib import Path

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from analytics.formats import full, number, signed
from analytics.periods import day_words
from dashapp import ids
from dashapp.components.plain_table import Cell, plain_table, section
from dashapp.components.upload.losses import FALL, short_of
from pipeline.history import history
from pipeline.looks import Look
from pipeline.preview import Preview
from pipeline.snapshot import Snapshot
from pipeline.warehouse import Warehouse
from settings import Settings

Fact = tuple[str, float | None]
Facts = dict[str, Fact]
NONE: Fact = ("", None)
WATCHED = ("Revenue", "Orders")
LINES = ("Revenue", "Orders", "Orders from", "Orders to", "Rows read", "Duplicates", "Set aside")


def expected_card(found: list[Look], snapshot: Snapshot | None, blocked: str, lost: list[str]) -> html.Section:
    """The totals to expect beside those served now, or what stands in the way; what is lost is confirmed here."""
    if blocked:
        return section("Before the load", blocked, anchor="expected")
    says = "What is served now, and what the files above will make of it."
    tables = [each for look in found for each in look.tables or () if each.source]
    table = _compared("Now", "Expected", _now(snapshot), _expected(tables))
    return section("Before the load", says, table, *([_confirm(lost)] if lost else []), anchor="expected")


def _confirm(lost: list[str]) -> html.Div:
    """The words of what goes, and the box that says that this is meant."""
    box = dbc.Checkbox(id=ids.REPLACE, label="Yes, replace what is served", value=False)
    return html.Div([html.P(text, className="worse") for text in lost] + [box], className="confirm", role="group")


def loaded_card(snapshot: Snapshot, settings: Settings) -> html.Section | None:
    """What the last load changed, as long as the snapshot before it is kept."""
    made = [past.snapshot for past in history(settings, 20) if past.snapshot]
    folder = settings.warehouse / "snapshots"
    before = next((name for name in made if name < snapshot.id and (folder / name).is_dir()), None)
    if before is None or snapshot.id not in made:
        return None
    old = Snapshot(before, settings.warehouse)
    table = _compared("Before", "After", _now(old), _now(snapshot))
    return section("The last load", "What it changed.", table, *_way_back(settings), anchor="loaded")


def _way_back(settings: Settings) -> list[Component]:
    """A button, where what was served before can be served again."""
    before = Warehouse(settings).before()
    if before is None:
        return []
    words = f"Go back to the data to {day_words(before.as_of)}"
    button = html.Button(words, type="button", className="quiet outlined", **{"data-start": "back"})
    folder = short_of(Path(before.manifest["source"]))
    return [html.P(f"They are kept as they were, and {folder} is read again.", className="muted"), html.Div(button)]


def _compared(left: str, right: str, one: Facts, other: Facts) -> html.Div:
    rows = [(name, one.get(name, NONE)[0], other.get(name, NONE)[0], _change(name, one, other)) for name in LINES]
    return plain_table(f"{left} and {right.lower()}", ("Measure", left, right, "Change"), rows, 3)


def _change(name: str, one: Facts, other: Facts) -> Cell:
    """How much more or less it is; a fall to less than half stands out."""
    (_, before), (_, after) = one.get(name, NONE), other.get(name, NONE)
    if not before or after is None:
        return ""
    told = signed(after / before - 1)
    return html.Span(f"▼ {told}", className="worse") if name in WATCHED and after < FALL * before else told


def _now(snapshot: Snapshot | None) -> Facts:
    if snapshot is None:
        return {}
    files, report, orders = snapshot.report["files"].values(), snapshot.report, snapshot.manifest.get("orders")
    return {
        "Revenue": _money(float(report["revenue"])),
        "Orders": NONE if orders is None else _count(orders),
        "Orders from": (day_words(snapshot.first_day), None),
        "Orders to": (day_words(snapshot.as_of), None),
        "Rows read": _count(sum(file["records_before"] for file in files)),
        "Duplicates": _count(sum(file["duplicates"] for file in files)),
        "Set aside": _count(sum(sum(file["quarantined"].values()) for file in files)),
    }


def _expected(tables: list[Preview]) -> Facts:
    def summed(of: Callable[[Preview], int]) -> Fact:
        return _count(sum(map(of, tables)))

    sales = next(each for each in tables if each.source == "sales_transactions")
    return {
        "Revenue": _money(float(sales.revenue or 0)),
        "Orders": _count(sales.orders),
        "Orders from": (day_words(sales.first_day) if sales.first_day else "", None),
        "Orders to": (day_words(sales.last_day) if sales.last_day else "", None),
        "Rows read": summed(lambda each: each.rows),
        "Duplicates": summed(lambda each: each.duplicates),
        "Set aside": summed(lambda each: sum(each.quarantined.values())),
    }


def _money(value: float) -> Fact:
    return full("revenue", value), value


def _count(value: float) -> Fact:
    return number(value), value
