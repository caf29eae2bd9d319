"""Setting a report as PDF: what it holds goes in as data, never as part of the document's source."""

from pathlib import Path

import orjson
import typst

from dashapp.report.contents import Contents, contents
from pipeline.warehouse import Snapshot
from settings import Settings

SOURCE = Path(__file__).with_name("report.typ")


def report(page: str, search: str, settings: Settings, snapshot: Snapshot) -> bytes:
    """The PDF of a page under the filters of an address; `QuestionError` for a page with nothing to print."""
    return pdf(contents(page, search, settings, snapshot))


def pdf(held: Contents) -> bytes:
    return typst.compile(SOURCE.read_bytes(), format="pdf", sys_inputs={"report": orjson.dumps(held).decode()})
