"""The looks: what was found in each file that waits to be loaded, kept until the file or what was said of it changes."""

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.confined import confined
from pipeline.disk import keep_text
from pipeline.errors import DataError
from pipeline.layouts import Layouts
from pipeline.outputs import rules_version
from pipeline.preview import Preview, preview, rivalled
from pipeline.progress import Progress, silent
from pipeline.uploads import Uploads
from settings import Settings


@dataclass(frozen=True)
class Look:
    """A file that waits and its tables; None where it has not been looked at as it is now."""

    file: str
    size: int
    tables: tuple[Preview, ...] | None


def looks(settings: Settings) -> list[Look]:
    """Every file that waits; tables that claim one source are told of each other."""
    kept, layouts = _kept(settings), Layouts(settings.layouts)
    files = Uploads(settings).files()
    found = {path.name: _tables(kept.get(path.name), path, layouts) for path in files}
    told = iter(rivalled([table for tables in found.values() for table in tables or ()]))
    return [
        Look(path.name, path.stat().st_size, None if tables is None else tuple(next(told) for _ in tables))
        for path, tables in ((path, found[path.name]) for path in files)
    ]


def look(settings: Settings, progress: Progress = silent) -> list[Look]:
    """Look at the files that have not been, each in a process of its own with limits; nothing is loaded. A load to come finds
    what they were read to and does not read them again."""
    waiting = [each.file for each in looks(settings) if each.tables is None]
    for place, name in enumerate(waiting):
        progress(f"Looking at {name}", 0.9 * place / len(waiting))
        _keep(settings, name, _confined(settings, name))
    return looks(settings)


def stands_in_the_way(found: list[Look]) -> str:
    """Why the files that wait cannot be loaded as they are; empty where they can."""
    tables = [table for each in found for table in each.tables or ()]
    wrong = next((table.error for table in tables if table.error), "")
    if wrong or any(each.tables is None for each in found):
        return wrong or "The files have not been looked at yet."
    if not any(table.source == "sales_transactions" for table in tables):
        return "No sales among the files: add the export of your orders, or say which file they are."
    return ""


def _confined(settings: Settings, name: str) -> list[Preview]:
    path = Uploads(settings).tray / name
    with tempfile.TemporaryDirectory(dir=settings.uploads) as scratch:
        try:
            shelf = settings.warehouse / "read"
            return confined(preview, path, Layouts(settings.layouts), "1GB", Path(scratch), shelf, what=name)
        except DataError as error:
            return [Preview(name, error=str(error), asks=error.asks)]


def _keep(settings: Settings, name: str, tables: list[Preview]) -> None:
    path = Uploads(settings).tray / name
    if not path.exists():
        return
    layouts = Layouts(settings.layouts)
    told = {"stamp": _stamp(path, tables, layouts), "tables": [table.written() for table in tables]}
    names = {each.name for each in Uploads(settings).files()}
    kept = {file: each for file, each in _kept(settings).items() if file in names}
    keep_text(_file(settings), json.dumps({**kept, name: told}))


def _tables(told: dict[str, Any] | None, path: Path, layouts: Layouts) -> tuple[Preview, ...] | None:
    """What was found, where file, rules and answers are as they were."""
    if told is None:
        return None
    tables = tuple(Preview.parse(fields) for fields in told["tables"])
    return tables if told["stamp"] == _stamp(path, list(tables), layouts) else None


def _stamp(path: Path, tables: list[Preview], layouts: Layouts) -> list[object]:
    state = path.stat()
    return [state.st_size, state.st_mtime_ns, rules_version(), [str(layouts.of(table.headers)) for table in tables]]


def _kept(settings: Settings) -> dict[str, Any]:
    try:
        return json.loads(_file(settings).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}


def _file(settings: Settings) -> Path:
    return Uploads(settings).tray / ".looks.json"
