"""The state: the small database of what users make and do, beside the published data."""

from sqlalchemy import Engine, create_engine, event


def database(address: str) -> Engine:
    """The database at `address` (SQLAlchemy's form); SQLite keeps a write-ahead log and syncs each commit."""
    engine = create_engine(address)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _write_ahead)
    return engine


def _write_ahead(connection: object, _record: object) -> None:
    connection.execute("PRAGMA journal_mode=WAL")  # type: ignore[attr-defined]
    connection.execute("PRAGMA synchronous=FULL")  # type: ignore[attr-defined]
