"""The features: what the models read of a customer, listed, versioned, and readable as of any day."""

import hashlib
import inspect
from datetime import date
from functools import cache

import pandas as pd

from analytics.errors import QuestionError
from ml.churn import MEANS, NAMES, examples, known, left
from ml.churn.known import OWN
from pipeline import features
from pipeline.snapshot import Snapshot


@cache
def version() -> str:
    """A name for the definitions as they are: it changes whenever the code that makes a feature does."""
    texts = (inspect.getsource(part) for part in (features, known, examples, left))
    return hashlib.sha256("".join(texts).encode()).hexdigest()[:10]


def listed() -> pd.DataFrame:
    """Every feature with its table, what it means, and whether the churn model reads it."""
    rows = [{"feature": f.name, "table": f.table, "means": f.means} for f in features.FEATURES.values()]
    rows += [{"feature": name, "table": "churn", "means": MEANS[name]} for name in OWN]
    frame = pd.DataFrame(rows)
    return frame.assign(churn=frame["feature"].isin(NAMES) & frame["table"].isin(("customer_features", "churn")))


def as_of(day: date, snapshot: Snapshot) -> pd.DataFrame:
    """What the churn model would have read of every customer on a day: customer_id, then the features, as floats.

    The same, bit for bit, whatever came after that day. `QuestionError` for a day outside the data.
    """
    if not snapshot.first_day <= day <= snapshot.as_of:
        raise QuestionError(f"There are data from {snapshot.first_day} to {snapshot.as_of}; choose a day among them.")
    return known(snapshot.table("sales"), snapshot.table("reviews"), day).reset_index()
