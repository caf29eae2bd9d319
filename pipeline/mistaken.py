"""The mistaken: values that are something else than their column's name says, as far as a whole file can tell."""

import duckdb

from pipeline.errors import DataError
from pipeline.files import File

STATES = (
    "cancelled", "canceled", "closed", "complete", "completed", "confirmed", "delivered", "done", "draft", "failed", "invoiced",
    "open", "paid", "pending", "posted", "processing", "refunded", "returned", "sale", "shipped", "void",
)  # fmt: skip
MOST_STARS = 5


def mistaken(db: duckdb.DuckDBPyConnection, file: File) -> None:
    """Raises `DataError` where a column of the judged block holds what it cannot be."""
    there = set(file.places)
    if "rating" in there:
        _other_scale(db, file)
    if file.source.name == "sales_transactions":
        if "region" in there:
            _state(db, file)
        if {"unit_price", "total_amount"} <= there and "quantity" not in there:
            _units(db, file)
    if {"price", "cost"} <= there:
        _dear(db, file)


def _other_scale(db: duckdb.DuckDBPyConnection, file: File) -> None:
    """Ratings up to 10 or 100, or all between 0 and 1: those within 1 to 5 are then no stars either. A 0 stands for none."""
    above, parted, most, all_ = db.sql(
        f"SELECT count(*) FILTER (rating > {MOST_STARS}), count(*) FILTER (rating > 0 AND rating < 1), max(rating), count(*) "
        f"FROM {file.source.name}_judged WHERE rating <> 0"
    ).fetchone() or (0, 0, 0, 0)
    if (above > 2 and above * 20 > all_) or (parted > 2 and most <= 1):
        raise DataError(
            f"{file.name}, column {_header(file, 'rating')}: the ratings reach up to {most:f}, so that they are no stars of 1 to "
            f"{MOST_STARS}. Write all of them on a scale of 1 to {MOST_STARS}.".replace(".000000", "")
        )


def _state(db: duckdb.DuckDBPyConnection, file: File) -> None:
    """What became of an order, under a name that may mean a region as well."""
    count, all_, seen = db.sql(
        f"SELECT count(*) FILTER (lower(region_text) IN {STATES}), count(region_text), "
        f"any_value(region_text) FILTER (lower(region_text) IN {STATES}) FROM {file.source.name}_text"
    ).fetchone() or (0, 0, "")
    if count * 2 > all_:
        raise DataError(
            f"{file.name}, column {_header(file, 'region')}: {seen!r} is no region but says what became of an order. "
            "Rename the column to status.",
            "columns",
        )


def _units(db: duckdb.DuckDBPyConnection, file: File) -> None:
    """Whole numbers that often are smaller than the price of one: what should be money counts pieces."""
    below, parted, all_ = db.sql(
        "SELECT count(*) FILTER (total_amount < unit_price), count(*) FILTER (total_amount <> round(total_amount)), count(*) "
        f"FROM {file.source.name}_judged WHERE reason IS NULL AND total_amount > 0 AND unit_price > 0"
    ).fetchone() or (0, 0, 0)
    if below > 2 and below * 5 > all_ and not parted:
        header = _header(file, "total_amount")
        raise DataError(
            f"{file.name}, column {header}: in {below:,} rows it is below the price of one, and it holds whole numbers only, as "
            "pieces are counted. Rename it to quantity; if it is money, give the quantity beside it.",
            "columns",
        )


def _dear(db: duckdb.DuckDBPyConnection, file: File) -> None:
    """Nearly everything is bought dearer than it is sold: the names of the two were exchanged."""
    dear, all_ = db.sql(
        f"SELECT count(*) FILTER (cost > price), count(*) FROM {file.source.name}_judged WHERE reason IS NULL AND cost > 0 AND price > 0"
    ).fetchone() or (0, 0)
    if dear > 4 and dear * 10 > all_ * 9:
        raise DataError(
            f"{file.name}: in {dear:,} of {all_:,} rows {_header(file, 'cost')} is above {_header(file, 'price')}. "
            "Exchange the names of the two columns.",
            "columns",
        )


def _header(file: File, column: str) -> str:
    return repr(file.headers[file.places[column]])
