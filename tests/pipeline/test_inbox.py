"""Rows sent by programs are added once, in the way their file is written, whatever is sent twice or dies in between."""

import re
from pathlib import Path

import pytest

from dashapp.jobs.catalogue import add_rows, load_uploads
from pipeline.errors import DataError
from pipeline.inbox import Inbox
from pipeline.progress import silent
from pipeline.rows import Row, read_csv
from pipeline.run import run_pipeline
from pipeline.uploads import Uploads
from pipeline.warehouse import Warehouse
from settings import Settings
from tests.pipeline.shops import shop, write_shop

SALE: Row = {"order_id": "O9", "customer_id": "C2", "product_id": "P1", "order_date": "2024-07-02", "quantity": 2,
             "unit_price": 600.5, "total_amount": 1201.0, "region": "Süd", "category": "Home"}  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


def load(home: Settings, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        Uploads(home).receive(Uploads(home).announce(name, len(data)), 0, [data])
    load_uploads(home, silent)


def revenue(home: Settings) -> str:
    return Warehouse(home).current().manifest["revenue"]


def test_the_first_rows_make_a_shop_and_the_same_rows_again_change_nothing(home: Settings) -> None:
    Inbox(home).put("sales_transactions", [SALE, SALE])
    assert add_rows(home, silent).startswith("1 row is new, 1 was there already. Published")
    before = Warehouse(home).current()
    assert revenue(home) == "1201.00"
    Inbox(home).put("sales_transactions", [SALE])
    assert add_rows(home, silent) == "0 rows are new, 1 was there already."
    assert Warehouse(home).current() == before
    assert Inbox(home).waiting() == []
    assert len(list((home.uploads / "sets").iterdir())) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
def test_rows_are_written_as_their_file_is(encoding: str, home: Settings) -> None:
    text = "Invoice No;Client ID;SKU;Date;Qty;Price;Total;Country\nO1;C1;P1;2024-03-14;2;2,50;5,00;Île\nO2;C1;P1;2024-03-15;1;2,50;2,50;Île"
    load(home, {"till.csv": text.encode(encoding)})
    sale = {name: value for name, value in SALE.items() if name != "category"}
    Inbox(home).put("sales_transactions", [sale])
    for _ in range(2):
        add_rows(home, silent)
        assert revenue(home) == "1208.50"
        assert Warehouse(home).current().manifest["rows"]["quarantine"] == 0
        assert set(Warehouse(home).current().members["region"]) == {"Île", "Süd"}
        Inbox(home).put("sales_transactions", read_csv(f"{','.join(sale)}\n{','.join(map(str, sale.values()))}\n"))
    with pytest.raises(DataError, match="no column 'category'"):
        Inbox(home).put("sales_transactions", [SALE])
    assert len(Inbox(home).waiting()) == 1


def test_rows_join_the_other_files_and_wait_where_a_load_dies(
    home: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_shop(tmp_path / "exports", shop())
    load(home, {path.name: path.read_bytes() for path in folder.iterdir()})
    Inbox(home).put("sales_transactions", [SALE])
    Inbox(home).put("customer_reviews", [{"review_id": "R9", "product_id": "P2", "rating": 5}])
    with monkeypatch.context() as broken:
        broken.setattr("pipeline.run.report", lambda *_args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            add_rows(home, silent)
    assert revenue(home) == "1817.50"
    assert len(Inbox(home).waiting()) == 2
    assert add_rows(home, silent).startswith("2 rows are new")
    assert (revenue(home), Warehouse(home).current().manifest["rows"]["reviews"]) == ("3018.50", 3)


def test_a_folder_of_someone_else_is_not_written(home: Settings, tmp_path: Path) -> None:
    run_pipeline(home, write_shop(tmp_path / "exports", shop()))
    with pytest.raises(DataError, match="never written"):
        Inbox(home).put("sales_transactions", [SALE])


def catalogue(home: Settings) -> dict[str, tuple[str, str, float]]:
    table = Warehouse(home).current().table("products").to_pandas()
    return {r.product_id: (r.product_name, r.category, float(r.list_price)) for r in table.itertuples()}


def test_a_later_row_of_a_known_product_counts_in_the_columns_that_it_names(home: Settings, tmp_path: Path) -> None:
    folder = write_shop(tmp_path / "exports", shop())
    text = (folder / "product_catalog.csv").read_text()
    note = text.replace("Kite", '"Kite,\nred"').encode("utf-16")
    load(home, {path.name: path.read_bytes() for path in folder.iterdir()} | {"product_catalog.csv": note})
    before = catalogue(home)
    rows: list[Row] = [{"sku": "P1", "price": 700.25}, {"product_id": "P3", "product_name": "Drüm", "category": "Toys", "price": 9},
                       {"product_id": "P3", "price": 8}, {"product_id": "P2", "price": "4.00"}]  # fmt: skip
    for told in ("1 row is new, 1 of product_catalog changed (P1), 2 were", "0 rows are new, 4 were there already."):
        Inbox(home).put("product_catalog", rows)
        assert add_rows(home, silent).startswith(told)
        assert catalogue(home) == before | {"P1": (*before["P1"][:2], 700.25), "P3": ("Drüm", "Toys", 8.0)}
    assert Warehouse(home).current().manifest["rows"]["quarantine"] == 0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"order_date": "someday"}, "Row 2, column order_date: 'someday'. A date cannot be read"),
        ({"order_date": "03/04/2024"}, "Row 2, column order_date: '03/04/2024' can be read day first or month first"),
        ({"quantity": "two"}, "Row 2, column quantity: 'two'. A number cannot be read"),
        ({"order_id": ""}, "Row 2, column order_id: None. A row lacks an id"),
        ({"order_date": "2199-01-01"}, "Row 2, column order_date: '2199-01-01'. A date lies after the day of loading"),
        ({"quantity": True}, "Row 2, column quantity: True is neither text nor number"),
    ],
)
def test_a_row_that_would_be_set_aside_is_refused_with_its_place(change: Row, says: str, home: Settings) -> None:
    with pytest.raises(DataError, match=re.escape(says)):
        Inbox(home).put("sales_transactions", [SALE, {**SALE, "order_id": "O10", **change}])
    assert Inbox(home).waiting() == []


def test_csv_that_is_none_is_refused_with_its_line() -> None:
    with pytest.raises(DataError, match="Line 3 has more or fewer fields"):
        read_csv("order_id,product_id\nO1,P1\nO2\n")


def test_rows_with_which_nothing_can_be_loaded_stand_in_the_way_of_no_others(home: Settings) -> None:
    Inbox(home).put("product_catalog", [{"product_id": "P1"}])
    with pytest.raises(DataError, match="kept aside"):
        add_rows(home, silent)
    assert Inbox(home).waiting() == []
    assert len(list((home.uploads / "inbox" / "refused").iterdir())) == 1
    Inbox(home).put("sales_transactions", [SALE])
    assert add_rows(home, silent).startswith("1 row is new")


@pytest.mark.parametrize("rows", [[], ["x"], [{"colour": 1}], [{}], [{"order_id": ["a"]}], [SALE] * 10_001])
def test_what_is_no_row_is_refused(rows: list[Row], home: Settings) -> None:
    with pytest.raises(DataError):
        Inbox(home).put("sales_transactions", rows)
    assert Inbox(home).waiting() == []
