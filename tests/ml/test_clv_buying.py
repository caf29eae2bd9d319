"""When customers buy and stop: held against integration, against simulation, and against what cannot be."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import betaln, expit, log_expit
from scipy.stats import gamma

from ml.clv import BgNbd, CannotTell, fit_bg_nbd

TRUTH = BgNbd(r=0.8, alpha=6.0, a=0.9, b=2.5, log_likelihood=0.0, without_dropout=0.0, unit="weeks")
WEEKS, AHEAD = 52.0, 26.0
quick = settings(deadline=None, max_examples=60)


def simulated(customers: int, seed: int, leave: bool = True) -> pd.DataFrame:
    """Customers drawn one order after the other: their history, whether they are alive, their orders to come."""
    rng = np.random.default_rng(seed)
    rate = rng.gamma(TRUTH.r, 1 / TRUTH.alpha, customers)
    chance = rng.beta(TRUTH.a, TRUTH.b, customers) if leave else np.zeros(customers)
    age = rng.uniform(WEEKS / 2, WEEKS, customers)
    return pd.DataFrame(
        [one(*row, rng) for row in zip(rate, chance, age, strict=True)],
        columns=["frequency", "recency", "T", "alive", "later"],
    )


def one(rate: float, chance: float, age: float, rng: np.random.Generator) -> tuple[int, float, float, bool, int]:
    orders, alive, now = [], True, 0.0
    left_after = np.inf
    while alive:
        now += rng.exponential(1 / rate)
        if now > age + AHEAD:
            break
        orders.append(now)
        alive = rng.random() > chance
        left_after = np.inf if alive else now
    seen = [t for t in orders if t <= age]
    return len(seen), max(seen, default=0.0), age, left_after > age, len(orders) - len(seen)


@pytest.fixture(scope="module")
def shop() -> pd.DataFrame:
    return simulated(20_000, seed=5)


@pytest.fixture(scope="module")
def fitted(shop: pd.DataFrame) -> BgNbd:
    return fit_bg_nbd(shop, unit="weeks")


def test_the_parameters_that_customers_were_drawn_from_are_found(fitted: BgNbd) -> None:
    found = [fitted.r, fitted.alpha, fitted.a, fitted.b]
    assert found == pytest.approx([TRUTH.r, TRUTH.alpha, TRUTH.a, TRUTH.b], rel=0.15)
    assert fitted.dropout_seen
    assert fitted.notes == ()


def test_the_likelihood_is_the_one_that_integration_gives() -> None:
    kinds = pd.DataFrame(
        {
            "frequency": [0, 1, 2, 7],
            "recency": [0.0, 3.0, 20.0, 35.0],
            "T": [39.0, 30.0, 32.0, 38.0],
            "n": [600, 200, 150, 50],
        }
    )
    model = fit_bg_nbd(kinds.loc[kinds.index.repeat(kinds.n)], unit="weeks")
    total = sum(k.n * np.log(integrated(model, k.frequency, k.recency, k.T)) for k in kinds.itertuples())
    assert model.log_likelihood == pytest.approx(total, rel=1e-6)


def integrated(model: BgNbd, x: int, recency: float, age: float) -> float:
    """The probability of one history: that of a given rate and chance, averaged over both."""
    step = 0.1
    rate = np.exp(np.arange(-200, 8, step))[:, None]
    leave, stay, weight = chances(model.a, model.b, step)
    weight = weight * gamma(model.r, scale=1 / model.alpha).pdf(rate) * rate * step
    given = rate**x * stay**x * np.exp(-rate * age)
    if x:
        given = given + rate**x * leave * stay ** (x - 1) * np.exp(-rate * recency)
    return float((weight * given).sum())


def chances(a: float, b: float, step: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Chances to leave on an even grid of log odds, those to stay, and how likely each is under Beta(a, b)."""
    odds = np.arange(-40 / min(a, 1) - 20, 40 / min(b, 1) + 20, step)
    leave, stay = expit(odds), expit(-odds)
    return leave, stay, np.exp(a * log_expit(odds) + b * log_expit(-odds) - betaln(a, b)) * step


@pytest.mark.parametrize("repeats", [(0, 0), (1, 1), (2, 4), (5, 1000)], ids=["none", "one", "few", "many"])
def test_what_is_foretold_is_what_happens(shop: pd.DataFrame, repeats: tuple[int, int]) -> None:
    group = shop[shop.frequency.between(*repeats)]
    for foretold, happened in (
        (TRUTH.p_alive(group), group.alive),
        (TRUTH.p_no_purchase(group, AHEAD), group.later == 0),
        (TRUTH.expected_purchases(group, AHEAD), group.later),
    ):
        miss = happened.astype(float) - foretold
        assert abs(miss.mean()) <= 4 * miss.std() / np.sqrt(len(group)) + 1e-12


def test_a_single_order_is_alive_by_the_models_form_yet_no_promise(shop: pd.DataFrame) -> None:
    single = shop[shop.frequency == 0]
    assert (TRUTH.p_alive(single) == 1).all()
    assert TRUTH.p_no_purchase(single, AHEAD).mean() > 0.3


@pytest.mark.parametrize("horizon", [0.01, 3000.0])
@pytest.mark.parametrize("x", [0, 1, 900])
@pytest.mark.parametrize(("a", "b"), [(0.8, 2.4), (1.0, 3.0), (0.05, 0.05), (0.05, 8000.0), (300.0, 7.0)])
def test_expected_orders_are_right_where_the_published_form_breaks(a: float, b: float, x: int, horizon: float) -> None:
    model = BgNbd(0.3, 4.0, a, b, 0.0, 0.0)
    customer = pd.DataFrame({"frequency": [x], "recency": [30.0 if x else 0.0], "T": [30.0]})
    expected = model.expected_purchases(customer, horizon) / model.p_alive(customer)
    assert expected.item() == pytest.approx(over_time(model, x, 30.0, horizon), rel=1e-6)


def over_time(model: BgNbd, x: int, age: float, horizon: float) -> float:
    """Orders of a living customer, summed over time: the rate at t times the chance to be alive then."""
    leave, _, weight = chances(model.a, model.b + x, step=0.02)
    shape, scale = model.r + x, model.alpha + age
    nodes, weights = np.polynomial.legendre.leggauss(8)
    marks = np.concatenate([[0.0], horizon * np.logspace(-7, 0, 15)])
    return sum(
        (end - start) / 2 * part * shape / scale * (weight @ (1 + t * leave / scale) ** -(shape + 1))
        for start, end in pairwise(marks)
        for t, part in zip(start + (nodes + 1) * (end - start) / 2, weights, strict=True)
    )


def test_another_clock_foretells_the_same(shop: pd.DataFrame, fitted: BgNbd) -> None:
    in_days = shop.assign(recency=shop.recency * 7, T=shop["T"] * 7)
    days = fit_bg_nbd(in_days)
    assert (days.r, days.alpha, days.a, days.b) == pytest.approx((fitted.r, fitted.alpha * 7, fitted.a, fitted.b))
    expected = days.expected_purchases(in_days, AHEAD * 7)
    pd.testing.assert_series_equal(expected, fitted.expected_purchases(shop, AHEAD), rtol=1e-6)


def test_a_shop_that_nobody_leaves_is_said_to_show_no_dropout() -> None:
    shop = simulated(3_000, seed=8, leave=False)
    model = fit_bg_nbd(shop, unit="weeks")
    assert not model.dropout_seen
    assert "No dropout" in model.notes[0]
    miss = shop.later - model.expected_purchases(shop, AHEAD)
    assert abs(miss.mean()) <= 4 * miss.std() / np.sqrt(len(shop))


def test_a_model_survives_being_written(fitted: BgNbd) -> None:
    assert BgNbd.from_json(fitted.to_json()) == fitted


def test_a_written_form_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="Not a written BgNbd: r, alpha"):
        BgNbd.from_json('{"r": 1, "alpha": 2}')


def test_too_few_who_came_back_are_refused(shop: pd.DataFrame) -> None:
    back = shop[shop.frequency > 0].head(49)
    with pytest.raises(CannotTell, match="49 customers came back, 50 are needed"):
        fit_bg_nbd(pd.concat([back, shop[shop.frequency == 0]]))


@pytest.mark.parametrize(
    "impossible",
    [
        {"frequency": -1},
        {"frequency": 1.5},
        {"frequency": 0, "recency": 3.0},
        {"frequency": 2, "recency": 0.0},
        {"recency": 99.0},
        {"T": np.nan},
        {"T": np.inf},
    ],
    ids=str,
)
def test_a_history_that_cannot_be_is_refused(shop: pd.DataFrame, impossible: dict[str, float]) -> None:
    odd = pd.DataFrame([{"frequency": 2, "recency": 5.0, "T": 9.0} | impossible])
    with pytest.raises(ValueError, match="1 customers have a history that cannot be"):
        fit_bg_nbd(pd.concat([shop, odd]))


def test_a_missing_column_is_named(shop: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match=r"lacks recency, T; it has frequency\."):
        fit_bg_nbd(shop[["frequency"]])


@pytest.mark.parametrize("horizon", [-1.0, np.inf, np.nan])
def test_a_horizon_is_a_length_of_time(shop: pd.DataFrame, horizon: float) -> None:
    with pytest.raises(ValueError, match="A horizon is a length of time"):
        TRUTH.expected_purchases(shop, horizon)


size = st.floats(-6, 6).map(lambda log: float(np.exp(log)))
models = st.builds(BgNbd, r=size, alpha=size, a=size, b=size, log_likelihood=st.just(0.0), without_dropout=st.just(0.0))
lives = st.tuples(st.integers(0, 400), st.floats(0.01, 1.0), st.floats(0.1, 1000.0))


def customer(life: tuple[int, float, float]) -> pd.DataFrame:
    x, share, age = life
    return pd.DataFrame({"frequency": [x], "recency": [share * age if x else 0.0], "T": [age]})


@quick
@given(models, lives, st.floats(0, 2000))
def test_chances_lie_between_never_and_surely(model: BgNbd, life: tuple[int, float, float], horizon: float) -> None:
    who = customer(life)
    alive, silent = model.p_alive(who).item(), model.p_no_purchase(who, horizon).item()
    expected = model.expected_purchases(who, horizon).item()
    rate = (model.r + life[0]) / (model.alpha + life[2])
    assert 0 <= alive <= 1
    assert 1 - alive - 1e-9 <= silent <= 1
    assert (1 - silent) * (1 - 1e-6) - 1e-12 <= expected <= alive * rate * horizon * (1 + 1e-6) + 1e-12


@quick
@given(models, lives, st.tuples(st.floats(0, 1000), st.floats(0, 1000)))
def test_more_time_brings_no_fewer_orders(
    model: BgNbd, life: tuple[int, float, float], horizons: tuple[float, float]
) -> None:
    who, (short, long) = customer(life), sorted(horizons)
    fewer, more = model.expected_purchases(who, short).item(), model.expected_purchases(who, long).item()
    assert fewer <= more * (1 + 1e-6) + 1e-12
    assert model.p_no_purchase(who, long).item() <= model.p_no_purchase(who, short).item() + 1e-12


@quick
@given(models, lives, st.floats(0.01, 1.0))
def test_a_later_last_order_speaks_for_life(model: BgNbd, life: tuple[int, float, float], other: float) -> None:
    x, share, age = life
    early, late = sorted((share, other))
    assert model.p_alive(customer((x, early, age))).item() <= model.p_alive(customer((x, late, age))).item() + 1e-12
