"""How a table reaches its file: text columns, block by block, as a CSV without dirt."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

BLOCK = 200_000


def write_clean(path: Path, blocks: Iterable[pd.DataFrame]) -> None:
    """A CSV of the blocks as they stand: UTF-8, commas, quotes only where needed, one header."""
    with path.open("wb") as file:
        for i, block in enumerate(blocks):
            if i == 0:
                file.write((",".join(block.columns) + "\n").encode())
            fields = [_quoted(pa.array(block[name], pa.string())) for name in block.columns]
            lines = pc.binary_join_element_wise(pc.binary_join_element_wise(*fields, ","), "", "\n")
            file.write(b"".join(lines.cast(pa.binary()).to_pylist()))


def _quoted(column: pa.Array) -> pa.Array:
    needed = pc.match_substring_regex(column, '[",\r\n]')
    doubled = pc.binary_join_element_wise('"', pc.replace_substring(column, '"', '""'), '"', "")
    return pc.if_else(needed, doubled, column)


def slices(count: int, size: int | None = None) -> Iterator[slice]:
    """Consecutive slices of at most `size` (default: one block) that cover `count` rows; one empty slice where there is none."""
    step = size or BLOCK
    for start in range(0, max(count, 1), step):
        yield slice(start, min(start + step, count))


def texts(values: Iterable[str]) -> NDArray[np.object_]:
    """Strings as an array to take from by code."""
    return np.array(list(values), dtype=object)


def numbered(prefix: str, numbers: NDArray[np.integer], width: int) -> NDArray[np.object_]:
    """Ids such as C000042."""
    digits = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width, "0")
    return pc.binary_join_element_wise(prefix, digits, "").to_pandas().to_numpy()


def money(cents: NDArray[np.integer]) -> NDArray[np.object_]:
    """Whole cents as units with two decimals: 1250 is 12.50."""
    amount = pa.array(cents)
    whole = pc.divide(amount, 100)
    rest = pc.utf8_lpad(pc.subtract(amount, pc.multiply(whole, 100)).cast(pa.string()), 2, "0")
    return pc.binary_join_element_wise(whole.cast(pa.string()), rest, ".").to_pandas().to_numpy()


def joined(*parts: NDArray[np.object_] | str, by: str = " ") -> NDArray[np.object_]:
    """Text columns joined row by row."""
    columns = [p if isinstance(p, str) else pa.array(p, pa.string()) for p in parts]
    return pc.binary_join_element_wise(*columns, by).to_pandas().to_numpy()
