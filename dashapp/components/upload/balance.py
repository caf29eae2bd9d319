"""Before and after: what a load is to bring, and what it brought."""

from collections.abc import Callable

from dash import html

from analytics.formats import full, number
from analytics.periods import day_words
from dashapp.components.plain_table import plain_table, section
from pipeline.history import history
from pipeline.looks import Look
from pipeline.preview import Preview
from pipeline.snapshot import Snapshot
from settings import Settings

Facts = dict[str, str]
LINES = ("Revenue", "Orders", "Orders from", "Orders to", "Rows read", "Duplicates", "Set aside")


def expected_card(found: list[Look], snapshot: Snapshot | None, blocked: str) -> html.Section:
    """The totals to expect beside those served now, or what stands in the way."""
    if blocked:
        return section("Before the load", blocked, anchor="expected")
    tables = [each for look in found for each in look.tables or () if each.source]
    says = "What is served now, and what the files above will make of it."
    return _compared("Before the load", says, "Now", "Expected", _now(snapshot), _expected(tables), "expected")


def loaded_card(snapshot: Snapshot, settings: Settings) -> html.Section | None:
    """What the last load changed, as long as the snapshot before it is kept."""
    made = [past.snapshot for past in history(settings, 20) if past.snapshot]
    folder = settings.warehouse / "snapshots"
    before = next((name for name in made if name < snapshot.id and (folder / name).is_dir()), None)
    if before is None or snapshot.id not in made:
        return None
    old = Snapshot(before, settings.warehouse)
    return _compared("The last load", "What it changed.", "Before", "After", _now(old), _now(snapshot), "loaded")


def _compared(title: str, says: str, left: str, right: str, one: Facts, other: Facts, anchor: str) -> html.Section:
    rows = [(name, one.get(name, ""), other.get(name, "")) for name in LINES]
    return section(
        title, says, plain_table(f"{left} and {right.lower()}", ("Measure", left, right), rows, 2), anchor=anchor
    )


def _now(snapshot: Snapshot | None) -> Facts:
    if snapshot is None:
        return {}
    files, report, orders = snapshot.report["files"].values(), snapshot.report, snapshot.manifest.get("orders")
    return {
        "Revenue": full("revenue", float(report["revenue"])),
        "Orders": "" if orders is None else number(orders),
        "Orders from": day_words(snapshot.first_day),
        "Orders to": day_words(snapshot.as_of),
        "Rows read": number(sum(file["records_before"] for file in files)),
        "Duplicates": number(sum(file["duplicates"] for file in files)),
        "Set aside": number(sum(sum(file["quarantined"].values()) for file in files)),
    }


def _expected(tables: list[Preview]) -> Facts:
    def summed(of: Callable[[Preview], int]) -> str:
        return number(sum(map(of, tables)))

    sales = next(each for each in tables if each.source == "sales_transactions")
    return {
        "Revenue": full("revenue", float(sales.revenue or 0)),
        "Orders": number(sales.orders),
        "Orders from": day_words(sales.first_day) if sales.first_day else "",
        "Orders to": day_words(sales.last_day) if sales.last_day else "",
        "Rows read": summed(lambda each: each.rows),
        "Duplicates": summed(lambda each: each.duplicates),
        "Set aside": summed(lambda each: sum(each.quarantined.values())),
    }
