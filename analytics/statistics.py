"""Statistics: what can be said of a share that was counted on few."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Z95 = 1.959963984540054
FEW, TOO_FEW = 30, 5  # below the one a share is told with its interval, below the other not at all


def wilson(hits: Floats | float, of: Floats | float) -> tuple[Floats, Floats]:
    """The 95 % interval of each share `hits / of` (Wilson 1927), as fractions; nothing where `of` is 0."""
    of = np.where(np.asarray(of) > 0, of, np.nan)
    share, spread = hits / of, Z95**2 / of
    middle = (share + spread / 2) / (1 + spread)
    half = np.sqrt(share * (1 - share) * spread + spread**2 / 4) / (1 + spread)
    return np.clip(middle - half, 0, 1), np.clip(middle + half, 0, 1)
