"""Work on strange files is confined: what it returns, refuses and tells comes through, and it dies with who asked for it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from pipeline.confined import confined
from pipeline.errors import DataError, StoppedError
from pipeline.files import recognise
from pipeline.intake import intake
from pipeline.run import run_pipeline
from settings import Settings
from tests.pipeline.shops import shop, write_shop

ROOT = Path(__file__).parents[2]


def counted(upto: int, progress: Callable[[str, float], None]) -> int:
    for i in range(upto):
        progress(f"at {i}", i / upto)
    return upto


def wait(told: Path) -> None:
    told.write_text(str(os.getpid()))
    while True:
        time.sleep(0.1)


def pow_forever() -> None:
    while os.getpid():
        pass


def test_what_it_tells_and_returns_comes_through() -> None:
    told: list[tuple[str, float]] = []
    assert confined(counted, 2, progress=lambda *said: told.append(said)) == 2
    assert told == [("at 0", 0.0), ("at 1", 0.5)]


def test_what_cannot_be_done_within_the_limits_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="nowhere is not a folder") as told:
        confined(recognise, tmp_path / "nowhere")
    assert told.type is DataError
    with pytest.raises(StoppedError, match=r"it needs more than|cannot be read within"):
        confined(bytearray, 8 << 30)
    with pytest.raises(StoppedError, match=r"takes longer than 1 seconds.*Ask someone"):
        confined(pow_forever, seconds=1, instead="Ask someone.")
    with pytest.raises(StoppedError, match="it cannot be read within"):
        confined(os._exit, 3, what="it")
    with pytest.raises(StoppedError, match="it cannot be read: NotADirectoryError"):
        confined(os.listdir, "/dev/null", what="it")
    with pytest.raises(DataError, match="it cannot be read: ZeroDivisionError") as told:
        confined(divmod, 1, 0, what="it")
    assert told.type is DataError


def test_it_dies_with_who_asked_for_it(tmp_path: Path) -> None:
    code = f"from pathlib import Path; from pipeline.confined import confined; from {__name__} import wait; "
    asking = subprocess.Popen(
        [sys.executable, "-c", code + f"confined(wait, Path({str(tmp_path / 'pid')!r}))"], cwd=ROOT
    )
    until = time.monotonic() + 60
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
        assert time.monotonic() < until
        time.sleep(0.05)
    child = int((tmp_path / "pid").read_text())
    assert psutil.pid_exists(child)
    asking.kill()
    asking.wait()
    while psutil.pid_exists(child) and psutil.Process(child).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_load_reads_its_files_in_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of them is opened here: what comes is where they were read to."""
    home, exports = Settings(home=tmp_path / "home"), write_shop(tmp_path / "exports", shop())
    home.warehouse.mkdir(parents=True)
    monkeypatch.setattr("pipeline.reuse.Reading", None)
    monkeypatch.setattr("pipeline.files.recognised", None)
    told: list[str] = []
    taken = intake(home, exports, home.warehouse, lambda stage, _done: told.append(stage))
    assert {name: read.rows for name, read in taken.reads.items()} == {name: len(rows) for name, rows in shop().items()}
    assert all(path.is_file() for read in taken.reads.values() for path in read.parts.paths())
    assert told[0] == "Looking at the files"
    assert "Reading sales_transactions.csv" in told
    assert run_pipeline(home, exports).manifest["rows"]["lines"] == 4
