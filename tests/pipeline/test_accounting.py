"""Every row and every cent of every file is in one place, by the count of a reader that knows nothing of ours."""

import csv
import io
import json
import tempfile
from collections import defaultdict
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, example, given, reject, settings
from hypothesis import strategies as st

from pipeline.errors import DataError, UnbalancedError
from pipeline.run import run_pipeline
from settings import Settings
from tests.pipeline.shops import judged, shop, write_shop

HEADER = ["order_id", "customer_id", "product_id", "order_date", "quantity", "unit_price", "total_amount", "region"]
CELLS = {
    "order_id": ("O1", "O2", "O3", ""),
    "customer_id": ("C1", "C2", ""),
    "product_id": ("P1", "P2", "P3", ""),
    "order_date": ("2024-01-05", "2024-02-29", "2023-02-29", "2024-06-01 10:00:00", "", "later"),
    "quantity": ("1", "2", "-1", "0", "3.5", "two", ""),
    "unit_price": ("1.50", "2", "0", "1,234.56", "0.005", "?", ""),
    "total_amount": ("3.00", "$2.50", "-1.50", "0", "1,000.10", "12.345", "n.a.x", ""),
    "region": ("North", "So,uth", 'E"ast', "two\nlines", "NA", ""),
}
TELLING = (("O0", "C1", "P1", "2024-01-05", "1", "1.50", "1.50", "North"), "whole")  # settles how 12.345 is read
ROW = st.tuples(*(st.sampled_from(values) for values in CELLS.values()))
FILES = st.lists(
    st.tuples(ROW, st.sampled_from(("whole", "whole", "whole", "cut", "long", "blank", "again"))),
    min_size=1,
    max_size=30,
).map(lambda rows: [TELLING, *rows])


def text_of(rows: list[tuple[tuple[str, ...], str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    for row, damage in rows:
        if damage == "blank":
            out.write("\n")
        shapes = {"cut": [row[:4]], "long": [(*row, "more")], "again": [row, row]}
        writer.writerows(shapes.get(damage, [row]))
    return out.getvalue()


def number(text: str) -> Decimal | None:
    try:
        return Decimal(text.replace("$", "").replace(",", ""))
    except InvalidOperation:
        return None


def is_day(text: str) -> bool:
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        return False
    return True


def worth(row: dict[str, str]) -> Decimal | None:
    """What a row says it is worth; what comes back is below zero."""
    quantity, price, total = (number(row[name]) for name in ("quantity", "unit_price", "total_amount"))
    said = quantity * price if total is None and quantity is not None and price is not None else total
    return -said if said and said > 0 and quantity is not None and quantity < 0 else said


def place(row: dict[str, str], seen: set[tuple[object, ...]]) -> str:
    """Where a whole row belongs, by the words of the rules."""
    money, quantity = worth(row), number(row["quantity"])
    numbers = [row[name] for name in ("quantity", "unit_price", "total_amount")]
    unusable = not row["order_id"] or not row["product_id"] or not is_day(row["order_date"])
    if unusable or any(text and number(text) is None for text in numbers) or money is None or (quantity == 0 and money):
        return "quarantined"
    typed = (
        *(row[name] for name in HEADER if name not in ("quantity", "unit_price", "total_amount")),
        *map(number, numbers[:2]),
        money if numbers[2] else None,
    )
    if typed in seen:
        return "duplicates"
    seen.add(typed)
    if money == 0:
        return "free"
    return "return" if money < 0 or (quantity or 0) < 0 else "sale"


def by_hand(text: str) -> dict[str, tuple[int, Decimal]]:
    """Rows and money of each place."""
    reader = csv.reader(io.StringIO(text, newline=""))
    next(reader)
    out: dict[str, tuple[int, Decimal]] = defaultdict(lambda: (0, Decimal(0)))
    seen: set[tuple[object, ...]] = set()
    for fields in filter(any, reader):
        row = dict(zip(HEADER, fields, strict=False))
        whole = len(fields) == len(HEADER)
        where = place(row, seen) if whole else "quarantined"
        rows, money = out[where]
        out[where] = rows + 1, money + ((worth(row) if whole else None) or 0)
    return dict(out)


def loaded(folder: Path) -> duckdb.DuckDBPyConnection:
    """The folder as read; sales whose columns contradict each other, as chance has it, are no example."""
    try:
        return judged(folder)
    except DataError as error:
        if error.asks != "columns":
            raise
        reject()


def by_us(text: str) -> dict[str, tuple[int, Decimal]]:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "sales.csv").write_text(text, newline="")
        db = loaded(Path(folder))
    worth = "coalesce(total_amount, quantity * unit_price)"
    rows = db.sql(
        "SELECT place, count(*), coalesce(sum(money), 0) FROM (SELECT kind AS place, money FROM lines "
        "UNION ALL SELECT 'quarantined', money FROM sales_transactions_quarantine "
        f"UNION ALL SELECT 'duplicates', {worth} FROM sales_transactions_duplicates) GROUP BY 1"
    ).fetchall()
    return {name: (count, money) for name, count, money in rows}


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(FILES)
@example([(("O1", "C1", "P1", "2024-01-05", "1", "0.005", "", "two\nlines"), "again")])
def test_rows_and_money_are_where_an_independent_reader_puts_them(rows: list[tuple[tuple[str, ...], str]]) -> None:
    text = text_of(rows)
    assert by_us(text) == by_hand(text)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(FILES)
def test_what_is_set_aside_stands_on_the_line_that_it_names(rows: list[tuple[tuple[str, ...], str]]) -> None:
    text = text_of(rows)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "sales.csv").write_text(text, newline="")
        aside = loaded(Path(folder)).sql("SELECT line, reason, value FROM sales_transactions_quarantine").fetchall()
    lines = text.split("\n")
    for line, reason, value in aside:
        assert (value or "") in lines[line - 1] or reason == "wrong_field_count"
        assert line == 1 or lines[line - 1].count(",") >= 3


def test_every_file_of_the_shop_balances_to_the_row_and_the_cent(settings: Settings, exports: Path) -> None:
    report = json.loads((settings.processed / "cleaning_report.json").read_text())
    for name, file in report["files"].items():
        with (exports / f"{name}.csv").open(newline="") as handle:
            records = sum(1 for record in csv.reader(handle) if any(record)) - 1
        parts = {part: counts for part, counts in file["balance"].items() if part != "read"}
        assert (
            file["balance"]["read"]["rows"]
            == file["records_before"]
            == records
            == sum(p["rows"] for p in parts.values())
        )
        assert Decimal(file["balance"]["read"]["money"]) == sum(Decimal(p["money"]) for p in parts.values())
        assert file["records_after"] == records - file["duplicates"] - sum(file["quarantined"].values())


def test_the_money_read_is_what_the_file_says(settings: Settings, exports: Path) -> None:
    report = json.loads((settings.processed / "cleaning_report.json").read_text())
    with (exports / "sales_transactions.csv").open(newline="") as handle:
        rows = list(csv.DictReader(handle))
    whole = [row for row in rows if row["category"] is not None]
    for row in whole:
        row["unit_price"] = row["unit_price"].replace(",", ".")
    money = sum((worth(row) or Decimal(0)) for row in whole)
    assert Decimal(report["files"]["sales_transactions"]["balance"]["read"]["money"]) == money


def test_missing_shares_are_those_of_the_files(settings: Settings, exports: Path) -> None:
    report = json.loads((settings.processed / "cleaning_report.json").read_text())["files"]["customer_database"]
    with (exports / "customer_database.csv").open(newline="") as handle:
        rows = list(csv.DictReader(handle))
    for column in ("customer_name", "email", "signup_date", "customer_segment"):
        share = 100 * sum(not row[column] for row in rows) / len(rows)
        assert report["missing_percent_before"][column] == pytest.approx(share, abs=0.001)
    assert report["missing_percent_after"]["customer_name"] == report["missing_percent_after"]["email"] == 0


def test_a_row_that_went_missing_stops_the_publication(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline import run

    classify = run.classify

    def careless(db, rules, marks):  # type: ignore[no-untyped-def]
        classify(db, rules, marks)
        db.execute("CREATE TABLE fewer AS SELECT * FROM lines WHERE line <> 3")
        db.execute("CREATE OR REPLACE VIEW lines AS SELECT * FROM fewer")

    monkeypatch.setattr(run, "classify", careless)
    home = Settings(home=tmp_path / "home")
    with pytest.raises(UnbalancedError, match=r"4 rows and .* read, 3 rows"):
        run_pipeline(home, write_shop(tmp_path / "exports", shop()))
    assert not (home.warehouse / "CURRENT").exists()
