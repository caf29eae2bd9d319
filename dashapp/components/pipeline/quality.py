"""The quality rules: what was found in the rows, what was done about it, and how that changed since the run before."""

from dash import html

from analytics.formats import number
from dashapp.components.plain_table import plain_table, section
from pipeline.history import FOUND, Past, counts
from pipeline.rules import RULES
from pipeline.snapshot import Snapshot

HEADS = ("Rule", "What was found", "What is done", "Effect", "Rows", "Run before")


def quality_card(snapshot: Snapshot, runs: list[Past]) -> html.Section:
    """The rules that found something, the gravest effect first; those that found nothing are counted."""
    found = counts(snapshot.report)
    before = next((past.found for past in runs if past.snapshot and past.snapshot != snapshot.id), None)
    names = sorted(found, key=lambda name: (-FOUND.index(RULES[name].effect), -found[name]))
    rows = [_row(name, found[name], before) for name in names]
    says = f"{len(RULES)} rules were asked of every row; {len(found)} found something. Rules version {snapshot.manifest['rules']}."
    return section("Quality rules", says, plain_table("Rules that found something", HEADS, rows, 2), anchor="quality")


def _row(name: str, rows: int, before: dict[str, int] | None) -> tuple[str, ...]:
    rule = RULES[name]
    label = name.replace("_", " ").capitalize()
    was = "" if before is None else number(before.get(name, 0))
    return (label, rule.means, rule.done, rule.effect.capitalize(), number(rows), was)
