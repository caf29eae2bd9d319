"""What is known of each customer: how often, how lately, how long and for how much they ordered."""

from datetime import date

import numpy as np
import pandas as pd

from ml.clv.fitted import CannotTell, Floats

MIN_REPEATERS = 50


def summary(orders: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """What the models know of each customer on the evening of `as_of`; indexed by customer_id, sorted.

    `orders`: valid orders with customer_id, order_date, total_amount, in any sequence; those without a customer and
    those after `as_of` are left out, those of one day count as one. Columns: frequency (repeat orders), recency (days
    from first to last), T (days from first to `as_of`), monetary_value (mean of the repeat orders; none: missing),
    historic (money to date).
    """
    _need(orders, "customer_id", "order_date", "total_amount")
    day = pd.to_datetime(orders.order_date).dt.normalize()
    known = orders.assign(order_date=day)[day <= pd.Timestamp(as_of)]
    visits = known.groupby(["customer_id", "order_date"], as_index=False).total_amount.sum()
    repeats = visits[visits.customer_id.duplicated()]
    by_customer = visits.groupby("customer_id")
    first, last = by_customer.order_date.min(), by_customer.order_date.max()
    return pd.DataFrame(
        {
            "frequency": by_customer.size() - 1,
            "recency": (last - first).dt.days,
            "T": (pd.Timestamp(as_of) - first).dt.days,
            "monetary_value": repeats.groupby("customer_id").total_amount.mean(),
            "historic": by_customer.total_amount.sum(),
        }
    )


def histories(frame: pd.DataFrame) -> tuple[Floats, Floats, Floats]:
    """Frequency, recency and T, if every history is one that can be."""
    x, recency, age = columns(frame, "frequency", "recency", "T")
    sound = (x >= 0) & (x % 1 == 0) & (recency >= 0) & (recency <= age) & ((x > 0) == (recency > 0)) & np.isfinite(age)
    if not sound.all():
        raise ValueError(
            f"{(~sound).sum()} customers have a history that cannot be: frequency counts repeat orders, "
            "0 <= recency <= T, and recency is 0 exactly where there is no repeat."
        )
    return x, recency, age


def columns(frame: pd.DataFrame, *names: str) -> list[Floats]:
    """The named columns as numbers."""
    _need(frame, *names)
    return [frame[name].to_numpy(float) for name in names]


def enough(repeaters: int) -> None:
    """`CannotTell` where so few came back that a fit would be chance."""
    if repeaters < MIN_REPEATERS:
        raise CannotTell(f"{repeaters} customers came back, {MIN_REPEATERS} are needed to see a pattern.")


def _need(frame: pd.DataFrame, *names: str) -> None:
    missing = [name for name in names if name not in frame]
    if missing:
        raise ValueError(f"The table lacks {', '.join(missing)}; it has {', '.join(map(str, frame.columns))}.")
