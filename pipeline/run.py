"""The run: from a folder of files to a published snapshot, step by step."""

import inspect
import tempfile
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path

import duckdb
import ibis.expr.types as ir
import pandas as pd

from pipeline import compact, features, integrate, optional
from pipeline.before import Before
from pipeline.clean import absent, beside, compare, compared
from pipeline.currencies import doubt_the_rates
from pipeline.doubts import doubt_the_columns
from pipeline.engine import STAYS, Here, Place, Step, There, kind_of
from pipeline.errors import DataError
from pipeline.history import recorded
from pipeline.intake import intake
from pipeline.layouts import Layouts
from pipeline.lines import VALID, classify, survey, told_apart
from pipeline.mistaken import mistaken_together
from pipeline.months import Monthly
from pipeline.outputs import TABLES, fingerprints, publication, rules_version
from pipeline.progress import Progress, silent
from pipeline.report import report
from pipeline.reuse import Read
from pipeline.rules import RULES
from pipeline.snapshot import NoSnapshot, Snapshot, quoted
from pipeline.sources import SOURCES
from pipeline.warehouse import Warehouse
from settings import Settings

Scores = Mapping[str, Callable[..., pd.DataFrame]]
NOBODY: Scores = {}
STEPS = (
    integrate.valid, integrate.reviews, integrate.ratings, integrate.products, integrate.baskets, integrate.orders,
    integrate.split_orders, integrate.numbered, integrate.customers, integrate.dressed, integrate.sales, integrate.returns,
    optional.first_touches, optional.spend, optional.acquired, optional.came_back, optional.stock, optional.plan,
    features.customer_features, features.product_features,
    compact.shoppers, compact.visits, compact.repeated, compact.product_days,
    compact.product_repeats,
)  # fmt: skip
HANDED_OUT = (features.customer_categories, features.merged)
TOP_CATEGORIES = 10
FLIPS = (
    "join_order,build_side_probe_side"  # a join's right side is the small one everywhere: to hash wide lines is dear
)


@recorded
def run_pipeline(
    settings: Settings,
    source: Path,
    progress: Progress = silent,
    replace: bool = False,
    scores: Scores = NOBODY,
    outputs: bool = True,
) -> Snapshot:
    """Load every file of a folder and publish what came of it. The folder is only read.

    The CSV files are written where `outputs`, else they stay those of the snapshot that last wrote them.
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
        taken = intake(settings, source, Path(scratch), progress)
        files = {name: read.file for name, read in taken.reads.items()}
        place = _place(settings, db, Path(scratch), warehouse)
        account = {**load(db, taken.reads, Path(scratch), progress, place, outputs), "files_not_used": taken.unknown}
        as_of = _last_day(db, taken.reads)
        progress("Asking the models", 0.82)
        told = score(db, scores, as_of, settings, place.table)
        progress("Publishing", 0.85)
        if isinstance(place, There):
            _send(told, place, db, Path(scratch))
        what = publication(db, settings, files, account, as_of, told, place, source, outputs)
        snapshot = warehouse.publish(db, what, lambda: progress("Serving the new data", 0.99))
        warehouse.tidy_engine()
        progress("Done", 1.0)
        return snapshot


def load(
    db: duckdb.DuckDBPyConnection,
    reads: dict[str, Read],
    scratch: Path,
    progress: Progress,
    place: Place,
    outputs: bool = True,
) -> dict[str, object]:
    """Make every table of these files in `db` and `place`, and the account of what became of each row and cent."""
    judge(db, reads, progress, place)
    if isinstance(place, There):
        _send(("lines", *SOURCES), place, db, scratch)
    handed_out = isinstance(place, Here) and outputs
    _run_steps(db, _last_day(db, reads), progress, place, (*STEPS, *HANDED_OUT) if handed_out else STEPS)
    progress("Balancing rows and cents", 0.8)
    return report(db, reads, place, ("sales", "merged") if handed_out else ("sales",))


def _send(names: Iterable[str], place: There, db: duckdb.DuckDBPyConnection, scratch: Path) -> None:
    for name in names:
        place.send(name, db, scratch)


def judge(
    db: duckdb.DuckDBPyConnection, reads: dict[str, Read], progress: Progress = silent, place: Place | None = None
) -> None:
    """Say of files that were read what each line is, and what only the files together tell; an empty table stands for each that
    is not there."""
    progress("Putting the tables together", 0.5)
    for source in SOURCES.values():
        if source.name in reads:
            reads[source.name].open(db)
        else:
            absent(db, source)
    sales = reads["sales_transactions"].file
    doubt_the_rates({n: read.currency for n, read in reads.items()}, {n: read.file.name for n, read in reads.items()})
    doubt_the_columns(db, sales, set(reads))
    mistaken_together(db, {name: read.file for name, read in reads.items()})
    survey(db)
    rules = sales.answers.rules or sales.source.rules(sales.known_headers)
    classify(db, rules, compared(sales.source, set(reads)))
    if isinstance(place, Monthly):
        more = beside(sales.source, set(reads))
        place.keep_lines(*told_apart(db, f"{rules} {more}", more.values()))
    for name in set(reads) - {"sales_transactions"}:
        compare(db, SOURCES[name], set(reads))


def is_current(settings: Settings, source: Path, scores: Scores = NOBODY) -> bool:
    """Whether the snapshot served was made from exactly these files by these rules and models; no file is opened."""
    source = source.expanduser().resolve()
    try:
        made = Warehouse(settings).current().manifest
    except NoSnapshot:
        return False
    if set(made.get("scores", ())) != set(scores) or made.get("engine", {}).get("kind", "") != (
        kind_of(settings.engine).name if settings.engine else ""
    ):
        return False
    said = made.get("answers") == Layouts(settings.layouts).digest()
    return source.is_dir() and said and made["rules"] == rules_version() and made["files"] == fingerprints(source)


def remembered(settings: Settings) -> Path | None:
    """The folder that this shop's data came from; snapshots of before tell it in a file beside them."""
    warehouse = Warehouse(settings)
    try:
        source = warehouse.current().manifest.get("source")
    except NoSnapshot:
        return None
    beside = warehouse.folder / "SOURCE"
    return Path(source) if source else Path(beside.read_text()) if beside.exists() else None


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


def _place(settings: Settings, db: duckdb.DuckDBPyConnection, scratch: Path, warehouse: Warehouse) -> Place:
    if settings.engine:
        return There.of(settings.engine, settings.home)
    return Monthly(db, scratch, _before(warehouse))


def _before(warehouse: Warehouse) -> Before:
    try:
        return Before.of(warehouse.current(), rules_version())
    except NoSnapshot:
        return Before()


def _database(settings: Settings, scratch: Path) -> duckdb.DuckDBPyConnection:
    db = duckdb.connect()
    db.execute(f"SET memory_limit = '{settings.memory_limit}'; SET threads = {settings.threads}")
    db.execute(f"SET temp_directory = {quoted(scratch)}; SET disabled_optimizers = '{FLIPS}'")
    db.execute("SET enable_progress_bar = false")
    return db


def _last_day(db: duckdb.DuckDBPyConnection, reads: dict[str, Read]) -> date:
    """The day of the last valid line: today, as far as the data know."""
    last = db.sql(f"SELECT max(order_date) FROM lines WHERE kind IN {VALID}").fetchone()
    if not last or last[0] is None:
        raise DataError(f"{reads['sales_transactions'].file.name} holds no usable sale{_most(db)}")
    return last[0]


def _most(db: duckdb.DuckDBPyConnection) -> str:
    """Why most rows of the sales were set aside, with the first of them."""
    found = db.sql(
        'SELECT reason, count(*), min(line), arg_min("column", line), arg_min(value, line) FROM sales_transactions_quarantine '
        "GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1"
    ).fetchone()
    if not found:
        return ": see that quantity and amount are above zero."
    reason, count, line, column, value = found
    rule = RULES[reason]
    seen = f"line {line}" if value is None else f"line {line}, column {column}: {value!r}"
    return f". {count:,} rows were set aside, such as {seen}. {rule.means} {rule.done}"


def _run_steps(
    db: duckdb.DuckDBPyConnection, as_of: date, progress: Progress, place: Place, steps: Iterable[Step]
) -> None:
    """Every step in its place; what an engine makes and pages need in memory comes back."""
    given: dict[str, object] = {name: place.table(name) for name in ("lines", *SOURCES)}
    if isinstance(place, Here):
        given["lines"] = place.table("lines").drop("money")
    given |= {"as_of": as_of, "top_categories": _top_categories(db)}
    ordered = in_order(steps, set(given))
    for i, step in enumerate(ordered):
        progress(f"Making {step.__name__.replace('_', ' ')}", 0.5 + 0.3 * i / len(ordered))
        given[step.__name__] = place.made(step, {name: given[name] for name in inspect.signature(step).parameters})
        if isinstance(place, There) and step.__name__ in set(TABLES) - set(STAYS):
            place.fetch(step.__name__, db)


def _top_categories(db: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """The categories with the most revenue, a sale counting in each that it or its product names."""
    named = "list_distinct(string_split(concat_ws('|', l.categories, p.categories), '|'))"
    sold = f"SELECT categories, product_id, sum(total_amount) AS revenue FROM lines WHERE kind IN {VALID} GROUP BY ALL"
    found = db.sql(
        f"SELECT name FROM (SELECT unnest({named}) AS name, revenue FROM ({sold}) l LEFT JOIN product_catalog p USING (product_id)) "
        f"WHERE name <> '' GROUP BY name ORDER BY sum(revenue) DESC, name LIMIT {TOP_CATEGORIES}"
    )
    return tuple(name for (name,) in found.fetchall())


def score(
    db: duckdb.DuckDBPyConnection, scores: Scores, as_of: date, settings: Settings, table: Callable[[str], ir.Table]
) -> dict[str, dict[str, object]]:
    """Make the table of each model; what it says beside its rows.

    A model is given what its parameters name: `as_of`, `settings`, or a table, by `table` where it asks for one of Ibis.
    """
    told: dict[str, dict[str, object]] = {}
    for name, model in scores.items():
        given: dict[str, object] = {"as_of": as_of, "settings": settings}
        for needed, kind in inspect.get_annotations(model, eval_str=True).items():
            if needed not in given and needed != "return":
                given[needed] = table(needed) if kind is ir.Table else db.table(needed).df()
        frame = model(**{needed: given[needed] for needed in inspect.signature(model).parameters})
        db.register("scored", frame)
        db.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM scored")
        told[name] = {key: frame.attrs[key] for key in ("notes", "model", "key") if key in frame.attrs}
    return told
