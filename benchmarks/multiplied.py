"""A larger shop: a published one several times over, each copy with customers and orders of its own."""

import json
from pathlib import Path

import duckdb
import ibis

from pipeline import compact
from pipeline.outputs import TABLES
from pipeline.snapshot import Snapshot

COPIED = {"sales": ("order_id", "customer_id"), "returns": ("order_id", "customer_id"), "customers": ("customer_id",),
          "customer_value": ("customer_id",)}  # fmt: skip
MADE = ("shoppers", "visits", "product_days", "product_repeats")


def multiplied(snapshot: Snapshot, times: int, home: Path) -> None:
    """Publish under `home` what the pages read, so many times over; the compact tables by the pipeline's own steps."""
    warehouse = home / "data" / "warehouse"
    (warehouse / "files").mkdir(parents=True)
    db = duckdb.connect(str(home / "work.duckdb"))
    db.execute("SET memory_limit = '6GB'")
    for name, ids in COPIED.items():
        _copy(db, snapshot, name, ids, times)
    connection = ibis.duckdb.from_connection(db)
    given = {"sales": connection.table("sales")}
    given["shoppers"] = connection.create_table("shoppers", compact.shoppers(given["sales"]))
    for name in MADE[1:]:
        step = getattr(compact, name)
        needs = ("sales", "shoppers") if name == "visits" else ("sales",)
        connection.create_table(name, step(*(given[n] for n in needs)))
    _publish(db, snapshot, warehouse)
    db.close()
    (home / "work.duckdb").unlink()


def _copy(db: duckdb.DuckDBPyConnection, snapshot: Snapshot, name: str, ids: tuple[str, ...], times: int) -> None:
    files = [str(snapshot.folder / "files" / part) for part in snapshot.manifest["tables"][name]]
    named = ", ".join(f"{column} || '-' || n AS {column}" for column in ids)
    db.execute(f"CREATE TABLE {name} AS SELECT * REPLACE ({named}) FROM read_parquet($files), range({times}) copies(n)",
               {"files": files})  # fmt: skip


def _publish(db: duckdb.DuckDBPyConnection, snapshot: Snapshot, warehouse: Path) -> None:
    tables, rows = {}, {}
    for name in (*COPIED, *MADE):
        order = f"ORDER BY {TABLES[name]}" if name in MADE else "ORDER BY order_date" if name == "sales" else ""
        db.execute(f"COPY (SELECT * FROM {name} {order}) TO '{warehouse}/files/{name}.parquet' (COMPRESSION zstd)")
        tables[name] = [f"{name}.parquet"]
        rows[name] = db.sql(f"SELECT count(*) FROM {name}").fetchall()[0][0]
    manifest = {**snapshot.manifest, "tables": tables, "rows": rows, "scores": snapshot.manifest.get("scores", {})}
    (warehouse / "snapshots" / snapshot.id).mkdir(parents=True)
    (warehouse / "snapshots" / snapshot.id / "manifest.json").write_text(json.dumps(manifest))
    (warehouse / "CURRENT").write_text(snapshot.id + "\n")
