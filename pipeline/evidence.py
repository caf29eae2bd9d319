"""The evidence: what quantity times price tells of totals such as 1,234, that may be read with thousands or with decimals."""

from collections.abc import Mapping
from itertools import product
from typing import Literal

import duckdb

from pipeline import values
from pipeline.files import File

Decimal = Literal["", ".", ","]
FACTORS = ("quantity", "unit_price", "total_amount")
WAYS: tuple[tuple[Decimal, ...], ...] = tuple(product((".", ","), repeat=3))
FEW, MOST = 3, 0.95  # rows that are no evidence yet; the share of them for which it has to come out


def products(db: duckdb.DuckDBPyConnection, file: File) -> tuple[int, ...]:
    """Of the sales of a block with an open number and all three: how many there are, and for how many the total is the product,
    for each of the `WAYS` to read quantity, price and total."""
    if not set(FACTORS) <= set(file.places):
        return ()
    bare = ", ".join(f"{values.bare(f'{name}_text')} AS {name}" for name in FACTORS)
    open_ = " OR ".join(f"regexp_full_match({name}, '{values.OPEN.pattern}')" for name in FACTORS)
    read = ", ".join(f'{_read(name, way)} AS "{name}{way}"' for name in FACTORS for way in (".", ","))
    rows = f"SELECT {read} FROM (SELECT {bare} FROM {file.source.name}_text) WHERE {open_}"
    whole = " AND ".join(f'"{name}{way}" <> 0' for name in FACTORS for way in (".", ","))
    return db.sql(f"SELECT count(*), {', '.join(map(_holds, WAYS))} FROM ({rows}) WHERE {whole}").fetchone() or ()


def settled(
    decimals: Mapping[str, Decimal | None], open_: set[str], sure: Mapping[str, set[str]], told: tuple[int, ...]
) -> dict[str, Decimal | None]:
    """The columns that have to be read in another way than `decimals` says for the totals to be the products: what stands before
    their decimals; nothing where that has to be asked, as what is `sure` of the column tells otherwise."""
    if not told or told[0] < FEW:
        return {}
    held = dict(zip(WAYS, told[1:], strict=True))
    if max(held[way] for way in WAYS if _agrees(way, decimals)) * 2 >= told[0] and None not in decimals.values():
        return {}
    free = [i for i, name in enumerate(FACTORS) if name in open_]
    fits = {tuple(way[i] for i in free) for way in WAYS if held[way] >= told[0] * MOST}
    if len(fits) != 1:
        return {}
    ways = {FACTORS[i]: way for i, way in zip(free, *fits, strict=True)}
    return {name: None if sure[name] - {way} else way for name, way in ways.items() if decimals[name] != way}


def _agrees(way: tuple[Decimal, ...], decimals: Mapping[str, Decimal | None]) -> bool:
    return all(decimals[name] in (mark, "", None) for name, mark in zip(FACTORS, way, strict=True))


def _read(bare: str, decimal: Decimal) -> str:
    form = values.number_form(bare, values.is_plain(bare), values.Styles(decimal=decimal))
    return f"{values.number(bare, form)}::DOUBLE"


def _holds(way: tuple[Decimal, ...]) -> str:
    quantity, price, total = (f'"{name}{mark}"' for name, mark in zip(FACTORS, way, strict=True))
    return f"count(*) FILTER (abs({quantity} * {price} - {total}) <= greatest(0.011, 0.006 * abs({quantity})))"
