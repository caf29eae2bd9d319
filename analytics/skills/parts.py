"""Parts: what share of a whole a selection is."""

from dataclasses import replace

import pandas as pd

from analytics.errors import QuestionError
from analytics.filters import Filters
from analytics.metrics import METRICS
from analytics.queries import Query
from pipeline.warehouse import Snapshot


def part(query: Query, filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
    """One row: the metric under the filters, the `whole` without those of the dimension `query.per`, and the `share`."""
    name = query.metrics[0]
    if not METRICS[name].additive and METRICS[name].unit != "count":
        raise QuestionError(f"{METRICS[name].label} is a ratio; it has no share.")
    plain = replace(query, skill="", per="", share=False)
    some, whole = (float(plain(f, snapshot)[name].iloc[0]) for f in (filters, filters.without(query.per)))
    return pd.DataFrame({name: [some], "whole": [whole], "share": [some / whole if whole else float("nan")]})
