"""CDNOW: the published parameters, a peer's predictions, and 39 weeks that the models had not seen."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from lifetimes import BetaGeoFitter, GammaGammaFitter

from ml.clv import fit_bg_nbd, fit_gamma_gamma, scores, summary

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "cdnow"
AS_OF, AHEAD = date(1997, 9, 30), 273


@pytest.fixture(scope="module")
def orders() -> pd.DataFrame:
    """The tenth of the customers that the papers use."""
    if not FOLDER.is_dir():
        pytest.skip("the CDNOW files are not beside the project (../shared/data/cdnow)")
    names = ["master_id", "customer_id", "day", "discs", "total_amount"]
    rows = pd.read_csv(FOLDER / "CDNOW_sample.txt", sep=r"\s+", names=names)
    return rows.assign(order_date=pd.to_datetime(rows.day.astype(str), format="%Y%m%d"))


@pytest.fixture(scope="module")
def customers(orders: pd.DataFrame) -> pd.DataFrame:
    """39 weeks, in weeks."""
    days = summary(orders, AS_OF)
    return days.assign(recency=days.recency / 7, T=days["T"] / 7)


def test_the_buying_model_is_the_published_one(customers: pd.DataFrame) -> None:
    model = fit_bg_nbd(customers, unit="weeks")
    assert len(customers) == 2357
    assert [round(v, 3) for v in (model.r, model.alpha, model.a, model.b)] == [0.243, 4.414, 0.793, 2.426]
    assert round(model.log_likelihood, 1) == -9582.4


def test_the_spending_model_is_the_published_one(customers: pd.DataFrame) -> None:
    model = fit_gamma_gamma(customers)
    assert (customers.frequency > 0).sum() == 946
    assert (model.p, model.q) == pytest.approx((6.25, 3.74), abs=0.005)
    assert 15.435 <= model.v <= 15.45


def test_a_peer_foretells_the_same(customers: pd.DataFrame) -> None:
    ours, theirs = fit_bg_nbd(customers), BetaGeoFitter().fit(customers.frequency, customers.recency, customers["T"])
    history = customers.frequency, customers.recency, customers["T"]
    expected = theirs.conditional_expected_number_of_purchases_up_to_time(AHEAD / 7, *history)
    assert np.allclose(ours.expected_purchases(customers, AHEAD / 7), expected, rtol=1e-4)
    assert np.allclose(ours.p_alive(customers), theirs.conditional_probability_alive(*history), rtol=1e-4)


def test_a_peer_values_orders_the_same(customers: pd.DataFrame) -> None:
    back = customers[customers.frequency > 0]
    theirs = GammaGammaFitter().fit(back.frequency, back.monetary_value)
    value = theirs.conditional_expected_average_profit(back.frequency, back.monetary_value)
    assert np.allclose(fit_gamma_gamma(back).expected_spend(back), value, rtol=1e-3)


def test_on_unseen_weeks_the_scores_beat_the_repeat_rate(orders: pd.DataFrame) -> None:
    later = orders[(orders.order_date > pd.Timestamp(AS_OF)) & (orders.order_date <= ahead())]
    found = scores(orders, AS_OF, AHEAD).set_index("customer_id")
    actual = later.groupby("customer_id").total_amount.sum().reindex(found.index, fill_value=0)
    known = summary(orders, AS_OF)
    rule = known.frequency / known["T"] * AHEAD * known.historic / (known.frequency + 1)
    assert (found.predicted - actual).abs().mean() <= 0.75 * (rule - actual).abs().mean()
    assert 0.8 <= found.predicted.sum() / actual.sum() <= 1.2


def ahead() -> pd.Timestamp:
    return pd.Timestamp(AS_OF + timedelta(days=AHEAD))
