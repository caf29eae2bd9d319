"""A believable shop: four exports of any size, the extras on request, and the truth they were drawn from."""

import json
from pathlib import Path

from pipeline.generate import dirt as dirty
from pipeline.generate.reviews import review
from pipeline.generate.shop import open_shop, stream
from pipeline.generate.stock import take_stock
from pipeline.generate.tables import Table, tables
from pipeline.generate.truth import customers, truth
from pipeline.generate.writing import write_clean
from pipeline.progress import Progress, silent

SOILED = ("sales_transactions", "customer_database", "product_catalog", "customer_reviews")


def generate(
    out: Path,
    rows: int = 100_000,
    seed: int = 7,
    progress: Progress = silent,
    extras: bool = False,
    dirt: bool = True,
) -> None:
    """Write the four files, `truth.json` and `truth_customers.parquet` into `out`: `rows` order lines over the years 2023
    to 2025, plus dirt. `extras` adds the optional files and the buying columns of the products.

    Same arguments, same bytes; neither extras nor dirt change the clean rows. docs/generator.md tells what is planted.
    `ValueError` for less than one row.
    """
    if rows < 1:
        raise ValueError(f"A shop needs at least one order line, not {rows}.")
    out.mkdir(parents=True, exist_ok=True)
    progress("Selling", 0.0)
    shop = open_shop(rows, seed)
    progress("Listening to customers", 0.4)
    reviews, stock = review(shop, max(20, rows // 15)), take_stock(shop)
    planted = {}
    for i, table in enumerate(tables(shop, reviews, stock, extras)):
        progress(f"Writing {table.name}.csv", min(0.95, 0.5 + 0.1 * i))
        planted[table.name] = _write(out, table, seed, dirt and table.name in SOILED)
    customers(shop).to_parquet(out / "truth_customers.parquet")
    known = truth(shop, reviews, stock, {name: counts for name, counts in planted.items() if counts})
    (out / "truth.json").write_text(json.dumps(known, indent=1))
    progress("Done", 1.0)


def _write(out: Path, table: Table, seed: int, dirt: bool) -> dict[str, int]:
    path = out / f"{table.name}.csv"
    if dirt:
        return dirty.write(path, table.name, table.blocks, table.rows, stream(seed, f"dirt {table.name}"))
    write_clean(path, table.blocks)
    return {}
