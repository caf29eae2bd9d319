"""The reasons: why a customer is given a probability, in words and in points."""

import numpy as np
import pandas as pd

from ml.churn.known import NAMES
from ml.churn.model import Churn

TOP = 3
WORDS = {
    "days_since_last_purchase": "{:,.0f} days since the last order",
    "customer_age_days": "{:,.0f} days since the first order",
    "mean_days_between_orders": "{:,.0f} days between orders on average",
    "overdue_ratio": "silent {:,.1f} times the usual gap",
    "purchase_count": "orders so far: {:,.0f}",
    "orders_recent": "orders in the last 90 days: {:,.0f}",
    "orders_before": "orders in the 90 days before: {:,.0f}",
    "order_trend": "orders of the last 90 days less those of the 90 before: {:+,.0f}",
    "is_one_time_buyer": "ordered once only",
    "clv": "revenue so far: {:,.0f}",
    "aov": "average order: {:,.0f}",
    "mean_rating_given": "mean rating given: {:.1f}",
    "reviews_given": "reviews written: {:,.0f}",
    "order_days": "days with an order: {:,.0f}",
    "categories_bought": "categories bought: {:,.0f}",
    "top_category_share": "{:.0%} of orders in the favourite category",
}
ABSENT = {
    "mean_days_between_orders": "no second order yet",
    "overdue_ratio": "no usual gap yet",
    "mean_rating_given": "no rating given",
    "top_category_share": "no category known",
}


def ranked(model: Churn, customers: pd.DataFrame, top: int = TOP) -> pd.DataFrame:
    """By customer, on their index: reason_1 ... reason_`top`, the features that moved the forest's vote the most."""
    shares = model.contributions(customers)[list(NAMES)].to_numpy()
    order = np.argsort(-np.abs(shares), axis=1, kind="stable")[:, :top]
    values = customers[list(NAMES)].to_numpy()
    rows = [[said(NAMES[j], values[i, j], shares[i, j]) for j in places] for i, places in enumerate(order)]
    return pd.DataFrame(rows, customers.index, [f"reason_{k + 1}" for k in range(top)])


def explained(model: Churn, customer: pd.DataFrame) -> pd.DataFrame:
    """One customer (one row of `known`), line by line: part, value, points, words; they add up to the probability.

    The first line is the base, then each feature by how far it moves the forest's vote, then the shift by blend and
    calibration. `attrs` holds `forest` and `probability`.
    """
    told = model.contributions(customer).iloc[0]
    features = pd.DataFrame(
        {"part": list(NAMES), "value": customer.iloc[0][list(NAMES)].to_numpy(), "points": told[list(NAMES)]}
    )
    features = features.sort_values("points", key=abs, ascending=False, kind="stable")
    words = [words_for(name, value) for name, value in zip(features["part"], features["value"], strict=True)]
    base = {
        "part": "base",
        "value": np.nan,
        "points": told["base"],
        "words": "the forest's vote before anything is known",
    }
    shift = {
        "part": "shift",
        "value": np.nan,
        "points": told["shift"],
        "words": "blending with the other models and calibration",
    }
    frame = pd.concat([pd.DataFrame([base]), features.assign(words=words), pd.DataFrame([shift])], ignore_index=True)
    frame.attrs |= {"forest": float(told["forest"]), "probability": float(told["probability"])}
    return frame


def words_for(feature: str, value: float) -> str:
    """The feature's value as part of a sentence."""
    if np.isnan(value):
        return ABSENT.get(feature, f"{feature.replace('_', ' ')} is not known")
    if feature == "is_one_time_buyer" and not value:
        return "ordered more than once"
    return WORDS[feature].format(value)


def said(feature: str, value: float, points: float) -> str:
    """With the points by which it raises or lowers the forest's vote."""
    return f"{words_for(feature, value)} ({100 * points:+.0f} points)"
