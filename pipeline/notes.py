"""The notes: what is said of the parts of a file, so that they are taken again, or more is put behind them."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from pipeline.clean import Tally
from pipeline.disk import sync
from pipeline.files import File
from pipeline.parts import TABLES, Parts
from pipeline.signs import Dates, Signs
from pipeline.values import Styles
from pipeline.version import rules_version

NAME = "read.json"


@dataclass(frozen=True)
class Note:
    """`family` is all that decides what rows become but the bytes, `digest` that of the `size` bytes that were read. They hold
    `lines` physical lines, and are `open` to more behind them. `sizes` are those of the parts in bytes."""

    family: str
    today: str
    size: int
    digest: str
    open: bool
    lines: int
    tally: Tally
    empty: dict[str, int]
    signs: Signs
    written: dict[str, Styles]
    sizes: list[int]

    @classmethod
    def of(cls, folder: Path) -> "Note | None":
        """The note in a folder; nothing where there is none that can be read."""
        try:
            fields: dict[str, Any] = json.loads((folder / NAME).read_text())
            tally = Tally(**{**fields["tally"], "money": Decimal(fields["tally"]["money"])})
            written = {name: Styles(**style) for name, style in fields["written"].items()}
            signs = _signs(**fields["signs"])
            return cls(**{**fields, "tally": tally, "signs": signs, "written": written})
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def keep(self, folder: Path) -> None:
        (folder / NAME).write_text(json.dumps(asdict(self), default=str))
        sync(folder / NAME)

    def parts(self, folder: Path) -> Parts:
        return Parts(folder, len(self.sizes) // len(TABLES))

    def fits(self, folder: Path, today: date) -> bool:
        """Whether the parts are there, and stand today: what was set aside for a day yet to come may have come since."""
        there = [path.stat().st_size for path in self.parts(folder).paths() if path.exists()]
        return there == self.sizes and (self.today == str(today) or (self.today < str(today) and not self.tally.future))


def family(file: File, today: date) -> str:
    """A name for all that decides what the rows of a file become, but its bytes and the day."""
    how = (file.name, file.source.name, file.encoding, file.header, sorted(file.places.items()), str(file.answers))
    return _named(*how, rules_version(), duckdb.__version__, today.year)


def key(file: File, family: str) -> str:
    """A name for a file as it is now, without opening it."""
    state = file.path.stat()
    return _named(family, state.st_size, state.st_mtime_ns, state.st_ino)


def digests(path: Path, *ends: int) -> list[str]:
    """Of the first bytes of a file, up to each of these ends, which rise."""
    total, out, at = hashlib.sha256(), [], 0
    with path.open("rb") as file:
        for end in ends:
            while at < end and (block := file.read(min(1 << 20, end - at))):
                total.update(block)
                at += len(block)
            out.append(total.hexdigest())
    return out


def _signs(
    numbers: dict[str, list[int]],
    dates: dict[str, dict[str, Any]],
    currencies: dict[str, int],
    products: list[int],
    stated: dict[str, int],
) -> Signs:
    told = {name: Dates.of(fields.values()) for name, fields in dates.items()}
    return Signs({name: tuple(votes) for name, votes in numbers.items()}, told, currencies, tuple(products), stated)


def _named(*said: object) -> str:
    return hashlib.sha256(repr(said).encode()).hexdigest()[:24]
