"""The state: the small database of what users make and do, beside the published data.

A row of it is a dataclass, and its fields are its columns.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from functools import cached_property
from types import NoneType
from typing import Annotated, TypeAlias, get_args, get_type_hints

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Engine,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    event,
)

Id: TypeAlias = Annotated[str, 32]
Moment: TypeAlias = Annotated[str, 32]
Name: TypeAlias = Annotated[str, 80]
TYPES = {str: String, int: Integer, float: Float, bool: Boolean}
METADATA = MetaData()


def table_of(name: str, row: type, key: tuple[str, ...] = ("id",), unique: str = "") -> Table:
    """The table whose columns are the fields of a dataclass; `Annotated[str, n]` is a text of at most n characters."""
    hints = get_type_hints(row, include_extras=True)
    columns = [_column(f.name, hints[f.name], primary_key=f.name in key, unique=f.name == unique) for f in fields(row)]
    return Table(name, METADATA, *columns)


def _column(name: str, hint: object, primary_key: bool, unique: bool) -> Column[object]:
    kind, *more = get_args(hint) or (hint,)
    lengths = [n for n in more if isinstance(n, int)]
    made = TYPES[kind](*lengths)
    return Column(name, made, primary_key=primary_key, unique=unique or None, nullable=NoneType in more)


class State:
    """The rows of one shop in the small database at `address` (SQLAlchemy's form); missing tables are made."""

    def __init__(self, address: str) -> None:
        self.address = address

    @cached_property
    def _engine(self) -> Engine:
        engine = create_engine(self.address)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _write_ahead)
        METADATA.create_all(engine)
        return engine

    @contextmanager
    def _open(self) -> Iterator[Connection]:
        with self._engine.begin() as db:
            yield db


def _write_ahead(connection: object, _record: object) -> None:
    """A write-ahead log, and each commit synced."""
    connection.execute("PRAGMA journal_mode=WAL")  # type: ignore[attr-defined]
    connection.execute("PRAGMA synchronous=FULL")  # type: ignore[attr-defined]
