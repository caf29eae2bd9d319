"""The written members of groups, whichever arrays they were found in."""

import numpy as np

from analytics.beside import Column
from analytics.dimensions import Dimension
from analytics.memory.columns import Coded, Ints


def written(dimension: Dimension, key: Coded, codes: Ints) -> Column:
    """Texts, days, whole numbers; of missing ones what the warehouse gives."""
    if dimension.kind == "number":
        values = key.members.numbers[codes]
        return values if np.isnan(values).any() else values.astype("int64")
    timed = dimension.unit or dimension.kind == "month"
    return (key.members.objects_of_time if timed else key.members.objects)[codes]
