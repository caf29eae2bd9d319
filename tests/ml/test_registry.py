"""A registered model is served whole, checked before it is read, and can always be gone back to."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ml.registry import NoModel, RefusedModel, Registry, Version

FACTS = {"recipe": "toy", "cutoff": "2024-01-31", "parameters": {"k": 1}, "metrics": {"auc": {"value": 0.8}}}
ROOT = Path(__file__).parents[2]


class Trap:
    """Unpickling it leaves a mark on the disk."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.mark,))


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "models")


def added(registry: Registry, k: int, model: object = None, serve: bool = True) -> Version:
    version = registry.register("toy", {"k": k} if model is None else model, {**FACTS, "parameters": {"k": k}})
    return registry.promote("toy", version.id, "First.") if serve else version


def test_what_was_registered_is_loaded_with_its_tables(registry: Registry) -> None:
    frame = pd.DataFrame({"fold": [1, 2], "p": [0.25, 0.5]})
    version = registry.register("toy", frozenset({3}), FACTS, {"outcomes": frame})
    assert registry.champion("toy") is None
    assert version.load() == {3}
    pd.testing.assert_frame_equal(version.frame("outcomes"), frame)
    assert version.manifest["libraries"]["scikit-learn"]


def test_numbers_are_kept_as_json(registry: Registry) -> None:
    version = added(registry, 7)
    assert json.loads((version.folder / "model.json").read_text()) == version.load() == {"k": 7}


def test_a_tampered_model_is_refused_before_it_is_unpickled(registry: Registry, tmp_path: Path) -> None:
    mark = tmp_path / "unpickled"
    version = registry.register("toy", Trap(mark), FACTS)
    version.load()
    assert mark.exists(), "the trap works"
    mark.unlink()
    with (version.folder / "model.joblib").open("ab") as file:
        file.write(b"\0")
    with pytest.raises(RefusedModel, match="not the file that was registered"):
        version.load()
    with pytest.raises(RefusedModel):
        registry.promote("toy", version.id, "")
    assert not mark.exists()


def test_a_model_of_other_libraries_is_refused(registry: Registry) -> None:
    version = registry.register("toy", frozenset({3}), FACTS)
    manifest = version.folder / "manifest.json"
    told = json.loads(manifest.read_text())
    told["libraries"]["scikit-learn"] = "0.1"
    manifest.write_text(json.dumps(told))
    with pytest.raises(RefusedModel, match=r"scikit-learn 0\.1 .*Train it again"):
        registry.version("toy", version.id).load()


def test_going_back_serves_the_one_before_with_the_same_content(registry: Registry) -> None:
    first, second = added(registry, 1), added(registry, 2)
    assert registry.champion("toy") == second
    assert registry.roll_back("toy") == first == registry.champion("toy")
    assert first.load() == {"k": 1}
    assert registry.roll_back("toy", second.id) == second == registry.champion("toy")
    assert [c["version"] for c in registry.changes("toy")] == [first.id, second.id, first.id, second.id]


def test_there_is_no_going_back_from_the_first(registry: Registry) -> None:
    added(registry, 1)
    with pytest.raises(NoModel, match="No other version"):
        registry.roll_back("toy")


@pytest.mark.parametrize("asked", [("toy", "../toy"), ("toy", ".lock"), ("../toy", "x"), ("other", "x")])
def test_what_is_not_there_is_said_so(registry: Registry, asked: tuple[str, str]) -> None:
    added(registry, 1)
    with pytest.raises(NoModel):
        registry.version(*asked)


def test_versions_are_listed_and_any_two_compared(registry: Registry) -> None:
    first, second = added(registry, 1), added(registry, 2, serve=False)
    listed = registry.listed("toy").set_index("version")
    assert listed["champion"].to_dict() == {first.id: True, second.id: False}
    assert (listed["auc"] == 0.8).all()
    compared = registry.compare("toy", first.id, second.id).set_index("about")
    assert compared.loc["parameters.k", [first.id, second.id]].tolist() == [1, 2]
    assert compared["differs"]["parameters.k"]
    assert not compared["differs"]["metrics.auc.value"]


WRITER = """
    import sys
    from pathlib import Path
    from ml.registry import Registry

    registry = Registry(Path(sys.argv[1]))
    print("ready", flush=True)
    while True:
        version = registry.register("toy", frozenset(range(50_000)), {"recipe": "toy"})
        registry.promote("toy", version.id, "")
"""


@pytest.mark.parametrize("after", [0.0, 0.003, 0.011, 0.027, 0.06])
def test_a_writer_killed_at_any_instant_leaves_a_whole_model_serving(registry: Registry, after: float) -> None:
    added(registry, 1)
    code = textwrap.dedent(WRITER)
    with subprocess.Popen(
        [sys.executable, "-c", code, str(registry.folder)], stdout=subprocess.PIPE, cwd=ROOT
    ) as writer:
        assert writer.stdout
        writer.stdout.readline()
        until = time.monotonic() + after
        while time.monotonic() < until:
            pass
        os.kill(writer.pid, signal.SIGKILL)
    champion = registry.champion("toy")
    assert champion
    assert champion.load() in ({"k": 1}, frozenset(range(50_000)))
    assert all(v.load() for v in registry.versions("toy"))
    added(registry, 2)
    assert [p.name for p in (registry.folder / "toy").glob(".2*")] == []


@pytest.mark.parametrize("fails", ["fsync", "rename", "replace"])
def test_a_write_that_fails_at_the_nth_call_leaves_the_old_model_serving(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    first = added(registry, 1)
    owner: Any = os if fails == "fsync" else Path
    honest = getattr(owner, fails)
    for n in range(6):
        left = [n]

        def failing(*args: Any, honest: Any = honest, left: list[int] = left) -> Any:
            if not left[0]:
                raise OSError("disk full")
            left[0] -= 1
            return honest(*args)

        with monkeypatch.context() as patched:
            patched.setattr(owner, fails, failing)
            try:
                added(registry, 2)
            except OSError:
                champion = registry.champion("toy")
                assert champion
                assert champion == first or champion.load() == {"k": 2}
            else:
                assert registry.champion("toy") != first
                break
