"""The lists are what pandas makes of the same rows by hand, in blocks and as a whole, and add up to the cards."""

import json
import random
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest

from analytics.conditions import conditions
from analytics.errors import QuestionError
from analytics.filters import Filters
from analytics.lists import LISTS, MASK, View
from analytics.queries import table
from pipeline.warehouse import Snapshot
from tests import oracle

LINES = {"transactions": "sales", "returns": "returns"}
FILLED = [name for name in LISTS if name != "at_risk"]  # which needs a model: tests/dashapp/test_churn.py
SEARCHES = (
    "",
    "from=2024-03-01&to=2024-08-31",
    "region=North&region=South",
    "brush=2024-05-01..2024-05-31&category=Books",
)


def view(name: str, search: str = "", order: tuple[str, ...] = (), where: object = None, find: str = "") -> View:
    wanted = LISTS[name]
    return View(wanted, Filters.parse(search), order, conditions(json.dumps(where or {}), wanted.kinds), find)


def whole(asked: View, snapshot: Snapshot, step: int = 713) -> pd.DataFrame:
    """All blocks, put end to end."""
    total = asked.total(snapshot)
    blocks = [asked.block(start, start + step, snapshot) for start in range(0, total + step, step)]
    return pd.concat(blocks, ignore_index=True)


def lines(name: str, search: str, snapshot: Snapshot) -> pd.DataFrame:
    """The rows under an address, narrowed by pandas."""
    rows = snapshot.table(LINES[name]).to_pandas()
    days = pd.to_datetime(rows["order_date"])
    rows["order_date"] = days
    last = pd.Timestamp(snapshot.as_of)
    rows = rows[(days >= pd.Timestamp(snapshot.first_day)) & (days <= last)]
    return oracle.view(rows.assign(day=rows["order_date"]), search).drop(columns="day")


def by_hand(rows: pd.DataFrame, key: str, order: tuple[str, ...]) -> list:
    """The keys in order: missing values last whichever way, ties by key."""
    names = [name.lstrip("-") for name in order]
    out = rows.sort_values(key, kind="stable")
    for name, asked in reversed(list(zip(names, order, strict=True))):
        values = out[name].astype(float) if name in ("quantity", "unit_price", "total_amount") else out[name]
        out = out.assign(_by=values).sort_values("_by", kind="stable", ascending=not asked.startswith("-"))
    return out[key].tolist()


def asks(rows: pd.DataFrame, dice: random.Random) -> tuple[dict, pd.Series]:
    """A filter model as the grid writes it, and the rows it means."""
    everyone = pd.Series(True, index=rows.index)
    customer, name = rows["customer_id"].fillna(""), rows["product_name"].fillna("").str.lower()
    amount, day = rows["total_amount"].astype(float), rows["order_date"]
    low, high = sorted(dice.sample(sorted(amount), 2))
    start = day.iloc[dice.randrange(len(day))]
    part = dice.choice(list(name))[2:6]
    first = {"type": "greaterThan", "filter": high}
    between = {"type": "inRange", "filter": low, "filterTo": high}
    days = {"type": "inRange", "dateFrom": f"{start:%Y-%m-%d} 00:00:00", "dateTo": f"{start + timedelta(40):%Y-%m-%d}"}
    return dice.choice(
        [
            ({}, everyone),
            ({"total_amount": between}, amount.between(low, high)),
            ({"total_amount": {"type": "notEqual", "filter": low}}, amount != low),
            ({"total_amount": {"operator": "OR", "conditions": [first, {"type": "lessThanOrEqual", "filter": low}]}},
             (amount > high) | (amount <= low)),
            ({"customer_id": {"type": "blank"}}, customer == ""),
            ({"customer_id": {"type": "notBlank"}, "total_amount": first}, (customer != "") & (amount > high)),
            ({"product_name": {"type": "contains", "filter": part.upper()}}, name.str.contains(part, regex=False)),
            ({"product_name": {"type": "notContains", "filter": part}}, ~name.str.contains(part, regex=False)),
            ({"order_date": days}, day.between(start, start + timedelta(40))),
            ({"order_date": {"type": "lessThan", "dateFrom": f"{start:%Y-%m-%d}"}}, day < start),
        ]
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("name", LINES)
def test_blocks_put_together_are_the_list_that_pandas_makes(snapshot: Snapshot, name: str, seed: int) -> None:
    dice = random.Random(seed)
    search = dice.choice(SEARCHES if name == "transactions" else SEARCHES[:3])
    rows = lines(name, search, snapshot)
    where, kept = asks(rows, dice)
    sortable = ("customer_id", "product_name", "total_amount", "order_date", "region", "quantity")
    order = tuple(dice.choice(("", "-")) + column for column in dice.sample(sortable, dice.choice((0, 1, 2))))
    asked = view(name, search, order, where)
    made = whole(asked, snapshot)
    expected = rows[kept]
    assert made["line"].tolist() == by_hand(expected, "line", order or ("-order_date",))
    assert made["total_amount"].astype(float).sum() == pytest.approx(expected["total_amount"].astype(float).sum())
    assert asked.sums(snapshot)["orders"] == expected["order_id"].nunique()


@pytest.mark.parametrize("name", FILLED)
def test_the_whole_for_a_file_is_the_blocks_in_their_order(snapshot: Snapshot, name: str) -> None:
    columns = {"customers": "customer_region", "quarantine": "reason", "duplicates": "source"}
    asked = view(name, "from=2024-03-01&to=2024-08-31", (columns.get(name, "region"),))
    batches = pd.concat([batch.to_pandas() for batch in asked.batches(snapshot, size=1000)], ignore_index=True)
    key = LISTS[name].key
    made = whole(asked, snapshot)
    assert batches[key].tolist() == made[key].tolist()
    assert made[key].is_unique
    assert list(batches) == list(made) == list(LISTS[name].names)


@pytest.mark.parametrize("search", SEARCHES)
def test_rows_orders_and_money_are_those_of_the_cards_and_of_the_raw_files(
    snapshot: Snapshot, exports: Path, search: str
) -> None:
    raw = oracle.view(oracle.load(exports), search)
    cards = table("revenue", "orders", "returned", "customers")(Filters.parse(search), snapshot).iloc[0]
    sales, orders = view("transactions", search).sums(snapshot), view("orders", search).sums(snapshot)
    assert sales["rows"] == len(raw)
    assert sales["orders"] == cards["orders"] == orders["rows"] == raw["order_id"].nunique()
    assert round(sales["money"], 2) == round(cards["revenue"], 2) == round(orders["money"], 2)
    assert round(sales["money"], 2) == round(raw["total_amount"].sum(), 2)
    assert round(view("returns", search).sums(snapshot)["money"], 2) == round(cards["returned"], 2)
    assert view("customers", search).total(snapshot) == cards["customers"]


@pytest.mark.parametrize("search", SEARCHES)
def test_a_customer_is_shown_inside_the_selection_beside_all_time(
    snapshot: Snapshot, exports: Path, search: str
) -> None:
    everything = oracle.load(exports)
    bought = oracle.view(everything, search).query("customer_id != ''").groupby("customer_id")
    ever = everything.query("customer_id != ''").groupby("customer_id")
    made = whole(view("customers", search), snapshot).set_index("customer_id").sort_index()
    for column, expected in (
        ("orders", bought["order_id"].nunique()),
        ("revenue", bought["total_amount"].sum()),
        ("orders_ever", ever["order_id"].nunique()[made.index]),
        ("revenue_ever", ever["total_amount"].sum()[made.index]),
    ):
        assert made[column].astype(float).round(2).tolist() == expected.astype(float).round(2).tolist(), column
    assert made["total"].notna().all()


@pytest.mark.parametrize("cell", ["age=0", "age=1", "age=2&region=North"])
def test_the_lists_of_a_cohort_cell_are_those_of_its_numbers(snapshot: Snapshot, cell: str) -> None:
    cohorts = table("customers", by="cohort")(Filters.parse(cell), snapshot)["cohort"].dropna()
    for cohort in cohorts.iloc[:: max(1, len(cohorts) // 4)]:
        search = f"cohort={cohort}&{cell}"
        cards = table("revenue", "orders", "customers")(Filters.parse(search), snapshot).iloc[0]
        assert view("customers", search).total(snapshot) == cards["customers"] > 0
        sums = view("transactions", search).sums(snapshot)
        assert (sums["orders"], round(sums["money"], 2)) == (cards["orders"], round(cards["revenue"], 2))


def test_a_search_finds_every_word_in_any_of_its_columns(snapshot: Snapshot) -> None:
    rows = lines("transactions", "", snapshot)
    person, product = rows["customer_name"].dropna().iloc[0], rows["product_name"].dropna().iloc[5]
    find = f"{person.split()[-1].upper()} {product.split()[0].lower()}"
    text = rows[list(LISTS["transactions"].search)].fillna("").agg("\n".join, axis=1).str.lower()
    expected = rows[[all(word in cell for word in find.lower().split()) for cell in text]]
    made = whole(view("transactions", find=find), snapshot)
    assert sorted(made["line"]) == sorted(expected["line"])


def test_a_block_beyond_the_end_is_empty(snapshot: Snapshot) -> None:
    asked = view("transactions")
    total = asked.total(snapshot)
    assert len(asked.block(total - 3, total + 97, snapshot)) == 3
    assert asked.block(total + 10**9, total + 10**9 + 1, snapshot).empty


@pytest.mark.parametrize(("start", "end"), [(-1, 10), (5, 5), (10, 5), (0, 10**9)])
def test_a_block_that_is_none_or_too_large_is_refused(snapshot: Snapshot, start: int, end: int) -> None:
    with pytest.raises(QuestionError, match="A block has 1 to 1000 rows"):
        view("transactions").block(start, end, snapshot)


@pytest.mark.parametrize(
    ("where", "says"),
    [
        ({"total_amout": {"type": "equals", "filter": 1}}, "Did you mean: total_amount"),
        ({"1; DROP TABLE sales": {"type": "equals", "filter": 1}}, "No column"),
        ({"total_amount": {"type": "matches", "filter": 1}}, "No comparison"),
        ({"total_amount": {"type": "equals", "filter": "1 OR 1=1"}}, "compared with a number"),
        ({"total_amount": {"type": "equals", "filter": True}}, "compared with a number"),
        ({"total_amount": {"type": "equals", "filter": 10**400}}, "compared with a number"),
        ({"total_amount": {"type": "inRange", "filter": 1}}, "compared with a number"),
        ({"order_date": {"type": "equals", "dateFrom": "yesterday"}}, "a day like"),
        ({"region": {"type": "equals", "filter": 5}}, "compared with a text"),
        ({"region": {"type": "equals", "filter": "x" * 501}}, "compared with a text"),
        ({"region": {"operator": "XOR", "conditions": [{"type": "blank"}]}}, "AND or OR"),
        ({"region": {"operator": "OR", "conditions": []}}, "1 to 20 comparisons"),
        ({"region": ["blank"]}, "how to compare"),
        ({"region": {"type": {"a": 1}}}, "how to compare"),
        (["region"], "must name columns"),
    ],
)
def test_a_condition_that_is_none_of_ours_is_refused_in_words(where: object, says: str) -> None:
    with pytest.raises(QuestionError, match=says):
        conditions(json.dumps(where), LISTS["transactions"].kinds)


@pytest.mark.parametrize("text", ["{", "[" * 10_000, "null", '"x"'])
def test_a_condition_that_is_no_json_object_is_refused(text: str) -> None:
    with pytest.raises(QuestionError, match="cannot be read"):
        conditions(text, LISTS["transactions"].kinds)


@pytest.mark.parametrize("order", ["total_amount; DROP TABLE sales", "--total_amount", "email", "-", "random()"])
def test_an_order_by_anything_but_a_column_is_refused(order: str) -> None:
    with pytest.raises(QuestionError, match="No column"):
        view("transactions", order=(order,))


@pytest.mark.parametrize("text", ["' OR 1=1 --", "%", "_", "\\", "'; DROP VIEW sales; --", ".*", "\n"])
def test_a_value_is_only_ever_a_value(snapshot: Snapshot, text: str) -> None:
    before = view("transactions").total(snapshot)
    names = snapshot.table("sales").product_name.to_pandas().fillna("")
    where = {"product_name": {"type": "contains", "filter": text}}
    assert view("transactions", where=where).total(snapshot) == names.str.contains(text, regex=False).sum()
    assert view("transactions", find=text).total(snapshot) in (0, before)
    assert view("transactions").total(snapshot) == before


def test_a_range_that_runs_backwards_holds_nothing(snapshot: Snapshot) -> None:
    where = {"total_amount": {"type": "inRange", "filter": 100, "filterTo": -100}}
    assert view("transactions", where=where).total(snapshot) == 0
    assert view("transactions", where=where).sums(snapshot) == {"rows": 0, "orders": 0, "money": 0}


def test_what_is_masked_can_neither_be_read_nor_searched_nor_ordered_by(snapshot: Snapshot) -> None:
    name = snapshot.table("customers").customer_name.to_pandas().iloc[0]
    wanted = LISTS["customers"]
    masked = View(wanted, Filters(), ("customer_name",), masked=True)
    block = masked.block(0, 200, snapshot)
    assert set(block["customer_name"]) == set(block["email"]) == {MASK}
    assert block["customer_id"].is_monotonic_increasing
    assert View(wanted, Filters(), find=name, masked=True).total(snapshot) == 0
    where = conditions(json.dumps({"customer_name": {"type": "equals", "filter": name}}), wanted.kinds)
    assert View(wanted, Filters(), where=where, masked=True).total(snapshot) == 0


def test_one_day_of_orders_claims_no_chance_of_another(snapshot: Snapshot) -> None:
    made = whole(view("customers"), snapshot).set_index("customer_id")
    features = snapshot.table("customer_features").to_pandas().set_index("customer_id").loc[made.index]
    assert (made["p_alive"].isna() == (features["first_order_day"] == features["last_order_day"])).all()
