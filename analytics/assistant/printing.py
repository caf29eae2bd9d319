"""Printing: an answer for the command line."""

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from analytics.assistant.answers import Answer

MOST = 40


def printed(answer: Answer) -> list[RenderableType]:
    """The words, the table, the reading, and how to go on."""
    out: list[RenderableType] = [Text(answer.answer)]
    if answer.rows:
        table = Table(*answer.columns)
        for row in answer.rows[:MOST]:
            table.add_row(*("" if v is None else f"{v:,.2f}" if isinstance(v, float) else str(v) for v in row))
        out.append(table)
    if len(answer.rows) > MOST:
        out.append(Text(f"... {len(answer.rows) - MOST} more rows"))
    out += [Text(f"{line['part']}: {line['is']}") for line in answer.reading]
    if answer.rows:
        out.append(Text(f"Rows used: {answer.rows_used:,} of snapshot {answer.snapshot}, as of {answer.as_of}"))
        out.append(Text(f"The same by address: {answer.query}"))
        out.append(Text(f'To go on: --after "{answer.conversation}"'))
    if answer.suggestions:
        out.append(Text("You could ask: " + " · ".join(answer.suggestions)))
    return out
