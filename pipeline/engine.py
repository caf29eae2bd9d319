"""The engine: another database, by a connection string, in which the tables are made and asked in place of DuckDB.

Files are read and cleaned by DuckDB; the clean rows go over once, and what pages need in memory comes back.
"""

import hashlib
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from time import time_ns
from typing import Protocol

import duckdb
import ibis
import ibis.expr.types as ir
import sqlglot as sg

from pipeline.backends import KINDS, Backend, Kind
from pipeline.errors import DataError

Step = Callable[..., ir.Table]
Wanted = Callable[[ir.Table], Mapping[str, ir.Value]]
STAYS = ("lines", "sales", "dressed")
_own, _shared = threading.local(), dict[str, Backend]()
_lock = threading.Lock()


def kind_of(address: str) -> Kind:
    """Raises `DataError` for an engine that we do not know."""
    if not address:
        raise DataError(
            "The tables of this shop are in another engine. Set IBA_ENGINE to its address, or load the files again."
        )
    scheme = address.partition("://")[0]
    if scheme not in KINDS:
        raise DataError(
            f"IBA_ENGINE begins with '{scheme}'. It can be: {', '.join(f'{known}://...' for known in KINDS)}."
        )
    return KINDS[scheme]


def connected(address: str) -> Backend:
    """This thread's connection, or the process's where the engine shares one. `DataError` where there is none."""
    kind = kind_of(address)
    held = _shared if kind.shared else _own.__dict__
    with _lock:
        if address not in held or kind.lost(held[address]):
            held[address] = _opened(kind, address)
    return held[address]


def _opened(kind: Kind, address: str) -> Backend:
    try:
        return kind.open(address)
    except ImportError:
        raise DataError(
            f"{kind.name} needs the package {kind.package}: pip install -r requirements-engines.txt."
        ) from None
    except DataError:
        raise
    except Exception as why:
        raise DataError(f"{kind.name} cannot be reached: {str(why).splitlines()[0]}") from why


class Place(Protocol):
    """Where tables are made and found."""

    def table(self, name: str) -> ir.Table: ...
    def make(self, name: str, table: ir.Table) -> ir.Table: ...
    def made(self, step: Step, given: Mapping[str, object]) -> ir.Table: ...
    def summed(self, _label: str, name: str, wanted: Wanted) -> dict[str, int]: ...


@dataclass(frozen=True)
class Here:
    """DuckDB, in the process."""

    db: duckdb.DuckDBPyConnection

    @cached_property
    def _backend(self) -> Backend:
        return ibis.duckdb.from_connection(self.db)

    def table(self, name: str) -> ir.Table:
        return self._backend.table(name)

    def make(self, name: str, table: ir.Table) -> ir.Table:
        return self._backend.create_table(name, table, overwrite=True)

    def made(self, step: Step, given: Mapping[str, object]) -> ir.Table:
        """The table of a step, made of what its parameters name."""
        return self.make(step.__name__, step(**given))

    def summed(self, _label: str, name: str, wanted: Wanted) -> dict[str, int]:
        """Of a table its `rows` and how many of them meet each condition; `_label` names these conditions."""
        return counted(self.table(name), wanted)


@dataclass(frozen=True)
class There:
    """A schema of an engine, made anew for a run."""

    address: str
    schema: str

    @classmethod
    def of(cls, address: str, home: Path) -> "There":
        place = cls(address, f"{prefix(home)}{time_ns():x}")
        connected(address).create_database(place.schema)
        return place

    def table(self, name: str) -> ir.Table:
        return connected(self.address).table(name, database=self.schema)

    def send(self, name: str, db: duckdb.DuckDBPyConnection, scratch: Path) -> ir.Table:
        """Copy one of DuckDB's tables there."""
        kind_of(self.address).fill(connected(self.address), self.schema, name, db, scratch)
        return self.table(name)

    def make(self, name: str, table: ir.Table) -> ir.Table:
        """A table of an expression over those that are there, its columns in just the types that the expression has."""
        backend, kind = connected(self.address), kind_of(self.address)
        mapper, target = backend.compiler.type_mapper, f"{self._name(self.schema)}.{self._name(name)}"
        typed = [
            f"CAST({self._name(column)} AS {mapper.to_string(type_)}) AS {self._name(column)}"
            for column, type_ in table.schema().items()
        ]
        made = f"CREATE TABLE {target} AS SELECT {', '.join(typed)} FROM ({backend.compile(table)}) AS made"
        for query in filter(None, (made, kind.after.format(table=target))):
            self._run(query)
        return self.table(name)

    def made(self, step: Step, given: Mapping[str, object]) -> ir.Table:
        return self.make(step.__name__, step(**given))

    def summed(self, _label: str, name: str, wanted: Wanted) -> dict[str, int]:
        return counted(self.table(name), wanted)

    def _run(self, query: str) -> None:
        cursor = connected(self.address).raw_sql(query)
        if not kind_of(self.address).shared:
            cursor.close()
            connected(self.address).con.commit()

    def _name(self, text: str) -> str:
        return sg.to_identifier(text, quoted=True).sql(connected(self.address).dialect)

    def fetch(self, name: str, db: duckdb.DuckDBPyConnection) -> None:
        """Copy a table from there into one of DuckDB's, in the types that its expression has."""
        arrived = self.table(name).to_pyarrow()
        db.register("arrived", arrived)
        db.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM arrived")
        db.unregister("arrived")


def counted(table: ir.Table, wanted: Wanted) -> dict[str, int]:
    """The rows of a table, and how many meet each condition."""
    sums = {name: is_.sum().fill_null(0) for name, is_ in wanted(table).items()}
    row = table.aggregate(table.count().name("rows"), **sums).to_pandas().iloc[0]
    return {name: int(value) for name, value in row.items()}


def prefix(home: Path) -> str:
    """What the schemas of one shop begin with."""
    return f"iba_{hashlib.sha256(str(home).encode()).hexdigest()[:6]}_"


def tidy(address: str, home: Path, kept: Iterable[str]) -> None:
    """Drop the schemas of a shop that no snapshot names."""
    backend, named = connected(address), set(kept)
    for schema in backend.list_databases(like=f"^{prefix(home)}"):
        if schema not in named:
            for table in backend.list_tables(database=schema):
                backend.drop_table(table, database=schema)
            backend.drop_database(schema)


def told(address: str, tables: Mapping[str, str]) -> dict[str, object]:
    """What a manifest says of the engine: its kind and the schema of each table, never the address."""
    return {"kind": kind_of(address).name, "tables": dict(tables)}
