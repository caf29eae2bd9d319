"""The registry: every version of every model with what it was made from, and which of them serves.

`models/<name>/<version>/` holds `model.joblib` (`model.json` where a model is only numbers), its frames as Parquet, and
`manifest.json`. A version is renamed into place whole and never changes; CHAMPION, one line a change, is renamed too.
"""

import hashlib
import io
import json
import os
import platform
import re
import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

import pandas as pd
from filelock import FileLock

from pipeline.snapshot import named
from pipeline.warehouse import sync

LIBRARIES = ("scikit-learn", "numpy", "scipy", "pandas", "joblib")
MUST_MATCH = ("scikit-learn",)
NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
Manifest = Mapping[str, Any]


class NoModel(LookupError):  # noqa: N818 - read as a sentence by whoever catches it
    """Nothing has been trained under this name, or there is no such version."""


class RefusedModel(ValueError):  # noqa: N818
    """A model that is not what its manifest says, or that these libraries cannot read safely. It was not loaded."""


@dataclass(frozen=True)
class Version:
    """One version of a model; its files never change."""

    name: str
    id: str
    folder: Path

    @cached_property
    def manifest(self) -> dict[str, Any]:
        return json.loads((self.folder / "manifest.json").read_text())

    def load(self) -> Any:
        """The model, if its bytes are those that were registered; `RefusedModel` before a byte is unpickled if not."""
        made = self.manifest["libraries"]
        changed = [n for n in MUST_MATCH if self.manifest["file"].endswith(".joblib") and made[n] != installed(n)]
        if changed:
            said = ", ".join(f"{n} {made[n]} (here: {installed(n)})" for n in changed)
            raise RefusedModel(f"{self.name} {self.id} was made with {said}. Train it again: run.py train {self.name}")
        return _read(self.manifest["file"], self._checked(self.manifest["file"]))

    def frame(self, name: str) -> pd.DataFrame:
        """A table registered beside the model, checked like it. `NoModel` if it has none of this name."""
        if f"{name}.parquet" not in self.manifest["sha256"]:
            raise NoModel(f"{self.name} {self.id} has no table {name!r}.")
        return pd.read_parquet(io.BytesIO(self._checked(f"{name}.parquet")))

    def _checked(self, file: str) -> bytes:
        try:
            content = (self.folder / file).read_bytes()
        except FileNotFoundError:
            raise RefusedModel(f"{self.name} {self.id} lacks its {file}.") from None
        if hashlib.sha256(content).hexdigest() != self.manifest["sha256"][file]:
            raise RefusedModel(
                f"{file} of {self.name} {self.id} is not the file that was registered; it was not loaded."
            )
        return content


class Registry:
    """The models below one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def versions(self, name: str) -> list[Version]:
        """Every whole version, the newest first."""
        home = self._home(name)
        found = [p for p in home.iterdir() if NAME.fullmatch(p.name) and p.is_dir()] if home.is_dir() else []
        return [Version(name, p.name, p) for p in sorted(found, key=lambda p: p.name, reverse=True)]

    def version(self, name: str, id_: str) -> Version:
        """`NoModel` if there is none of this id."""
        found = {v.id: v for v in self.versions(name)}
        if id_ not in found:
            raise NoModel(f"There is no version {id_!r} of {name}. There are: {', '.join(found) or 'none'}.")
        return found[id_]

    def champion(self, name: str) -> Version | None:
        """The version that serves."""
        changes = self.changes(name)
        return self.version(name, changes[-1]["version"]) if changes else None

    def changes(self, name: str) -> list[dict[str, str]]:
        """Every change of champion, the oldest first: version, since (UTC), why."""
        pointer = self._home(name) / "CHAMPION"
        return [json.loads(line) for line in pointer.read_text().splitlines()] if pointer.exists() else []

    def register(
        self, name: str, model: Any, facts: Manifest, frames: Mapping[str, pd.DataFrame] | None = None
    ) -> Version:
        """Keep a model, numbers as JSON and all else by joblib, with `facts` and tables. It does not serve yet."""
        file, content = _written(model)
        files = {file: content, **{f"{key}.parquet": _parquet(frame) for key, frame in (frames or {}).items()}}
        now = datetime.now(UTC)
        id_ = named(now, uuid.uuid4().hex[:6])
        manifest = {
            "name": name,
            "version": id_,
            "made": now.isoformat(timespec="seconds"),
            "file": file,
            "sha256": {key: hashlib.sha256(data).hexdigest() for key, data in files.items()},
            "bytes": sum(map(len, files.values())),
            "libraries": {"python": platform.python_version()} | {n: installed(n) for n in LIBRARIES},
            **facts,
        }
        files["manifest.json"] = json.dumps(manifest, indent=1, default=str).encode()
        with self._writing(name) as home:
            _place(files, home / f".{id_}", home / id_)
        return Version(name, id_, home / id_)

    def promote(self, name: str, id_: str, why: str) -> Version:
        """Let a version serve, once it was seen to load. Killed at any instant, the one before or this one serves."""
        chosen = self.version(name, id_)
        chosen.load()
        change = {"version": id_, "since": datetime.now(UTC).isoformat(timespec="seconds"), "why": why}
        with self._writing(name) as home:
            lines = [json.dumps(c) for c in [*self.changes(name), change]]
            _write(home / ".CHAMPION", ("\n".join(lines) + "\n").encode())
            (home / ".CHAMPION").replace(home / "CHAMPION")
            sync(home)
        return chosen

    def roll_back(self, name: str, id_: str | None = None) -> Version:
        """Let an earlier version serve again: the one that served before, or `id_`. `NoModel` if there is none."""
        changes = self.changes(name)
        now = changes[-1]["version"] if changes else None
        before = [c["version"] for c in changes if c["version"] != now]
        if id_ is None and not before:
            raise NoModel(f"No other version of {name} has served yet.")
        return self.promote(name, id_ or before[-1], "Rolled back by hand.")

    def listed(self, name: str) -> pd.DataFrame:
        """One row a version, the newest first: version, made, champion, cutoff, snapshot, recipe, verdict and each metric."""
        serving = self.champion(name)
        return pd.DataFrame([_row(v.manifest) | {"champion": v == serving} for v in self.versions(name)])

    def compare(self, name: str, first: str, second: str) -> pd.DataFrame:
        """What two versions were made from and how they did: columns `about`, the two ids, `differs`."""
        a, b = (_flat(self.version(name, id_).manifest) for id_ in (first, second))
        keys = [*a, *(key for key in b if key not in a)]
        frame = pd.DataFrame({"about": keys, first: [a.get(k) for k in keys], second: [b.get(k) for k in keys]})
        return frame.assign(differs=[a.get(k) != b.get(k) for k in keys])

    def _home(self, name: str) -> Path:
        if not NAME.fullmatch(name):
            raise NoModel(f"No model is called {name!r}.")
        return self.folder / name

    @contextmanager
    def _writing(self, name: str) -> Iterator[Path]:
        """One writer at a time, who first takes away what a killed one left unfinished."""
        home = self._home(name)
        home.mkdir(parents=True, exist_ok=True)
        with FileLock(home / ".lock"):
            for path in home.glob(".2*"):
                shutil.rmtree(path)
            yield home


def _written(model: Any) -> tuple[str, bytes]:
    if isinstance(model, dict):
        return "model.json", json.dumps(model, indent=1).encode()
    import joblib

    out = io.BytesIO()
    joblib.dump(model, out)
    return "model.joblib", out.getvalue()


def _read(file: str, content: bytes) -> Any:
    if file.endswith(".json"):
        return json.loads(content)
    import joblib

    try:
        return joblib.load(io.BytesIO(content))
    except (ImportError, AttributeError) as error:
        raise RefusedModel(
            f"This release cannot read a model of that kind any more ({error}). Train it again."
        ) from None


def _parquet(frame: pd.DataFrame) -> bytes:
    out = io.BytesIO()
    frame.to_parquet(out, index=False)
    return out.getvalue()


def _place(files: Mapping[str, bytes], making: Path, target: Path) -> None:
    making.mkdir()
    for file, content in files.items():
        _write(making / file, content)
    sync(making)
    making.rename(target)
    sync(target.parent)


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _row(manifest: Manifest) -> dict[str, Any]:
    told = {key: manifest.get(key) for key in ("version", "made", "cutoff", "snapshot", "recipe", "verdict")}
    return told | {name: metric.get("value") for name, metric in manifest.get("metrics", {}).items()}


def _flat(value: Any, path: str = "") -> dict[str, Any]:
    """Leaves of nested mappings by dotted path; lists stay whole."""
    if not isinstance(value, Mapping):
        return {path: value}
    return {
        k: v for key, inner in value.items() for k, v in _flat(inner, f"{path}.{key}" if path else str(key)).items()
    }
