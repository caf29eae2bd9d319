"""Each damage has its outcome: the values that were meant, quarantine with the reason, or a refusal in words."""

from pathlib import Path

import pytest

from pipeline.errors import DataError
from pipeline.run import run_pipeline
from settings import Settings
from tests.pipeline.damages import BESIDE, HEADER, WRITTEN, lines, table, truth
from tests.pipeline.shops import judged, shop, write_shop

READ = "order_id, customer_id, product_id, ordered_at, quantity, unit_price, total_amount, region, category"
LOADED = [name for name, damage in WRITTEN.items() if not damage.refused]
REFUSED = [name for name, damage in WRITTEN.items() if damage.refused]


@pytest.mark.parametrize("name", LOADED)
def test_a_damaged_file_is_read_as_it_was_meant_or_set_aside(name: str, tmp_path: Path) -> None:
    damage = WRITTEN[name]
    db = judged(damage.write(tmp_path))
    assert db.sql(f"SELECT {READ} FROM lines ORDER BY line").fetchall() == truth(damage.lines())
    aside = db.sql("SELECT reason, count(*) FROM sales_transactions_quarantine GROUP BY 1").fetchall()
    assert dict(aside) == damage.aside
    assert db.sql("SELECT count(*) FROM sales_transactions_duplicates").fetchone() == (0,)


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_not_sure_is_refused_in_words(name: str, tmp_path: Path) -> None:
    damage = WRITTEN[name]
    home = Settings(home=tmp_path / "home")
    with pytest.raises(DataError) as refused:
        run_pipeline(home, damage.write(tmp_path / "exports"))
    assert [words for words in damage.refused if words not in str(refused.value)] == []
    assert not (home.warehouse / "CURRENT").exists()


@pytest.mark.parametrize(
    ("one", "other"), [("customer_id", "product_id"), ("order_id", "customer_id"), ("region", "category")]
)
def test_columns_under_each_others_names_are_told_by_the_other_files(one: str, other: str, tmp_path: Path) -> None:
    files = shop()
    files["sales_transactions"] = [{**row, one: row[other], other: row[one]} for row in files["sales_transactions"]]
    with pytest.raises(DataError, match=f"'({one}|{other})' holds what .* Exchange the names"):
        judged(write_shop(tmp_path, files))


def test_numbers_that_customers_and_products_share_are_no_sign(tmp_path: Path) -> None:
    """Half of the customers are in no file, and every product's number is a customer's as well."""
    files = shop()
    first = files["sales_transactions"][0]
    files["sales_transactions"] = [
        {**first, "order_id": f"{n}", "customer_id": f"{n}", "product_id": f"{n % 2 + 1}"} for n in range(1, 20)
    ]
    files["customer_database"] = [{**files["customer_database"][0], "customer_id": f"{n}"} for n in range(1, 4)]
    files["product_catalog"] = [{**files["product_catalog"][0], "product_id": f"{n}"} for n in range(1, 3)]
    assert judged(write_shop(tmp_path, files)).sql("SELECT count(*) FROM lines").fetchone() == (19,)


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline import ingest

    path = write_shop(tmp_path, shop()) / "sales_transactions.csv"
    reading = ingest.records

    def growing(*args, **kwargs):  # type: ignore[no-untyped-def]
        with path.open("a") as file:
            file.write("O9,C1,P1,2024-03-14,1,1.00,1.00,North,Home\n")
        yield from reading(*args, **kwargs)

    monkeypatch.setattr(ingest, "records", growing)
    with pytest.raises(DataError, match="changed while it was read"):
        judged(tmp_path)


def test_files_of_no_use_in_the_folder_change_nothing(tmp_path: Path) -> None:
    folder = write_shop(tmp_path, shop())
    before = judged(folder).sql("SELECT * FROM lines ORDER BY line").fetchall()
    (folder / "employees.csv").write_text("id,name,email,region\n1,Ada,ada@example.com,North\n")
    (folder / "notes.txt").write_text("call the supplier\n")
    (folder / "photo.csv").write_bytes(b"\x89PNG\r\n")
    (folder / ".hidden.csv").write_text(table(lines()))
    (folder / "readme.pdf").write_bytes(b"%PDF-1.4")
    (folder / "empty.csv").write_bytes(b"")
    assert judged(folder).sql("SELECT * FROM lines ORDER BY line").fetchall() == before


def test_every_export_may_lie_in_one_archive_or_one_workbook(tmp_path: Path) -> None:
    import zipfile

    folder = write_shop(tmp_path / "plain", shop())
    (tmp_path / "packed").mkdir()
    with zipfile.ZipFile(tmp_path / "packed" / "shop.zip", "w") as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, f"exports/{path.name}")
    for name in shop():
        rows = [
            judged(f).sql(f"SELECT * EXCLUDE (marks) FROM {name} ORDER BY line").fetchall()
            for f in (folder, tmp_path / "packed")
        ]
        assert rows[0] == rows[1] != []


def test_lines_of_a_workbook_are_the_rows_of_its_sheet(tmp_path: Path) -> None:
    from tests.pipeline.damages import typed_rows, workbook

    rows = typed_rows(lines())
    rows[3][7], rows[5][3] = "Two\nlines", "someday"
    (tmp_path / "sales.xlsx").write_bytes(workbook(("S", [["Report"], [], *rows])))
    db = judged(tmp_path)
    assert db.sql("SELECT line, value FROM sales_transactions_quarantine").fetchall() == [(8, "someday")]
    assert db.sql("SELECT region FROM lines WHERE line = 6").fetchall() == [("Two lines",)]


def test_the_sheet_of_a_formula_that_was_never_worked_out_says_so(tmp_path: Path) -> None:
    from tests.pipeline.damages import typed_rows, workbook

    rows = typed_rows(lines())
    for row in rows[1:]:
        row[HEADER.index("total_amount")] = "=E2*F2"
    (tmp_path / "sales.xlsx").write_bytes(workbook(("S", rows)))
    with pytest.raises(DataError, match="cell G2 holds a formula that was never worked out"):
        judged(tmp_path)


def test_files_that_are_passed_over_are_named_with_what_to_do(tmp_path: Path) -> None:
    import zipfile

    from pipeline.files import recognise

    folder = write_shop(tmp_path, shop())
    (folder / "customers.xls").write_bytes(b"\xd0\xcf\x11\xe0")
    (folder / "old").mkdir()
    (folder / "old" / "sales.csv").write_text(table(lines()))
    with zipfile.ZipFile(folder / "more.zip", "w") as archive:
        archive.writestr("customers.xlsx", b"")
    assert recognise(folder)[1] == [
        "customers.xls (save it as CSV)",
        "more.zip (customers.xlsx: unpack it)",
        "old/ (put its files beside the others)",
    ]
    for path in folder.glob("sales*"):
        path.unlink()
    with pytest.raises(DataError, match=r"No sales .* It holds: customers.xls \(save it as CSV\)"):
        recognise(folder)


@pytest.mark.parametrize("name", BESIDE)
def test_what_lies_beside_the_sales_is_kept_set_aside_or_refused(name: str, tmp_path: Path) -> None:
    case, folder = BESIDE[name], write_shop(tmp_path, shop())
    for file, text in case.files.items():
        (folder / file).write_text(text)
    if case.refused:
        with pytest.raises(DataError) as refused:
            judged(folder)
        assert [words for words in case.refused if words not in str(refused.value)] == []
        return
    db = judged(folder)
    assert {source: db.sql(f"SELECT count(*) FROM {source}").fetchall() for source in case.kept} == {
        source: [(count,)] for source, count in case.kept.items()
    }
    reasons = " UNION ALL ".join(f"SELECT reason FROM {source}_quarantine" for source in case.kept)
    assert dict(db.sql(f"SELECT reason, count(*) FROM ({reasons}) GROUP BY 1").fetchall()) == case.aside


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_column_names_in_another_encoding_than_the_rest_are_told(encoding: str) -> None:
    from pipeline.headers import oddly_written

    text = (",".join(HEADER) + "\n" * (len(",".join(HEADER)) % 2)).encode().decode(encoding, "replace")
    assert "two encodings" in oddly_written([text, "customer_id"])
    assert oddly_written(["order_id", "customer_id"]) == ""
