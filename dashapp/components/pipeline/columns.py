"""The columns: what every file's columns mean to us, how full they are, and which are about people."""

from dash import html

from dashapp.components.plain_table import plain_table, section
from pipeline.snapshot import Snapshot
from pipeline.sources import SOURCES

HEADS = ("Column of the file", "File", "Read as", "Type", "About people", "Missing in the file", "Missing in use")
ABOUT = (
    "What is missing in use is what no rule could fill. Columns about people are masked for those who may not see them."
)


def columns_card(snapshot: Snapshot) -> html.Section:
    rows = [row for source, file in snapshot.report["files"].items() for row in _rows(source, file)]
    return section("Columns", ABOUT, plain_table("Columns of the files", HEADS, rows, 2), anchor="columns")


def _rows(source: str, file: dict[str, dict[str, float]]) -> list[tuple[str, ...]]:
    known = {column.name: column for column in SOURCES[source].columns}
    before, after = file["missing_percent_before"], file["missing_percent_after"]
    return [
        (str(header), str(file["file"]), name, known[name].kind, "yes" if known[name].personal else "",
         _share(before.get(name)), _share(after.get(name)))
        for name, header in file["columns"].items()
    ]  # fmt: skip


def _share(percent: float | None) -> str:
    return "" if percent is None else f"{percent:.1f} %"
