"""The bands of the risk of leaving: where each begins, said once."""

import numpy as np
import pandas as pd

BANDS = ("low", "medium", "high")
MEDIUM, HIGH = 0.33, 0.66  # medium from the one on, high above the other
MEANS = f"low below {MEDIUM * 100:.0f} %, medium to {HIGH * 100:.0f} %, high above"


def band(p: pd.Series) -> pd.Series:
    """The band of each probability."""
    return pd.Series(np.select([p < MEDIUM, p <= HIGH], BANDS[:2], BANDS[2]), p.index)
