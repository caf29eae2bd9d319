"""A snapshot is whole or absent, shares what stayed the same, and holds nothing that a spreadsheet would run."""

import csv
import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest

from pipeline import warehouse as warehouse_module
from pipeline.errors import DataError
from pipeline.run import is_current, run_pipeline
from pipeline.snapshot import named
from pipeline.sources import SOURCES
from pipeline.warehouse import Publication, Warehouse
from settings import Settings
from tests.pipeline.shops import lines_of, shop, write_shop


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_shop(tmp_path / "exports", shop())


def sell_more(folder: Path) -> None:
    with (folder / "sales_transactions.csv").open("a") as file:
        file.write("O9,C2,P1,2024-07-02 12:00:00,1,600.50,600.50,South,Home\n")


class Died(Exception):  # noqa: N818
    """The process ends here."""


STEPS = ("_write_part", "_digest", "write_csv", "_write", "sync", "_serve")


def small(id_: str, rows: int) -> tuple[duckdb.DuckDBPyConnection, Publication]:
    """Something to publish: a table in months, one that is not, a CSV file and a document."""
    db = duckdb.connect()
    db.execute(
        f"CREATE TABLE sales AS SELECT i * {rows} AS line, DATE '2024-01-25' + i::INT AS order_date FROM range({rows}) t(i)"
    )
    db.execute("CREATE TABLE customers AS SELECT line FROM sales")
    tables = {"sales": "line", "customers": "line"}
    csvs, documents = {"sales.csv": ["SELECT * FROM sales"]}, {"report.json": {"rows": rows}}
    return db, Publication(id_, tables, {"sales": "order_date"}, csvs, documents, {"rows": dict.fromkeys(tables, rows)})


def served(home: Settings) -> tuple[str, dict[str, bytes], int]:
    """What a reader sees."""
    files = {path.name: path.read_bytes() for path in sorted(home.processed.iterdir())}
    return (
        (home.warehouse / "CURRENT").read_text(),
        files,
        int(Warehouse(home).current().table("sales").count().to_pandas()),
    )


@pytest.mark.parametrize("nth", [1, 2, 3, 5, 8])
@pytest.mark.parametrize("step", STEPS)
def test_a_publication_that_dies_leaves_the_last_one_serving(
    step: str, nth: int, home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    Warehouse(home).publish(*small("1", 20))
    before = served(home)
    owner = Warehouse if hasattr(Warehouse, step) else warehouse_module
    real, calls = getattr(owner, step), []

    def dies(*args: object) -> object:
        calls.append(args)
        if len(calls) == nth:
            raise Died
        return real(*args)

    monkeypatch.setattr(owner, step, dies)
    try:
        Warehouse(home).publish(*small("2", 40))
    except Died:
        assert served(home) == before
    else:
        assert len(calls) < nth
    monkeypatch.undo()
    Warehouse(home).publish(*small("3", 40))
    assert (served(home)[0], served(home)[2]) == ("3\n", 40)


def test_a_run_that_dies_leaves_the_last_one_serving(
    home: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = run_pipeline(home, folder)
    sell_more(folder)
    monkeypatch.setattr("pipeline.run.report", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run_pipeline(home, folder)
    assert Warehouse(home).current() == before
    assert not [path for path in home.warehouse.iterdir() if path.name.startswith("tmp")]


def test_a_second_writer_is_told_to_wait(home: Settings, folder: Path) -> None:
    with Warehouse(home).writing(), pytest.raises(DataError, match="Another load is running"):
        run_pipeline(home, folder)
    run_pipeline(home, folder)


def test_files_that_did_not_change_are_shared_between_snapshots(home: Settings, folder: Path) -> None:
    before = run_pipeline(home, folder).manifest["tables"]
    sell_more(folder)
    after = run_pipeline(home, folder).manifest["tables"]
    assert set(before["sales"]) < set(after["sales"])
    assert len(set(after["sales"]) - set(before["sales"])) == 1
    assert after["products"] == before["products"]
    assert after["reviews"] == before["reviews"]


def test_the_same_files_give_the_same_tables(home: Settings, folder: Path, tmp_path: Path) -> None:
    again = Settings(home=tmp_path / "again")
    assert run_pipeline(home, folder).manifest["tables"] == run_pipeline(again, folder).manifest["tables"]


def test_a_load_is_current_until_a_file_changes(home: Settings, folder: Path) -> None:
    assert not is_current(home, folder)
    run_pipeline(home, folder)
    assert is_current(home, folder)
    sell_more(folder)
    assert not is_current(home, folder)
    run_pipeline(home, folder)
    (folder / "customer_reviews.csv").unlink()
    assert not is_current(home, folder)


def test_a_change_of_the_rules_asks_for_a_new_load(
    home: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_pipeline(home, folder)
    monkeypatch.setattr("pipeline.run.rules_version", lambda: "other")
    assert not is_current(home, folder)


def test_the_manifest_says_what_the_snapshot_is(home: Settings, folder: Path) -> None:
    manifest = run_pipeline(home, folder).manifest
    assert {
        "id",
        "rules",
        "answers",
        "published",
        "files",
        "first_day",
        "as_of",
        "members",
        "lacks",
        "rows",
        "revenue",
        "orders",
        "source",
        "scores",
        "tables",
        "parts",
        "months",
        "sums",
        "csvs",
    } == set(manifest)
    assert (manifest["first_day"], manifest["as_of"]) == ("2024-03-14", "2024-06-30")
    assert manifest["revenue"] == "1817.50"
    assert manifest["members"]["region"] == ["North", "South"]
    assert set(manifest["files"]) == {f"{name}.csv" for name in shop()}
    assert manifest["rows"]["sales"] == manifest["rows"]["lines"] == 4


def test_every_output_is_there(home: Settings, folder: Path) -> None:
    run_pipeline(home, folder)
    assert {path.name for path in home.processed.iterdir()} == {
        "clean_transactions.csv", "clean_reviews.csv", "merged_analytics_data.csv", "cleaning_report.json",
        "quarantine.csv", "duplicates.csv", "manifest.json",
    }  # fmt: skip
    clean = pd.read_csv(home.processed / "clean_transactions.csv")
    assert clean["total_amount"].sum() == pytest.approx(1817.50)
    assert clean["kind"].tolist() == ["sale"] * 4


def test_a_load_that_writes_no_csv_leaves_those_of_the_last_one_that_did(home: Settings, folder: Path) -> None:
    whole = run_pipeline(home, folder)
    before = {path.name: path.read_bytes() for path in home.processed.iterdir()}
    for _ in range(4):
        sell_more(folder)
        live = run_pipeline(home, folder, outputs=False)
        assert live.manifest["csvs"] == whole.id
    assert {path.name: path.read_bytes() for path in home.processed.iterdir()} == before
    assert json.loads(before["manifest.json"])["id"] == whole.id
    assert live.table("sales").count().to_pandas() == 5
    assert run_pipeline(home, folder).manifest["csvs"] == home.processed.resolve().name != whole.id
    assert len(pd.read_csv(home.processed / "clean_transactions.csv")) == 5


def test_several_reviews_never_multiply_a_sale(home: Settings, folder: Path, tmp_path: Path) -> None:
    alone = run_pipeline(home, folder)
    files = shop()
    files["customer_reviews"] += [
        {**files["customer_reviews"][0], "review_id": f"X{i}", "rating": str(1 + i % 5)} for i in range(20)
    ]
    other = Settings(home=tmp_path / "other")
    many = run_pipeline(other, write_shop(tmp_path / "many", files))
    assert many.manifest["revenue"] == alone.manifest["revenue"]
    assert many.manifest["rows"]["sales"] == alone.manifest["rows"]["sales"]
    merged = pd.read_csv(other.processed / "merged_analytics_data.csv")
    assert merged["total_amount"].sum() == pytest.approx(1817.50)
    assert merged["review_count"].max() == 21


@pytest.mark.parametrize("name", [name for name in SOURCES if name != "sales_transactions"])
def test_each_optional_file_may_be_missing(name: str, home: Settings, tmp_path: Path) -> None:
    files = {file: rows for file, rows in shop().items() if file != name}
    snapshot = run_pipeline(home, write_shop(tmp_path / "exports", files))
    assert name in snapshot.lacks
    assert snapshot.manifest["revenue"] == "1817.50"
    report = json.loads((home.processed / "cleaning_report.json").read_text())
    assert set(report["files"]) == set(files)
    assert not any("orphan" in rule for file in report["files"].values() for rule in file["flagged"] if name != "x")


def test_sales_alone_are_enough(home: Settings, tmp_path: Path) -> None:
    snapshot = run_pipeline(
        home, write_shop(tmp_path / "exports", {"sales_transactions": shop()["sales_transactions"]})
    )
    without = {"customer_segment", "channel", "cost", "stock", "came_back"}
    assert snapshot.lacks == {*SOURCES, *without} - {"sales_transactions"}
    assert snapshot.table("products").count().to_pandas() == 2
    assert snapshot.table("customers").count().to_pandas() == 2


ALIASES = {
    "order_id": "Invoice No", "customer_id": "CUSTOMER-ID", "product_id": "SKU", "order_date": "Date", "quantity": "Qty",
    "unit_price": "Price", "total_amount": "Line Total", "region": "Country", "category": "Department",
}  # fmt: skip


@pytest.mark.parametrize("separator", [";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_other_column_names_separators_and_encodings_load(separator: str, encoding: str, tmp_path: Path) -> None:
    rows = [{ALIASES[name]: value for name, value in row.items()} for row in shop()["sales_transactions"]]
    rows[0]["Country"] = "Île-de-France"
    folder = tmp_path / "exports"
    folder.mkdir()
    with (folder / "export 2024.csv").open("w", newline="", encoding=encoding) as file:
        writer = csv.DictWriter(file, list(reversed(rows[0])), delimiter=separator)
        writer.writeheader()
        writer.writerows(rows)
    assert sorted(lines_of(folder, "region, total_amount"))[-1] == ("Île-de-France", Decimal("1201.00"))
    assert sum(amount for (amount,) in lines_of(folder, "total_amount")) == Decimal("1817.50")


def test_no_output_holds_a_formula(home: Settings, tmp_path: Path) -> None:
    files = shop()
    formulas = ["=HYPERLINK(A1)", "+1+1", "-2+3", "@SUM(A1)", "=cmd|' /C calc'!A0"]
    for row, formula in zip(files["sales_transactions"], formulas, strict=False):
        row["region"] = row["category"] = formula
    files["customer_reviews"][0]["review_text"] = formulas[0]
    files["customer_database"][0]["customer_name"] = formulas[3]
    files["customer_reviews"].append({**files["customer_reviews"][0], "review_id": formulas[4], "rating": "9"})
    files["customer_reviews"] += [files["customer_reviews"][0]]
    run_pipeline(home, write_shop(tmp_path / "exports", files))
    for path in home.processed.glob("*.csv"):
        with path.open(newline="") as file:
            cells = [cell for record in csv.reader(file) for cell in record]
        assert [
            c for c in cells if (c[:1] in "=+@" and c) or (c[:1] == "-" and not c[1:].replace(".", "").isdigit())
        ] == [], path.name


def test_a_reader_keeps_its_snapshot_while_others_come(home: Settings, folder: Path) -> None:
    held = run_pipeline(home, folder)
    sell_more(folder)
    assert run_pipeline(home, folder).table("lines").count().to_pandas() == 5
    assert held.table("lines").count().to_pandas() == 4


def test_old_snapshots_go_and_nothing_is_left_over(home: Settings) -> None:
    for i in range(5):
        Warehouse(home).publish(*small(str(i), 20 + i))
    snapshots = list((home.warehouse / "snapshots").iterdir())
    named = {
        p
        for s in snapshots
        for parts in json.loads((s / "manifest.json").read_text())["tables"].values()
        for p in parts
    }
    assert len(snapshots) == 3
    assert {path.name for path in (home.warehouse / "files").iterdir()} == named


def test_ids_sort_as_they_were_made_within_a_second_too(home: Settings) -> None:
    moments = [datetime(2024, 5, 1, 12, 0, 0, micros, UTC) for micros in (7, 80, 900_000)]
    ids = [named(moment, digest) for moment, digest in zip(moments, ("ffff", "8888", "0000"), strict=True)]
    for id_ in ids:
        Warehouse(home).publish(*small(id_, 20))
    assert sorted(path.name for path in (home.warehouse / "snapshots").iterdir()) == ids


def test_columns_of_few_values_are_stored_as_categories(settings: Settings) -> None:
    snapshot = Warehouse(settings).current()
    months = [pq.ParquetFile(snapshot.folder / "files" / part) for part in snapshot.manifest["tables"]["sales"]]
    for column in ("region", "category", "customer_segment", "kind"):
        for file in months:
            chunk = file.metadata.row_group(0).column(file.schema_arrow.names.index(column))
            assert "RLE_DICTIONARY" in chunk.encodings or "PLAIN_DICTIONARY" in chunk.encodings, column


def test_what_a_killed_load_left_is_cleared_away_but_not_under_one_that_runs(home: Settings, folder: Path) -> None:
    run_pipeline(home, folder)
    left = home.warehouse / "tmpkilled"
    left.mkdir()
    (left / "work.duckdb").touch()
    other = Warehouse(home)
    with other.writing():
        running = home.warehouse / "tmprunning"
        running.mkdir()
        Warehouse(home).recover()
        assert running.exists()
    Warehouse(home).recover()
    assert not list(home.warehouse.glob("tmp*"))


def test_a_load_that_is_stopped_just_before_it_serves_leaves_the_old_data(home: Settings, folder: Path) -> None:
    before = run_pipeline(home, folder).id
    sell_more(folder)

    def stop(_stage: str, done: float) -> None:
        if done == 0.99:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_pipeline(home, folder, stop)
    assert Warehouse(home).current().id == before
    assert run_pipeline(home, folder).id != before
