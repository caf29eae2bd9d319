"""What an order of each customer is worth."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import gammaln, psi

from ml.clv.fitted import CannotTell, Fitted, Floats, largest
from ml.clv.histories import columns, enough


@dataclass(frozen=True)
class GammaGamma(Fitted):
    """What an order is worth (Gamma-Gamma; Fader and Hardie 2013).

    It believes that a customer's orders vary around a mean of their own, Gamma(p, .), that these means vary between
    customers as Gamma(q, v), and that they have nothing to do with how often a customer orders. Money and v are in
    the unit of the orders.
    """

    p: float
    q: float
    v: float
    log_likelihood: float

    def expected_spend(self, customers: pd.DataFrame) -> pd.Series:
        """Each customer's mean value of an order to come: their own mean drawn towards that of all."""
        x, mean = columns(customers.fillna({"monetary_value": 0.0}), "frequency", "monetary_value")
        return pd.Series(self.p * (self.v + x * mean) / (self.p * x + self.q - 1), customers.index)


def fit_gamma_gamma(frame: pd.DataFrame) -> GammaGamma:
    """The Gamma-Gamma of greatest likelihood for customers with `frequency` and `monetary_value`.

    Customers without a repeat order and those whose repeat orders were free are left out: they say nothing about
    spend. `CannotTell` with fewer than 50 left, or if their means vary so widely that no average exists (q <= 1).
    """
    x, mean = columns(frame, "frequency", "monetary_value")
    paid = (x > 0) & (mean > 0)
    enough(int(paid.sum()))
    x, scale = x[paid], mean[paid].mean()
    found, log_likelihood = largest(lambda at: _gamma_gamma(at, x, mean[paid] / scale), ([5.0, 4.0, 1.0],))
    p, q, v = found.tolist()
    if q <= 1:
        raise CannotTell(f"Order values vary too widely to have an average (q = {q:.2f}): set extreme orders aside.")
    return GammaGamma(p, q, v * float(scale), log_likelihood - float(paid.sum() * np.log(scale)))


def _gamma_gamma(at: Floats, x: Floats, mean: Floats) -> tuple[float, Floats]:
    """Log-likelihood (equation 1a of the note) and its slope along the logs of p, q and v."""
    p, q, v = at
    shape, total = p * x + q, np.log(v + x * mean)
    each = gammaln(shape) - gammaln(p * x) - gammaln(q) + q * np.log(v)
    each += p * x * np.log(x * mean) - np.log(mean) - shape * total
    slope = (
        p * x * (psi(shape) - psi(p * x) + np.log(x * mean) - total),
        q * (psi(shape) - psi(q) + np.log(v) - total),
        q - v * shape / (v + x * mean),
    )
    return float(each.sum()), np.array([s.sum() for s in slope])
