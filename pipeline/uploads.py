"""The uploads: files given by browser or program, waiting in a tray until they are loaded, and the sets that were.

The tray is the next set: it begins with the files that the shop reads now, where those were uploaded. A set never changes
once it is made; the snapshot that was made of it names it.
"""

import os
import re
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from pipeline.containers import SUFFIXES
from pipeline.errors import DataError
from pipeline.files import candidates
from pipeline.snapshot import NoSnapshot
from pipeline.warehouse import Warehouse, sync
from settings import Settings

MOST = 20  # files
ID = re.compile(r"[0-9a-f]{32}")


class TooLargeError(DataError):
    """A file is larger than what is taken through the browser."""


@dataclass(frozen=True)
class Arriving:
    """A file of `size` bytes on its way; its pieces come one after another under one `id`."""

    id: str
    name: str
    size: int


class Uploads:
    """The uploads of one shop."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.tray = settings.uploads / "tray"
        self.sets = settings.uploads / "sets"

    def files(self) -> list[Path]:
        """What waits in the tray."""
        return sorted(candidates(self.tray)) if self.tray.is_dir() else []

    def announce(self, name: str, size: int, id_: str = "") -> Arriving:
        """A file that may come. `TooLargeError`, or `DataError` where it has no place or is of no kind that is read."""
        limit = self.settings.upload_limit
        if size > limit:
            raise TooLargeError(
                f"{name} has {size >> 20:,} MB; files up to {limit >> 20:,} MB are taken here. "
                "Put it into a folder and load that with: python run.py pipeline --data FOLDER"
            )
        if id_ and not ID.fullmatch(id_):
            raise DataError("An upload is named by 32 hexadecimal digits.")
        self._make()
        kept = plain_name(name)
        if len(self.files()) >= MOST and not (self.tray / kept).exists():
            raise DataError(f"{MOST} files wait already. Load them, or take some out.")
        if shutil.disk_usage(self.tray).free < 2 * size:
            raise DataError(f"The disk has no room for {name}. Make room, then send it again.")
        return Arriving(id_ or uuid4().hex, kept, size)

    def receive(self, of: Arriving, at: int, chunks: Iterable[bytes]) -> int:
        """Add a piece that begins at byte `at`; how many bytes are there now. Once all are, the file waits in the tray, whole.

        A piece that begins elsewhere than the last one ended is not taken.
        """
        part = self.tray / f".{of.id}.part"
        if at != (part.stat().st_size if part.exists() else 0):
            return part.stat().st_size if part.exists() else 0
        try:
            with part.open("ab") as file:
                there = at
                for chunk in chunks:
                    there += len(chunk)
                    if there > of.size:
                        raise DataError(f"More of {of.name} came than was announced. Send it again.")
                    file.write(chunk)
            if there == of.size:
                sync(part)
                part.replace(self.tray / of.name)
                sync(self.tray)
        except (DataError, OSError):
            part.unlink(missing_ok=True)
            raise
        return there

    def remove(self, name: str) -> None:
        """Take a file out of the tray, or out of what is served for the next load. `DataError` where there is none of that name."""
        self._make()
        path = self.tray / plain_name(name)
        if not path.exists():
            raise DataError(f"No {name} waits. Reload the page to see what does.")
        path.unlink()

    def clear(self) -> None:
        """Nothing waits any more."""
        shutil.rmtree(self.tray, ignore_errors=True)

    def gather(self) -> Path:
        """A set of what waits, whole or not at all; the files themselves are shared, not copied."""
        if not self.files():
            raise DataError("No file waits to be loaded. Add one first.")
        making = self.making()
        try:
            for path in self.files():
                os.link(path, making / path.name)
            return self.made(making)
        except OSError:
            shutil.rmtree(making, ignore_errors=True)
            raise

    def making(self) -> Path:
        """A folder for a set that is not one yet."""
        path = self.sets / f".{datetime.now(UTC):%Y%m%d-%H%M%S}-{uuid4().hex[:8]}"
        path.mkdir(mode=0o700, parents=True)
        return path

    def made(self, making: Path) -> Path:
        """From now on it is a set."""
        for path in making.iterdir():
            sync(path)
        sync(making)
        target = making.with_name(making.name[1:])
        making.rename(target)
        sync(self.sets)
        return target

    def served(self) -> Path | None:
        """The set that the snapshot being served was made of; nothing where it comes from another folder."""
        try:
            source = Path(Warehouse(self.settings).current().manifest.get("source", ""))
        except NoSnapshot:
            return None
        return source if source.parent == self.sets and source.is_dir() else None

    def settle(self) -> None:
        """After a load, or a crash: a tray that is served waits no more, and sets that are not served go; not under a load."""
        with suppress(DataError), Warehouse(self.settings).writing():
            served = self.served()
            if self.files() and all(_same(path, served) for path in self.files()):
                self.clear()
            for path in self.sets.iterdir() if self.sets.is_dir() else ():
                if path != served:
                    shutil.rmtree(path, ignore_errors=True)

    def recover(self) -> None:
        """At the start of a server: what was on its way is cleared away, and is sent anew; then as after a load."""
        for path in self.tray.glob(".*"):
            if path.name != ".looks.json":
                path.unlink(missing_ok=True)
        for path in (*self.tray.parent.glob(".tray-*"), *self.tray.parent.glob("tmp*")):
            shutil.rmtree(path, ignore_errors=True)
        self.settle()

    def _make(self) -> None:
        """The tray, with the files of the set that is served to begin with, whole or not at all."""
        if self.tray.is_dir():
            return
        making = self.tray.with_name(f".tray-{uuid4().hex}")
        making.mkdir(mode=0o700, parents=True)
        served = self.served()
        try:
            for path in candidates(served) if served else ():
                os.link(path, making / path.name)
            making.rename(self.tray)
        except OSError:
            shutil.rmtree(making, ignore_errors=True)
            if not self.tray.is_dir():
                raise


def _same(path: Path, folder: Path | None) -> bool:
    other = folder / path.name if folder else path
    return folder is not None and other.exists() and other.samefile(path)


def plain_name(name: str) -> str:
    """The name that a file is kept under: letters, figures and little else. `DataError` where its kind is none that is read."""
    kept = re.sub(r"[^\w. ()-]", "_", name.replace("\\", "/").rsplit("/", 1)[-1]).lstrip(". ~$")[-100:]
    if not kept.lower().endswith(SUFFIXES):
        raise DataError(
            f"{name[:100]!r} is no kind of file that is read here. Send CSV, TSV, text or Excel (.xlsx), plain, .gz or .zip."
        )
    return kept
