"""Under many random filters every card and chart equals what pandas makes of the raw files."""

import math
import random
from dataclasses import replace

import pandas as pd
import pytest

from analytics.filters import Filters
from analytics.measures import CountDistinct, Only, Ratio, Sum
from analytics.metrics import METRICS
from analytics.queries import table
from dashapp.cards import cards
from dashapp.charts.catalogue import CHARTS
from pipeline.warehouse import Snapshot
from tests import oracle

CARDS = (
    "revenue",
    "orders",
    "customers",
    "aov",
    "units",
    "categories",
    "new_customers",
    "retention_rate",
    "clv_historic",
)
MUTATIONS = {
    "orders": CountDistinct("line"),
    "customers": CountDistinct("order_id"),
    "aov": Ratio("revenue", "units"),
    "units": Sum("quantity", table="lines"),
    "new_customers": CountDistinct("customer_id", only=Only("order_number", is_=2)),
    "revenue": Sum("unit_price"),
    "historic_value": Sum("historic", table="valued"),
}


def searches(raw: pd.DataFrame, count: int = 24) -> list[str]:
    """Addresses as users make them: any mix of period, brush and members."""
    dice = random.Random(5)
    days = pd.date_range(raw["day"].min(), raw["day"].max())
    made = [""]
    for _ in range(count):
        filters = Filters(
            cmp=dice.choice((None, "off", "prev", "year")), grain=dice.choice((None, "day", "week", "month"))
        )
        for dimension in ("region", "category", "customer_segment"):
            members = sorted(raw[dimension].unique())
            filters = filters.choose(dimension, *dice.sample(members, dice.choice((0, 0, 1, 2, len(members)))))
        if dice.random() < 0.3:
            filters = filters.choose("product", *dice.sample(sorted(raw["product_id"].unique()), 3))
        first, last = sorted(dice.sample(range(len(days)), 2))
        if dice.random() < 0.6:
            filters = replace(filters, start=days[first].date(), end=days[last].date())
        search = str(filters)
        if dice.random() < 0.4:
            search += f"&brush={days[max(0, last - 50)].date()}..{days[last].date()}"
        made.append(str(Filters.parse(search)))
    return made


def same(ours: float | None, theirs: float) -> bool:
    return (ours is None and math.isnan(theirs)) or (
        ours is not None and math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=0.005)
    )


def check_cards(snapshot: Snapshot, raw: pd.DataFrame) -> None:
    for search in searches(raw):
        lines = oracle.view(raw, search)
        for card in cards(CARDS, Filters.parse(search), snapshot):
            assert same(card.value, oracle.card(lines, card.metric.name)), (search, card.metric.name)


def test_every_card_equals_the_oracle(snapshot: Snapshot, raw: pd.DataFrame) -> None:
    check_cards(snapshot, raw)


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_definition_mutated_on_purpose_is_found_out(
    snapshot: Snapshot, raw: pd.DataFrame, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(METRICS, name, replace(METRICS[name], measure=MUTATIONS[name]))
    with pytest.raises(AssertionError):
        check_cards(snapshot, raw)


def bars(lines: pd.DataFrame, column: str) -> dict[str, float]:
    return lines.groupby(column)["total_amount"].sum().to_dict()


@pytest.mark.parametrize(("name", "column"), [("revenue_by_category", "category"), ("revenue_by_region", "region")])
def test_every_bar_equals_the_oracle(snapshot: Snapshot, raw: pd.DataFrame, name: str, column: str) -> None:
    for search in searches(raw):
        frame = CHARTS[name].frame(Filters.parse(search), snapshot)
        sold = frame[frame["revenue"] != 0]
        assert sold.set_index(column)["revenue"].to_dict() == pytest.approx(
            bars(oracle.view(raw, search, (column,)), column)
        ), search
        assert frame["revenue"].is_monotonic_decreasing


def test_the_top_products_equal_the_oracle(snapshot: Snapshot, raw: pd.DataFrame) -> None:
    for search in searches(raw):
        frame = CHARTS["top_products"].frame(Filters.parse(search), snapshot)
        theirs = sorted(bars(oracle.view(raw, search, ("product",)), "product_id").values(), reverse=True)[:15]
        assert frame.loc[frame["revenue"] > 0, "revenue"].tolist() == pytest.approx(theirs), search


def test_the_trend_equals_the_oracle_in_every_bucket(snapshot: Snapshot, raw: pd.DataFrame) -> None:
    for search in searches(raw):
        frame = CHARTS["revenue_trend"].frame(Filters.parse(search), snapshot)
        lines = oracle.view(raw, search, ("brush",))
        for row in frame.itertuples():
            inside = lines[(lines["day"] >= pd.Timestamp(row.date)) & (lines["day"] <= pd.Timestamp(row.until))]
            assert row.revenue == pytest.approx(inside["total_amount"].sum()), (search, row.date)
            assert row.orders == inside["order_id"].nunique(), (search, row.date)
        assert frame["revenue"].sum() == pytest.approx(lines["total_amount"].sum())


def test_the_last_cumulative_point_is_the_revenue_card(snapshot: Snapshot, raw: pd.DataFrame) -> None:
    for search in searches(raw):
        filters = Filters.parse(search).without("brush")
        frame = CHARTS["cumulative_revenue"].frame(filters, snapshot)
        assert frame["revenue_cumulative"].iloc[-1] == pytest.approx(
            cards(("revenue",), filters, snapshot)[0].value or 0.0
        )


def test_every_heat_cell_equals_the_oracle(snapshot: Snapshot, raw: pd.DataFrame) -> None:
    for search in searches(raw):
        frame = CHARTS["revenue_region_month"].frame(Filters.parse(search), snapshot)
        lines = oracle.view(raw, search, ("region", "brush"))
        theirs = (
            lines.groupby(["region", lines["day"].dt.to_period("M").dt.start_time.dt.date])["total_amount"]
            .sum()
            .to_dict()
        )
        sold = frame[frame["revenue"] != 0]
        assert sold.set_index(["region", "month"])["revenue"].to_dict() == pytest.approx(theirs), search


def test_growth_equals_the_oracle_for_whole_months(snapshot: Snapshot, raw: pd.DataFrame) -> None:
    for first, last, before_first, before_last in (
        ("2025-03-01", "2025-03-31", "2024-03-01", "2024-03-31"),
        ("2024-02-01", "2024-02-29", "2023-02-01", "2023-02-28"),
        ("2025-01-01", "2025-06-30", "2024-01-01", "2024-06-30"),
    ):
        now, before = (
            oracle.view(raw, f"from={a}&to={b}")["total_amount"].sum()
            for a, b in ((first, last), (before_first, before_last))
        )
        ours = table("revenue_growth")(Filters.parse(f"from={first}&to={last}"), snapshot).iloc[0, 0]
        assert ours == pytest.approx(now / before - 1)
