"""The layouts: what a person has said about files with a certain header, kept so that it is never asked again."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

import duckdb

from pipeline.disk import clear_unfinished, keep_text
from pipeline.errors import DataError
from pipeline.sources import SOURCES, LineRules


def _one_of(what: str, value: str, known: Sequence[str]) -> None:
    if value not in known:
        raise DataError(f"No {what} {value!r}. Choose from: {', '.join(filter(None, known))}.")


def _pattern(pattern: str) -> None:
    """Refuse what the database would not take as a pattern."""
    try:
        duckdb.execute("SELECT regexp_matches('', ?)", [pattern])
    except duckdb.Error:
        raise DataError(f"{pattern!r} is no pattern of an order id. Write how such ids begin, as ^C.") from None


@dataclass(frozen=True)
class Answers:
    """What was said of a layout; what is empty is found out from the file.

    `source` names what the file is, or is "none". `columns` gives for a column of ours the header it stands under, ""
    for none. `dates` says what comes first in 03/04/2024 or 24/03/04, `decimal` what stands before the decimals.
    `inside` is the sheet or member to take. `equals_removed` and `rules` stand in place of those of the source.
    """

    source: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    dates: Literal["", "day", "month", "year"] = ""
    decimal: Literal["", ".", ","] = ""
    encoding: str = ""
    inside: str = ""
    equals_removed: bool | None = None
    rules: LineRules | None = None

    def __post_init__(self) -> None:
        _one_of("source", self.source, ("", "none", *SOURCES))
        _one_of("dates", self.dates, ("", "day", "month", "year"))
        _one_of("decimal", self.decimal, ("", ".", ","))
        for name in self.columns:
            _one_of("column", name, tuple({column.name: column for s in SOURCES.values() for column in s.columns}))
        try:
            "".encode(self.encoding or "utf-8")
        except LookupError:
            raise DataError(f"No encoding {self.encoding!r}. Name one such as utf-8, cp1252 or cp1250.") from None
        for pattern in (self.rules.cancelled_id, self.rules.adjustment_id) if self.rules else ():
            _pattern(pattern)

    def __str__(self) -> str:
        return json.dumps(asdict(self), indent=1, sort_keys=True)

    @classmethod
    def parse(cls, text: str) -> "Answers":
        """The answers in their written form. Raises `DataError` where they are not."""
        try:
            return cls.of(json.loads(text))
        except ValueError as error:
            raise DataError(f"These answers about a file cannot be read: {error}.") from None

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> "Answers":
        """The answers as plain values. Raises `DataError` where they cannot be answers."""
        try:
            given = dict(said)
            rules = given.pop("rules", None)
            return cls(**given, rules=None if rules is None else LineRules.of(rules))
        except (ValueError, TypeError, AttributeError) as error:
            raise DataError(f"These answers about a file cannot be read: {error}.") from None


NONE = Answers()


@dataclass(frozen=True)
class Layouts:
    """The answers kept in a folder, a file a layout; none are kept where there is no folder."""

    folder: Path | None = None

    def of(self, headers: Sequence[str]) -> Answers:
        """What was said of files with these headers."""
        path = self._path(headers)
        if path is None or not path.exists():
            return NONE
        return Answers.parse(path.read_text(encoding="utf-8"))

    def keep(self, headers: Sequence[str], answers: Answers) -> None:
        """Keep what was said, whole or not at all. Raises `DataError` where a header it names is not in the file."""
        lost = [name for name in answers.columns.values() if name and name not in headers]
        if lost:
            raise DataError(f"The file has no column {lost[0]!r}. It has: {', '.join(headers)}.")
        path = self._path(headers)
        if path is None:
            raise DataError("There is no folder to keep answers in.")
        path.parent.mkdir(parents=True, exist_ok=True)
        keep_text(path, str(answers))

    def recover(self) -> None:
        """Clear away what was being written when a process died."""
        if self.folder:
            clear_unfinished(self.folder)

    def digest(self) -> str:
        """A name for all that was said: it changes with any answer."""
        kept = sorted(self.folder.glob("*.json")) if self.folder and self.folder.is_dir() else []
        return hashlib.sha256(b"".join(path.name.encode() + path.read_bytes() for path in kept)).hexdigest()[:10]

    def _path(self, headers: Sequence[str]) -> Path | None:
        return self.folder / f"{layout(headers)}.json" if self.folder else None


def layout(headers: Sequence[str]) -> str:
    """The name of a layout: files with the same headers in the same order share it."""
    return hashlib.sha256("\x1f".join(header.strip().lower() for header in headers).encode()).hexdigest()[:16]
