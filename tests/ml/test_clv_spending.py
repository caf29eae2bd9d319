"""What an order is worth: held against integration, against simulation, and against what cannot be."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import gamma

from ml.clv import CannotTell, GammaGamma, fit_gamma_gamma

TRUTH = GammaGamma(p=6.0, q=4.0, v=15.0, log_likelihood=0.0)
quick = settings(deadline=None, max_examples=100)


def simulated(customers: int, seed: int, q: float = TRUTH.q) -> pd.DataFrame:
    """Customers whose orders are drawn one by one around a mean of their own; `mean` is that mean."""
    rng = np.random.default_rng(seed)
    scale = 1 / rng.gamma(q, 1 / TRUTH.v, customers)
    orders = [rng.gamma(TRUTH.p, s, rng.geometric(0.4) - 1) for s in scale]
    return pd.DataFrame(
        {
            "frequency": [len(o) for o in orders],
            "monetary_value": [o.mean() if len(o) else np.nan for o in orders],
            "mean": TRUTH.p * scale,
        }
    )


@pytest.fixture(scope="module")
def shop() -> pd.DataFrame:
    return simulated(20_000, seed=3)


def test_the_parameters_that_orders_were_drawn_from_are_found(shop: pd.DataFrame) -> None:
    found = fit_gamma_gamma(shop)
    assert (found.p, found.q, found.v) == pytest.approx((TRUTH.p, TRUTH.q, TRUTH.v), rel=0.1)


def test_the_likelihood_is_the_one_that_integration_gives(shop: pd.DataFrame) -> None:
    some = shop[shop.frequency > 0].head(200)
    model = fit_gamma_gamma(some)
    total = sum(np.log(integrated(model, c.frequency, c.monetary_value)) for c in some.itertuples())
    assert model.log_likelihood == pytest.approx(total, rel=1e-8)


def integrated(model: GammaGamma, x: int, mean: float) -> float:
    """The density of a mean of x orders, whose rate is drawn first."""
    step = 0.02
    rate = np.exp(np.arange(-25, 10, step))
    weight = gamma(model.q, scale=1 / model.v).pdf(rate) * rate * step
    return float(weight @ gamma(model.p * x, scale=1 / (x * rate)).pdf(mean))


@pytest.mark.parametrize("frequency", [0, 1, 2, 5])
def test_what_is_foretold_is_what_orders_are_worth(shop: pd.DataFrame, frequency: int) -> None:
    group = shop[shop.frequency == frequency]
    miss = group["mean"] - TRUTH.expected_spend(group)
    assert abs(miss.mean()) <= 4 * miss.std() / np.sqrt(len(group))


def test_another_currency_foretells_the_same(shop: pd.DataFrame) -> None:
    yen = shop.assign(monetary_value=shop.monetary_value * 150)
    here, there = fit_gamma_gamma(shop), fit_gamma_gamma(yen)
    assert (there.p, there.q, there.v) == pytest.approx((here.p, here.q, here.v * 150))
    pd.testing.assert_series_equal(there.expected_spend(yen), here.expected_spend(shop) * 150, rtol=1e-6)


def test_free_and_single_orders_say_nothing_about_spend(shop: pd.DataFrame) -> None:
    silent = pd.DataFrame({"frequency": [3, 0], "monetary_value": [0.0, np.nan]})
    assert fit_gamma_gamma(pd.concat([shop, silent])) == fit_gamma_gamma(shop)


def test_too_few_who_came_back_are_refused(shop: pd.DataFrame) -> None:
    back = shop[shop.frequency > 0].head(49)
    with pytest.raises(CannotTell, match="49 customers came back, 50 are needed"):
        fit_gamma_gamma(pd.concat([back, shop[shop.frequency == 0]]))


def test_spend_without_an_average_is_refused() -> None:
    with pytest.raises(CannotTell, match="too widely to have an average"):
        fit_gamma_gamma(simulated(5_000, seed=4, q=0.6))


def test_a_model_survives_being_written(shop: pd.DataFrame) -> None:
    model = fit_gamma_gamma(shop)
    assert GammaGamma.from_json(model.to_json()) == model


models = st.builds(
    GammaGamma, p=st.floats(0.1, 100), q=st.floats(1.01, 100), v=st.floats(0.01, 1e4), log_likelihood=st.just(0.0)
)


@quick
@given(models, st.integers(1, 500), st.floats(0.01, 1e5))
def test_the_estimate_lies_between_their_mean_and_that_of_all(model: GammaGamma, x: int, own: float) -> None:
    rows = pd.DataFrame({"frequency": [0, x, x + 1], "monetary_value": [np.nan, own, own]})
    everyone, some, more = model.expected_spend(rows)
    assert everyone == pytest.approx(model.p * model.v / (model.q - 1))
    slack = 1e-9 * max(own, everyone)
    assert min(own, everyone) - slack <= some <= max(own, everyone) + slack
    assert abs(more - own) <= abs(some - own) + slack
