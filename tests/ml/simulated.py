"""A shop of which everything is known: customers buy at random and leave for ever, as BG/NBD has it."""

from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

FIRST = date(2024, 1, 1)
DAYS = 500
TRUE = {"r": 0.8, "alpha": 25.0, "a": 1.0, "b": 4.0}


@dataclass(frozen=True)
class Shop:
    sales: ir.Table
    reviews: ir.Table
    as_of: date


def simulated(customers: int = 2400, seed: int = 5) -> Shop:
    """Orders of `customers` who came in the first 300 of 500 days; transactions and nothing else."""
    random = np.random.default_rng(seed)
    rate = random.gamma(TRUE["r"], 1 / TRUE["alpha"], customers)
    leave = random.beta(TRUE["a"], TRUE["b"], customers)
    rows = []
    for i in range(customers):
        day = float(random.integers(0, 300))
        while day < DAYS:
            rows.append((f"C{i:05d}", int(day), float(round(random.gamma(4, 10)))))
            if len(rows) > 1 and random.random() < leave[i] and rows[-2][0] == rows[-1][0]:
                break
            day += random.exponential(1 / max(rate[i], 1e-9))
    return shop(pd.DataFrame(rows, columns=["customer_id", "day", "total_amount"]))


def shop(orders: pd.DataFrame) -> Shop:
    """A shop of orders with customer_id, day (0 for the first) and total_amount; one category, no review."""
    frame = pd.DataFrame(
        {
            "customer_id": orders["customer_id"],
            "order_id": [f"O{i}" for i in range(len(orders))],
            "order_date": pd.Timestamp(FIRST) + pd.to_timedelta(orders["day"], unit="D"),
            "total_amount": orders["total_amount"],
            "category": "Unknown",
        }
    )
    return Shop(dated(frame, "order_date"), no_reviews(), FIRST + timedelta(days=DAYS))


def dated(frame: pd.DataFrame, day: str) -> ir.Table:
    return ibis.memtable(frame).mutate(**{day: ibis._[day].date()})


def no_reviews() -> ir.Table:
    kinds = {"customer_id": "str", "review_date": "datetime64[ns]", "rating": "float64"}
    return dated(pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()}), "review_date")
