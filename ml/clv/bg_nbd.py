"""When customers buy, and when they stop."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import betaln, expit, gammaln, log_expit, polygamma, psi

from ml.clv.fitted import Fitted, Floats, largest
from ml.clv.histories import columns, enough, histories

SURE = 5.99  # chi-square, two parameters, 5 %


@dataclass(frozen=True)
class BgNbd(Fitted):
    """When customers buy, and when they stop (BG/NBD; Fader, Hardie and Lee 2005).

    It believes that a customer buys at random at a rate of their own, Gamma(r, alpha), and after each repeat order
    leaves for ever with a chance of their own, Beta(a, b); rate and chance are unrelated. As only a repeat order can be
    the last, whoever has none is alive with certainty: that is the model's form and no sign of a safe customer.
    Times, horizons and 1 / alpha are in `unit`. Methods take a frame with `frequency`, `recency` and `T` as `summary`
    makes it and return a series on its index.
    """

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float
    without_dropout: float
    unit: str = "days"

    @property
    def dropout_seen(self) -> bool:
        """Whether the data tell this model from one in which nobody leaves (NBD), by their likelihood ratio."""
        return 2 * (self.log_likelihood - self.without_dropout) > SURE

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the predictions must be told."""
        unseen = "No dropout can be seen in these orders: nobody is known to have left, and P(alive) tells nothing."
        return () if self.dropout_seen else (unseen,)

    def p_alive(self, customers: pd.DataFrame) -> pd.Series:
        """The chance that a customer has not left for ever; 1 for whoever has no repeat order."""
        x, recency, age = columns(customers, "frequency", "recency", "T")
        log_odds = np.log(np.maximum(x - 1, 0) + self.b) - np.log(self.a)
        log_odds -= (self.r + x) * np.log((self.alpha + age) / (self.alpha + recency))
        return pd.Series(np.where(x > 0, expit(log_odds), 1.0), customers.index)

    def p_no_purchase(self, customers: pd.DataFrame, horizon: float) -> pd.Series:
        """The chance of no order within `horizon` from now, whether left or merely silent."""
        x, age = columns(customers, "frequency", "T")
        silent = (self.r + x) * np.log1p(_horizon(horizon) / (self.alpha + age))
        return 1 + self.p_alive(customers) * np.expm1(-silent)

    def expected_purchases(self, customers: pd.DataFrame, horizon: float) -> pd.Series:
        """The mean number of orders within `horizon` from now.

        The published form needs Gauss's 2F1, which loses all digits for customers of many orders or for a large b.
        It is a mean over the chance p of leaving, Beta(a, b + x), of (1 - (1 + p z)^-(r+x)) / p with
        z = horizon / (alpha + T), and is taken as such.
        """
        x, age = columns(customers, "frequency", "T")
        z, s = _horizon(horizon) / (self.alpha + age), self.r + x

        def orders(p: Floats) -> Floats:
            return -np.expm1(-s * np.log1p(p * z)) / p

        return self.p_alive(customers) * _beta_mean(orders, s * z, self.a, self.b + x)


def fit_bg_nbd(frame: pd.DataFrame, unit: str = "days") -> BgNbd:
    """The BG/NBD of greatest likelihood for customers with `frequency`, `recency` and `T`, all times in `unit`.

    `CannotTell` with fewer than 50 customers who came back; `ValueError` for histories that cannot be.
    """
    x, recency, age = histories(frame)
    enough(int((x > 0).sum()))
    clock = age.mean()
    seen = pd.DataFrame({"x": x, "recency": recency / clock, "age": age / clock}).value_counts()
    history = (*(seen.index.get_level_values(i).to_numpy(float) for i in range(3)), seen.to_numpy(float))
    found, log_likelihood = largest(lambda at: _bg_nbd(at, *history), ([0.5, 0.5, 1.0, 3.0], [1.0, 1.0, 0.1, 10.0]))
    nobody_leaves = largest(lambda at: _nbd(at, *history), ([0.5, 0.5],))[1]
    r, alpha, a, b = found.tolist()
    rescaled = float(x.sum() * np.log(clock))
    return BgNbd(r, alpha * float(clock), a, b, log_likelihood - rescaled, nobody_leaves - rescaled, unit)


def _bg_nbd(at: Floats, x: Floats, recency: Floats, age: Floats, n: Floats) -> tuple[float, Floats]:
    """Log-likelihood (equation 6 of the paper, in logs) and its slope along the logs of r, alpha, a and b."""
    r, alpha, a, b = at
    again = x > 0
    before = np.maximum(b + x - 1, np.where(again, 0, 1))
    staying = -(r + x) * np.log(alpha + age)
    with np.errstate(divide="ignore"):
        left = np.where(again, np.log(a) - np.log(before) - (r + x) * np.log(alpha + recency), -np.inf)
    each = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + np.logaddexp(staying, left)
    each += gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
    gone = expit(left - staying)
    gap = (1 - gone) * np.log(alpha + age) + gone * np.log(alpha + recency)
    pull = (1 - gone) / (alpha + age) + gone / (alpha + recency)
    both = psi(a + b) - psi(a + b + x)
    slope = (
        r * (psi(r + x) - psi(r) + np.log(alpha) - gap),
        r - alpha * (r + x) * pull,
        a * both + gone,
        b * (both + psi(b + x) - psi(b) - gone / before),
    )
    return float(n @ each), np.array([n @ s for s in slope])


def _nbd(at: Floats, *history: Floats) -> tuple[float, Floats]:
    """The same if nobody ever leaves: a = 0, whatever b."""
    value, slope = _bg_nbd(np.array([*at, 0.0, 1.0]), *history)
    return value, slope[:2]


def _beta_mean(curve: Callable[[Floats], Floats], at_zero: Floats, a: float, b: Floats) -> Floats:
    """The mean of `curve(p)` over p ~ Beta(a, b), row by row, by the trapezoid rule in logit(p).

    The straight line between the ends of the curve is averaged exactly and only the rest summed: it dies out at
    both ends however small a and b are, and the rule then converges exponentially.
    """
    at_one = curve(np.ones_like(b))
    middle, width = psi(a + 1) - psi(b + 1), np.sqrt(polygamma(1, a + 1) + polygamma(1, b + 1))
    mean = at_zero + (at_one - at_zero) * a / (a + b)
    for step in np.arange(-16, 16.01, 0.25):
        logit = middle + step * width
        p = expit(logit)
        weight = np.exp(a * log_expit(logit) + b * log_expit(-logit) - betaln(a, b))
        mean += 0.25 * width * weight * (curve(p) - at_zero - (at_one - at_zero) * p)
    return mean


def _horizon(length: float) -> float:
    if not 0 <= length < np.inf:
        raise ValueError(f"A horizon is a length of time from now, not {length}.")
    return length
