"""The metrics of the optional files, against pandas on the raw files, under any filter; and the shop without each file."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.emptied import why_null
from analytics.filters import Filters
from analytics.lights import lacking, lit_by
from analytics.metrics import METRICS
from analytics.queries import table
from dashapp.cards import cards
from ml.scoring import SCORES
from pipeline.generate import generate
from pipeline.run import run_pipeline
from pipeline.snapshot import Snapshot
from pipeline.sources import SOURCES
from settings import Settings

LAST = date(2025, 12, 31)
YEAR = timedelta(days=364)


class Raw:
    """The raw files, joined by hand: no code of ours."""

    def __init__(self, folder: Path) -> None:
        read = {path.stem: pd.read_csv(path) for path in folder.glob("*.csv")}
        for frame in read.values():
            for name in ("date", "order_date", "return_date", "signup_date", "from", "to"):
                if name in frame:
                    frame[name] = pd.to_datetime(frame[name]).dt.normalize()
        touches = read["touchpoints"].sort_values("date", kind="stable").drop_duplicates("customer_id")
        channel = touches.set_index("customer_id")["channel"]
        cost = read["product_catalog"].set_index("product_id")["cost"]
        self.sales = read["sales_transactions"].assign(
            channel=lambda s: s["customer_id"].map(channel).fillna("Unknown"),
            margin=lambda s: s["total_amount"] - s["quantity"] * s["product_id"].map(cost),
        )
        self.spend, self.products, self.targets = read["marketing_spend"], read["product_catalog"], read["targets"]
        sold = self.sales.drop_duplicates(["order_id", "product_id"]).drop(columns=["quantity", "total_amount"])
        self.back = read["returns"].merge(sold, on=["order_id", "product_id"])
        self.people = self._people(read["customer_database"].set_index("customer_id")["signup_date"])

    def _people(self, signup: pd.Series) -> pd.DataFrame:
        sales = self.sales.sort_values("order_date", kind="stable")
        first = sales.groupby("customer_id")["order_date"].transform("min")
        early = sales[sales["order_date"] - first <= YEAR].groupby("customer_id")
        people = sales.groupby("customer_id")[["order_date", "region", "channel"]].first()
        people["revenue"], people["margin"] = early["total_amount"].sum(), early["margin"].sum()
        began = self.spend["date"].min()
        came = signup.reindex(people.index).fillna(people["order_date"]) >= began
        return people[came & (people["order_date"] >= began)]


@pytest.fixture(scope="module")
def by_hand(rich_exports: Path) -> Raw:
    return Raw(rich_exports)


def within(frame: pd.DataFrame, filters: Filters, day: str = "order_date") -> pd.DataFrame:
    start, end = filters.start or date(2023, 1, 1), filters.end or LAST
    kept = frame[day].between(pd.Timestamp(start), pd.Timestamp(end))
    for name, members in filters.chosen:
        kept &= frame[name].isin(members)
    return frame[kept]


def ours(name: str, filters: Filters, snapshot: Snapshot) -> float:
    return float(table(name)(filters, snapshot)[name].iloc[0])


def ratio(top: float, bottom: float) -> float:
    return top / bottom if bottom else float("nan")


def view(data: st.DataObject, *names: str) -> Filters:
    """Some days, and some members of some of these dimensions."""
    members = {
        "region": ["North", "South", "East"],
        "channel": ["Search", "Email", "Display"],
        "category": ["Toys", "Books"],
    }
    days = sorted(data.draw(st.tuples(*[st.dates(date(2023, 1, 1), LAST)] * 2)))
    filters = Filters(*days) if data.draw(st.booleans()) else Filters()
    for name in names:
        filters = filters.choose(name, *data.draw(st.sets(st.sampled_from(members[name]))))
    return filters


some = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@some
@given(st.data())
def test_what_a_customer_costs_and_brings(rich: Snapshot, by_hand: Raw, data: st.DataObject) -> None:
    filters = view(data, "region", "channel")
    spend, people = within(by_hand.spend, filters, "date"), within(by_hand.people, filters)
    old = pd.Timestamp(LAST - YEAR)
    paid, grown = spend[spend["date"] <= old]["amount"].sum(), people[people["order_date"] <= old]
    expected = {
        "cac": ratio(spend["amount"].sum(), len(people)),
        "ltv_cac": ratio(grown["margin"].sum(), paid),
        "ltv_cac_revenue": ratio(grown["revenue"].sum(), paid),
    }
    for name, value in expected.items():
        assert ours(name, filters, rich) == pytest.approx(value, nan_ok=True), name


@some
@given(st.data())
def test_margin_and_return_rates(rich: Snapshot, by_hand: Raw, data: st.DataObject) -> None:
    filters = view(data, "region", "channel", "category")
    sales, back = within(by_hand.sales, filters), within(by_hand.back, filters)
    expected = {
        "margin": sales["margin"].sum(),
        "margin_rate": ratio(sales["margin"].sum(), sales["total_amount"].sum()),
        "cost_known": ratio(sales["total_amount"].sum(), sales["total_amount"].sum()),
        "return_rate": ratio(back["quantity"].sum(), sales["quantity"].sum()),
        "return_rate_orders": ratio(back["order_id"].nunique(), sales["order_id"].nunique()),
        "return_rate_value": ratio(back["amount"].sum(), sales["total_amount"].sum()),
    }
    for name, value in expected.items():
        assert ours(name, filters, rich) == pytest.approx(value, nan_ok=True), name


@pytest.mark.parametrize("category", ["", "Toys"])
def test_stock_turns_and_brings(rich: Snapshot, by_hand: Raw, category: str) -> None:
    filters = Filters().choose("category", *filter(None, [category]))
    shelf = by_hand.products if not category else by_hand.products[by_hand.products["category"] == category]
    year = by_hand.sales[by_hand.sales["order_date"] >= pd.Timestamp(LAST - YEAR)]
    sold = year[year["product_id"].isin(shelf["product_id"])]
    held = (shelf["stock_level"] * shelf["cost"]).sum()
    assert ours("gmroi", filters, rich) == pytest.approx(sold["margin"].sum() / held)
    cost = (sold["total_amount"] - sold["margin"]).sum()
    assert ours("inventory_turnover", filters, rich) == pytest.approx(cost / held)


def test_stock_is_known_on_the_last_day_alone_and_by_no_region(rich: Snapshot) -> None:
    before = Filters(end=date(2025, 6, 30))
    assert np.isnan(ours("gmroi", before, rich))
    assert "last day" in why_null("gmroi", before, rich)
    assert np.isnan(ours("gmroi", Filters.parse("region=North"), rich))
    assert why_null("gmroi", Filters.parse("region=North"), rich) == "not known by region: remove that filter"


@some
@given(st.data())
def test_revenue_is_held_against_the_targets_of_its_days(rich: Snapshot, by_hand: Raw, data: st.DataObject) -> None:
    filters = view(data, "region")
    regions = filters.members("region")
    scopes = [f"region={region}" for region in regions] or ["all"]
    start, end = (pd.Timestamp(day) for day in (filters.start or date(2023, 1, 1), filters.end or LAST))
    wanted = came = 0.0
    for row in by_hand.targets[by_hand.targets["scope"].isin(scopes)].itertuples():
        first, last = max(row._3, start), min(row.to, end)
        if first > last:
            continue
        wanted += row.value * ((last - first).days + 1) / ((row.to - row._3).days + 1)
        sold = by_hand.sales[by_hand.sales["order_date"].between(first, last)]
        came += sold[(sold["region"] == row.scope.removeprefix("region=")) | (row.scope == "all")]["total_amount"].sum()
    assert ours("revenue_target", filters, rich) == pytest.approx(wanted, abs=0.01 * 100)
    assert ours("revenue_variance", filters, rich) == pytest.approx(
        came - wanted if wanted else float("nan"), abs=1, nan_ok=True
    )


def test_a_target_of_another_scope_is_no_target(rich: Snapshot, by_hand: Raw) -> None:
    assert np.isnan(ours("revenue_attainment", Filters.parse("category=Toys"), rich))
    whole, parts = ours("revenue_target", Filters(), rich), table("revenue_target", by="region")(Filters(), rich)
    of_scope = by_hand.targets.groupby("scope")["value"].sum()
    assert whole == pytest.approx(of_scope.pop("all"))
    assert parts.set_index("region")["revenue_target"].to_dict() == pytest.approx(
        {scope.removeprefix("region="): value for scope, value in of_scope.items()}
    )


def test_the_days_of_a_target_add_up_to_it_to_the_cent(rich: Snapshot, by_hand: Raw) -> None:
    daily = rich.table("plan").to_pandas().groupby("line")["value"].sum().astype(float)
    assert daily.to_numpy() == pytest.approx(by_hand.targets["value"].to_numpy(), abs=1e-9)


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    generate(folder, rows=1_500, seed=5, extras=True, dirt=False)
    return folder


def loaded(folder: Path, home: Path) -> Snapshot:
    return run_pipeline(Settings(home=home), folder, scores={"customer_value": SCORES["customer_value"]})


def test_of_two_targets_the_shorter_counts_and_what_cannot_be_read_is_set_aside(small: Path, tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    shutil.copytree(small, folder)
    write(
        folder, "targets.csv",
        "metric,scope,from,to,value\nrevenue,all,2025-01-01,2025-12-31,3650\nrevenue,all,2025-03-01,2025-03-31,3100\n"
        "profit,all,2025-01-01,2025-12-31,1\nrevenue,shop=1,2025-01-01,2025-12-31,1\nrevenue,all,2025-12-31,2025-01-01,1\n"
        "orders,region=North&category=Toys,2025-01-01,2026-12-31,730\n",
    )  # fmt: skip
    snapshot = loaded(folder, tmp_path / "home")
    assert snapshot.report["files"]["targets"]["quarantined"] == {
        "ends_before_start": 1, "unknown_scope": 1, "unknown_target": 1,
    }  # fmt: skip
    assert ours("revenue_target", Filters.parse("from=2025-03-30&to=2025-04-02"), snapshot) == pytest.approx(220)
    both = Filters.parse("region=North&category=Toys")
    assert ours("orders_target", both, snapshot) == pytest.approx(365)
    assert np.isnan(ours("orders_variance", Filters.parse("region=North"), snapshot))


def test_a_return_that_stands_in_both_files_counts_once(small: Path, tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    shutil.copytree(small, folder)
    line = pd.read_csv(small / "sales_transactions.csv").iloc[0]
    with (folder / "sales_transactions.csv").open("a") as file:
        file.write(
            f"{line.order_id},{line.customer_id},{line.product_id},2023-03-01 10:00:00,-1,{line.unit_price},{-line.unit_price},"
            f"{line.region},{line.category}\n"
        )
    write(
        folder, "returns.csv",
        f"order_id,product_id,return_date,quantity,amount,reason\n{line.order_id},{line.product_id},2023-03-01,1,{line.unit_price},x\n"
        f"NOBODY,P1,2023-03-02,2,10.00,\n",
    )  # fmt: skip
    snapshot = loaded(folder, tmp_path / "home")
    back = snapshot.table("returns").to_pandas()
    assert sorted(back["order_id"]) == sorted(["NOBODY", line.order_id])
    assert ours("returned", Filters(), snapshot) == pytest.approx(-10 - line.unit_price)
    assert ours("returned_units", Filters(), snapshot) == 1
    sold = pd.Timestamp(line.order_date).date()
    assert ours("returned_units", Filters(sold, sold), snapshot) == 1


OPTIONAL = [name for name, source in SOURCES.items() if source.lights]


@pytest.mark.parametrize("name", [*OPTIONAL, "cost"])
def test_without_a_file_its_metrics_are_empty_and_say_which_file_lights_them(
    name: str, small: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "exports"
    shutil.copytree(small, folder)
    if name == "cost":
        products = pd.read_csv(folder / "product_catalog.csv")
        products.drop(columns=["cost", "supplier", "lead_time_days"]).to_csv(
            folder / "product_catalog.csv", index=False
        )
    else:
        (folder / SOURCES[name].file).unlink()
    snapshot = loaded(folder, tmp_path / "home")
    dark = {"marketing_spend": "cac", "returned_goods": "return_rate", "targets": "revenue_variance", "cost": "margin"}
    for card in cards(tuple(METRICS), Filters(), snapshot):
        need = lacking(card.metric.name, snapshot)
        if need and lit_by(need):
            assert card.value is None
            assert card.against == f"needs {lit_by(need)}"
    if name in dark:
        assert lacking(dark[name], snapshot)
        assert (SOURCES[name].file if name in SOURCES else "cost") in why_null(dark[name], Filters(), snapshot)
    assert name in snapshot.lacks
