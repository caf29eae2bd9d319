"""The skills against brute force over the clean tables: SQL and loops, none of our code."""

from collections import Counter
from datetime import date, timedelta
from itertools import combinations

import pandas as pd
import pytest

from analytics.asked import Asked
from analytics.assistant import ask
from analytics.errors import QuestionError
from analytics.filters import Filters
from analytics.having import Having
from analytics.queries import Query
from pipeline.warehouse import Snapshot

Y24, Y25 = "from=2024-01-01&to=2024-12-31", "from=2025-01-01&to=2025-12-31"


@pytest.fixture(scope="module")
def lines(snapshot: Snapshot) -> pd.DataFrame:
    frame = snapshot.table("sales").to_pandas()
    frame["order_date"] = pd.to_datetime(frame["order_date"]).dt.date
    return frame.astype({"total_amount": float, "quantity": float})


def of(lines: pd.DataFrame, year: int) -> pd.DataFrame:
    return lines[[d.year == year for d in lines["order_date"]]]


@pytest.mark.parametrize("metric", ["revenue", "units", "orders", "customers"])
def test_the_parts_of_a_change_add_up_to_it(snapshot: Snapshot, metric: str) -> None:
    frame = Query((metric,), skill="why", compare=True)(Filters.parse(f"{Y25}&cmp=year"), snapshot)
    total = frame["change"].iloc[0]
    for _, parts in frame.iloc[1:].groupby("split"):
        assert parts["change"].sum() == pytest.approx(total, abs=0.02)


def test_price_volume_and_mix_are_those_of_the_products_one_by_one(snapshot: Snapshot, lines: pd.DataFrame) -> None:
    frame = Query(("revenue",), skill="why", compare=True)(Filters.parse(f"{Y25}&cmp=year"), snapshot)
    effects = frame[frame["split"] == "price, volume, mix"].set_index("part")["change"]
    sold = lines[(lines["kind"] == "sale") & lines["product_id"].notna()]
    now, before = (of(sold, y).groupby("product_id")[["total_amount", "quantity"]].sum() for y in (2025, 2024))
    both = [p for p in now.index if p in before.index]
    price = sum(now.total_amount[p] - now.quantity[p] * before.total_amount[p] / before.quantity[p] for p in both)
    average = before.total_amount[both].sum() / before.quantity[both].sum()
    volume = (now.quantity[both].sum() - before.quantity[both].sum()) * average
    assert effects[[e for e in effects.index if e.startswith("Price")]].sum() == pytest.approx(price, abs=0.01)
    assert effects[[e for e in effects.index if e.startswith("Volume")]].sum() == pytest.approx(volume, abs=0.01)


def test_pairs_are_those_counted_by_hand(snapshot: Snapshot, lines: pd.DataFrame) -> None:
    counted: Counter[tuple[str, str]] = Counter()
    for _, basket in lines[lines["kind"] == "sale"].groupby("order_id"):
        counted.update(combinations(sorted(set(basket["product_id"])), 2))
    frame = Query(("orders",), skill="pairs", limit=20)(Filters(), snapshot)
    for row in frame.itertuples():
        assert counted[(row.product, row.with_product)] == row.orders
    assert frame["orders"].tolist() == sorted(counted.values(), reverse=True)[:20]


@pytest.mark.parametrize("days", [30, 90, 365])
def test_lapsed_customers_have_no_order_in_the_last_days(snapshot: Snapshot, lines: pd.DataFrame, days: int) -> None:
    frame = ask(f"Which customers have not ordered in the last {days} days?", snapshot)
    recent = {
        c
        for c, d in zip(lines["customer_id"], lines["order_date"], strict=True)
        if d > snapshot.as_of - timedelta(days=days)
    }
    assert {row[0] for row in frame.rows} == set(lines["customer_id"].dropna()) - recent


def test_few_products_make_most_of_the_money(snapshot: Snapshot, lines: pd.DataFrame) -> None:
    sizes = sorted(lines.groupby("product_id", dropna=False)["total_amount"].sum(), reverse=True)
    so_far, many = 0.0, 0
    while so_far < 0.8 * sum(sizes):
        so_far, many = so_far + sizes[many], many + 1
    assert ask("how many products make up 80% of revenue?", snapshot).rows[0][0] == many


@pytest.mark.parametrize(("bought", "never"), [("Books", "Toys"), ("Garden", "Books")])
def test_who_bought_one_and_not_the_other(snapshot: Snapshot, lines: pd.DataFrame, bought: str, never: str) -> None:
    have, lack = (set(lines.loc[lines["category"] == c, "customer_id"].dropna()) for c in (bought, never))
    query = Query(("customers", "revenue"), sets=(f"bought:category={bought}", f"not:category={never}"))
    row = query(Filters(), snapshot).iloc[0]
    assert row["customers"] == len(have - lack)
    assert row["revenue"] == pytest.approx(lines.loc[lines["customer_id"].isin(have - lack), "total_amount"].sum())


def test_the_stock_lasts_at_the_pace_of_the_last_ninety_days(snapshot: Snapshot, lines: pd.DataFrame) -> None:
    frame = Query(("units",), skill="stock_cover", limit=100)(Filters(), snapshot).set_index("product")
    lately = lines["order_date"].map(lambda day: day > snapshot.as_of - timedelta(days=90)).astype(bool)
    recent = lines[(lines["kind"] == "sale") & lately]
    sold = recent.groupby("product_id")["quantity"].sum()
    for product, row in frame[frame["days_of_cover"].notna()].iterrows():
        assert row["days_of_cover"] == pytest.approx(row["stock_level"] / (sold[product] / 90))


def test_what_is_recommended_was_never_bought_by_the_customer(snapshot: Snapshot, lines: pd.DataFrame) -> None:
    who = lines["customer_id"].value_counts().index[-1]
    frame = Query(("orders",), skill="recommend")(Filters.parse(f"customer={who}"), snapshot)
    assert not set(frame["product"]) & set(lines.loc[lines["customer_id"] == who, "product_id"])


@pytest.mark.parametrize("grain", ["month", "quarter"])
def test_running_counts_count_each_customer_once(snapshot: Snapshot, lines: pd.DataFrame, grain: str) -> None:
    frame = Query(("customers",), (grain,), cumulative=True)(Filters(), snapshot)
    assert frame["customers_cumulative"].iloc[-1] == lines["customer_id"].nunique()
    assert frame["customers_cumulative"].is_monotonic_increasing


@pytest.mark.parametrize(
    ("question", "command"), [("who will churn?", "train churn"), ("forecast revenue", "train sales")]
)
def test_what_no_model_has_published_names_the_command_that_does(
    snapshot: Snapshot, question: str, command: str
) -> None:
    answer = ask(question, snapshot)
    assert answer.refused
    assert command in answer.answer


def test_a_query_is_what_it_writes() -> None:
    queries = (
        Query(("revenue", "orders"), ("region", "month"), (("category", ("Books", "Toys & co"),),), order=("region", "-revenue"), limit=3, per="region"),
        Query(("orders",), ("customer",), having=(Having("orders", 5, 10.5), Having("orders", low=0.1))),
        Query(("revenue",), sets=("bought:category=A & B", "not:product=P1"), compare=True, growth=True),
        Query(("revenue",), ("month",), cumulative=True, moving=3, share=True, skill="why"),
    )  # fmt: skip
    for query in queries:
        for address in ("", "from=2024-01-01&to=2024-02-01&cmp=prev&region=North&region=%26"):
            asked = Asked(query, Filters.parse(address))
            assert Asked.parse(str(asked)) == asked


@pytest.mark.parametrize(
    "text",
    [
        "metrics=revenue&sets=Books",
        "metrics=revenue&having=orders:x..",
        "metrics=revenue&against=now",
        "metrics=revenue&skill=magic",
    ],
)
def test_what_cannot_be_read_of_a_query_is_refused(text: str) -> None:
    with pytest.raises(QuestionError):
        Asked.parse(text)


def test_as_of_is_the_last_day_of_data(snapshot: Snapshot, lines: pd.DataFrame) -> None:
    assert date.fromisoformat(ask("revenue today", snapshot).as_of) == lines["order_date"].max()
