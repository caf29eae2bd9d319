"""The dirt: what real exports suffer from."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.generate.writing import write_clean


def write(
    path: Path,
    name: str,  # noqa: ARG001
    blocks: Iterable[pd.DataFrame],
    rows: int,  # noqa: ARG001
    random: np.random.Generator,  # noqa: ARG001
) -> dict[str, int]:
    """Write a CSV of exactly `rows` clean rows, plus its dirt; return planted counts by rule."""
    write_clean(path, blocks)
    return {}
