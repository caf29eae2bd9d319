"""Memory answers as the warehouse does, to the cent and the customer, whatever is asked."""

import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from analytics import engine, memory, warehouse
from analytics.beside import frame_of
from analytics.cut import Cut
from analytics.dimensions import DIMENSIONS, GRAINS, MEMBER_DIMENSIONS
from analytics.errors import QuestionError
from analytics.filters import Chosen, Filters
from analytics.measures import Base
from analytics.memory import answers, compact, tables
from analytics.memory.columns import Beyond, Coded, Members, exact
from analytics.memory.compact import answers as compact_answers
from analytics.memory.compact import runs, shop
from analytics.memory.groups import grouped
from analytics.metrics import METRICS
from analytics.periods import Period, covered
from analytics.queries import Query
from ml.scoring import SCORES
from pipeline.generate import generate
from pipeline.run import run_pipeline
from pipeline.snapshot import Snapshot
from pipeline.warehouse import Warehouse
from settings import Settings

CUTS = 480
HOMES: dict[tuple[str, str], list[str]] = {}
for _name, _metric in METRICS.items():
    if isinstance(_metric.measure, Base) and _metric.measure.table in answers.TABLES:
        HOMES.setdefault((_metric.measure.table, _metric.measure.once), []).append(_name)
HELD = [name for name, dimension in DIMENSIONS.items() if not dimension.scored]
SHORT = compact_answers.NUMBERS  # what the compact tables know
SPLITS = [
    (),
    *((name,) for name in HELD),
    *(pair for pair in combinations(HELD, 2) if len(set(pair) & set(GRAINS)) < 2),
]


def drawn(snapshot: Snapshot, many: int, seed: int) -> Iterator[Cut]:
    """Cuts over all homes, splits, kinds of period and choices; every split is among the first of the sales."""
    chance = random.Random(seed)
    for number in range(many):
        table, once = (
            chance.choice((*HOMES, *[("sales", ""), ("valued", "customer_id")] * 3))
            if number >= len(SPLITS)
            else ("sales", "")
        )
        by = SPLITS[number] if number < len(SPLITS) else chance.choice((*SPLITS, *[(), *((g,) for g in GRAINS)] * 5))
        metrics = [m for m in HOMES[table, once] if chance.random() < 0.1 or METRICS[m].measure in SHORT] or HOMES[
            table, once
        ]
        period = chance.choice(periods(snapshot, chance))
        acquired = chance.choice((None, period, covered(snapshot)))
        chosen, left_out = (choices(snapshot, chance) for _ in range(2))
        asked = tuple(chance.sample(metrics, chance.randint(1, len(metrics))))
        yield Cut(table, asked, by, period, chosen, left_out if chance.random() < 0.3 else (), once, acquired)


def periods(snapshot: Snapshot, chance: random.Random) -> list[Period]:
    """All days, the first, the last, any one, some, all but the ends, and those on and beyond either end."""
    data, year = covered(snapshot), timedelta(days=365)
    one, other = sorted(data.start + timedelta(days=chance.randrange(data.days)) for _ in range(2))
    whole = [data] * 5 + [Period(one, other)] * 3 + [Period(data.start - year, data.end + year)]
    ends = [Period(day, day) for day in (data.start, data.end, one)]
    beyond = [Period(data.start - year, data.start), Period(data.end + timedelta(days=1), data.end + year)]
    return [*whole, *ends, *beyond, Period(other + timedelta(days=1), one - timedelta(days=1))]


def choices(snapshot: Snapshot, chance: random.Random) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Members of up to two dimensions, some of which nobody is and some that cannot be read."""
    picked = chance.sample([name for name in MEMBER_DIMENSIONS if name in HELD], chance.choice((0, 0, 0, 1, 1, 2)))
    return tuple((name, tuple(chance.choices(members(name, snapshot), k=chance.randint(0, 6)))) for name in picked)


def members(name: str, snapshot: Snapshot) -> list[str]:
    if name in snapshot.members:
        return [*snapshot.members[name], "Nowhere"]
    if DIMENSIONS[name].kind == "number":
        return ["0", "1", "2", "3", "4", "7", "30", "-3", "many"]
    if DIMENSIONS[name].kind == "month":
        return [f"{year}-{month:02}-01" for year in (2023, 2024, 2031) for month in (1, 5, 11)] + ["2023-01-02"]
    ids = snapshot.table("sales")[DIMENSIONS[name].column].topk(20).to_pandas().iloc[:, 0].dropna()
    return [*ids, "nobody"]


def ours(cut: Cut, snapshot: Snapshot) -> pd.DataFrame:
    return in_order(frame_of(memory.answer(cut, tuple(METRICS[name].measure for name in cut.metrics), snapshot)), cut)


def theirs(cut: Cut, snapshot: Snapshot) -> pd.DataFrame:
    return in_order(warehouse.answer(cut, tuple(METRICS[name].measure for name in cut.metrics), snapshot), cut)


def beyond(*_: object) -> pd.DataFrame:
    raise Beyond("too much")


def in_order(frame: pd.DataFrame, cut: Cut) -> pd.DataFrame:
    return frame.sort_values(list(cut.by), ignore_index=True) if cut.by else frame


def refused(cut: Cut, snapshot: Snapshot) -> bool:
    measures = tuple(METRICS[name].measure for name in cut.metrics)
    refusals = []
    for answer in (memory.answer, warehouse.answer):
        with pytest.raises(QuestionError) as told:
            answer(cut, measures, snapshot)
        refusals.append(str(told.value))
    return refusals[0] == refusals[1]


def reaches(cut: Cut, snapshot: Snapshot) -> bool:
    columns = tables.held(snapshot).table(cut.table).columns
    return all(DIMENSIONS[name].reaches(columns) for name in cut.by)


def paths(cut: Cut, snapshot: Snapshot) -> Iterator[tuple[str, pd.DataFrame]]:
    """The answer of each way through memory that knows the cut, under its name."""
    measures = tuple(METRICS[name].measure for name in cut.metrics)
    for name, module in (("compact tables", compact), ("columns", answers)):
        with suppress(Beyond):
            yield name, in_order(frame_of(module.answer(cut, measures, snapshot)), cut)


@pytest.mark.parametrize("shop", ["snapshot", "rich"])
def test_memory_answers_as_the_warehouse_does(
    shop: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "WORTH", 500)  # so that small shops are walked by several threads as well
    snapshot: Snapshot = request.getfixturevalue(shop)
    took: Counter[str] = Counter()
    for cut in drawn(snapshot, CUTS, seed=5):
        if not reaches(cut, snapshot):
            assert refused(cut, snapshot), cut
            took["refused by both"] += 1
            continue
        expected = theirs(cut, snapshot)
        found = dict(paths(cut, snapshot)) or {"warehouse alone": expected}
        for name, frame in found.items():
            pd.testing.assert_frame_equal(frame, expected, rtol=1e-12, atol=0, obj=f"{name}: {cut}")
            took[name if len(expected) else f"{name}, empty"] += 1
    print(dict(took))
    assert took["compact tables"] >= 70, took
    assert took["columns"] >= 150, took
    assert took["compact tables, empty"] >= 10, took
    assert not took["warehouse alone"], took


FEW_CELLS = (("category", ("Books", "Toys")), ("region", ("West", "East")))


@pytest.mark.parametrize("chosen", [(), FEW_CELLS, (*FEW_CELLS, ("age", ("0", "2", "5")))])
@pytest.mark.parametrize(
    ("metrics", "by"),
    [
        (("customers",), ("region",)),
        (("customers",), ("category", "month")),
        (("customers",), ("week", "customer_segment", "category")),
        (("customers", "revenue"), ("cohort", "age")),
        (("customers", "revenue"), ("month", "days_to_first_order")),
        (("revenue",), ("age",)),
    ],
)
def test_the_short_walks_count_and_add_up_as_the_warehouse_does(
    metrics: tuple[str, ...], by: tuple[str, ...], chosen: Chosen, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "WORTH", 500)
    days = Period(covered(snapshot).start + timedelta(days=40), covered(snapshot).end - timedelta(days=75))
    for acquired in (None, days):
        cut = Cut("sales", metrics, by, days, chosen, acquired=acquired)
        expected = theirs(cut, snapshot)
        assert len(expected) > 1
        pd.testing.assert_frame_equal(dict(paths(cut, snapshot))["compact tables"], expected, rtol=1e-12, atol=0)


@pytest.mark.parametrize("by", [("cohort",), ("month", "days_to_first_order"), ("week", "region"), ("region", "age")])
def test_groups_without_new_customers_may_be_left_out_and_no_others(by: tuple[str, ...], snapshot: Snapshot) -> None:
    cut = Cut("sales", ("new_customers",), by, covered(snapshot), FEW_CELLS, above="new_customers")
    found, expected = ours(cut, snapshot), theirs(cut, snapshot)
    kept = expected[expected["new_customers"] > 0].reset_index(drop=True)
    assert len(kept) > 1
    pd.testing.assert_frame_equal(found[found["new_customers"] > 0].reset_index(drop=True), kept, check_dtype=False)


@pytest.mark.parametrize("in_memory", [True, False])
@pytest.mark.parametrize("by", [("day",), ("region", "week"), ("product", "month")])
def test_what_adds_up_over_time_does_so_in_its_order_whoever_answers(
    snapshot: Snapshot, by: tuple[str, ...], in_memory: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not in_memory:
        monkeypatch.setattr(memory, "answer", beyond)
    engine._answer.cache_clear()
    frame = Query(("revenue",), by, cumulative=True)(Filters(), snapshot)
    engine._answer.cache_clear()
    by_hand = frame.sort_values(by[-1])
    parts = by_hand.groupby(by[0], dropna=False)["revenue"] if len(by) > 1 else by_hand["revenue"]
    pd.testing.assert_series_equal(frame["revenue_cumulative"], parts.cumsum().sort_index(), check_names=False)


def test_orders_without_a_customer_are_revenue_and_nobodys_cohort(snapshot: Snapshot) -> None:
    for by in (("customer",), ("cohort",), ("age",)):
        cut = Cut("sales", ("revenue", "customers", "orders"), by, covered(snapshot))
        for found in (ours(cut, snapshot), theirs(cut, snapshot)):
            nobody = found[found[by[0]].isna()].iloc[0]
            assert nobody["revenue"] > 0
            assert nobody["orders"] > 0
            assert nobody["customers"] == 0


def test_a_choice_of_days_is_for_the_warehouse_and_so_are_the_columns_of_a_large_shop(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    revenue = Cut("sales", ("revenue",), (), covered(snapshot))
    assert [name for name, _ in paths(revenue, snapshot)] == ["compact tables", "columns"]
    days = Cut("sales", ("revenue",), (), covered(snapshot), left_out=(("month", ("2024-01-01",)),))
    assert not dict(paths(days, snapshot))
    monkeypatch.setattr(answers, "LIMIT", 10)
    assert [name for name, _ in paths(revenue, snapshot)] == ["compact tables"]
    assert not dict(paths(replace(revenue, by=("customer",)), snapshot))


def test_what_memory_cannot_hold_exactly_is_answered_by_the_warehouse(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut, measures = Cut("sales", ("revenue",), (), covered(snapshot)), (METRICS["revenue"].measure,)
    expected = warehouse.answer(cut, measures, snapshot)
    monkeypatch.setattr(memory, "answer", beyond)
    engine._answer.cache_clear()
    pd.testing.assert_frame_equal(frame_of(engine.answer(cut, snapshot)), expected)
    engine._answer.cache_clear()


@pytest.mark.parametrize("largest", [10**4, 10**12, 10**15])
def test_sums_are_exact_to_the_last_digit_however_large(largest: int) -> None:
    chance = random.Random(largest)
    cents = [chance.randint(-largest, largest) for _ in range(2_000)]
    column = pa.chunked_array([pa.array([Decimal(c).scaleb(-2) for c in cents], pa.decimal128(18, 2))])
    groups = np.arange(2_000) % 7
    sums = exact(column).sums(groups, 7, slice(None))
    assert sums.tolist() == [sum(cents[g::7]) / 100 for g in range(7)]


def test_a_sum_that_64_bits_cannot_hold_is_not_guessed() -> None:
    column = pa.chunked_array([pa.array([Decimal("9000000000000000.00")] * 6, pa.decimal128(18, 2))])
    with pytest.raises(Beyond):
        exact(column)


def test_more_combinations_of_keys_than_64_bits_can_tell_apart_are_refused() -> None:
    key = Coded(np.zeros(1, dtype=np.int32), Members(range(2_000_000_000), False))
    with pytest.raises(Beyond):
        grouped([key, key, key], 1)


def test_many_distinct_pairs_are_counted_alike_by_marks_and_by_sorting(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut = Cut("sales", ("customers", "orders", "categories"), ("day", "product"), covered(snapshot))
    marked, expected = ours(cut, snapshot), theirs(cut, snapshot)
    monkeypatch.setattr("analytics.memory.groups.FEW", 0)
    monkeypatch.setattr("analytics.memory.groups.SPARSE", 0)
    pd.testing.assert_frame_equal(marked, expected)
    pd.testing.assert_frame_equal(ours(cut, snapshot), expected)


def test_eight_threads_asking_at_once_are_told_the_same(snapshot: Snapshot) -> None:
    cuts = [cut for cut in drawn(snapshot, 60, seed=8) if reaches(cut, snapshot)]
    alone = [ours(cut, snapshot) for cut in cuts]
    tables._held.clear()

    def all_of_them(start: int) -> list[pd.DataFrame]:
        found = {i: ours(cuts[i], snapshot) for i in [*range(start, len(cuts)), *range(start)]}
        return [found[i] for i in range(len(cuts))]

    with ThreadPoolExecutor(8) as threads:
        for answers_ in threads.map(all_of_them, range(0, 40, 5)):
            for found, expected in zip(answers_, alone, strict=True):
                pd.testing.assert_frame_equal(found, expected)
    assert len(tables._held) == 1


def test_a_new_snapshot_is_seen_and_the_old_one_let_go(tmp_path: Path) -> None:
    home = Settings(home=tmp_path / "home")
    revenue = []
    for rows in (2_000, 3_000):
        generate(tmp_path / str(rows), rows=rows, seed=3)
        run_pipeline(home, tmp_path / str(rows), scores=SCORES, replace=True)
        snapshot = Warehouse(home).current()
        cut = Cut("sales", ("revenue",), (), Period(date(1990, 1, 1), date(2090, 1, 1)))
        revenue.append(engine.answer(cut, snapshot)["revenue"][0])
        assert revenue[-1] == pytest.approx(float(snapshot.table("sales").total_amount.sum().execute()), abs=0.001)
        assert engine.answer(replace(cut, by=("customer",)), snapshot)["revenue"].sum() == pytest.approx(revenue[-1])
        for held in (tables._held, shop._held):
            assert list(held) == [f"{snapshot.folder}/{snapshot.id}"]
    assert revenue[0] != revenue[1]


def test_a_shop_without_models_has_no_value_of_customers_and_all_else(tmp_path: Path) -> None:
    generate(tmp_path / "exports", rows=2_000, seed=3)
    run_pipeline(Settings(home=tmp_path / "home"), tmp_path / "exports")
    snapshot = Warehouse(Settings(home=tmp_path / "home")).current()
    for by, filters in product(((), ("month",), ("cohort",)), (Filters(), Filters.parse("region=North"))):
        frame = Query(("revenue", "clv"), by)(filters, snapshot)
        assert frame["revenue"].sum() > 0
        assert frame["clv"].isna().all()


def test_a_first_order_is_found_wherever_it_lies_among_the_orders_of_its_day_and_the_next(tmp_path: Path) -> None:
    """Ada's second order is read first; Bo's first order, begun in May, goes on in June after the second one."""
    (tmp_path / "sales_transactions.csv").write_text(
        "order_id,customer_id,product_id,order_date,quantity,unit_price,region\n"
        "O2,Ada,P1,2024-05-03 17:00,1,2.00,North\n"
        "O1,Ada,P1,2024-05-03 09:00,1,2.00,South\n"
        "O3,Bo,P1,2024-05-04 09:00,1,2.00,North\n"
        "O4,Bo,P1,2024-05-05 09:00,1,2.00,South\n"
        "O3,Bo,P1,2024-06-06 09:00,1,2.00,South\n"
    )
    run_pipeline(Settings(home=tmp_path / "home"), tmp_path)
    snapshot = Warehouse(Settings(home=tmp_path / "home")).current()
    new = Cut("sales", ("new_customers",), ("cohort",), covered(snapshot))
    for cut, expected in (
        (new, 2),
        (replace(new, chosen=(("region", ("South",)),)), 2),
        (replace(new, chosen=(("region", ("North",)),)), 1),
    ):
        for name, found in (*paths(cut, snapshot), ("warehouse", theirs(cut, snapshot))):
            assert found["new_customers"].sum() == expected, (name, cut)
