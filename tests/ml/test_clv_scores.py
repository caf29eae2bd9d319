"""The value of every customer: what is counted, what is not known yet, and how it adds up."""

from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from ml.clv import CannotTell, Clv, fit, scores, summary

AS_OF = date(2024, 6, 30)
ORDERS = pd.DataFrame(
    [
        ("ann", date(2024, 6, 10), 10.0),
        ("ann", date(2024, 6, 1), 5.0),
        ("ann", date(2024, 6, 1), 2.0),
        ("ann", date(2024, 6, 21), 20.0),
        ("ann", date(2024, 7, 1), 99.0),
        ("bob", date(2024, 6, 30), 4.0),
        ("cid", date(2024, 7, 2), 8.0),
        (None, date(2024, 6, 3), 50.0),
    ],
    columns=["customer_id", "order_date", "total_amount"],
)


@pytest.fixture(scope="module")
def shop() -> pd.DataFrame:
    """400 customers with orders at random over two years, of whom some leave early; half the time lies after AS_OF."""
    rng = np.random.default_rng(1)
    start = AS_OF - timedelta(days=365)
    rows = []
    for customer in range(400):
        day, mean = rng.uniform(0, 300), rng.gamma(4, 10)
        gap = rng.gamma(2, 60)
        while day < 730 and (rng.random() > 0.15 or not rows or rows[-1][0] != customer):
            rows.append((customer, start + timedelta(days=int(day)), round(mean * rng.gamma(5, 0.2), 2)))
            day += 1 + rng.exponential(gap)
    return pd.DataFrame(rows, columns=["customer_id", "order_date", "total_amount"])


def test_orders_of_a_day_are_one_and_the_first_is_no_repeat() -> None:
    wanted = pd.DataFrame(
        {
            "frequency": [2, 0],
            "recency": [20, 0],
            "T": [29, 0],
            "monetary_value": [15.0, np.nan],
            "historic": [37.0, 4.0],
        },
        index=pd.Index(["ann", "bob"], name="customer_id"),
    )
    assert_frame_equal(summary(ORDERS, AS_OF), wanted)


def test_the_time_of_day_and_the_sequence_of_rows_do_not_matter() -> None:
    stamped = ORDERS.assign(
        order_date=[datetime(d.year, d.month, d.day, 9 + i) for i, d in enumerate(ORDERS.order_date)]
    )
    assert_frame_equal(summary(stamped.iloc[::-1], AS_OF), summary(ORDERS, AS_OF))


def test_later_orders_change_nothing(shop: pd.DataFrame) -> None:
    known = shop[shop.order_date <= AS_OF]
    assert len(known) < len(shop)
    assert_frame_equal(scores(shop, AS_OF), scores(known, AS_OF), check_exact=True)


def test_scores_add_up_and_name_every_buyer_once(shop: pd.DataFrame) -> None:
    found = scores(shop, AS_OF, horizon_days=90)
    known = shop[shop.order_date <= AS_OF]
    assert list(found) == [
        "customer_id", "historic", "predicted", "total", "p_alive", "expected_orders", "expected_value",
    ]  # fmt: skip
    assert sorted(found.customer_id) == sorted(known.customer_id.unique())
    assert found.historic.sum() == pytest.approx(known.total_amount.sum())
    assert np.allclose(found.total, found.historic + found.predicted)
    assert np.allclose(found.predicted, found.expected_orders * found.expected_value)
    assert (found.drop(columns="customer_id") >= 0).all(axis=None)


def test_a_longer_horizon_is_worth_more(shop: pd.DataFrame) -> None:
    models = fit(shop, AS_OF)
    quarter, year = models.scores(shop, AS_OF, 90), models.scores(shop, AS_OF, 365)
    assert (quarter.predicted < year.predicted).all()
    assert (models.scores(shop, AS_OF, 0).predicted == 0).all()


def test_models_fitted_earlier_score_later_days(shop: pd.DataFrame) -> None:
    models, later = fit(shop, AS_OF), AS_OF + timedelta(days=180)
    assert models.scores(shop, later).historic.sum() > models.scores(shop, AS_OF).historic.sum()


def test_notes_travel_with_the_scores(shop: pd.DataFrame) -> None:
    assert scores(shop, AS_OF).attrs["notes"] == fit(shop, AS_OF).notes


def test_both_models_survive_being_written(shop: pd.DataFrame) -> None:
    models = fit(shop, AS_OF)
    assert Clv.from_json(models.to_json()) == models


def test_a_written_form_of_another_kind_is_refused(shop: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="Not a written Clv"):
        Clv.from_json(fit(shop, AS_OF).buying.to_json())


@pytest.mark.parametrize("rows", [0, 6])
def test_a_shop_with_too_few_who_came_back_is_refused(rows: int) -> None:
    with pytest.raises(CannotTell, match="customers came back, 50 are needed"):
        scores(ORDERS.head(rows), AS_OF)


def test_a_missing_column_is_named() -> None:
    with pytest.raises(ValueError, match=r"lacks total_amount; it has customer_id, order_date\."):
        summary(ORDERS[["customer_id", "order_date"]], AS_OF)
