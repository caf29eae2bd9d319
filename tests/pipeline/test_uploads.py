"""Uploaded files wait whole or not at all, are looked at without being loaded, and are loaded as a set that never changes."""

from pathlib import Path

import pytest

from dashapp.components.upload.losses import lost
from dashapp.jobs.catalogue import go_back, load_uploads
from ml.scoring import SCORES
from pipeline.errors import DataError
from pipeline.layouts import Answers, Layouts
from pipeline.looks import look, looks, stands_in_the_way
from pipeline.preview import Preview
from pipeline.progress import silent
from pipeline.run import is_current, remembered, run_pipeline
from pipeline.uploads import TooLargeError, Uploads, plain_name
from pipeline.warehouse import Warehouse
from settings import Settings
from tests.pipeline.damages import HEADER, R, table
from tests.pipeline.shops import shop, write_shop

ID = "0123456789abcdef" * 2


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", upload_limit=1 << 20)


def put(home: Settings, name: str, text: str) -> None:
    data = text.encode()
    uploads = Uploads(home)
    assert uploads.receive(uploads.announce(name, len(data)), 0, [data]) == len(data)


def put_shop(home: Settings, folder: Path) -> None:
    for path in write_shop(folder, shop()).iterdir():
        put(home, path.name, path.read_text())


def left(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} if folder.exists() else set()


def test_pieces_make_a_file_only_once_all_are_there(home: Settings) -> None:
    uploads = Uploads(home)
    arriving = uploads.announce("sales.csv", 6, ID)
    assert uploads.receive(arriving, 0, [b"ab", b"c"]) == 3
    assert uploads.files() == []
    assert uploads.receive(arriving, 0, [b"abc"]) == 3
    assert uploads.receive(arriving, 5, [b"f"]) == 3
    assert uploads.receive(arriving, 3, [b"def"]) == 6
    assert [path.read_bytes() for path in uploads.files()] == [b"abcdef"]
    assert left(uploads.tray) == {"sales.csv"}


def test_more_than_was_announced_leaves_nothing(home: Settings) -> None:
    uploads = Uploads(home)
    with pytest.raises(DataError, match="More of"):
        uploads.receive(uploads.announce("sales.csv", 2), 0, [b"abc"])
    assert left(uploads.tray) == set()


def test_too_large_a_file_is_refused_before_anything_is_written(home: Settings) -> None:
    with pytest.raises(TooLargeError, match=r"500 MB.*run.py pipeline"):
        Uploads(home).announce("sales.csv", 500 << 20)
    assert not home.uploads.exists()


@pytest.mark.parametrize(
    ("name", "kept"),
    [("../../etc/x.csv", "x.csv"), ("C:\\a\\b.CSV", "b.CSV"), ("..csv", None), ("a\0b;.csv", "a_b_.csv"), ("x.exe", None),
     (".hidden.csv", "hidden.csv"), ("Verkäufe 2024 (1).xlsx", "Verkäufe 2024 (1).xlsx")],
)  # fmt: skip
def test_names_are_made_by_us(name: str, kept: str | None) -> None:
    if kept is None:
        with pytest.raises(DataError):
            plain_name(name)
    else:
        assert plain_name(name) == kept


def test_what_waits_is_looked_at_once_and_again_when_something_was_said(home: Settings) -> None:
    put(home, "till.csv", table(R, header=["Beleg", *HEADER[1:]]))
    assert looks(home)[0].tables is None
    (found,) = look(home)[0].tables or ()
    assert (found.asks, found.source) == ("columns", "")
    assert "no column 'order_id'" in found.error
    assert found.proposal
    assert found.proposal.source == "sales_transactions"
    assert stands_in_the_way(looks(home))
    said: list[str] = []
    look(home, lambda stage, _done: said.append(stage))
    assert said == []
    Layouts(home.layouts).keep(found.headers, Answers("sales_transactions", {"order_id": "Beleg"}))
    assert looks(home)[0].tables is None
    (found,) = look(home)[0].tables or ()
    assert (found.source, found.rows, found.error) == ("sales_transactions", len(R), "")
    assert stands_in_the_way(looks(home)) == ""
    assert found == Preview.parse(found.written())


def test_a_load_does_not_read_again_what_was_looked_at(home: Settings) -> None:
    put(home, "sales.csv", table(R))
    look(home)
    kept = {path: path.stat().st_ino for path in (home.warehouse / "read").glob("*/*")}
    load_uploads(home, silent)
    assert {path: path.stat().st_ino for path in (home.warehouse / "read").glob("*/*")} == kept != {}
    assert Warehouse(home).current().report["files"]["sales_transactions"]["records_before"] == len(R)


def test_two_files_for_one_source_and_no_sales_stand_in_the_way(home: Settings) -> None:
    put(home, "a.csv", table(R))
    put(home, "b.csv", table(R))
    assert "both look like" in stands_in_the_way(look(home))
    Uploads(home).clear()
    put(home, "wrong.csv", "host,load\na,0.5\n")
    put(home, "picture.csv", "\x89PNG".encode("latin-1").decode("latin-1"))
    assert "No sales" in stands_in_the_way(look(home))


def test_a_load_makes_the_files_the_shops_data_and_the_next_one_begins_with_them(
    home: Settings, tmp_path: Path
) -> None:
    outside = write_shop(tmp_path / "outside", shop())
    run_pipeline(home, outside)
    put_shop(home, tmp_path / "exports")
    load_uploads(home, silent)
    served = Uploads(home).served()
    assert served == remembered(home)
    assert served is not None
    assert served.parent == home.uploads / "sets"
    assert is_current(home, served, SCORES)
    assert {path.name for path in outside.iterdir()} == {path.name for path in served.iterdir()}
    assert Uploads(home).files() == []
    put(home, "more.csv", "host,load\na,0.5\n")
    assert len(Uploads(home).files()) == 5
    Uploads(home).recover()
    assert len(Uploads(home).files()) == 5
    load_uploads(home, silent)
    assert len(list((home.uploads / "sets").iterdir())) == 1
    assert Warehouse(home).current().report["files_not_used"] == ["more.csv"]


def test_a_load_that_is_refused_leaves_data_and_waiting_files_as_they_were(home: Settings, tmp_path: Path) -> None:
    before = run_pipeline(home, write_shop(tmp_path / "outside", shop()))
    put(home, "reviews.csv", "product_id,rating\nP1,5\n")
    with pytest.raises(DataError, match="No sales"):
        load_uploads(home, silent)
    assert Warehouse(home).current() == before
    assert left(home.uploads) == {"tray/reviews.csv"}


def test_special_lines_are_guessed_and_count_once_confirmed(home: Settings) -> None:
    rows = [{**row, "order_id": f"{i}"} for i, row in enumerate(R)]
    rows += [{**R[0], "order_id": "K99", "quantity": "-1", "total_amount": "-600.50"}]
    rows += [{**R[0], "order_id": "100", "product_id": "PORTO"}]
    put(home, "sales.csv", table(rows))
    (found,) = look(home)[0].tables or ()
    assert (found.guessed.cancelled_id, found.guessed.services) == ("^K[0-9]", ("PORTO",))
    Layouts(home.layouts).keep(found.headers, Answers("sales_transactions", rules=found.guessed))
    load_uploads(home, silent)
    kinds = Warehouse(home).current().report["line_kinds"]
    assert (kinds["cancellation"]["rows"], kinds["service"]["rows"]) == (1, 1)


@pytest.mark.parametrize("code", ["x'; DROP TABLE lines; --", 'a"b', "it's"])
def test_codes_that_were_said_are_never_run(code: str, home: Settings) -> None:
    put(home, "sales.csv", table([*R, {**R[0], "order_id": "Z", "product_id": code}]))
    header = (look(home)[0].tables or ())[0].headers
    rules = {"services": [code], "cancelled_id": "^C'", "adjustment_id": "", "adjustments": []}
    Layouts(home.layouts).keep(header, Answers.of({"source": "sales_transactions", "rules": rules}))
    load_uploads(home, silent)
    assert Warehouse(home).current().report["line_kinds"]["service"]["rows"] == 1


@pytest.mark.parametrize(
    "said", [{"rules": {"cancelled_id": "("}}, {"columns": {"x'": "a"}}, {"rules": {"colour": "red"}}, {"rules": 3}]
)
def test_answers_that_could_do_harm_are_refused(said: dict[str, object]) -> None:
    with pytest.raises(DataError):
        Answers.of(said)


def test_a_load_that_takes_a_folders_place_or_most_of_the_revenue_is_told_before(
    home: Settings, tmp_path: Path
) -> None:
    assert lost(home) == []
    run_pipeline(home, write_shop(tmp_path / "outside", shop()))
    put(home, "sales.csv", table([{**R[0], "unit_price": "1.00", "quantity": "1", "total_amount": "1.00"}]))
    assert lost(home) == []
    look(home)
    told = lost(home)
    assert "take the place of the folder" in told[0]
    assert str(tmp_path / "outside") in told[0]
    assert any(words.startswith("Revenue would fall from") for words in told)
    load_uploads(home, silent)
    put(home, "more.csv", "host,load\na,0.5\n")
    look(home)
    assert lost(home) == []


def test_the_data_before_can_be_served_again(home: Settings, tmp_path: Path) -> None:
    outside = write_shop(tmp_path / "outside", shop())
    before = run_pipeline(home, outside)
    assert Warehouse(home).before() is None
    put(home, "sales.csv", table(R[:1]))
    load_uploads(home, silent)
    go_back(home, silent)
    assert Warehouse(home).current() == before
    assert before.table("sales").count().execute() > 0
    assert remembered(home) == outside
    with pytest.raises(DataError, match="not kept any more"):
        go_back(home, silent)
    assert Warehouse(home).current() == before


def test_a_file_that_was_loaded_can_be_left_out_of_the_next_load(home: Settings, tmp_path: Path) -> None:
    put_shop(home, tmp_path / "exports")
    load_uploads(home, silent)
    Uploads(home).remove("customer_reviews.csv")
    assert {path.name for path in Uploads(home).files()} == {
        "sales_transactions.csv",
        "customer_database.csv",
        "product_catalog.csv",
    }
    load_uploads(home, silent)
    assert Uploads(home).files() == []
    assert "customer_reviews" in Warehouse(home).current().lacks
