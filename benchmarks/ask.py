"""Asking: how long a question takes from its words to its answer, over the questions of the exam.

Run `python benchmarks/ask.py`; `--rows 100000` for a smaller shop, `--home DIR` for one that is loaded already. It
prints the table of docs/performance.md: each question is asked once of a process that has answered one before.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from analytics.assistant import ask  # noqa: E402
from pipeline.generate import generate  # noqa: E402
from pipeline.run import run_pipeline  # noqa: E402
from pipeline.warehouse import Snapshot, Warehouse  # noqa: E402
from settings import Settings  # noqa: E402
from tests.assistant.exam import Answers  # noqa: E402
from tests.assistant.fresh import FRESH  # noqa: E402
from tests.assistant.held_out import HELD_OUT  # noqa: E402
from tests.assistant.public import PUBLIC  # noqa: E402

SLOWEST = 5


@contextmanager
def loaded(home: Path | None, rows: int) -> Iterator[Settings]:
    """The shop at `home`, or a sample of so many lines, made and loaded."""
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings(home=home or Path(scratch) / "home")
        if home is None:
            generate(Path(scratch) / "exports", rows=rows, seed=7)
            run_pipeline(settings, Path(scratch) / "exports")
        yield settings


def asked(dialogues: list[tuple[str, ...]], snapshot: Snapshot) -> list[tuple[float, float, str]]:
    """Seconds by the clock and of the processor for each question, with its words."""
    took = []
    for turns in dialogues:
        conversation = ""
        for question in turns:
            clock, processor = time.perf_counter(), time.process_time()
            conversation = ask(question, snapshot, conversation).conversation
            took.append((time.perf_counter() - clock, time.process_time() - processor, question))
    return took


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--home", type=Path)
    said = parser.parse_args()
    with loaded(said.home, said.rows) as settings:
        snapshot = Warehouse(settings).current()
        sql = Answers(settings.warehouse, snapshot.manifest["tables"])
        begun = time.perf_counter()
        ask("revenue by region", snapshot)
        first = time.perf_counter() - begun
        took = asked([sql.said(item) for item in (*PUBLIC, *HELD_OUT, *FRESH)], snapshot)
        print(f"{snapshot.manifest['rows']['sales']:,} lines, {len(took)} questions, {os.cpu_count()} cores\n")
        print("| | p50 | p95 | longest |\n|---|---|---|---|")
        for place, name in enumerate(("by the clock", "of the processor")):
            p50, p95, most = (np.percentile([t[place] for t in took], q) * 1e3 for q in (50, 95, 100))
            print(f"| {name}, ms | {p50:.0f} | {p95:.0f} | {most:.0f} |")
        print(f"\nThe first question of a process, which reads the tables: {first:.1f} s. The slowest after it:")
        for seconds, _, question in sorted(took, reverse=True)[:SLOWEST]:
            print(f"- {question}: {seconds * 1e3:.0f} ms")


if __name__ == "__main__":
    main()
