"""A file with other column names is understood by names and content, asked about once, and never again."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.confined import confined
from pipeline.errors import DataError
from pipeline.files import in_folder, recognise
from pipeline.layouts import Answers, Layouts
from pipeline.mapping import propose
from pipeline.preview import Preview, preview
from pipeline.run import is_current, run_pipeline
from pipeline.sources import LineRules
from settings import Settings
from tests.pipeline.damages import HEADER, R, dates, lines, table
from tests.pipeline.shops import shop, write_shop

OTHER = ["Beleg", "Kunde", "Artikel", "Zeitpunkt", "Menge", "Einzelpreis", "Betrag", "Gebiet", "Warengruppe"]


def folder_of(folder: Path, text: str, name: str = "till.csv") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
    return folder


def test_own_names_and_other_names_are_proposed_as_sure(tmp_path: Path) -> None:
    header = ["Invoice No", "Client ID", "SKU", "Sale Date", "Qty", "Price", "Line Total", "Country", "Department"]
    (found,) = propose(in_folder(folder_of(tmp_path, table(R, header=header))))
    assert found.source == "sales_transactions"
    assert list(found.columns) == HEADER
    assert list(found.columns.values()) == header
    assert min(match.confidence for match in found.matches if match.header) >= 0.9


def test_columns_without_known_names_are_proposed_by_what_they_hold(tmp_path: Path) -> None:
    folder = write_shop(tmp_path, {name: rows for name, rows in shop().items() if name != "sales_transactions"})
    rows = [
        {**r, "customer_id": f"C{i % 2 + 1}", "product_id": f"P{i % 2 + 1}", "order_id": f"B{i // 2}"}
        for i, r in enumerate(lines())
    ]
    folder_of(folder, table(rows, header=["order nr", *OTHER[1:]]))
    found = {p.name: p for p in propose(in_folder(folder))}["till.csv"]
    by = {match.column: match for match in found.matches}
    assert found.source == "sales_transactions"
    expected = dict(zip(HEADER, ["order nr", *OTHER[1:]], strict=True))
    assert {n: by[n].header for n in HEADER[:7]} == {n: expected[n] for n in HEADER[:7]}
    assert "known ids" in by["customer_id"].reason
    assert by["total_amount"].reason == "quantity times price gives the total"
    assert all(0 < by[n].confidence <= 1 and by[n].reason for n in HEADER[:7])


def test_a_file_of_something_else_is_proposed_as_nothing(tmp_path: Path) -> None:
    (found,) = propose(in_folder(folder_of(tmp_path, "host,load\na,0.5\nb,0.7\n")))
    assert (found.source, found.columns) == ("", {})


def test_what_was_said_is_used_and_remembered(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "exports", table(dates(R[:3], "%d/%m/%Y"), header=OTHER), "sales.csv")
    home = Settings(home=tmp_path / "home")
    with pytest.raises(DataError) as refused:
        run_pipeline(home, folder)
    assert refused.value.asks == "columns"
    layouts = Layouts(home.layouts)
    columns = dict(zip(HEADER, OTHER, strict=True))
    layouts.keep(OTHER, Answers(source="sales_transactions", columns=columns))
    with pytest.raises(DataError) as refused:
        run_pipeline(home, folder)
    assert refused.value.asks == "dates"
    layouts.keep(OTHER, Answers(source="sales_transactions", columns=columns, dates="day"))
    snapshot = run_pipeline(home, folder)
    assert (str(snapshot.first_day), str(snapshot.as_of)) == ("2024-03-09", "2024-03-11")
    assert is_current(home, folder)
    layouts.keep(OTHER, Answers(source="sales_transactions", columns=columns, dates="month"))
    assert not is_current(home, folder)
    assert str(run_pipeline(home, folder).as_of) == "2024-11-03"


def test_a_layout_may_be_left_out_its_rules_changed_and_its_doubles_kept(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "exports", table([*R, R[3]]), "sales.csv")
    folder_of(folder, table(R, header=[*HEADER[:-1], "productcategory"]), "other.csv")
    layouts = Layouts(tmp_path / "layouts")
    layouts.keep([*HEADER[:-1], "productcategory"], Answers(source="none"))
    rules = LineRules(services=("P0",))
    layouts.keep(HEADER, Answers(equals_removed=False, rules=rules))
    assert Layouts(tmp_path / "layouts").of(HEADER).rules == rules
    assert recognise(folder, layouts)[1] == ["other.csv"]
    (found,) = [p for p in preview(folder, layouts) if p.source]
    assert (found.rows, found.kept, found.duplicates) == (17, 17, 0)
    assert found.revenue == sum(Decimal(r["total_amount"]) for r in [*R, R[3]])


def test_answers_know_their_written_form_and_refuse_what_they_cannot_mean(tmp_path: Path) -> None:
    said = Answers(
        "customer_database", {"email": "Mail", "region": ""}, "month", ",", "cp1250", "Sheet2", False, LineRules("^C")
    )
    assert Answers.parse(str(said)) == said
    for wrong in ({"dates": "week"}, {"source": "tills"}, {"encoding": "latin-99"}, {"colour": "red"}):
        with pytest.raises(DataError):
            Answers.parse(json.dumps(wrong))
    with pytest.raises(DataError, match="no column 'Post'"):
        Layouts(tmp_path).keep(("Mail",), Answers(columns={"email": "Post"}))


def test_a_layout_is_kept_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layouts = Layouts(tmp_path)
    layouts.keep(("a", "b"), Answers(dates="day"))

    def broken(_handle: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("os.fsync", broken)
    with pytest.raises(OSError, match="disk full"):
        layouts.keep(("a", "b"), Answers(dates="month"))
    assert layouts.of(("a", "b")) == Answers(dates="day")
    assert [path.name for path in tmp_path.iterdir() if path.suffix != ".json"] == []


def test_a_preview_says_what_a_load_would(tmp_path: Path) -> None:
    folder = folder_of(
        tmp_path, "Till report\n" + table([*R, {**R[0], "order_id": "x", "order_date": "someday"}], ";"), "sales.csv"
    )
    (folder / "photo.csv").write_bytes(b"\x89PNG")
    sales, photo = sorted(preview(folder), key=lambda p: not p.source)
    assert (sales.source, sales.separator, sales.encoding, sales.header_line) == ("sales_transactions", ";", "utf-8", 2)
    assert (sales.rows, sales.kept, sales.quarantined) == (17, 16, {"unreadable_date": 1})
    assert [(p.line, p.column, p.value) for p in sales.problems] == [(19, "order_date", "someday")]
    assert sales.revenue == sum(Decimal(r["total_amount"]) for r in R)
    assert (sales.orders, str(sales.first_day), str(sales.last_day)) == (16, "2024-03-09", "2024-03-24")
    assert (photo.source, photo.error) == ("", "")
    assert photo.is_no_table.startswith("is a picture")


def test_a_preview_of_what_cannot_be_loaded_says_what_to_answer(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, table(dates(R[:3], "%d/%m/%Y")), "sales.csv")
    (found,) = preview(folder)
    assert (found.asks, found.headers) == ("dates", tuple(HEADER))
    assert found.proposal
    assert found.proposal.missing == []


def test_two_files_for_one_source_are_asked_about(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, table(R), "sales.csv")
    folder_of(folder, table(R), "orders.csv")
    assert [p.asks for p in preview(folder)] == ["source", "source"]


def test_work_on_strange_files_is_confined(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, table(R), "sales.csv")
    (found,) = confined(preview, folder)
    assert isinstance(found, Preview)
    assert found.rows == len(R)
