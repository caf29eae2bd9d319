"""The contradictions: what the columns of the sales say against each other, so that none of them is believed."""

import re
from typing import Any

import duckdb

from pipeline.errors import DataError
from pipeline.files import File

SALES = "sales_transactions"
FACTORS = ("quantity", "unit_price", "total_amount")
FEWEST = 20  # rows that tell
FEW = 5
ADDED = (
    r"discount|rabatt|nachlass|remise|descuento|sconto|rebate|reduction|coupon|voucher|promo|shipping|freight|postage|versand|surcharge"
    r"|(^|[^a-z])(tax|vat|gst|mwst|ust|tva|iva|btw|fees?([^a-z]|$))"
)  # headers of what stands between a product and a total
USUAL, TOLD = (0.55, 1.35), (0.2, 1.5)  # what of the product a total may be; where a column says why
RATIO = (0.1, 3)  # the same of every row, as with tax
OFF = "abs(t - q * p) > greatest(0.051, 0.006 * q, 0.005 * t)"  # roundings of price and total


def contradict(db: duckdb.DuckDBPyConnection, file: File) -> None:
    """Raises `DataError` where columns of the judged sales do not go together."""
    _ids_as_dates(db, file)
    _cents_apart(db, file)
    if {"quantity", "unit_price"} <= set(file.places):
        _prices_as_units(db, file)
    if set(FACTORS) <= set(file.places):
        _wrong_totals(db, file)


def _wrong_totals(db: duckdb.DuckDBPyConnection, file: File) -> None:
    """Quantity times price is not the total in most rows, and neither discounts nor taxes explain it."""
    sizes = ", ".join(f"abs({name})::DOUBLE AS {short}" for name, short in zip(FACTORS, "qpt", strict=True))
    rows = f"SELECT line, order_id, {sizes} FROM {SALES}_judged WHERE reason IS NULL"
    db.execute(
        f"CREATE OR REPLACE TEMP TABLE compared AS SELECT *, t / (q * p) AS share, {OFF} AS off FROM ({rows}) WHERE q * p * t <> 0"
    )
    count, all_, priced, several = _first(
        db, f"SELECT {_count('off')}, count(*), {_count('off AND abs(t - p) < 0.011')}, {_count('q > 1')} FROM compared"
    )
    quantity, price, total = (file.called(name) for name in FACTORS)
    why = ""
    if priced >= FEW and priced * 2 > several:
        why = f"{price} is the amount of the whole line, not of one piece"
    elif count and _is_repeated(db):
        why = f"{total} is that of the whole order on each of its lines"
    elif all_ >= FEWEST and count * 2 > all_ and not _explained(db, file):
        why = f"{quantity} times {price} is not {total} in {count:,} of {all_:,} rows"
    line, q, p, t = _first(db, "SELECT line, q, p, t FROM compared WHERE off ORDER BY line LIMIT 1")
    db.execute("DROP TABLE compared")
    if why:
        raise DataError(
            f"{file.name}, line {line}: {why}: {q:.12g}, {p:.12g} and {t:.12g} stand here. Put each number under its own name and in one "
            "unit, or leave out the column that holds something else.",
            "columns",
        )


def _explained(db: duckdb.DuckDBPyConnection, file: File) -> bool:
    """Whether nearly all totals are what discounts or taxes make of the product, or the same share of it."""
    said = any(re.search(ADDED, header.lower()) for header in file.ignored)
    low, high = TOLD if said else USUAL
    usual, middle = _first(
        db, f"SELECT avg((share BETWEEN {low} AND {high})::INT), median(share) FROM compared WHERE off"
    )
    (alike,) = _first(db, f"SELECT avg((abs(share / {middle} - 1) < 0.01)::INT) FROM compared")
    return bool(usual > 0.8 or (alike > 0.9 and RATIO[0] <= middle <= RATIO[1]))


def _is_repeated(db: duckdb.DuckDBPyConnection) -> bool:
    """Whether orders of several lines carry one total on each, which is what their products come to."""
    same = "min(t) = max(t) AND abs(sum(q * p) - min(t)) < 0.051"
    orders = f"SELECT {same} AS same FROM compared GROUP BY order_id HAVING bool_or(off) AND count(*) > 1"
    count, all_ = _first(db, f"SELECT {_count('same')}, count(*) FROM ({orders})")
    return bool(count >= FEW and count * 2 > all_)


def _prices_as_units(db: duckdb.DuckDBPyConnection, file: File) -> None:
    """Quantities have cents and prices none, in all rows or in those behind the others: one stands under the other's name."""
    cents = "quantity <> trunc(quantity) AND quantity * 100 = trunc(quantity * 100)"
    turned = f"{cents} AND unit_price = trunc(unit_price) AND quantity > unit_price"  # hours and weights are fewer than their price
    straight = "unit_price <> trunc(unit_price) AND quantity = trunc(quantity)"
    told = (f"{_count(rows)}, min(line) FILTER ({rows}), max(line) FILTER ({rows})" for rows in (turned, straight))
    all_told = _count("quantity <> trunc(quantity) OR unit_price <> trunc(unit_price)")
    count, first, last, others, begin, end, all_ = _first(
        db,
        f"SELECT {', '.join(told)}, {all_told} FROM {SALES}_judged "
        "WHERE reason IS NULL AND quantity IS NOT NULL AND unit_price IS NOT NULL",
    )
    quantity, price = (file.called(name) for name in ("quantity", "unit_price"))
    found = f"{file.name}, line {first}: {quantity} has cents and {price} has none, here and in {count:,} rows"
    if count < FEW or count + others < 0.5 * all_:
        return
    if not others:
        raise DataError(
            f"{found}: each stands under the other's name. Exchange the names of the two columns.", "columns"
        )
    if others >= FEW and (end < first or last < begin):
        raise DataError(
            f"{found} that stand together, and not in the others, as where rows were put behind in another order of columns. "
            "Put their columns in one order."
        )


def _ids_as_dates(db: duckdb.DuckDBPyConnection, file: File) -> None:
    """The dates are bare figures, and the order ids are dates: each stands under the other's name."""
    dated = r"regexp_matches(order_id_text, '^(\d{4}[-/.]\d\d?[-/.]\d\d?|\d\d?[-/.]\d\d?[-/.]\d{2,4})([ T].*)?$')"
    figures = r"regexp_full_match(order_date_text, '\d+(\.\d+)?')"
    count, line, all_ = _first(
        db,
        f"SELECT {_count(f'{dated} AND {figures}')}, min(line) FILTER ({dated} AND {figures}), count(order_id_text) FROM {SALES}_text",
    )
    if count > 1 and count * 2 > all_:
        order, day = (file.called(name) for name in ("order_id", "order_date"))
        raise DataError(
            f"{file.name}, line {line}: {order} holds dates and {day} holds none. Exchange the names of the two columns.",
            "columns",
        )


def _cents_apart(db: duckdb.DuckDBPyConnection, file: File) -> None:
    """Whole numbers, and nothing but two digits in the words behind them, 00 among them: 12,50 became two fields."""
    names = {place: column for column, place in file.places.items()}
    kinds = {column.name: column.kind for column in file.source.columns}
    for column, place in file.places.items():
        behind = names.get(place + 1, "")
        if kinds[column] != "number" or kinds.get(behind) not in ("category", "text"):
            continue
        number, words = f'"{column}_text"', f'"{behind}_text"'
        apart, none = (
            _count(f"regexp_full_match({number} || ',' || {words}, '\\d+,\\d{{2}}')"),
            _count(f"{words} = '00'"),
        )
        count, none, all_ = _first(db, f"SELECT {apart}, {none}, count({words}) FROM {SALES}_text")
        if count >= FEWEST and none and count == all_:
            raise DataError(
                f"{file.name}: {file.called(column)} holds whole numbers and {file.called(behind)} only two digits, as where decimal "
                "commas were taken for separators. Export it with semicolons, or with quotes around the numbers."
            )


def doubt_the_prices(db: duckdb.DuckDBPyConnection, sales: File, there: set[str]) -> None:
    """Raises `DataError` where the prices of the sales `asked` are those of the catalogue times the quantity."""
    if "product_catalog" not in there or not {"quantity", "unit_price"} <= set(sales.places):
        return
    times = _count("abs(a.unit_price::DOUBLE - a.quantity::DOUBLE * c.price::DOUBLE) < 0.011")
    both = "asked a JOIN product_catalog c USING (product_id) WHERE a.quantity > 1 AND a.unit_price > 0 AND c.price > 0"
    count, all_ = _first(db, f"SELECT {times}, count(*) FROM {both}")
    if count >= FEW and count * 2 > all_:
        raise DataError(
            f"{sales.name}: in {count:,} rows {sales.called('unit_price')} is the catalogue's price times the quantity: the amount of "
            "the line, not of one piece. Name the column total_amount.",
            "columns",
        )


def _count(condition: str) -> str:
    return f"count(*) FILTER ({condition})"


def _first(db: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    return db.sql(query).fetchone() or (None,) * 4
