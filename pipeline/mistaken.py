"""The mistaken: values that are something else than their column's name says, as far as a whole file can tell."""

from collections.abc import Mapping

import duckdb

from pipeline.errors import DataError
from pipeline.files import File
from pipeline.rules import RULES

STATES = (
    "cancelled", "canceled", "closed", "complete", "completed", "confirmed", "delivered", "done", "draft", "failed", "invoiced",
    "open", "paid", "pending", "posted", "processing", "refunded", "returned", "sale", "shipped", "void",
)  # fmt: skip
MOST_STARS = 5
WHOLE = ("customer_database", "product_catalog", "customer_reviews")


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


def mistaken_together(db: duckdb.DuckDBPyConnection, files: Mapping[str, File]) -> None:
    """Raises `DataError` where columns of the clean tables stand under each other's names, as the files together tell."""
    sales = files["sales_transactions"]
    if {"customer_id", "region"} <= set(sales.places):
        _regions(db, sales)
    for name in WHOLE:
        if name in files:
            _nothing_left(db, files[name])
    if "product_catalog" in files and {"price", "stock_level"} <= set(files["product_catalog"].places):
        _stock(db, files["product_catalog"])
    if "customer_reviews" in files and {"customer_id", "product_id"} <= set(files["customer_reviews"].places):
        _reviewed(db, files["customer_reviews"])


def _regions(db: duckdb.DuckDBPyConnection, sales: File) -> None:
    """More regions than customers, the one with figures and the other without."""
    regions, customers, figures, words = db.sql(
        "SELECT count(DISTINCT region), count(DISTINCT customer_id), avg(regexp_matches(region, '[0-9]')::INT), "
        "avg((NOT regexp_matches(customer_id, '[0-9]'))::INT) FROM (FROM sales_transactions LIMIT 100000)"
    ).fetchone() or (0, 0, 0, 0)
    if regions > customers > 0 and (figures or 0) > 0.9 and (words or 0) > 0.9:
        raise _exchange(sales, "region", "customer_id", "looks like ids, and the other like regions")


def _nothing_left(db: duckdb.DuckDBPyConnection, file: File) -> None:
    """All rows of a file were set aside: it cannot be what it is taken for."""
    name = file.source.name
    kept = db.sql(f"SELECT 1 FROM {name} LIMIT 1").fetchone()
    aside, line, reason, column, value = db.sql(
        f'SELECT count(*), min(line), arg_min(reason, line), arg_min("column", line), arg_min(value, line) FROM {name}_quarantine'
    ).fetchone() or (0, 0, "", "", "")
    if not kept and aside > 2:
        rule = RULES[reason]
        raise DataError(
            f"{file.name}, line {line}, column {column}: {value!r}, and none of its {aside:,} rows can be used. {rule.means} {rule.done}",
            "columns",
        )


def _stock(db: duckdb.DuckDBPyConnection, catalogue: File) -> None:
    """Products are sold at what stands as their stock, and not at their price."""
    stock, price, all_ = db.sql(
        "SELECT count(*) FILTER (s.unit_price = p.stock_level), count(*) FILTER (s.unit_price = p.price), count(*) FROM "
        "(SELECT DISTINCT product_id, unit_price FROM (FROM sales_transactions LIMIT 100000) WHERE unit_price > 0) s "
        "JOIN product_catalog p USING (product_id)"
    ).fetchone() or (0, 0, 0)
    if stock > 2 and stock * 2 > all_ and price * 10 < all_:
        raise _exchange(
            catalogue, "stock_level", "price", "holds what the products are sold at, and the other does not"
        )


def _reviewed(db: duckdb.DuckDBPyConnection, reviews: File) -> None:
    """The products of the reviews are customers of the sales, and their customers products."""
    bought = "FROM sales_transactions WHERE"
    turned, right, all_ = db.sql(
        f"SELECT count(*) FILTER (product_id IN (SELECT customer_id {bought} customer_id IS NOT NULL) AND customer_id IN "
        f"(SELECT product_id {bought} true)), count(*) FILTER (product_id IN (SELECT product_id {bought} true)), count(*) "
        "FROM customer_reviews"
    ).fetchone() or (0, 0, 0)
    if turned > 2 and turned * 2 > all_ and right * 10 < all_:
        raise _exchange(
            reviews, "product_id", "customer_id", "holds the customers of the sales, and the other the products"
        )


def _exchange(file: File, one: str, other: str, why: str) -> DataError:
    names = f"{file.called(one)} {why}: {file.called(other)}"
    return DataError(f"{file.name}: column {names}. Exchange the names of the two columns.", "columns")


def _other_scale(db: duckdb.DuckDBPyConnection, file: File) -> None:
    """Ratings up to 10 or 100, or all between 0 and 1: those within 1 to 5 are then no stars either. A 0 stands for none."""
    above, parted, most, all_ = db.sql(
        f"SELECT count(*) FILTER (rating > {MOST_STARS}), count(*) FILTER (rating > 0 AND rating < 1), max(rating), count(*) "
        f"FROM {file.source.name}_judged WHERE rating <> 0"
    ).fetchone() or (0, 0, 0, 0)
    if (above > 2 and above * 20 > all_) or (parted > 2 and most <= 1):
        raise DataError(
            f"{file.name}, column {file.called('rating')}: the ratings reach up to {most:f}, so that they are no stars of 1 to "
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
            f"{file.name}, column {file.called('region')}: {seen!r} is no region but says what became of an order. "
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
        header = file.called("total_amount")
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
            f"{file.name}: in {dear:,} of {all_:,} rows {file.called('cost')} is above {file.called('price')}. "
            "Exchange the names of the two columns.",
            "columns",
        )
