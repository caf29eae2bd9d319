"""A clean shop with all its extras, read back from its files; its truth beside it, to compare with and never to estimate from."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipeline.generate import generate

ROWS, SEED = 300_000, 5
FIRST, LAST = pd.Timestamp("2023-01-01"), pd.Timestamp("2025-12-31")


@dataclass
class Made:
    """A generated folder. `read` gives a file, `truth` what was planted."""

    folder: Path
    kept: dict[str, pd.DataFrame] = field(default_factory=dict)

    @property
    def truth(self) -> dict[str, Any]:
        return json.loads((self.folder / "truth.json").read_text())

    def read(self, name: str) -> pd.DataFrame:
        if name not in self.kept:
            self.kept[name] = pd.read_csv(self.folder / f"{name}.csv", keep_default_na=False)
        return self.kept[name]

    @property
    def sales(self) -> pd.DataFrame:
        """Sales with `day` and `week` (its Monday)."""
        if "sales" not in self.kept:
            sales = self.read("sales_transactions").assign(order_date=lambda t: pd.to_datetime(t.order_date))
            day = sales.order_date.dt.normalize()
            self.kept["sales"] = sales.assign(day=day, week=day - pd.to_timedelta(day.dt.dayofweek, unit="D"))
        return self.kept["sales"]

    @property
    def orders(self) -> pd.DataFrame:
        """One row an order, in the sequence of each customer: whose, when, where, for how much, and when the next one came."""
        if "orders" not in self.kept:
            lines = self.sales.groupby("order_id", sort=False)
            orders = lines.agg(
                customer_id=("customer_id", "first"), order_date=("order_date", "first"), day=("day", "first"),
                region=("region", "first"), total_amount=("total_amount", "sum"),
            ).sort_values(["customer_id", "order_date"])  # fmt: skip
            orders["number"] = orders.groupby("customer_id").cumcount() + 1
            orders["next_day"] = orders.groupby("customer_id").day.shift(-1)
            self.kept["orders"] = orders
        return self.kept["orders"]


def make(folder: Path, **options: Any) -> Made:
    generate(folder, **options)
    return Made(folder)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The shop from which the planted facts are recovered."""
    return make(tmp_path_factory.mktemp("clean"), rows=ROWS, seed=SEED, extras=True, dirt=False)


@pytest.fixture
def shop_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Made]:
    """Further shops, as small as a test allows."""
    return lambda **options: make(tmp_path_factory.mktemp("shop"), **{"dirt": False, **options})


def close(found: float, planted: float, share: float) -> bool:
    """Whether `found` is within `share` of what was planted."""
    return bool(np.isclose(found, planted, rtol=share, atol=0))
