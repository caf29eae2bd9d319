"""The lifetime value of every customer of a shop, from its orders."""

import json
from dataclasses import asdict, dataclass
from datetime import date
from typing import Self

import pandas as pd

from ml.clv.bg_nbd import BgNbd, fit_bg_nbd
from ml.clv.gamma_gamma import GammaGamma, fit_gamma_gamma
from ml.clv.histories import summary


def scores(orders: pd.DataFrame, as_of: date, horizon_days: int = 365) -> pd.DataFrame:
    """One row per customer: what they brought, and what they will bring in the `horizon_days` after `as_of`.

    `orders` as for `summary`. Columns: customer_id, historic, predicted = expected_orders x expected_value,
    total = historic + predicted, p_alive, expected_orders, expected_value (of one order). Money is in the unit of the
    orders; no discounting, no season. `attrs["notes"]` holds what the reader must be told. `CannotTell` as for the fits.
    """
    return fit(orders, as_of).scores(orders, as_of, horizon_days)


def fit(orders: pd.DataFrame, as_of: date) -> "Clv":
    """Both models, from the orders up to and with `as_of`."""
    customers = summary(orders, as_of)
    return Clv(fit_bg_nbd(customers), fit_gamma_gamma(customers))


@dataclass(frozen=True)
class Clv:
    """Both models of one shop, fitted to its orders up to a day."""

    buying: BgNbd
    spending: GammaGamma

    @property
    def notes(self) -> tuple[str, ...]:
        return self.buying.notes

    def scores(self, orders: pd.DataFrame, as_of: date, horizon_days: int = 365) -> pd.DataFrame:
        """As the function `scores`, by models fitted earlier; the models count in days."""
        customers = summary(orders, as_of)
        orders_to_come = self.buying.expected_purchases(customers, horizon_days)
        value = self.spending.expected_spend(customers)
        predicted = orders_to_come * value
        frame = pd.DataFrame(
            {
                "historic": customers.historic,
                "predicted": predicted,
                "total": customers.historic + predicted,
                "p_alive": self.buying.p_alive(customers),
                "expected_orders": orders_to_come,
                "expected_value": value,
            }
        ).reset_index()
        frame.attrs["notes"] = self.notes
        return frame

    def to_dict(self) -> dict[str, dict[str, float]]:
        """The parameters of both, by model and name."""
        return asdict(self)

    def to_json(self) -> str:
        return json.dumps(self.to_dict())

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The models that `to_json` wrote, equal to the last bit; `ValueError` if `text` is of another kind."""
        parts = json.loads(text)
        if set(parts) != {"buying", "spending"}:
            raise ValueError(f"Not a written Clv: {text[:60]}")
        return cls(BgNbd.of(parts["buying"]), GammaGamma.of(parts["spending"]))
