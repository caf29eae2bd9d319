"""The outputs: which tables and files a snapshot holds, and the manifest that says what it was made of."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import ibis
import ibis.expr.types as ir
from ibis import _

from pipeline.engine import STAYS, Place, There
from pipeline.engine import told as engine_told
from pipeline.files import File, candidates
from pipeline.integrate import UNKNOWN
from pipeline.layouts import Layouts
from pipeline.months import MONTHLY, Monthly
from pipeline.snapshot import NoSnapshot, named
from pipeline.sources import OPTIONAL, SOURCES
from pipeline.version import rules_version
from pipeline.warehouse import Publication, Warehouse
from settings import Settings

TABLES = {
    **MONTHLY,
    "returns": "line",
    "orders": "customer_id, order_number",
    "split_orders": "order_id",
    "customers": "customer_id",
    "products": "product_id",
    "reviews": "line",
    "customer_features": "customer_id",
    "product_features": "product_id",
    "quarantine": "source, line",
    "duplicates": "source, line",
    "shoppers": "shopper",
    "product_repeats": "order_id, product_id, order_date, product_name, region, category, customer_segment",
    "spend": "line",
    "acquired": "customer_id",
    "came_back": "line",
    "stock": "product_id",
    "plan": "line, order_date",
    **dict.fromkeys(OPTIONAL, "line"),
}
MEMBER_COLUMNS = ("region", "category", "customer_segment")
CSVS = {
    "clean_transactions.csv": "SELECT line, order_id, customer_id, product_id, product_name, ordered_at, order_date, quantity, "
    "unit_price, total_amount, region, category, categories, kind, array_to_string(marks, '|') AS marks FROM dressed",
    "clean_reviews.csv": "SELECT * FROM reviews ORDER BY line",
    "merged_analytics_data.csv": "SELECT * FROM merged",
    "quarantine.csv": "SELECT * FROM quarantine ORDER BY source, line",
    "duplicates.csv": "SELECT * FROM duplicates ORDER BY source, line",
}
OF_LINES = ("clean_transactions.csv", "merged_analytics_data.csv")
BY_DAY = dict.fromkeys(MONTHLY, "order_date") | {"orders": "ordered_at"}
LOCAL = ("quarantine", "duplicates", *OPTIONAL)


def publication(
    db: duckdb.DuckDBPyConnection,
    settings: Settings,
    files: dict[str, File],
    account: dict[str, object],
    as_of: date,
    told: Mapping[str, Mapping[str, object]],
    place: Place,
    source: Path,
    outputs: bool = True,
) -> Publication:
    """What is to be published of the tables in `db`, made of the files in `source`; gathers what was set aside of all files.
    What `stays` in another place is named, not fetched.

    `told` names the models' tables and what the models say beside them; the CSV files are written where `outputs`.
    """
    _gather(db, files)
    for name in OPTIONAL:
        db.execute(f"ALTER TABLE {name} DROP COLUMN IF EXISTS marks")
    now, prints, rules = datetime.now(UTC), fingerprints(source), rules_version()
    digest = hashlib.sha256(repr((prints, rules, now)).encode()).hexdigest()[:8]
    tables = TABLES | keys(told)
    stays = {name: place.schema for name in tables if name not in LOCAL} if isinstance(place, There) else {}
    away = STAYS if stays else ()
    rows = {name: _count(place.table(name)) if name in away else _rows(db, name) for name in tables}
    manifest = {
        "rules": rules,
        "published": now.isoformat(timespec="seconds"),
        "files": prints,
        "source": str(source),
        "answers": Layouts(settings.layouts).digest(),
        **_of_sales(place.table("sales"), as_of, settings),
        "lacks": [*_lacks(place.table("sales"), rows, files), *(name for name in told if not rows[name])],
        "rows": rows,
        "scores": dict(told),
        "revenue": account["revenue"],
        "orders": _orders(place),
        **({"engine": engine_told(settings.engine, stays)} if stays else {}),
    }
    csvs = {file: [query] for file, query in CSVS.items() if outputs and not (stays and file in OF_LINES)}
    made = place.parts() if isinstance(place, Monthly) else {}
    if isinstance(place, Monthly):
        csvs |= {file: place.in_turn(CSVS[file]) for file in OF_LINES if outputs}
        manifest |= place.told()
    written = {name: key for name, key in tables.items() if name not in made and name not in away}
    return Publication(named(now, digest), written, BY_DAY, csvs, {"cleaning_report.json": account}, manifest, made)


def _of_sales(sales: ir.Table, as_of: date, settings: Settings) -> dict[str, object]:
    """The days that the sales cover, and the members of the small dimensions."""
    first_day = str(sales.order_date.min().to_pyarrow().as_py())
    return {"first_day": first_day, "as_of": str(as_of), "members": _members(sales, settings)}


def keys(told: Mapping[str, Mapping[str, object]]) -> dict[str, str]:
    """The models' tables and the order of their rows: one row a customer unless a model says otherwise."""
    return {name: str(said.get("key", "customer_id")) for name, said in told.items()}


def fingerprints(folder: Path) -> dict[str, list[int]]:
    """Size and time of change of every file in the folder that could be an export."""
    return {path.name: [path.stat().st_size, path.stat().st_mtime_ns] for path in sorted(candidates(folder))}


def _gather(db: duckdb.DuckDBPyConnection, files: dict[str, File]) -> None:
    """What was set aside, of all files, as one table each."""
    parts = " UNION ALL ".join(f"SELECT * EXCLUDE (money) FROM {name}_quarantine" for name in files)
    db.execute(f"CREATE OR REPLACE TABLE quarantine AS {parts}")
    parts = " UNION ALL ".join(
        f"SELECT '{name}' AS source, line, to_json(d)::VARCHAR AS row FROM {name}_duplicates d" for name in files
    )
    db.execute(f"CREATE OR REPLACE TABLE duplicates AS {parts}")


def _rows(db: duckdb.DuckDBPyConnection, name: str) -> int:
    return int((db.sql(f"SELECT count(*) FROM {name}").fetchone() or (0,))[0])


def _count(table: ir.Table) -> int:
    return int(table.count().to_pandas())


def _orders(place: Place) -> int:
    """Different order ids: the baskets, less those beyond the first of an order."""
    baskets, split = place.table("baskets").order_id.count(), place.table("split_orders")
    again = split.aggregate(n=split.baskets.sum().fill_null(0) - split.count()).n.as_scalar()
    return int((baskets - again).to_pyarrow().as_py())


def _members(sales: ir.Table, settings: Settings) -> dict[str, list[str]]:
    """Each small dimension's members by all-time revenue; those of the last snapshot keep their places, so that colours stay."""
    try:
        before = Warehouse(settings).current().members
    except NoSnapshot:
        before = {}
    out = {}
    for column in MEMBER_COLUMNS:
        sums = sales.group_by(column).aggregate(revenue=_.total_amount.sum())
        now = sums.order_by(ibis.desc("revenue"), column)[column].to_pyarrow().to_pylist()
        kept = [member for member in before.get(column, ()) if member in now]
        out[column] = kept + [member for member in now if member not in kept]
    return out


def _lacks(sales: ir.Table, rows: Mapping[str, int], files: dict[str, File]) -> list[str]:
    """Sources without a file, dimensions without a known member, and what the metrics of optional columns need."""
    known = {column: sales[column] != UNKNOWN for column in (*MEMBER_COLUMNS, "channel")} | {
        "cost": sales.margin.notnull()
    }
    found = (
        sales.aggregate(**{name: is_.sum().fill_null(0) for name, is_ in known.items()}).to_pandas().iloc[0].to_dict()
    )
    found |= {name: rows[name] for name in ("came_back", "stock")}
    return [name for name in SOURCES if name not in files] + [str(name) for name, count in found.items() if not count]
