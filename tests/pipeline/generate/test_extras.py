"""The optional files: each tells what it was planted to tell."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.pipeline.generate.conftest import LAST, Made, close


def test_returns_come_at_the_rate_of_their_category(made: Made) -> None:
    """Lines up to November: within 4 standard errors. Each is a line that was sold, whole, at most thirty days before."""
    back = made.read("returns").merge(made.sales, on=["order_id", "product_id"], suffixes=("_back", ""))
    assert len(back) == len(made.read("returns"))
    assert (back.quantity_back == back.quantity).all()
    assert np.allclose(back.amount, back.total_amount)
    assert (pd.to_datetime(back.return_date) - back.day).dt.days.between(3, 30).all()
    closed = made.sales[made.sales.day < LAST - pd.Timedelta(days=30)]
    came = back[back.day < LAST - pd.Timedelta(days=30)]
    for name, lines in closed.groupby("category"):
        rate = made.truth["categories"][name]["return_rate"]
        assert abs((came.category == name).sum() / len(lines) - rate) < 4 * np.sqrt(rate / len(lines)), name


def test_reasons_of_returns_have_their_shares(made: Made) -> None:
    found = made.read("returns").reason.value_counts(normalize=True)
    for reason, share in made.truth["extras"]["return_reasons"].items():
        assert abs(found[reason] - share) < 0.02


def test_a_new_customer_costs_as_much_as_planted(made: Made) -> None:
    """Spend of a channel since 2024 over the new customers whose first touch it was: within 8 %."""
    touches = made.read("touchpoints")
    first_touch = touches[touches.stage != "retention"].drop_duplicates("customer_id").set_index("customer_id").channel
    first = made.orders.groupby("customer_id").day.min()
    new = first[first >= "2024-01-01"].index
    won = first_touch.reindex(new).value_counts()
    spend = made.read("marketing_spend").query("date >= '2024-01-01'").groupby("channel").amount.sum()
    channels = made.truth["extras"]["channels"]
    for name, channel in channels.items():
        assert close(spend[name] / won[name], channel["cac"], 0.08), name
        assert abs(won[name] / won.sum() - channel["share_of_new"]) < 0.03, name


def test_later_touches_differ_between_those_who_buy_and_those_who_do_not(made: Made) -> None:
    """Shares of the channels within 0.03."""
    touches = made.read("touchpoints")
    touches = touches[touches.stage != "retention"]
    later = touches[touches.duplicated("customer_id")]
    buys = later.customer_id.isin(made.orders.customer_id)
    for kind, group in (("later_share_buyers", later[buys]), ("later_share_others", later[~buys])):
        found = group.channel.value_counts(normalize=True)
        for name, channel in made.truth["extras"]["channels"].items():
            assert abs(found[name] - channel[kind]) < 0.03, (kind, name)


def test_a_purchase_touch_falls_on_the_day_of_the_first_order(made: Made) -> None:
    touches = made.read("touchpoints").query("stage == 'purchase'").set_index("customer_id")
    first = made.orders.groupby("customer_id").day.min()
    assert touches.index.is_unique
    assert (pd.to_datetime(touches.date) == first.reindex(touches.index)).all()


def test_those_left_without_an_answer_leave(made: Made) -> None:
    """An unresolved contact follows within ten days: of orders that another follows at the rate of staying (within 0.01),
    of the last orders of regular customers silent for 500 days at that of leaving (within 0.05)."""
    calls = made.read("service_contacts").query("resolved == 'no'")[["customer_id", "date"]]
    orders = made.orders.reset_index()
    joined = orders.merge(calls.assign(date=pd.to_datetime(calls.date)), on="customer_id")
    joined = joined[(joined.date - joined.day).dt.days.between(1, 10)]
    called = orders.order_id.isin(joined.order_id)
    gap = (orders.next_day - orders.day).dt.days
    apart = gap > 20
    silent = orders.next_day.isna() & (orders.day < LAST - pd.Timedelta(days=500)) & (orders.number > 5)
    planted = made.truth["extras"]["unresolved_contact"]
    assert abs(called[apart].mean() - planted["staying"]) < 0.01
    assert abs(called[silent].mean() - planted["leaving"]) < 0.05


def test_targets_ask_for_more_than_last_year_by_the_planted_share(made: Made) -> None:
    rows = made.read("targets")
    sold = made.sales.groupby(["region", made.sales.day.dt.to_period("M")]).total_amount.sum()
    for row in rows.itertuples():
        month = pd.Period(row._3, "M") - 12
        scope = sold if row.scope == "all" else sold.loc[[row.scope.removeprefix("region=")]]
        before = scope[scope.index.get_level_values(1) == month].sum()
        assert row.value == pytest.approx(made.truth["extras"]["target_over_last_year"] * before, abs=0.01)
    assert set(rows.scope) == {"all", "region=North", "region=South", "region=East", "region=West", "region=Central"}


def test_consumer_confidence_moves_nothing(made: Made) -> None:
    """A decoy: month to month it goes with neither orders per day nor the order's value, beyond chance."""
    rows = made.read("external").query("series == 'consumer_confidence' and region == 'North'")
    change = rows.value.astype(float).diff().to_numpy()[1:]
    by_month = made.orders.groupby(made.orders.day.dt.to_period("M"))
    orders = np.log(by_month.size() / by_month.day.nunique())
    seasonal = orders - orders.groupby(orders.index.month).transform("mean")
    assert stats.spearmanr(change, seasonal.diff().to_numpy()[1:]).pvalue > 0.01


def test_costs_leave_the_planted_margin(made: Made) -> None:
    """Cost is the category's share of the list price, give or take a tenth; lead times go with the supplier."""
    catalog = made.read("product_catalog")
    share = (catalog.cost / catalog.price).groupby(catalog.category).mean()
    for name, category in made.truth["categories"].items():
        assert close(share[name], category["cost_share"], 0.03), name
    assert catalog.groupby("supplier").lead_time_days.agg(np.ptp).max() <= 4
    assert catalog.lead_time_days.between(5, 40).all()
