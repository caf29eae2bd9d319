"""The doubts: what makes a file as a whole not to be believed, though each of its rows could be read."""

import re

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import values
from pipeline.contradictions import contradict, doubt_the_prices
from pipeline.errors import DataError
from pipeline.files import File
from pipeline.mistaken import mistaken

SALES = "sales_transactions"
FEW = 5  # values beside the last one that tell how they are all written
TURNED = r"^\d{4}[-/.](1[3-9]|2\d|3[01])|^(19|20)\d\d(1[3-9]|2\d|3[01])(0[1-9]|1[0-2])([0-9]{6})?$"  # a year, and what can be no month
FULL = r"^\d{4}-\d\d-\d\d"
DECIMALS = "^[^.,]*"  # what stands before them
LINE_ENDS = (b"\n", b"\r")
HOMES = {
    "customer_id": "customer_database",
    "region": "customer_database",
    "product_id": "product_catalog",
    "category": "product_catalog",
}  # the file that knows the members of a column of the sales
ASKED = 100_000  # sales that tell whether a column is at home


def doubt(db: duckdb.DuckDBPyConnection, file: File) -> None:
    """Raises `DataError` where rows of the judged block would be read into the wrong columns, or their dates the wrong way."""
    _other_header(db, file)
    _turned_dates(db, file)
    _half_turned_dates(db, file)
    mistaken(db, file)
    if file.source.name == SALES:
        if {"quantity", "unit_price", "total_amount"} <= set(file.places):
            _exchanged(db, file)
        contradict(db, file)


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
        turned = f"regexp_matches({text}, '{TURNED}')"
        count, all_, line, value = db.sql(
            f"SELECT count(*) FILTER ({turned}), count({text}), min(line) FILTER ({turned}), arg_min({text}, line) FILTER ({turned}) "
            f"FROM {file.source.name}_text"
        ).fetchone() or (0, 0, 0, "")
        if count > 1 and count * 20 > all_:
            raise DataError(
                f"{file.name}, line {line}, column {column.name}: {value!r} has the day before the month, so that others may be "
                "read the wrong way. Write the dates as YYYY-MM-DD."
            )


def _half_turned_dates(db: duckdb.DuckDBPyConnection, file: File) -> None:
    """Dates of which all written in full have a day up to the 12th, and no other has one: a spreadsheet that expects the month
    first took those for dates, with day and month exchanged, and left the others."""
    for column in file.source.columns:
        if column.kind not in ("day", "moment") or column.name not in file.places:
            continue
        text, rows = f'"{column.name}_text"', f"{file.source.name}_text"
        if db.sql(f"SELECT count(DISTINCT substring({text}, 5, 1) = '-') FROM {rows}").fetchone() != (2,):
            continue
        full, early = f"regexp_matches({text}, '{FULL}')", f"substring({text}, 9, 2) <= '12'"
        late = f"({values.slash_part(text, 1)} > 12 OR {values.slash_part(text, 2)} > 12)"
        days = [f"count(DISTINCT {text}) FILTER ({when})" for when in (f"{full} AND {early}", late)]
        rest = f"count(*) FILTER (({full} AND NOT {early}) OR ({values.is_slashed(text)} AND NOT {late}))"
        taken, left, others, line, value = db.sql(
            f"SELECT {', '.join(days)}, {rest}, min(line) FILTER ({full}), arg_min({text}, line) FILTER ({full}) FROM {rows}"
        ).fetchone() or (0, 0, 0, 0, "")
        if taken >= FEW and left >= FEW and not others:
            raise DataError(
                f"{file.name}, line {line}, column {column.name}: {value!r} and all dates like it have a day up to the 12th, and those "
                "with slashes or dots a later one: a spreadsheet exchanged day and month of some. Export the file again and do not open "
                "it, or write all dates as YYYY-MM-DD."
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


def doubt_the_end(file: File, block: pa.Table) -> None:
    """Raises `DataError` where the file ends in the middle of a value: without a line end, in a value that is shorter than all
    others are written, the beginning of another one that stands nowhere else, or none where all others are there. `block` is its
    last text."""
    column = next((c for c in file.source.columns if file.places.get(c.name) == len(file.headers) - 1), None)
    if column is None or file.part.wrapping == "workbook" or block.num_rows <= FEW:
        return
    if not file.part.wrapping and _ends_in_a_line_end(file):
        return
    before = block[f"{column.name}_text"].slice(0, block.num_rows - 1)
    texts, last = pc.drop_null(before), block[f"{column.name}_text"][-1].as_py() or ""
    beside = (
        block[f"{c.name}_text"][-1].as_py() for c in file.source.columns if c.name in file.places and c is not column
    )
    alone = (
        not last and not before.null_count and block["raw"][-1].as_py() is None and all(beside)
    )  # a row of totals is not
    cut = alone or (last and len(texts) >= FEW and _is_cut(last, texts, column.kind))
    if cut and not (file.part.wrapping and _ends_in_a_line_end(file)):  # what is packed is unpacked once more only then
        raise DataError(
            f"{file.name}, line {block['line'][-1].as_py()}, column {column.name}: the file ends in {last!r}, without a line end "
            "and in the middle of a value, as it seems. Export it again; if it is whole, put a line end behind the last row."
        )


def _is_cut(last: str, others: pa.ChunkedArray, kind: str) -> bool:
    if kind == "category":
        begun = pc.and_(pc.starts_with(others, last), pc.not_equal(others, last))
        return bool(pc.any(begun).as_py()) and last not in pc.unique(others).to_pylist()
    if kind == "text":
        return False
    if kind in ("day", "moment"):
        shape, shapes = _shape(pa.chunked_array([[last]])), pc.unique(_shape(others)).to_pylist()
        (own,) = shape.to_pylist()
        if own not in shapes and any(other.startswith(own) for other in shapes):
            return True
    if kind == "number":
        others, last = pc.replace_substring_regex(others, DECIMALS, ""), re.sub(DECIMALS, "", last)
    lengths = pc.unique(pc.utf8_length(others))
    return len(lengths) == 1 and len(last) < lengths[0].as_py()


def _shape(dates: pa.ChunkedArray) -> pa.ChunkedArray:
    """Dates by how they are written: one # for one or two figures, two for more, so that #/#/# begins #/#/##."""
    return pc.replace_substring_regex(pc.replace_substring_regex(dates, r"\d{3,}", "##"), r"\d+", "#")


def _ends_in_a_line_end(file: File) -> bool:
    wide = "16" in file.encoding or "32" in file.encoding
    tail = b""
    for chunk in file.part.chunks(0 if file.part.wrapping else max(0, file.path.stat().st_size - 4)):
        tail = (tail + chunk)[-4:]
    return any(end in (tail if wide else tail[-1:]) for end in LINE_ENDS)


def doubt_the_columns(db: duckdb.DuckDBPyConnection, sales: File, there: set[str]) -> None:
    """Raises `DataError` where two columns of the sales stand under each other's names: the files that know their members (`there`
    are those that were read) know those of each under the other. Of orders, which no file knows, there are fewer than customers
    then. Numbers that are customers and products alike are no sign."""
    db.execute(f"CREATE OR REPLACE TEMP TABLE asked AS SELECT * FROM {SALES} LIMIT {ASKED}")
    for column, home in HOMES.items():
        if home in there and column in sales.places and _known(db, column, column, home) < 0.5:
            for other in ("order_id", *HOMES):
                if other != column and other in sales.places and _stands_for(db, other, column, there):
                    names = [sales.headers[sales.places[name]] for name in (other, column)]
                    raise DataError(
                        f"{sales.name}: column {names[0]!r} holds what {home}.csv calls {column}, and {names[1]!r} does not. Exchange "
                        "the names of the two columns.",
                        "columns",
                    )
    doubt_the_prices(db, sales, there)
    db.execute("DROP TABLE asked")


def _stands_for(db: duckdb.DuckDBPyConnection, other: str, column: str, there: set[str]) -> bool:
    """Whether the one column holds the members of the other, and the other way round."""
    if _known(db, other, column, HOMES[column]) <= 0.9:
        return False
    if other in HOMES:
        return HOMES[other] in there and _known(db, column, other, HOMES[other]) > 0.9
    fewer, more = db.sql(f"SELECT count(DISTINCT {other}), count(DISTINCT {column}) FROM asked").fetchone() or (0, 0)
    return bool(fewer < more)


def _known(db: duckdb.DuckDBPyConnection, column: str, member: str, home: str) -> float:
    """Which share of a column's members are those of the file; 1 where there are none."""
    found = db.sql(
        f"SELECT avg(coalesce(m IN (SELECT {member} FROM {home}), false)::INT) "
        f"FROM (SELECT DISTINCT {column} AS m FROM asked WHERE {column} IS NOT NULL)"
    ).fetchone()
    return 1.0 if not found or found[0] is None else float(found[0])
