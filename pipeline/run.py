"""The run: from a folder of files to a published snapshot, step by step."""

import hashlib
import inspect
import tempfile
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import ibis
import ibis.expr.types as ir
import pandas as pd

from pipeline import features, integrate
from pipeline.clean import clean
from pipeline.errors import DataError
from pipeline.files import File, recognise
from pipeline.ingest import Raw, ingest
from pipeline.integrate import UNKNOWN
from pipeline.lines import classify
from pipeline.report import report
from pipeline.snapshot import NoSnapshot, Snapshot, quoted
from pipeline.sources import SOURCES
from pipeline.values import MONEY
from pipeline.warehouse import Publication, Warehouse
from settings import Settings

RULES_VERSION = 1
Progress = Callable[[str, float], None]
Scores = Mapping[str, Callable[..., pd.DataFrame]]
NOBODY: Scores = {}
STEPS = (
    integrate.valid, integrate.reviews, integrate.ratings, integrate.products, integrate.orders, integrate.customers,
    integrate.dressed, integrate.sales, integrate.returns, features.customer_features, features.customer_categories, features.merged,
)  # fmt: skip
PUBLISHED = (
    "lines",
    "sales",
    "returns",
    "orders",
    "customers",
    "products",
    "reviews",
    "customer_features",
    "quarantine",
    "duplicates",
)
MONTHLY = frozenset({"lines", "sales"})
MEMBER_COLUMNS = ("region", "category", "customer_segment")
TOP_CATEGORIES = 10


def silent(_stage: str, _done: float) -> None:
    """Progress that nobody watches."""


def run_pipeline(
    settings: Settings, source: Path, progress: Progress = silent, replace: bool = False, scores: Scores = NOBODY
) -> Snapshot:
    """Load every file of a folder and publish what came of it. The folder is only read.

    `scores` are models: each names its table and is called with the tables, and `as_of`, that its parameters name.
    Raises `DataError` where the files cannot be loaded as they are; what is served stays as it was.
    """
    source = source.expanduser().resolve()
    before = remembered(settings)
    if before and before != source and not replace:
        raise DataError(f"This shop's data come from {before}. Add --replace to load {source} in their place.")
    warehouse = Warehouse(settings)
    with warehouse.writing(), tempfile.TemporaryDirectory(dir=warehouse.folder) as scratch:
        db = _database(settings, Path(scratch))
        progress("Looking at the files", 0.0)
        files, unknown = recognise(source)
        raws = {name: _loaded(db, file, Path(scratch), progress) for name, file in files.items()}
        progress("Putting the tables together", 0.5)
        as_of = _prepare(db, files)
        _run_steps(db, as_of, progress)
        _gather(db, files)
        progress("Asking the models", 0.78)
        told = _score(db, scores, as_of)
        progress("Balancing rows and cents", 0.8)
        account = {**report(db, raws), "files_not_used": unknown}
        progress("Publishing", 0.85)
        snapshot = warehouse.publish(db, _publication(db, settings, files, account, as_of, told))
        (warehouse.folder / "SOURCE").write_text(str(source))
        progress("Done", 1.0)
        return snapshot


def is_current(settings: Settings, source: Path, scores: Scores = NOBODY) -> bool:
    """Whether the snapshot being served was made from exactly these files by these rules and models."""
    try:
        made = Warehouse(settings).current().manifest
        files, _ = recognise(source.expanduser().resolve())
    except NoSnapshot:
        return False
    same = set(made.get("scores", {})) == set(scores)
    return same and made["rules"] == RULES_VERSION and made["files"] == _fingerprints(files)


def remembered(settings: Settings) -> Path | None:
    """The folder that this shop's data came from."""
    note = settings.warehouse / "SOURCE"
    return Path(note.read_text()) if note.exists() else None


def in_order(steps: Iterable[Callable[..., ir.Table]], given: set[str]) -> list[Callable[..., ir.Table]]:
    """The steps, each after those whose tables its parameters name."""
    waiting, ordered, known = list(steps), [], set(given)
    while waiting:
        ready = [step for step in waiting if set(inspect.signature(step).parameters) <= known]
        if not ready:
            raise ValueError(f"No table for the parameters of {[step.__name__ for step in waiting]}")
        ordered += ready
        known |= {step.__name__ for step in ready}
        waiting = [step for step in waiting if step not in ready]
    return ordered


def _database(settings: Settings, scratch: Path) -> duckdb.DuckDBPyConnection:
    db = duckdb.connect(scratch / "work.duckdb")
    db.execute(
        f"SET memory_limit = '{settings.memory_limit}'; SET threads = {settings.threads}; SET temp_directory = {quoted(scratch)}"
    )
    return db


def _loaded(db: duckdb.DuckDBPyConnection, file: File, scratch: Path, progress: Progress) -> Raw:
    step = list(SOURCES).index(file.source.name) * 0.1
    progress(f"Reading {file.path.name}", 0.05 + step)
    raw = ingest(file, scratch)
    progress(f"Cleaning {file.path.name}", 0.1 + step)
    clean(db, raw, date.today())
    return raw


def _prepare(db: duckdb.DuckDBPyConnection, files: dict[str, File]) -> date:
    """Lines with their kinds, an empty table for each file that is not there, and the last day of data."""
    sales = files["sales_transactions"]
    classify(db, sales.source.rules(sales.known_headers), "total_amount" in sales.places)
    for source in SOURCES.values():
        if source.name not in files:
            kinds = {"text": "VARCHAR", "number": MONEY, "day": "DATE", "moment": "TIMESTAMP"}
            columns = ", ".join(f'"{column.name}" {kinds[column.kind]}' for column in source.columns)
            db.execute(f"CREATE OR REPLACE TABLE {source.name} (line BIGINT, marks VARCHAR[], {columns})")
    last = db.sql(f"SELECT max(order_date) FROM lines WHERE kind IN {integrate.VALID}").fetchone()
    if not last or last[0] is None:
        raise DataError(f"{sales.path.name} holds no usable sale: see that quantity and amount are above zero.")
    return last[0]


def _run_steps(db: duckdb.DuckDBPyConnection, as_of: date, progress: Progress) -> None:
    connection = ibis.duckdb.from_connection(db)
    given: dict[str, object] = {
        name: connection.table(name).drop("marks", "money") if name == "lines" else connection.table(name)
        for name in ("lines", *SOURCES)
    }
    given |= {"as_of": as_of, "top_categories": _top_categories(db)}
    ordered = in_order(STEPS, set(given))
    for i, step in enumerate(ordered):
        progress(f"Making {step.__name__.replace('_', ' ')}", 0.5 + 0.3 * i / len(ordered))
        table = step(**{name: given[name] for name in inspect.signature(step).parameters})
        given[step.__name__] = connection.create_table(step.__name__, table, overwrite=True)


def _top_categories(db: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    found = db.sql(
        "SELECT coalesce(l.category, p.category) AS c FROM lines l LEFT JOIN product_catalog p USING (product_id) "
        f"WHERE c IS NOT NULL GROUP BY c ORDER BY sum(l.total_amount) DESC, c LIMIT {TOP_CATEGORIES}"
    )
    return tuple(name for (name,) in found.fetchall())


def _gather(db: duckdb.DuckDBPyConnection, files: dict[str, File]) -> None:
    """What was set aside, of all files, as one table each."""
    parts = " UNION ALL ".join(f"SELECT * EXCLUDE (money) FROM {name}_quarantine" for name in files)
    db.execute(f"CREATE OR REPLACE TABLE quarantine AS {parts}")
    parts = " UNION ALL ".join(
        f"SELECT '{name}' AS source, line, to_json(d)::VARCHAR AS row FROM {name}_duplicates d" for name in files
    )
    db.execute(f"CREATE OR REPLACE TABLE duplicates AS {parts}")


def _score(db: duckdb.DuckDBPyConnection, scores: Scores, as_of: date) -> dict[str, dict[str, object]]:
    """Make the table of each model; what it says beside its rows."""
    told: dict[str, dict[str, object]] = {}
    for name, model in scores.items():
        needs = inspect.signature(model).parameters
        frame = model(**{n: as_of if n == "as_of" else db.table(n).df() for n in needs})
        db.register("scored", frame)
        db.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM scored")
        told[name] = {key: frame.attrs[key] for key in ("notes", "model") if key in frame.attrs}
    return told


def _publication(
    db: duckdb.DuckDBPyConnection,
    settings: Settings,
    files: dict[str, File],
    account: dict[str, object],
    as_of: date,
    told: dict[str, dict[str, object]],
) -> Publication:
    now = datetime.now(UTC)
    prints = _fingerprints(files)
    digest = hashlib.sha256(repr((prints, RULES_VERSION, now)).encode()).hexdigest()[:8]
    first = (db.sql("SELECT min(order_date) FROM sales").fetchone() or (as_of,))[0]
    members = _members(db, settings)
    tables = (*PUBLISHED, *told)
    manifest = {
        "rules": RULES_VERSION,
        "published": now.isoformat(timespec="seconds"),
        "files": prints,
        "first_day": str(first),
        "as_of": str(as_of),
        "members": members,
        "lacks": [*_lacks(db, files), *(name for name in told if not _count(db, name))],
        "rows": {name: _count(db, name) for name in tables},
        "scores": told,
        "revenue": account["revenue"],
    }
    csvs = {
        "clean_transactions.csv": "SELECT * EXCLUDE (money, marks), array_to_string(marks, '|') AS marks FROM lines",
        "clean_reviews.csv": "SELECT * FROM reviews",
        "merged_analytics_data.csv": "SELECT * FROM merged ORDER BY line",
        "quarantine.csv": "SELECT * FROM quarantine",
        "duplicates.csv": "SELECT * FROM duplicates",
    }
    return Publication(
        f"{now:%Y%m%d-%H%M%S}-{digest}", tables, MONTHLY, csvs, {"cleaning_report.json": account}, manifest
    )


def _members(db: duckdb.DuckDBPyConnection, settings: Settings) -> dict[str, list[str]]:
    """Each small dimension's members by all-time revenue; those of the last snapshot keep their places, so that colours stay."""
    try:
        before = Warehouse(settings).current().members
    except NoSnapshot:
        before = {}
    out = {}
    for column in MEMBER_COLUMNS:
        now = [
            m for (m,) in db.sql(f"SELECT {column} FROM sales GROUP BY 1 ORDER BY sum(total_amount) DESC, 1").fetchall()
        ]
        kept = [m for m in before.get(column, ()) if m in now]
        out[column] = kept + [m for m in now if m not in kept]
    return out


def _lacks(db: duckdb.DuckDBPyConnection, files: dict[str, File]) -> list[str]:
    """Sources without a file, and dimensions without a known member."""
    absent = [name for name in SOURCES if name not in files]
    dark = [
        c
        for c in MEMBER_COLUMNS
        if not (db.sql(f"SELECT count(*) FROM sales WHERE {c} <> '{UNKNOWN}'").fetchone() or (0,))[0]
    ]
    return absent + dark


def _fingerprints(files: dict[str, File]) -> dict[str, list[object]]:
    return {
        name: [file.path.name, file.path.stat().st_size, file.path.stat().st_mtime_ns] for name, file in files.items()
    }


def _count(db: duckdb.DuckDBPyConnection, table: str) -> int:
    return int((db.sql(f"SELECT count(*) FROM {table}").fetchone() or (0,))[0])
