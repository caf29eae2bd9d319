"""The dirt: what real exports suffer from, planted in exact numbers, one problem a row."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.random import Generator

Row = dict[str, str]
Spoil = Callable[[Row], Row]


def _set(column: str, value: str) -> Spoil:
    return lambda row: {**row, column: value}


def _day_first(row: Row) -> Row:
    day = pd.Timestamp(row["order_date"]).replace(day=25)
    return {**row, "order_date": day.strftime("%d/%m/%Y")}


def _back(row: Row) -> Row:
    return {**row, "quantity": f"-{row['quantity']}", "total_amount": f"-{row['total_amount']}"}


def _comma(row: Row) -> Row:
    return {
        **row,
        "unit_price": row["unit_price"].replace(".", ",") if "." in row["unit_price"] else row["unit_price"] + ",0",
    }


SPOILS: dict[str, dict[str, tuple[float, Spoil]]] = {
    "sales_transactions": {
        "missing_customer_id": (0.01, _set("customer_id", "")),
        "missing_region": (0.004, _set("region", "")),
        "missing_category": (0.004, _set("category", "")),
        "missing_total": (0.003, _set("total_amount", "")),
        "currency_sign": (0.002, lambda row: {**row, "total_amount": f"${row['total_amount']}"}),
        "decimal_comma": (0.002, _comma),
        "day_first_date": (0.002, _day_first),
        "surrounding_space": (0.002, lambda row: {**row, "region": f" {row['region']} "}),
        "return": (0.015, _back),
        "free": (0.002, lambda row: {**row, "unit_price": "0", "total_amount": "0"}),
        "unreadable_date": (0.001, _set("order_date", "someday")),
        "missing_date": (0.001, _set("order_date", "")),
        "future_date": (0.0005, _set("order_date", "2199-01-01")),
        "unreadable_number": (0.001, _set("quantity", "two")),
        "missing_id": (0.001, _set("order_id", "")),
        "orphan_customer": (0.002, _set("customer_id", "C999999")),
        "orphan_product": (0.002, _set("product_id", "P99999")),
    },
    "customer_database": {
        "missing_customer_name": (0.02, _set("customer_name", "")),
        "missing_email": (0.03, _set("email", "")),
        "invalid_email": (0.01, _set("email", "not an address")),
    },
    "product_catalog": {"several_categories": (0.05, lambda row: {**row, "category": row["category"] + "|Gifts"})},
    "customer_reviews": {
        "missing_review_text": (0.05, _set("review_text", "")),
        "invalid_rating": (0.005, _set("rating", "9")),
        "unreadable_number": (0.005, _set("rating", "five")),
    },
}
DOUBLED = 0.005


def soiled(random: Generator, name: str, table: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, int]]:
    """The table as text with its dirt, and how many rows of each kind of dirt there are. No row suffers twice."""
    text = table.astype(str)
    rows: list[Row] = text.to_dict("records")  # type: ignore[assignment]
    places = iter(random.permutation(len(rows)))
    planted = {}
    for rule, (share, spoil) in SPOILS[name].items():
        planted[rule] = max(1, round(share * len(rows)))
        for place in (next(places) for _ in range(planted[rule])):
            rows[place] = spoil(rows[place])
    clean = np.fromiter(places, int)
    planted["duplicate"] = max(1, round(DOUBLED * len(rows)))
    rows += [rows[place] for place in random.choice(clean, planted["duplicate"], replace=False)]
    return pd.DataFrame(rows, columns=list(text.columns)), planted
