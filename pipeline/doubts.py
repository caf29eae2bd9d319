"""The doubts: what makes a file as a whole not to be believed, though each of its rows could be read."""

import duckdb

from pipeline.errors import DataError
from pipeline.files import File

SALES = "sales_transactions"


def doubt(db: duckdb.DuckDBPyConnection, file: File) -> None:
    """Raises `DataError` where rows of the judged block would be read into the wrong columns, or their dates the wrong way."""
    _other_header(db, file)
    _turned_dates(db, file)
    if file.source.name == SALES and {"quantity", "unit_price", "total_amount"} <= set(file.places):
        _exchanged(db, file)


def _other_header(db: duckdb.DuckDBPyConnection, file: File) -> None:
    """Column names in another order, as where two exports were put behind each other: what follows them stands elsewhere."""
    names = tuple(name.lower() for name in file.headers if name)
    said = " + ".join(f'coalesce((lower("{name}_text") IN $names)::INT, 0)' for name in file.places)
    found = db.execute(
        f"SELECT line FROM {file.source.name}_text JOIN {file.source.name}_judged USING (line) "
        "WHERE reason IS NOT NULL AND NOT starts_with(reason, 'repeated_header') "
        f"AND {said} >= greatest(3, {len(file.places) // 2}) ORDER BY line LIMIT 1",
        {"names": names},
    ).fetchone()
    if found:
        raise DataError(
            f"{file.name}, line {found[0]}: column names stand here again, in another order than on line {file.header.first}. "
            "Give each export a file of its own, or put their columns in one order."
        )


def _turned_dates(db: duckdb.DuckDBPyConnection, file: File) -> None:
    """Dates such as 2024-25-12, more than a few: the others of the column are then year, day, month as well."""
    for column in file.source.columns:
        if column.kind not in ("day", "moment") or column.name not in file.places:
            continue
        text = f'"{column.name}_text"'
        turned = f"substring({text}, 5, 1) IN ('-', '/', '.') AND substring({text}, 6, 2) BETWEEN '13' AND '31'"
        count, all_, line, value = db.sql(
            f"SELECT count(*) FILTER ({turned}), count({text}), min(line) FILTER ({turned}), arg_min({text}, line) FILTER ({turned}) "
            f"FROM {file.source.name}_text"
        ).fetchone() or (0, 0, 0, "")
        if count > 1 and count * 20 > all_:
            raise DataError(
                f"{file.name}, line {line}, column {column.name}: {value!r} has the day before the month, so that others may be "
                "read the wrong way. Write the dates as YYYY-MM-DD."
            )


def _exchanged(db: duckdb.DuckDBPyConnection, file: File) -> None:
    """The price is the quantity times the total wherever that can be seen: the names of the two were exchanged."""
    exchanged = "abs(unit_price - quantity * total_amount) < 0.011"
    count, all_ = db.sql(
        f"SELECT count(*) FILTER ({exchanged}), count(*) FROM {SALES}_judged "
        "WHERE reason IS NULL AND abs(quantity) > 1 AND unit_price <> 0 AND total_amount <> 0"
    ).fetchone() or (0, 0)
    if count > 2 and count * 2 > all_:
        price, total = (file.headers[file.places[name]] for name in ("unit_price", "total_amount"))
        raise DataError(
            f"{file.name}: in {count:,} rows {price!r} is the quantity times {total!r}. Exchange the names of the two columns.",
            "columns",
        )
