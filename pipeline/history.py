"""The history: a line for every run of the pipeline that came to an end, published or refused."""

import json
import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any

from pipeline.errors import DataError
from pipeline.snapshot import Snapshot
from settings import Settings

LARGEST = 2_000_000  # bytes
FOUND = ("repaired", "filled", "flagged", "quarantined")


@dataclass(frozen=True)
class Past:
    """A run: when it ended, how long it took, what it published or why it was refused; `found` is rows per rule."""

    ended: str
    seconds: float
    snapshot: str = ""
    says: str = ""
    read: int = 0
    duplicates: int = 0
    quarantined: int = 0
    revenue: str = ""
    rules: str = ""
    found: dict[str, int] = field(default_factory=dict)


def recorded(run: Callable[..., Snapshot]) -> Callable[..., Snapshot]:
    """A run of the pipeline that leaves its line, whoever started it."""

    @wraps(run)
    def noted(settings: Settings, *args: Any, **kwargs: Any) -> Snapshot:
        began = time.monotonic()
        try:
            snapshot = run(settings, *args, **kwargs)
        except DataError as error:
            _note(settings, Past(_now(), round(time.monotonic() - began, 1), says=str(error)))
            raise
        _note(settings, _published(snapshot, round(time.monotonic() - began, 1)))
        return snapshot

    return noted


def history(settings: Settings, limit: int = 50) -> list[Past]:
    """The latest runs, newest first; a line cut off by a crash is left out."""
    file = _file(settings)
    lines = file.read_text().splitlines()[-limit:] if file.exists() else []
    return [past for past in map(_read, reversed(lines)) if past]


def counts(report: dict[str, Any]) -> dict[str, int]:
    """Rows per rule, over all files."""
    found: dict[str, int] = {}
    for file in report["files"].values():
        for effect in FOUND:
            for rule, rows in file[effect].items():
                found[rule] = found.get(rule, 0) + rows
    return found


def _published(snapshot: Snapshot, seconds: float) -> Past:
    files, manifest = snapshot.report["files"].values(), snapshot.manifest
    return Past(
        ended=_now(),
        seconds=seconds,
        snapshot=snapshot.id,
        says=f"Orders from {snapshot.first_day} to {snapshot.as_of}.",
        read=sum(file["records_before"] for file in files),
        duplicates=sum(file["duplicates"] for file in files),
        quarantined=sum(sum(file["quarantined"].values()) for file in files),
        revenue=str(manifest["revenue"]),
        rules=str(manifest["rules"]),
        found=counts(snapshot.report),
    )


def _note(settings: Settings, past: Past) -> None:
    """One write, begun on a line of its own, so that a torn line spoils no other; a full disk does not undo what was published."""
    line = "\n" + json.dumps(asdict(past))
    with suppress(OSError):
        settings.warehouse.mkdir(parents=True, exist_ok=True)
        _write(settings, line)


def _write(settings: Settings, line: str) -> None:
    with _file(settings).open("ab") as file:
        file.write(line.encode())
        file.flush()
        os.fsync(file.fileno())
    if _file(settings).stat().st_size > LARGEST:
        _shorten(_file(settings))


def _shorten(file: Path) -> None:
    """Keep the later half."""
    lines = file.read_text().splitlines()
    rest = file.with_suffix(".new")
    rest.write_text("\n".join(lines[len(lines) // 2 :]))
    rest.replace(file)


def _read(line: str) -> Past | None:
    try:
        return Past(**json.loads(line))
    except (ValueError, TypeError):
        return None


def _file(settings: Settings) -> Path:
    return settings.warehouse / "history.jsonl"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
