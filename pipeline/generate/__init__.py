"""A believable shop: four exports of any size, the dirt that real exports have, and the truth they were drawn from."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np

from pipeline.generate.dirt import write
from pipeline.generate.shop import customers, products, reviews, sales


def silent(_stage: str, _done: float) -> None:
    """Progress that nobody watches."""


def generate(
    out: Path,
    rows: int = 100_000,
    seed: int = 7,
    progress: Callable[[str, float], None] = silent,
) -> None:
    """Write the four files and `truth.json` into `out`: `rows` order lines over three years to 31 December 2025, plus dirt.

    Same arguments, same bytes.
    """
    out.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(seed)
    progress("Stocking the shelves", 0.0)
    shelf = products(random, max(40, min(2_000, rows // 250)))
    people = customers(random, max(50, rows // 20))
    progress("Selling", 0.2)
    lines = sales(random, rows, people, shelf)
    progress("Listening to customers", 0.6)
    voices = reviews(random, lines, max(20, rows // 15))
    tables = {
        "sales_transactions": lines,
        "customer_database": people,
        "product_catalog": shelf,
        "customer_reviews": voices,
    }
    planted = {}
    for i, (name, table) in enumerate(tables.items()):
        progress(f"Writing {name}.csv", 0.7 + 0.07 * i)
        planted[name] = write(out / f"{name}.csv", name, [table.astype(str)], len(table), random)
    truth = {"seed": seed, "rows": rows, "revenue": round(float(lines["total_amount"].sum()), 2), "dirt": planted}
    (out / "truth.json").write_text(json.dumps(truth, indent=1))
    progress("Done", 1.0)
