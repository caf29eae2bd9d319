"""The accounts: where the rows of each file went, and their money."""

from dash import html

from analytics.formats import full, number
from analytics.provenance import Part, accounts
from dashapp.components.plain_table import plain_table, section
from pipeline.snapshot import Snapshot

ABOUT = "Each file's rows read are the sum of the lines under it; so is the money of the sales, to the cent."


def accounts_card(snapshot: Snapshot) -> html.Section:
    rows = [_row(part, place) for parts in accounts(snapshot).values() for place, part in enumerate(parts)]
    table = plain_table("Accounts per file", ("File", "Part", "Rows", "Money"), rows, 2)
    return section("Accounts", ABOUT, table, anchor="accounts")


def _row(part: Part, place: int) -> tuple[str | html.Strong | html.Span, ...]:
    money = full("revenue", float(part.money)) if part.money else ""
    cells = (part.label, number(part.rows), money)
    return (
        (part.file, *(html.Strong(cell) for cell in cells))
        if place == 0
        else (html.Span(part.file, className="unseen"), *cells)
    )
