"""All or nothing: whatever fails or dies at whichever call to the disk, the old state whole or the new one is there after a
restart, nothing is left behind, and the act can be done again."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
QUICK = [("layout", "kill", 1), ("upload", "full", 1), ("set", "kill", 1)]
THOROUGH = [
    *(("publish", mode, 4) for mode in ("once", "full", "kill")),
    *((act, mode, 1) for act in ("layout", "set") for mode in ("once", "full")),
    *((act, mode, 2) for act in ("view", "schedule") for mode in ("once", "full", "kill")),
    *(("upload", mode, 1) for mode in ("once", "kill")),
    *((act, mode, 90) for act in ("pipeline", "load", "rows") for mode in ("once", "full", "kill")),
    *(("promote", mode, 40) for mode in ("full", "kill")),
    *((act, "last", 8) for act in ("publish", "rows", "promote")),
    *((act, "late", 5) for act in ("publish", "pipeline", "load", "rows", "promote")),
    *((act, "random", 6) for act in ("publish", "pipeline", "upload", "load")),
]


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    compiler = shutil.which("cc") or shutil.which("gcc")
    if not compiler or sys.platform != "linux":
        pytest.skip(
            "Faults are put between the program and the disk by a small C library: Linux and a C compiler are needed."
        )
    made = tmp_path_factory.mktemp("faults") / "faults.so"
    source = Path(__file__).with_name("faults.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", str(made), str(source), "-ldl"], check=True)
    return made


def run(library: Path, act: str, mode: str, stride: int) -> None:
    command = [sys.executable, "-m", "tests.pipeline.faults", act, mode, str(stride)]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "LD_PRELOAD": str(library)}, capture_output=True, text=True, check=False
    )
    print(done.stdout)
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout.split()[2]) > 0


@pytest.mark.parametrize(("act", "mode", "stride"), QUICK)
def test_small_writes_are_whole_or_absent(act: str, mode: str, stride: int, library: Path) -> None:
    run(library, act, mode, stride)


@pytest.mark.slow
@pytest.mark.parametrize(("act", "mode", "stride"), THOROUGH)
def test_whatever_fails_the_old_state_or_the_new_one_is_there(act: str, mode: str, stride: int, library: Path) -> None:
    run(library, act, mode, stride)
