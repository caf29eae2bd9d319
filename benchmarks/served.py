"""Shops of many sizes, and programs that serve them, for the benchmarks that measure from outside."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from ml.scoring import SCORES
from pipeline.generate import generate
from pipeline.run import run_pipeline
from settings import Settings

ROOT = Path(__file__).resolve().parents[1]
SEED, PATIENCE = 7, 240.0


def home_of(rows: int, folder: Path) -> Path:
    """The home of a generated shop of so many lines; made where it is not there yet."""
    home, exports = folder / f"home{rows}", folder / f"exports{rows}"
    if not home.exists():
        generate(exports, rows=rows, seed=SEED)
        run_pipeline(Settings(home=home), exports, scores=SCORES)
    return home


@contextmanager
def serving(
    command: list[str], address: str, home: Path, python: str = sys.executable
) -> Iterator[subprocess.Popen[bytes]]:
    """A program that answers at `address` as long as the block runs; RuntimeError where it does not come up."""
    process = subprocess.Popen(
        [python, *command], cwd=ROOT, env={**os.environ, "IBA_HOME": str(home)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait(process, address)
        yield process
    finally:
        process.terminate()
        process.wait()


def _wait(process: subprocess.Popen[bytes], address: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=60).close()
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"{' '.join(str(p) for p in process.args)} does not answer at {address}.")  # type: ignore[union-attr]


def machine() -> str:
    """Date, processor, cores and how busy they are, for the line above a table."""
    models = [line.partition(": ")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
              if line.startswith("model name")]  # fmt: skip
    return f"{date.today()}, {os.cpu_count()} cores ({models[0]}), load average {os.getloadavg()[0]:.1f}"
