"""The history of runs: every load that came to an end, with what it published or why it was refused."""

from datetime import UTC, datetime

from babel.dates import format_datetime
from dash import html

from analytics.formats import full, manner, number
from dashapp.components.plain_table import plain_table, section
from pipeline.history import Past
from pipeline.snapshot import Snapshot
from settings import Settings

HEADS = ("Ended", "Result", "Took", "Rows read", "Set aside", "Revenue")


def runs_card(snapshot: Snapshot, runs: list[Past], settings: Settings) -> html.Section:
    rows = [_row(past, snapshot, settings) for past in runs]
    says = f"The latest {len(rows)} that came to an end; cancelled and interrupted ones are listed above." if rows else (
        "Runs are listed from the next one on.")  # fmt: skip
    content = [plain_table("Runs of the pipeline", HEADS, rows, 4)] if rows else []
    return section("History of runs", says, *content, anchor="history")


def moment(iso: str, settings: Settings) -> str:
    """A time as the reader's locale writes it, in the clock of the server."""
    when = datetime.fromisoformat(iso).astimezone()
    return format_datetime(when, "d MMM y, HH:mm", locale=settings.locale, tzinfo=when.tzinfo)


def ago(iso: str) -> str:
    """`4 minutes ago`."""
    minutes = int((datetime.now(UTC) - datetime.fromisoformat(iso)).total_seconds() // 60)
    for size, name in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            count = minutes // size
            return f"{count} {name}{'' if count == 1 else 's'} ago"
    return "less than a minute ago"


def _row(past: Past, snapshot: Snapshot, settings: Settings) -> tuple[str | list[str | html.Span], ...]:
    when = moment(past.ended, settings)
    took = f"{manner().digits(past.seconds, 1)} s"
    if not past.snapshot:
        return (when, [html.Span("Refused", className="worse"), f" {past.says}"], took, "", "", "")
    served = " Served now." if past.snapshot == snapshot.id else ""
    said = [html.Span("Published", className="better"), f" {past.says}{served}"]
    aside = number(past.duplicates + past.quarantined)
    return (when, said, took, number(past.read), aside, full("revenue", float(past.revenue)))
