"""The same shop in DuckDB and in another engine: a load, a page, what only the lines can tell.

`python benchmarks/engines.py FOLDER [ENGINE]`: FOLDER of exports, ENGINE as in IBA_ENGINE; without it DuckDB alone.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from analytics import warehouse  # noqa: E402
from analytics.cut import Cut  # noqa: E402
from analytics.filters import Filters  # noqa: E402
from analytics.lists import LISTS, View  # noqa: E402
from analytics.metrics import METRICS  # noqa: E402
from analytics.periods import covered  # noqa: E402
from pipeline.engine import tidy  # noqa: E402
from pipeline.run import run_pipeline  # noqa: E402
from pipeline.snapshot import Snapshot  # noqa: E402
from settings import Settings  # noqa: E402

PLAIN = ("revenue", "orders", "units", "customers")


def seconds(what: Callable[[], object]) -> float:
    start = perf_counter()
    what()
    return perf_counter() - start


def asked(snapshot: Snapshot) -> dict[str, Callable[[], object]]:
    """Questions, each to the tables themselves: the whole, two splits, a first page of a list."""
    measures = tuple(METRICS[name].measure for name in PLAIN)
    cuts = {"totals": (), "by region and month": ("region", "month"), "by customer": ("customer",)}
    found: dict[str, Callable[[], object]] = {
        words: (lambda by=by: warehouse.answer(Cut("sales", PLAIN, by, covered(snapshot)), measures, snapshot))  # type: ignore[misc]
        for words, by in cuts.items()
    }
    views = iter(Filters.parse(f"from=2023-0{month}-01") for month in range(1, 9))
    return found | {
        "first page of the transactions": lambda: View(LISTS["transactions"], next(views)).block(0, 100, snapshot)
    }


def main(folder: str, engine: str = "") -> None:
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home), engine=engine)
        made: list[Snapshot] = []
        print(f"load: {seconds(lambda: made.append(run_pipeline(settings, Path(folder)))):.1f} s")
        for words, ask in asked(made[0]).items():
            print(f"{words}: {median(seconds(ask) for _ in range(5)):.2f} s")
        if engine:
            tidy(engine, settings.home, ())


if __name__ == "__main__":
    if len(sys.argv) < 2:
        print("Give the folder of a shop; see the first lines of this file.")
    else:
        main(*sys.argv[1:3])
