"""The backends: how each kind of engine is opened and filled, and what has to be said of it.

The only place that knows one engine from another.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import duckdb
import ibis
import ibis.expr.types as ir

from pipeline.errors import DataError

Backend = Any
CODES = ("C", "POSIX", "C.UTF-8", "C.utf8")


@dataclass(frozen=True)
class Kind:
    """A kind of engine: how to `open` one of an address, how to `fill` a table from one of DuckDB's, the `package` it takes.

    `lost` tells of a connection that has to be opened again, `shared` that one serves all threads of a process; `after` is
    asked of every table once it is made.
    """

    name: str
    open: Callable[[str], Backend]
    fill: Callable[[Backend, str, str, duckdb.DuckDBPyConnection, Path], None]
    package: str
    lost: Callable[[Backend], bool]
    shared: bool = False
    after: str = ""


def _open_postgres(address: str) -> Backend:
    """Raises `DataError` where the database sorts text otherwise than by its letters' codes: ties would fall otherwise."""
    backend = ibis.connect(address)
    with backend.raw_sql("SELECT datcollate FROM pg_database WHERE datname = current_database()") as found:
        collation = found.fetchone()[0]
    if collation not in CODES:
        raise DataError(
            f"The database sorts text as {collation}. Make one with: CREATE DATABASE shop TEMPLATE template0 LC_COLLATE 'C'."
        )
    backend.raw_sql("SET TIME ZONE 'UTC'").close()
    return backend


def _fill_postgres(backend: Backend, schema: str, name: str, db: duckdb.DuckDBPyConnection, scratch: Path) -> None:
    """By COPY; lists as PostgreSQL writes them."""
    path, typed = scratch / f"{name}.csv", _sent(db, name).schema()
    listed = ", ".join(f'"{c}"' if not t.is_array() else _braced(c) for c, t in typed.items())
    db.sql(f"SELECT {listed} FROM {name}").write_csv(str(path), header=False, na_rep="\\N")
    backend.create_table(name, schema=typed, database=schema)
    query = f'COPY "{schema}"."{name}" FROM STDIN (FORMAT csv, NULL \'\\N\')'
    with backend.con.cursor() as cursor, path.open("rb") as file, cursor.copy(query) as copy:
        while block := file.read(1 << 20):
            copy.write(block)
    backend.con.commit()
    path.unlink()


def _braced(column: str) -> str:
    return f"'{{' || array_to_string(\"{column}\", ',') || '}}' AS \"{column}\""


def _open_spark(address: str) -> Backend:
    """`spark://host:7077` or `spark://local`, `?warehouse=FOLDER` for the tables and their catalogue."""
    from pyspark.sql import SparkSession

    parts = urlsplit(address)
    options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    folder = Path(options.pop("warehouse", "spark-warehouse")).expanduser().resolve()
    folder.mkdir(parents=True, exist_ok=True)
    master = f"local[{os.cpu_count()}]" if parts.netloc == "local" else f"spark://{parts.netloc}"
    fixed = {
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.warehouse.dir": str(folder),
        "spark.hadoop.javax.jdo.option.ConnectionURL": f"jdbc:derby:;databaseName={folder}/catalogue;create=true",
        "spark.driver.extraJavaOptions": f"-Dderby.stream.error.file={folder}/derby.log",
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "8",
        "spark.log.level": "ERROR",
    }
    builder = SparkSession.builder.master(master).appName("integrated-business-analytics")
    for key, value in {**fixed, **options}.items():
        builder = builder.config(key, value)
    return ibis.pyspark.connect(builder.enableHiveSupport().getOrCreate())


def _fill_spark(backend: Backend, schema: str, name: str, db: duckdb.DuckDBPyConnection, scratch: Path) -> None:
    """By a Parquet file, which the workers must be able to see."""
    path = scratch / f"{name}.parquet"
    listed = ", ".join(f'"{column}"' for column in _sent(db, name).columns)
    db.sql(f"SELECT {listed} FROM {name}").write_parquet(str(path))
    backend._session.read.parquet(str(path)).write.mode("overwrite").saveAsTable(f"{schema}.{name}")
    path.unlink()


def _sent(db: duckdb.DuckDBPyConnection, name: str) -> ir.Table:
    """A table of DuckDB as it goes over: the unrounded money of a line stays where it is balanced."""
    table = ibis.duckdb.from_connection(db).table(name)
    return table.drop("money") if "money" in table.columns else table


POSTGRES = Kind(
    "PostgreSQL", _open_postgres, _fill_postgres, "psycopg", lambda b: b.con.closed, after="ANALYZE {table}"
)
SPARK = Kind("Spark", _open_spark, _fill_spark, "pyspark", lambda b: b._session._jsc.sc().isStopped(), shared=True)
KINDS = {"postgres": POSTGRES, "postgresql": POSTGRES, "spark": SPARK}
