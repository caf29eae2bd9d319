"""Intervals: how sure a share of a small number can be."""

from math import sqrt

Z95 = 1.959963984540054


def wilson(hits: float, n: float) -> tuple[float, float]:
    """The 95 % interval of a share of `hits` in `n` > 0 (Wilson 1927); it stays within 0 and 1."""
    share, squared = hits / n, Z95 * Z95
    middle = (share + squared / (2 * n)) / (1 + squared / n)
    half = Z95 / (1 + squared / n) * sqrt(share * (1 - share) / n + squared / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)
