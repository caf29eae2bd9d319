"""Cells: values of an answer's rows as JSON holds them."""

from typing import Any

import pandas as pd


def plain(value: Any) -> Any:
    """A cell as JSON holds it: ISO dates, null where there is no value."""
    if hasattr(value, "item"):
        value = value.item()
    if value is None or value is pd.NaT or (isinstance(value, float) and value != value):
        return None
    if hasattr(value, "isoformat"):
        return value.isoformat()[:10]
    return round(value, 10) if isinstance(value, float) else value
