"""The engines hold the same tables and give the same answers, whichever of them is asked."""

from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics import memory, warehouse
from analytics.beside import frame_of
from analytics.cut import Cut
from analytics.dimensions import DIMENSIONS
from analytics.errors import QuestionError
from analytics.filters import Filters
from analytics.lists import LISTS, View
from analytics.measures import Base
from analytics.memory import Beyond
from analytics.metrics import METRICS
from analytics.periods import covered
from analytics.queries import table
from ml.scoring import SCORES
from pipeline.engine import STAYS, connected, prefix
from pipeline.errors import DataError
from pipeline.outputs import TABLES
from pipeline.rescore import rescore
from pipeline.run import is_current, run_pipeline
from pipeline.snapshot import Snapshot
from pipeline.warehouse import Warehouse
from settings import Settings
from tests.analytics.test_memory import drawn, in_order

pytestmark = pytest.mark.slow
ENGINES = {"in_postgres": 150, "in_spark": 40}  # cuts


@pytest.fixture(params=ENGINES)
def there(request: pytest.FixtureRequest) -> Snapshot:
    snapshot: Snapshot = request.getfixturevalue(request.param)
    return snapshot


@pytest.fixture
def cuts(there: Snapshot, here: Snapshot, request: pytest.FixtureRequest) -> list[Cut]:
    """Cuts of all home tables and splits, and one of each metric by region."""
    seeds = {"PostgreSQL": 3, "Spark": 4}
    kind = there.manifest["engine"]["kind"]
    many = ENGINES["in_postgres" if kind == "PostgreSQL" else "in_spark"]
    found = [cut for cut in drawn(here, 600, seed=seeds[kind]) if reaches(cut, here)][:: 600 // many]
    bases = {name: m.measure for name, m in METRICS.items() if isinstance(m.measure, Base)}
    each = [Cut(m.table, (n,), ("region",), covered(here), once=m.once) for n, m in bases.items()]
    return found + [cut for cut in each if reaches(cut, here)]


def reaches(cut: Cut, snapshot: Snapshot) -> bool:
    return all(DIMENSIONS[name].reaches(warehouse.columns(cut.table, snapshot)) for name in cut.by)


def answered(cut: Cut, snapshot: Snapshot) -> pd.DataFrame:
    return in_order(warehouse.answer(cut, tuple(METRICS[name].measure for name in cut.metrics), snapshot), cut)


def test_the_manifest_is_that_of_duckdb_and_keeps_no_address(there: Snapshot, here: Snapshot) -> None:
    same = ("rules", "first_day", "as_of", "members", "lacks", "rows", "revenue")
    assert {name: there.manifest[name] for name in same} == {name: here.manifest[name] for name in same}
    assert there.report == here.report
    assert "://" not in str(there.manifest["engine"])
    assert set(there.manifest["tables"]) == set(here.manifest["tables"]) - set(STAYS)


@pytest.mark.parametrize("name", TABLES)
def test_every_table_holds_the_same_rows(there: Snapshot, here: Snapshot, name: str) -> None:
    ours, theirs = (snapshot.table(name).to_pandas() for snapshot in (here, there))
    assert list(theirs.columns) == [column for column in ours.columns if column != "money"]
    listed = [
        rows[theirs.columns].sort_values(TABLES[name].replace('"', "").split(", "), ignore_index=True)
        for rows in (ours, theirs)
    ]
    pd.testing.assert_frame_equal(*map(plain, listed), check_dtype=False, rtol=1e-12, atol=0)


def plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Numbers as numbers; moments and lists as texts; nothing as an empty one."""
    return pd.DataFrame({name: _plain(column) for name, column in frame.items()})


def _plain(column: pd.Series) -> pd.Series:
    known = column.dropna()
    if len(known) and isinstance(known.iloc[0], int | float | Decimal | np.number):
        return column.astype(float)
    texts = column.map(lambda value: str(list(value)) if isinstance(value, list | np.ndarray) else str(value))
    return texts.where(column.notna(), "").str.removesuffix(" 00:00:00")


def test_every_cut_is_answered_alike(there: Snapshot, here: Snapshot, cuts: list[Cut]) -> None:
    for cut in cuts:
        expected = answered(cut, here)
        pd.testing.assert_frame_equal(answered(cut, there), expected, check_dtype=False, rtol=1e-12, obj=str(cut))


def test_memory_answers_from_what_came_back_and_never_asks_for_lines(there: Snapshot, here: Snapshot) -> None:
    took = 0
    for cut in [cut for cut in drawn(here, 160, seed=6) if reaches(cut, here)]:
        with suppress(Beyond, QuestionError):
            measures = tuple(METRICS[name].measure for name in cut.metrics)
            found = in_order(frame_of(memory.answer(cut, measures, there)), cut)
            pd.testing.assert_frame_equal(found, answered(cut, here), check_dtype=False, rtol=1e-12, obj=str(cut))
            took += 1
    assert took > 40


def test_every_metric_is_the_same_number(there: Snapshot, here: Snapshot) -> None:
    for filters in (Filters(), Filters.parse("from=2025-02-03&to=2025-09-20&region=North")):
        ours, theirs = (table(*METRICS)(filters, snapshot).iloc[0].to_dict() for snapshot in (here, there))
        assert theirs == pytest.approx(ours, nan_ok=True, rel=1e-12)


@pytest.mark.parametrize("name", ["transactions", "returns", "orders", "customers"])
def test_a_list_is_paged_there(there: Snapshot, here: Snapshot, name: str) -> None:
    view = View(LISTS[name], Filters.parse("region=North"), find="a" if name != "orders" else "")
    assert view.total(there) == view.total(here)
    assert view.sums(there) == pytest.approx(view.sums(here))
    ours, theirs = (view.block(0, 20, snapshot)[LISTS[name].key].tolist() for snapshot in (here, there))
    assert theirs == ours


def test_a_new_load_leaves_nothing_behind_that_no_snapshot_names(
    in_postgres: Snapshot, shop_files: Path, postgres: str, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path / "home", engine=postgres)
    scores = {"customer_value": SCORES["customer_value"]}
    for _ in range(5):
        run_pipeline(settings, shop_files, scores=scores)
    again = rescore(settings, scores)
    assert is_current(settings, shop_files, scores)
    assert not is_current(replace(settings, engine=""), shop_files, scores)
    kept = [path.name for path in (settings.warehouse / "snapshots").iterdir()]
    named = {
        schema for id_ in kept for schema in Snapshot(id_, settings.warehouse).manifest["engine"]["tables"].values()
    }
    assert set(connected(postgres).list_databases(like=f"^{prefix(settings.home)}")) == named
    assert table("revenue", "clv")(Filters(), again).notna().all(axis=None)


def test_what_cannot_be_reached_or_is_unknown_is_said_in_words(
    shop_files: Path, tmp_path: Path, here: Snapshot
) -> None:
    for address, words in {
        "postgres://nobody@127.0.0.1:1/none": "PostgreSQL cannot be reached",
        "mongodb://host": "It can be: postgres://..., postgresql://..., spark://...",
    }.items():
        if address.startswith("postgres"):
            pytest.importorskip("psycopg")
        with pytest.raises(DataError) as told:
            run_pipeline(Settings(home=tmp_path / "home", engine=address), shop_files)
        assert words in str(told.value)
    assert not Warehouse(Settings(home=tmp_path / "home")).folder.joinpath("CURRENT").exists()


def test_a_snapshot_of_an_engine_is_not_served_without_it(in_postgres: Snapshot) -> None:
    with pytest.raises(DataError, match="Set IBA_ENGINE"):
        Snapshot(in_postgres.id, in_postgres.folder).table("sales")


def test_a_lost_connection_is_opened_again(in_postgres: Snapshot, postgres: str) -> None:
    before = in_postgres.table("sales").count().to_pandas()
    connected(postgres).con.close()
    assert in_postgres.table("sales").count().to_pandas() == before


def test_text_must_be_sorted_by_its_codes(postgres: str, shop_files: Path, tmp_path: Path) -> None:
    import psycopg

    with psycopg.connect(postgres, autocommit=True) as server:
        known = {row[0] for row in server.execute("SELECT collname FROM pg_collation WHERE collprovider = 'c'")}
        other = next((name for name in ("en_US.utf8", "de_DE.utf8") if name in known), "")
        if not other:
            pytest.skip("this system knows no locale but C")
        server.execute(f"CREATE DATABASE sorted TEMPLATE template0 LC_COLLATE '{other}' LC_CTYPE '{other}'")
    with pytest.raises(DataError, match="sorts text as"):
        run_pipeline(Settings(home=tmp_path / "home", engine=postgres.removesuffix("postgres") + "sorted"), shop_files)
