"""The buying and spending of the people, recovered from the files by a fit and by counting."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ml.clv import fit_bg_nbd, fit_gamma_gamma, summary
from tests.pipeline.generate.conftest import FIRST, LAST, Made, close


def histories(made: Made) -> pd.DataFrame:
    people = made.read("customer_database").set_index("customer_id")
    orders = made.sales[["customer_id", "order_date", "total_amount"]]
    return summary(orders, LAST.date()).join(people[["customer_segment", "region", "signup_date"]])


@pytest.fixture(scope="module")
def fitted(made: Made) -> dict[str, tuple[float, float, float]]:
    """Purchase rate, dropout and mean spend of each segment as the models see them."""
    return {str(name): estimates(group) for name, group in histories(made).groupby("customer_segment")}


def estimates(customers: pd.DataFrame) -> tuple[float, float, float]:
    buying, spending = fit_bg_nbd(customers), fit_gamma_gamma(customers)
    spend = spending.p * spending.v / (spending.q - 1)
    return buying.r / buying.alpha, buying.a / (buying.a + buying.b), spend


def test_purchase_rate_dropout_and_spend_of_each_segment_are_found(
    made: Made, fitted: dict[str, tuple[float, float, float]]
) -> None:
    """17,000 buyers: rate and spend within 5 %, dropout within 10 %, each segment for itself."""
    for name, planted in made.truth["segments"].items():
        rate, dropout, spend = fitted[name]
        assert close(rate, planted["purchase_rate"], 0.05), name
        assert close(dropout, planted["dropout"], 0.10), name
        assert close(spend, planted["mean_spend"], 0.05), name


def test_a_shop_of_5000_customers_suffices(shop_of: Callable[..., Made]) -> None:
    """The segments' estimates, weighted by their buyers: rate and spend within 5 %, dropout within 10 %."""
    made = shop_of(rows=87_000, seed=23)
    customers = histories(made)
    assert 4_700 < len(customers) < 5_300
    share = customers.customer_segment.value_counts(normalize=True)
    planted = made.truth["segments"]
    found = {name: estimates(group) for name, group in customers.groupby("customer_segment")}
    for i, (key, tolerance) in enumerate((("purchase_rate", 0.05), ("dropout", 0.10), ("mean_spend", 0.05))):
        ours = sum(share[name] * found[name][i] for name in planted)
        assert close(ours, sum(share[name] * planted[name][key] for name in planted), tolerance), key


def test_spend_and_frequency_are_unrelated_within_a_segment(made: Made) -> None:
    customers = histories(made)
    for name, group in customers[customers.frequency >= 3].groupby("customer_segment"):
        assert abs(stats.spearmanr(group.frequency, group.monetary_value).statistic) < 0.06, name


def test_who_has_left_is_as_likely_as_the_model_believes(made: Made) -> None:
    """Of the customers given P(alive) near x, a share near x is alive: within 0.05 in each fifth of the scale."""
    truth = pd.read_parquet(made.folder / "truth_customers.parquet").set_index("customer_id")
    customers = histories(made)
    for _, group in customers[customers.frequency > 0].groupby("customer_segment"):
        believed = fit_bg_nbd(group).p_alive(group)
        alive = truth.alive.reindex(group.index)
        for _, place in believed.groupby(pd.cut(believed, [0, 0.2, 0.4, 0.6, 0.8, 1]), observed=True):
            if len(place) >= 150:
                error = 3 * np.sqrt(0.25 / len(place))
                assert abs(alive[place.index].mean() - place.mean()) < 0.05 + error


def test_leavers_never_order_again(made: Made) -> None:
    truth = pd.read_parquet(made.folder / "truth_customers.parquet").set_index("customer_id")
    last = made.orders.groupby("customer_id").day.max()
    left = truth.left_day.dropna()
    assert len(left) > 5_000
    assert (left == last.reindex(left.index)).all()


def test_segments_and_regions_have_their_shares(made: Made) -> None:
    """Within two points of a hundred. The young region has fewer arrivals than its share of orders, for it is young."""
    customers, truth = histories(made), made.truth
    shares = customers.customer_segment.value_counts(normalize=True)
    for name, planted in truth["segments"].items():
        assert abs(shares[name] - planted["share"]) < 0.02
    late = made.orders[made.orders.day >= "2025-01-01"].region.value_counts(normalize=True)
    for name, share in truth["regions"]["share"].items():
        assert abs(late[name] - share) < 0.02


def test_orders_elsewhere_are_as_rare_as_planted(made: Made) -> None:
    """Within three standard errors, and a tenth for the time in which one region was not open."""
    home = made.read("customer_database").set_index("customer_id").region.reindex(made.orders.customer_id)
    found = (home.to_numpy() != made.orders.region.to_numpy()).mean()
    planted = made.truth["regions"]["away"]
    assert abs(found - planted) < 0.1 * planted + 3 * np.sqrt(planted / len(made.orders))


def test_the_young_region_has_sales_from_its_opening_on(made: Made) -> None:
    young = made.truth["regions"]["young"]
    days = made.sales[made.sales.region == young["region"]].day
    opened = pd.Timestamp(young["opened"])
    assert opened <= days.min() <= opened + pd.Timedelta(days=3)
    assert made.sales.groupby("region").day.min().drop(young["region"]).max() <= FIRST + pd.Timedelta(days=3)


def test_sign_ups_turn_into_buyers_at_the_planted_rate_and_delay(made: Made) -> None:
    """Sign-ups since the opening and at least 200 days old: conversion within 0.02, share of the same day within 0.03."""
    people = made.read("customer_database").assign(signup_date=lambda t: pd.to_datetime(t.signup_date))
    first = made.orders.groupby("customer_id").day.min()
    people = people.assign(first=people.customer_id.map(first))
    ripe = people[(people.signup_date >= "2023-03-01") & (people.signup_date <= LAST - pd.Timedelta(days=200))]
    delay = (ripe["first"] - ripe.signup_date).dt.days.dropna()
    planted = made.truth["signup"]
    assert abs(ripe["first"].notna().mean() - planted["conversion"]) < 0.02
    assert abs((delay == 0).mean() - planted["same_day"]) < 0.03
    gamma = planted["delay_gamma"]
    assert close(delay[delay > 0].mean(), gamma["shape"] * gamma["scale_days"] + 0.5, 0.06)
