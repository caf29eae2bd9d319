"""A larger shop: a published one several times over, each copy with customers and orders of its own."""

import json
import shutil
from pathlib import Path

import duckdb

from pipeline.outputs import TABLES
from pipeline.snapshot import Snapshot

SALES = ("order_date", "total_amount", "quantity", "region", "category", "kind", "customer_segment", "signup_date",
         "first_order_date", "order_number", "product_id", "product_name")  # fmt: skip
COPIES = {
    "sales": f"SELECT order_id || '-' || n AS order_id, customer_id || '-' || n AS customer_id, {', '.join(SALES)}",
    "returns": "SELECT * REPLACE (order_id || '-' || n AS order_id, customer_id || '-' || n AS customer_id)",
    "orders": "SELECT * REPLACE (order_id || '-' || n AS order_id, customer_id || '-' || n AS customer_id)",
    "customers": "SELECT * REPLACE (customer_id || '-' || n AS customer_id)",
    "customer_value": "SELECT * REPLACE (customer_id || '-' || n AS customer_id)",
    "shoppers": "SELECT * REPLACE (customer_id || '-' || n AS customer_id, (shopper + n * $shoppers)::INT AS shopper)",
    "visits": 'SELECT * REPLACE ((shopper + n * $shoppers)::INT AS shopper, ("order" + n * $orders)::INT AS "order")',
    "product_repeats": "SELECT * REPLACE (order_id || '-' || n AS order_id)",
}
SUMMED = "cents * $times AS cents, thousandths * $times AS thousandths, (orders * $times)::INT AS orders"
ONCE = {"product_days": f"SELECT * REPLACE ({SUMMED})"}


def multiplied(snapshot: Snapshot, times: int, home: Path) -> None:
    """Publish under `home` what the pages read so many times over, all else once."""
    warehouse = home / "data" / "warehouse"
    (warehouse / "files").mkdir(parents=True)
    (warehouse / "snapshots" / snapshot.id).mkdir(parents=True)
    db = duckdb.connect()
    rows = {name: _copied(db, snapshot, name, times, warehouse) for name in (*COPIES, *ONCE)}
    others = {name: parts for name, parts in snapshot.manifest["tables"].items() if name not in rows}
    for part in (part for parts in others.values() for part in parts):
        shutil.copyfile(snapshot.folder / "files" / part, warehouse / "files" / part)
    tables = others | {name: [f"{name}.parquet"] for name in rows}
    manifest = {**snapshot.manifest, "tables": tables, "rows": snapshot.manifest["rows"] | rows}
    (warehouse / "snapshots" / snapshot.id / "manifest.json").write_text(json.dumps(manifest))
    report = Path("snapshots") / snapshot.id / "cleaning_report.json"
    (warehouse / report).write_bytes((snapshot.folder / report).read_bytes())
    (warehouse / "CURRENT").write_text(snapshot.id + "\n")


def _copied(db: duckdb.DuckDBPyConnection, snapshot: Snapshot, name: str, times: int, warehouse: Path) -> int:
    files = ", ".join(f"'{snapshot.folder}/files/{part}'" for part in snapshot.manifest["tables"][name])
    query = f"{(COPIES | ONCE)[name]} FROM read_parquet([{files}]), range({times if name in COPIES else 1}) copies(n)"
    for key, value in _numbers(snapshot, times).items():
        query = query.replace(f"${key}", str(value))
    order = TABLES.get(name, "customer_id") if name not in ("sales", "returns", "orders", "customers") else ""
    target = warehouse / "files" / f"{name}.parquet"
    db.execute(f"COPY ({query} {order and 'ORDER BY ' + order}) TO '{target}' (FORMAT parquet)")
    return int(db.sql(f"SELECT count(*) FROM '{target}'").fetchall()[0][0])


def _numbers(snapshot: Snapshot, times: int) -> dict[str, int]:
    """More than the orders of one copy, as many as its customers, and the copies."""
    rows = snapshot.manifest["rows"]
    return {"shoppers": rows["shoppers"], "orders": rows["visits"] + 1, "times": times}
