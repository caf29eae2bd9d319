"""Numbers and dates are read as their writers meant them, or not at all."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.errors import DataError
from tests.pipeline.shops import judged, lines_of, shop, write_shop

NUMBERS = {
    "12": "12", "12.5": "12.5", " 12.50 ": "12.5", "+7": "7", ".5": "0.5", "1e3": "1000", "€12.50": "12.5", "12,50 €": "12.5",
    "EUR 9.99": "9.99", "9.99EUR": "9.99", "1,234.56": "1234.56", "1,234,567": "1234567", "1.234,56": "1234.56",
    "1 234.56": "1234.56", "1 234,56": "1234.56", "1\u2009234,56": "1234.56", "1\u00a0234.56": "1234.56",
    "1\u202f234,56": "1234.56", "1'234.56": "1234.56",
    "1’234’567.8": "1234567.8", "(5.00)": "-5", "5.00-": "-5", "-5": "-5", "\u22125": "-5", "- 5": "-5", "-€5.00": "-5",
    "12.-": "12", "€ 50.-": "50", "1'250.--": "1250", "12,- €": "12", "-7.\u2013": "-7",
    "€-5.00": "-5", "(€5.00)": "-5", "5,00 €-": "-5",
}  # fmt: skip
NO_NUMBERS = (
    "two",
    "1.2.3",
    "12,34,5",
    "0x10",
    "1_000",
    "∞",
    "nan1",
    "12 pieces",
    "1,23,456.7",
    "12 50",
    "12€50",
    "1 23 456",
    "€",
    "5%",
    "(-5)",
    "٣",
    "1'23",
    "EURO 5",
)
DATES = {
    "2024-02-29": datetime(2024, 2, 29),
    "2024-2-9": datetime(2024, 2, 9),
    "2024-03-01 08:05": datetime(2024, 3, 1, 8, 5),
    "2024-03-01T08:05:09": datetime(2024, 3, 1, 8, 5, 9),
    "2024-03-01T00:30:00+02:00": datetime(2024, 3, 1, 0, 30),
    "2024-03-01T23:30:00Z": datetime(2024, 3, 1, 23, 30),
    "31/12/2024": datetime(2024, 12, 31),
    "13.04.24": datetime(2024, 4, 13),
    "1 Feb 2024": datetime(2024, 2, 1),
    "March 5, 2024": datetime(2024, 3, 5),
    "45351": datetime(2024, 2, 29),
    "45351.5": datetime(2024, 2, 29, 12),
    "1709208000": datetime(2024, 2, 29, 12),
    "1709208000000": datetime(2024, 2, 29, 12),
    "20240229": datetime(2024, 2, 29),
    "20240229103000": datetime(2024, 2, 29, 10, 30),
    "14-MAR-2024 10:30:00": datetime(2024, 3, 14, 10, 30),
    "14/Mar/2024": datetime(2024, 3, 14),
    "Mar 14 2024 10:30PM": datetime(2024, 3, 14, 22, 30),
    "Mar 14, 2024 10:30 AM": datetime(2024, 3, 14, 10, 30),
    "2024/03/14 2:30 PM": datetime(2024, 3, 14, 14, 30),
    "2024.03.14 10:30:00": datetime(2024, 3, 14, 10, 30),
    "31/12/2024 10:30 PM": datetime(2024, 12, 31, 22, 30),
    "12/31/2024 12:05:09 am": datetime(2024, 12, 31, 0, 5, 9),
    "2024-12-31 10:30 PM": datetime(2024, 12, 31, 22, 30),
}
NO_DATES = (
    "2023-02-29",
    "31/02/2024",
    "2024-13-01",
    "someday",
    "99999999",
    "0000-00-00",
    "2024",
    "1/1",
    "epoch",
    "infinity",
    "2024-03-14 25:00",
    "31/12/2024 13:30 PM",
)


def columns(folder: Path, column: str, texts: list[str]) -> Path:
    """A shop in which the texts stand in one column of the sales, a row each; beside prices there is no total."""
    files = shop()
    first = files["sales_transactions"][0] | ({"total_amount": ""} if column == "unit_price" else {})
    files["sales_transactions"] = [{**first, "order_id": f"O{i}", column: text} for i, text in enumerate(texts)]
    return write_shop(folder, files)


def test_numbers_are_read_as_they_were_meant(tmp_path: Path) -> None:
    read = lines_of(columns(tmp_path, "unit_price", list(NUMBERS)), "unit_price")
    assert [value for (value,) in read] == [Decimal(number) for number in NUMBERS.values()]


def test_what_is_no_number_is_never_read_as_one(tmp_path: Path) -> None:
    db = judged(columns(tmp_path, "unit_price", [*NO_NUMBERS, "1"]))
    assert db.sql('SELECT value, reason, "column" FROM sales_transactions_quarantine ORDER BY line').fetchall() == [
        (text, "unreadable_number", "unit_price") for text in NO_NUMBERS
    ]


def test_a_column_of_decimal_commas_reads_points_as_thousands(tmp_path: Path) -> None:
    read = lines_of(columns(tmp_path, "unit_price", ["12,50", "1.234,5", "3,25", "1.234", "1,234", "7"]), "unit_price")
    assert [value for (value,) in read] == [Decimal(x) for x in ("12.5", "1234.5", "3.25", "1234", "1.234", "7")]


def test_where_a_column_writes_both_ways_what_may_be_either_is_set_aside(tmp_path: Path) -> None:
    db = judged(columns(tmp_path, "unit_price", ["12,50", "12.50", "1,234", "1.234", "0,125"]))
    aside = db.sql('SELECT value, reason, "column" FROM sales_transactions_quarantine ORDER BY line').fetchall()
    assert aside == [("1,234", "ambiguous_number", "unit_price"), ("1.234", "ambiguous_number", "unit_price")]
    assert db.sql("SELECT unit_price FROM lines ORDER BY line").fetchall() == [
        (Decimal(x),) for x in ("12.5", "12.5", "0.125")
    ]


def all_numbers(folder: Path, quantity: str, price: str, total: str) -> Path:
    files = shop()
    rows = files["sales_transactions"]
    files = {
        "sales_transactions": [{**r, "quantity": quantity, "unit_price": price, "total_amount": total} for r in rows]
    }
    return write_shop(folder, files)


def test_numbers_of_which_none_tells_are_asked_for(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"line 2, column unit_price: '1,234' can be read .* state the decimal sign"):
        judged(all_numbers(tmp_path, "1", "1,234", "1,234"))


def test_amounts_in_another_currency_are_not_added(tmp_path: Path) -> None:
    db = judged(columns(tmp_path, "total_amount", ["€5.00", "6.00", "EUR 7.00", "$8.00", "€9"]))
    aside = db.sql('SELECT value, reason, "column" FROM sales_transactions_quarantine').fetchall()
    assert aside == [("$8.00", "foreign_currency", "total_amount")]


ORDERS = {
    ("24/03/14", "24/03/20", "24/04/31"): "year",
    ("25/03/24", "30/04/24", "03/05/24"): "day",
    ("03/25/24", "04/30/24", "05/03/24"): "month",
}


@pytest.mark.parametrize("texts", ORDERS)
def test_years_of_two_digits_stand_where_the_column_tells(texts: tuple[str, ...], tmp_path: Path) -> None:
    read = (
        judged(columns(tmp_path, "order_date", list(texts)))
        .sql("SELECT ordered_at FROM lines ORDER BY line")
        .fetchall()
    )
    form = {"year": "%y/%m/%d", "day": "%d/%m/%y", "month": "%m/%d/%y"}[ORDERS[texts]]
    assert [value for (value,) in read] == [datetime.strptime(t, form) for t in texts if t != "24/04/31"]


def test_years_of_two_digits_that_could_be_days_are_asked_for(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"line 2, column order_date: '21/03/22'.* state the order"):
        judged(columns(tmp_path, "order_date", ["21/03/22"]))


def test_a_column_that_leaves_it_open_follows_the_other_numbers_of_the_file(tmp_path: Path) -> None:
    files = shop()
    rows = files["sales_transactions"]
    files["sales_transactions"] = [
        {**row, "quantity": "1,250", "total_amount": "9,75", "unit_price": "0,5"} for row in rows
    ]
    assert {quantity for (quantity,) in lines_of(write_shop(tmp_path, files), "quantity")} == {Decimal("1.25")}


def test_dates_are_read_as_they_were_meant(tmp_path: Path) -> None:
    read = lines_of(columns(tmp_path, "order_date", list(DATES)), "ordered_at")
    assert [value for (value,) in read] == list(DATES.values())


def test_what_is_no_date_is_never_read_as_one(tmp_path: Path) -> None:
    db = judged(columns(tmp_path, "order_date", [*NO_DATES, "2024-01-01", "31/12/2024"]))
    assert db.sql("SELECT value, reason FROM sales_transactions_quarantine ORDER BY line").fetchall() == [
        (text, "unreadable_date") for text in NO_DATES
    ]


def test_months_come_first_where_a_date_shows_it(tmp_path: Path) -> None:
    read = lines_of(columns(tmp_path, "order_date", ["12/25/2024", "03/04/2024"]), "order_date")
    assert [str(day) for (day,) in read] == ["2024-12-25", "2024-03-04"]


@pytest.mark.parametrize("word", ["NULL", "n/a", "None", "nan", "#N/A", "-"])
def test_words_for_nothing_are_no_customer_and_no_number(word: str, tmp_path: Path) -> None:
    files = shop()
    files["sales_transactions"][0] |= {"customer_id": word, "total_amount": word, "region": "NA"}
    line = lines_of(write_shop(tmp_path, files), "customer_id, total_amount, region")[0]
    assert line == (None, Decimal("1201.00"), "NA")
