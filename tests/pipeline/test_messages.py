"""A file that cannot be loaded is refused in words: the file, the line, the column, and what to do."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import DataError
from pipeline.run import run_pipeline
from settings import Settings
from tests.pipeline.shops import shop, write_shop

HEADER = "order_id,customer_id,product_id,order_date,quantity,unit_price,total_amount,region,category\n"
LINE = "O1,C1,P1,2024-03-14,2,5.00,10.00,North,Home\n"


def only(text: str, name: str = "sales_transactions.csv") -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_text(text) and None


def two_files(folder: Path) -> None:
    write_shop(folder, shop())
    (folder / "orders.csv").write_text(HEADER + LINE)


BAD: dict[str, tuple[Callable[[Path], None], tuple[str, ...]]] = {
    "empty file": (only(""), ("sales_transactions.csv is empty", "Export it again")),
    "only a header": (only(HEADER), ("sales_transactions.csv", "no usable sale", "see that")),
    "no sales": (only("a,b\n1,2\n", "other.csv"), ("No sales in", "other.csv", "Put sales_transactions.csv there")),
    "nothing at all": (lambda folder: None, ("No sales in", "Put sales_transactions.csv there")),
    "lacking column": (
        only("order_id,customer_id,product_id,order_dat,total_amount\nO1,C1,P1,2024-01-01,5\n"),
        ("sales_transactions.csv, line 1", "'order_date'", "Is it 'order_dat'? Then rename it"),
    ),
    "no amount": (only("order_id,product_id,order_date\nO1,P1,2024-01-01\n"), ("line 1", "'total_amount'", "The file has:")),
    "column twice": (only(HEADER.replace("region", "Order ID") + LINE), ("line 1", "stands there twice", "Rename or remove")),
    "unclosed quote": (
        only(HEADER + LINE + 'O2,C1,"P1,2024-03-15,1,5.00,5.00,North,Home\n' + LINE.replace("O1", "O3")),
        ("sales_transactions.csv, line 3", "quote opens here and never closes", "Add the closing quote"),
    ),
    "two files for one source": (two_files, ("orders.csv and sales_transactions.csv", "Keep one of them")),
    "ambiguous dates": (
        only(HEADER + LINE.replace("2024-03-14", "05/05/2024") + LINE.replace("2024-03-14", "03/04/2024").replace("O1", "O2")),
        ("sales_transactions.csv, line 3, column order_date", "'03/04/2024'", "Write the dates as YYYY-MM-DD"),
    ),
    "only returns": (only(HEADER + LINE.replace(",2,5.00,10.00", ",-2,5.00,-10.00")), ("no usable sale", "above zero")),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_folder_is_refused_with_what_to_do(name: str, tmp_path: Path) -> None:
    write, said = BAD[name]
    folder = tmp_path / "exports"
    folder.mkdir()
    write(folder)
    home = Settings(home=tmp_path / "home")
    with pytest.raises(DataError) as refused:
        run_pipeline(home, folder)
    assert [words for words in said if words not in str(refused.value)] == []
    assert not (home.warehouse / "CURRENT").exists()
    assert {path.name for path in home.warehouse.iterdir()} <= {"lock", "history.jsonl", "read"}


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="nowhere is not a folder"):
        run_pipeline(Settings(home=tmp_path / "home"), tmp_path / "nowhere")


def test_another_folder_is_refused_until_it_is_meant(tmp_path: Path) -> None:
    home = Settings(home=tmp_path / "home")
    first, second = (write_shop(tmp_path / name, shop()) for name in ("first", "second"))
    run_pipeline(home, first)
    with pytest.raises(DataError, match="Add --replace"):
        run_pipeline(home, second)
    run_pipeline(home, second, replace=True)
