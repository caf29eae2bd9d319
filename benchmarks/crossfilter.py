"""Cross-filtering on the server: whole answers of a page under random filters, by memory, warehouse, pandas and polars.

Run `python benchmarks/crossfilter.py`; `--rows 100000 --pages overview --filters 8` for less of it, `--folder` to keep
the generated shops for the next run. More than a million rows are a million several
times over. It prints the table of docs/performance.md. All engines stand behind the
same door, so that everything else is the same work, and their answers are compared number by number.
"""

import argparse
import base64
import os
import platform
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from functools import lru_cache
from importlib.util import find_spec
from itertools import zip_longest
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from analytics import engine, memory, warehouse  # noqa: E402
from analytics.beside import Columns, columns_of  # noqa: E402
from analytics.cut import Cut  # noqa: E402
from analytics.dimensions import DIMENSIONS, Dimension  # noqa: E402
from analytics.measures import Base, Only, Sum  # noqa: E402
from analytics.memory.compact.shop import held  # noqa: E402
from analytics.periods import Period, covered  # noqa: E402
from benchmarks.multiplied import multiplied  # noqa: E402
from benchmarks.polars_engine import by_polars  # noqa: E402
from dashapp import shop  # noqa: E402
from dashapp.app import create_app  # noqa: E402
from dashapp.components.answer import answer  # noqa: E402
from ml.scoring import SCORES  # noqa: E402
from pipeline.generate import generate  # noqa: E402
from pipeline.run import run_pipeline  # noqa: E402
from pipeline.snapshot import Snapshot  # noqa: E402
from pipeline.warehouse import Warehouse  # noqa: E402
from settings import Settings  # noqa: E402

SEED, CENT, LARGEST = 7, 0.0101, 1_000_000
LETTERS = {"D": "D", "W": "W-SUN", "M": "M", "Q": "Q", "Y": "Y"}
PAGES = ("overview", "sales")
NUMBER = re.compile(r"\d+(?:\.\d+)?(?:e[+-]?\d+)?")


@lru_cache(maxsize=4)
def loaded(name: str, snapshot: Snapshot) -> pd.DataFrame:
    """A table as a good user of pandas would hold it: dates as such, texts as categories, money as floats."""
    if name == "valued":
        value = loaded("customer_value", snapshot)[["customer_id", "historic", "predicted", "total"]]
        return loaded("sales", snapshot).merge(value.astype({"customer_id": object}), on="customer_id")
    files = [snapshot.folder / "files" / part for part in snapshot.manifest["tables"][name]]
    wanted = {"order_id", "customer_id", "product_id", "product_name", "order_date", "quantity", "total_amount", "region",
              "category", "kind", "customer_segment", "signup_date", "first_order_date", "order_number", "customer_region",
              "historic", "predicted", "total"}  # fmt: skip
    frame = pd.concat(pd.read_parquet(file) for file in files)
    frame = frame[[column for column in frame if column in wanted]].reset_index(drop=True)
    if name == "customers":
        frame = frame[["customer_id", "signup_date", "customer_region", "customer_segment"]]
        frame = frame.rename(columns={"signup_date": "order_date", "customer_region": "region"})
    for column in frame:
        if column.endswith("_date"):
            frame[column] = pd.to_datetime(frame[column])
        elif column in ("quantity", "total_amount"):
            frame[column] = frame[column].astype(float)
        elif frame[column].dtype == object and column != "customer_id":
            frame[column] = frame[column].astype("category")
    return frame


def by_pandas(cut: Cut, measures: tuple[Base, ...], snapshot: Snapshot) -> pd.DataFrame:
    """A cut by masks and groupby."""
    table = loaded(cut.table, snapshot)
    rows = matching(within(table, cut.period), cut, acquired=False)
    if cut.acquired and cut.table != "customers":
        sales = matching(within(loaded("sales", snapshot), cut.acquired), cut, acquired=False)
        rows = rows[rows["customer_id"].isin(sales.loc[sales["order_number"] == 1, "customer_id"].dropna())]
    rows = matching(rows, cut, acquired=True)
    keys = {name: key(DIMENSIONS[name], rows) for name in cut.by}
    rows = rows.assign(**keys)
    if cut.once:
        rows = rows.drop_duplicates([*cut.by, cut.once])
    columns = {name: measured(m, rows, cut.by) for name, m in zip(cut.metrics, measures, strict=True)}
    if not cut.by:
        return pd.DataFrame({name: [value] for name, value in columns.items()})
    by = list(cut.by)
    present = rows.groupby(by, observed=True, dropna=False).size()
    found = pd.DataFrame({name: column.reindex(present.index, fill_value=0) for name, column in columns.items()})
    titles = [d.title for d in map(DIMENSIONS.get, by) if d and d.title in rows and not cut.once]
    for title in titles:
        names = rows[[*by, title]].astype({title: object})
        found[title] = names.groupby(by, observed=True, dropna=False)[title].max()
    return dated(found.reset_index(), by)


def within(table: pd.DataFrame, period: Period) -> pd.DataFrame:
    day = table["order_date"]
    return table[(day >= pd.Timestamp(period.start)) & (day <= pd.Timestamp(period.end))]


def matching(rows: pd.DataFrame, cut: Cut, acquired: bool) -> pd.DataFrame:
    for dimension, members, wanted in cut.choices(list(rows.columns), acquired):
        of = key(dimension, rows)
        read = [dimension.key(member) for member in members if dimension.reads(member)]
        read = [pd.Timestamp(m) for m in read] if dimension.kind == "month" else read
        rows = rows[of.notna() & (of.isin(read) == wanted)] if wanted or read else rows
    return rows


def key(dimension: Dimension, rows: pd.DataFrame) -> pd.Series:
    column = rows[dimension.column]
    if dimension.since:
        begun = rows[dimension.since]
        if dimension.counts == "days":
            return (column - begun).dt.days
        return (column.dt.year - begun.dt.year) * 12 + column.dt.month - begun.dt.month
    if dimension.unit or dimension.kind == "month":
        return column.dt.to_period(LETTERS[dimension.unit or "M"]).dt.start_time
    return column


def measured(measure: Base, rows: pd.DataFrame, by: tuple[str, ...]) -> pd.Series:
    rows = counted(rows, measure.only) if measure.only else rows
    over = rows.groupby(list(by), observed=True, dropna=False)[measure.column] if by else rows[measure.column]
    return over.sum() if isinstance(measure, Sum) else over.nunique()


def counted(rows: pd.DataFrame, only: Only) -> pd.DataFrame:
    column = rows[only.column]
    if only.above is not None:
        return rows[column > only.above]
    return rows[(column != only.isnt) & column.notna()] if only.isnt is not None else rows[column == only.is_]


def dated(frame: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    for name in by:
        if DIMENSIONS[name].unit or DIMENSIONS[name].kind == "month":
            frame[name] = frame[name].dt.date.astype(object)
        elif DIMENSIONS[name].kind == "text":
            frame[name] = frame[name].astype(object).where(frame[name].notna(), None)
    return frame


def in_columns(answer: Callable[..., pd.DataFrame]) -> Callable[..., Columns]:
    return lambda *asked: columns_of(answer(*asked))


ENGINES: dict[str, list[Callable[[], object]]] = {
    "memory": [],
    "warehouse": [lambda: patch.object(memory, "answer", in_columns(warehouse.answer))],
    "pandas": [lambda: patch.object(memory, "answer", in_columns(by_pandas))],
    "polars": [lambda: patch.object(memory, "answer", by_polars)],
}


def addresses(snapshot: Snapshot, many: int) -> list[str]:
    """Filters as people make them: some members of one or two dimensions, some days, a sub-range of them."""
    chance, data, made = random.Random(SEED), covered(snapshot), [""]
    while len(made) < many:
        parts = []
        for name in chance.sample(list(snapshot.members), chance.choice((0, 1, 1, 2))):
            parts += [f"{name}={m}" for m in chance.sample(snapshot.members[name], chance.randint(1, 2))]
        if chance.random() < 0.4:
            start, end = sorted(chance.sample(range(data.days), 2))
            parts += [f"from={day(data.start, start)}", f"to={day(data.start, end)}"]
        made.append("?" + "&".join(parts))
    return made


def day(start: date, after: int) -> str:
    return (start + timedelta(days=after)).isoformat()


def measure(rows: int, folder: Path, pages: list[str], filters: int, engines: list[str]) -> Iterator[str]:
    """Lines of the table; raises where engines do not agree."""
    home, most = folder / f"home{rows}", folder / f"home{LARGEST}"
    if not home.exists() and rows > LARGEST:
        multiplied(Warehouse(Settings(home=most)).current(), rows // LARGEST, home)
    elif not home.exists():
        generate(folder / f"exports{rows}", rows=rows, seed=SEED)
        run_pipeline(Settings(home=home), folder / f"exports{rows}", scores=SCORES)
    app = create_app(Settings(home=home))
    with app.server.app_context():
        snapshot = shop.snapshot()
        searches = addresses(snapshot, filters)
        for name in pages:
            found = {made: timed(made, name, searches, snapshot) for made in engines}
            for other in engines[1:]:
                for search, ours, theirs in zip(searches, found["memory"][1], found[other][1], strict=True):
                    agree(ours, theirs, f"{name}{search}, {other}")
            for made, (times, _) in found.items():
                (p50, p95), cpu = (
                    np.quantile([wall for wall, _ in times], [0.5, 0.95]),
                    np.median([c for _, c in times]),
                )
                yield f"| {rows:,} | {name} | {made} | {p50:.0f} | {p95:.0f} | {cpu:.0f} |"


def timed(
    made: str, name: str, searches: list[str], snapshot: Snapshot
) -> tuple[list[tuple[float, float]], list[object]]:
    """Milliseconds, by the clock and of the processor, and answer of each page; of a switch its first chart.

    Nothing is remembered from one to the next but the columns of the tables."""
    page, times, answers = sys.modules[f"dashapp.pages.{name}"], [], []
    charts = tuple(chart if isinstance(chart, str) else chart[0] for chart in page.CHARTS)
    with ExitStack() as behind:
        for enter in ENGINES[made]:
            behind.enter_context(enter())  # type: ignore[arg-type]
        engine._answer.cache_clear()
        answer("", "/", charts, page.CARDS, snapshot)
        for search in searches:
            forget(snapshot)
            began, worked = time.perf_counter(), time.process_time()
            answers.append(answer(search, "/", charts, page.CARDS, snapshot))
            times.append((1e3 * (time.perf_counter() - began), 1e3 * (time.process_time() - worked)))
    return times, answers


def forget(snapshot: Snapshot) -> None:
    """As if no page had been asked for yet."""
    engine._answer.cache_clear()
    held(snapshot).recent.clear()


def agree(ours: object, theirs: object, where: str) -> None:
    """Equal all the way down: texts but for the last digits of the numbers in them, numbers to a cent."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        assert ours.keys() == theirs.keys(), where
        if "bdata" in ours:
            assert np.allclose(unpacked(ours), unpacked(theirs), atol=CENT, equal_nan=True), where
            return
        for name in ours:
            agree(ours[name], theirs[name], f"{where} / {name}")
    elif isinstance(ours, list | tuple) and isinstance(theirs, list | tuple):
        for place, (one, other) in enumerate(zip_longest(ours, theirs)):
            agree(one, other, f"{where} / {place}")
    else:
        texts = [NUMBER.split(str(value)) for value in (ours, theirs)]
        numbers = [[float(n) for n in NUMBER.findall(str(value))] for value in (ours, theirs)]
        assert texts[0] == texts[1], (where, ours, theirs)
        assert np.allclose(*numbers, rtol=1e-9, atol=CENT), (where, ours, theirs)


def unpacked(packed: dict[str, str]) -> np.ndarray:
    return np.frombuffer(base64.b64decode(packed["bdata"]), dtype=packed["dtype"]).astype(float)


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_000_000])
    asked.add_argument("--pages", nargs="+", default=list(PAGES))
    asked.add_argument("--engines", nargs="+", default=list(ENGINES), help="the first is held against the others")
    asked.add_argument("--filters", type=int, default=12)
    asked.add_argument("--folder", type=Path)
    given = asked.parse_args()
    engines = [name for name in given.engines if name != "polars" or find_spec("polars")]
    if engines != given.engines:
        print("polars is not installed here, so it is left out.\n")
    print(f"{date.today()}, {platform.machine()}, {os.cpu_count()} cores, {given.filters} filters\n")
    print("| rows | page | engine | p50 ms | p95 ms | processor ms, p50 |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for rows in given.rows:
            for line in measure(rows, given.folder or Path(folder), given.pages, given.filters, engines):
                print(line, flush=True)


if __name__ == "__main__":
    main()
