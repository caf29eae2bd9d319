"""Scores: what the models say of each customer, published with the snapshot that they were made from."""

from collections.abc import Callable
from datetime import date

import pandas as pd

Scorer = Callable[..., pd.DataFrame]
VALUES = ("historic", "predicted", "total", "p_alive", "expected_orders", "expected_value")


def customer_value(orders: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """The lifetime value of every customer with an order, 365 days ahead; no rows where the orders cannot tell.

    `orders`: one row an order with customer_id, ordered_at, value. `attrs` holds `notes`, what the reader must be told,
    and `model`, the fitted parameters.
    """
    from ml.clv import CannotTell, fit  # scipy takes its time

    known = pd.DataFrame(
        {
            "customer_id": orders["customer_id"],
            "order_date": orders["ordered_at"],
            "total_amount": orders["value"].astype(float),
        }
    )
    try:
        model = fit(known, as_of)
    except CannotTell as reason:
        return _none(str(reason))
    frame = model.scores(known, as_of)
    frame.attrs["model"] = model.to_dict()
    return frame


def _none(reason: str) -> pd.DataFrame:
    columns = {"customer_id": pd.Series(dtype="string"), **{name: pd.Series(dtype=float) for name in VALUES}}
    frame = pd.DataFrame(columns)
    frame.attrs["notes"] = (reason,)
    return frame


SCORES: dict[str, Scorer] = {"customer_value": customer_value}
