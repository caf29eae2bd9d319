"""What is not made again is as if it were: a shop that is loaded change by change holds the tables of one loaded whole."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from inspect import signature
from pathlib import Path

import pytest

from pipeline.months import LOOKS, MONTHLY, VIEWS, WITHIN, batches
from pipeline.outputs import TABLES
from pipeline.run import STEPS, run_pipeline
from pipeline.snapshot import Snapshot
from settings import Settings
from tests.pipeline.shops import HEADERS, Row, Shop, write_shop

Change = Callable[[Shop, random.Random], None]
MONTHS, CUSTOMERS, PRODUCTS = 5, 30, 8
START = date(2024, 1, 10)
SAME = ("tables", "rows", "revenue", "orders", "months", "sums", "members", "lacks", "first_day", "as_of")


def row(source: str, *values: object) -> Row:
    return dict(zip(HEADERS[source].split(), map(str, values), strict=True))


def sale(chance: random.Random, day: date | None = None, order: str = "", customer: str = "") -> Row:
    """A line of some order; few lines lack customer or region, some are returns."""
    on = day or START + timedelta(days=chance.randrange(30 * MONTHS))
    who = customer or chance.choice(["", *(f"C{i}" for i in range(CUSTOMERS))])
    product, price = f"P{chance.randrange(PRODUCTS)}", chance.randrange(100, 9000) / 100
    units = chance.choice([1, 2, 3, -1])
    region, category = chance.choice(["North", "South", ""]), chance.choice(["Home", "Toys", ""])
    at = f"{on} {chance.randrange(24):02}:00:00"
    number = order or f"O{chance.randrange(10**6)}"
    return row("sales_transactions", number, who, product, at, units, price, f"{units * price:.2f}", region, category)


def drawn(chance: random.Random) -> Shop:
    people = [f"C{i}" for i in range(CUSTOMERS - 5)]
    return {
        "sales_transactions": [sale(chance) for _ in range(150)],
        "customer_database": [
            row("customer_database", c, f"Name {c}", f"{c}@example.com", START, chance.choice(["Consumer", ""]), "")
            for c in people
        ],
        "product_catalog": [row("product_catalog", f"P{i}", f"Thing {i}", "Home", 9, 5) for i in range(PRODUCTS - 2)],
        "customer_reviews": [
            row("customer_reviews", f"R{i}", chance.choice(people), f"P{chance.randrange(PRODUCTS)}", 4, START, "Good.")
            for i in range(20)
        ],
    }


def sells_on(shop: Shop, chance: random.Random) -> None:
    shop["sales_transactions"] += [sale(chance, START + timedelta(days=30 * MONTHS + i)) for i in range(4)]


def hears_late(shop: Shop, chance: random.Random) -> None:
    shop["sales_transactions"] += [sale(chance, START - timedelta(days=9), customer="C1"), sale(chance)]


def meets_someone(shop: Shop, chance: random.Random) -> None:
    shop["sales_transactions"].append(sale(chance, customer="C999"))
    shop["customer_database"].append(
        row("customer_database", "C998", "New", "n@example.com", START, "Corporate", "South")
    )
    shop["customer_database"].append(
        row("customer_database", "C29", "Known", "k@example.com", START, "Corporate", "South")
    )


def splits_an_order(shop: Shop, chance: random.Random) -> None:
    line = chance.choice(shop["sales_transactions"])
    shop["sales_transactions"].append(line | {"order_date": "2024-04-02 08:00:00"})
    shop["sales_transactions"].append(sale(chance, order=line["order_id"], customer="C2"))


def loses_rows(shop: Shop, chance: random.Random) -> None:
    del shop["sales_transactions"][chance.randrange(100) : 140]


def corrects_a_row(shop: Shop, chance: random.Random) -> None:
    line = chance.choice(shop["sales_transactions"])
    line |= {"quantity": "7", "total_amount": "77.70", "region": "West"}


def swaps_two_amounts(shop: Shop, _chance: random.Random) -> None:
    one, other = shop["sales_transactions"][:2]
    one["total_amount"], other["total_amount"] = other["total_amount"], one["total_amount"]


def knows_people_better(shop: Shop, chance: random.Random) -> None:
    for person in chance.sample(shop["customer_database"], 3):
        person |= {"customer_segment": "Small business", "region": "West"}


def changes_its_range(shop: Shop, _chance: random.Random) -> None:
    shop["product_catalog"][0] |= {"price": "11", "category": "Toys|Gifts"}
    shop["product_catalog"].append(row("product_catalog", "P7", "Thing 7", "Garden", 3, 1))


def is_reviewed(shop: Shop, _chance: random.Random) -> None:
    line = next(line for line in shop["sales_transactions"] if line["customer_id"])
    who, what = line["customer_id"], line["product_id"]
    shop["customer_reviews"].append(row("customer_reviews", "R999", who, what, 1, START, "Bad."))


def loses_a_file(shop: Shop, _chance: random.Random) -> None:
    del shop["customer_database"]


CHANGES: tuple[Change, ...] = (
    sells_on, hears_late, meets_someone, splits_an_order, corrects_a_row, swaps_two_amounts, knows_people_better,
    changes_its_range, is_reviewed, loses_rows, loses_a_file,
)  # fmt: skip


def rows_of(snapshot: Snapshot, name: str) -> list[str]:
    return sorted(snapshot.table(name).to_pandas().to_csv(index=False).splitlines())


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow), pytest.param(3, marks=pytest.mark.slow)])
def test_a_shop_loaded_change_by_change_is_the_shop_loaded_whole(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    shop, grown = drawn(chance), Settings(home=tmp_path / "grown")
    run_pipeline(grown, write_shop(tmp_path / "exports0", shop))
    for n, change in enumerate((*CHANGES[:1], *chance.sample(CHANGES[1:-1], len(CHANGES) - 2), CHANGES[-1]), 1):
        change(shop, chance)
        exports = write_shop(tmp_path / f"exports{n}", shop)
        step = run_pipeline(grown, exports, replace=True, outputs=False)
        whole = run_pipeline(Settings(home=tmp_path / f"whole{n}"), exports, outputs=False)
        for name in TABLES:
            assert rows_of(step, name) == rows_of(whole, name), (change.__name__, name)
        assert step.report == whole.report, change.__name__
        for fact in set(SAME) - {"members"}:
            assert step.manifest[fact] == whole.manifest[fact], (change.__name__, fact)


def test_months_in_which_nothing_changed_keep_their_files(tmp_path: Path) -> None:
    chance, home = random.Random(4), Settings(home=tmp_path / "home")
    shop = drawn(chance)
    before = run_pipeline(home, write_shop(tmp_path / "exports", shop)).manifest["tables"]
    more = {"quantity": "1", "unit_price": "5.00", "total_amount": "5.00"}
    shop["sales_transactions"].append(sale(chance, START + timedelta(days=30 * MONTHS), customer="C1") | more)
    after = run_pipeline(home, write_shop(tmp_path / "exports", shop), outputs=False).manifest["tables"]
    for name in ("lines", "baskets", "sales", "visits", "product_days", "orders"):
        assert len(set(after[name]) - set(before[name])) == 1, name


def test_what_a_monthly_step_looks_up_elsewhere_is_said() -> None:
    for step in STEPS:
        if step.__name__ in (*MONTHLY, *VIEWS):
            elsewhere = set(signature(step).parameters) - set(WITHIN)
            assert elsewhere <= {look.table for look in LOOKS.get(step.__name__, ())}, step.__name__


def test_batches_hold_months_that_follow_each_other_and_fit() -> None:
    sizes = {date(2024, 11, 1): 4, date(2024, 12, 1): 5, date(2025, 1, 1): 3, date(2025, 3, 1): 1, date(2025, 4, 1): 20}
    found = [[month.month for month in months] for months in batches(sizes, rows=9)]
    assert found == [[11, 12], [1], [3], [4]]
