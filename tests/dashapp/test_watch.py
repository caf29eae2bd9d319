"""New files are noticed once they rest, loaded by a job, and tried only once; an unchanged file is not read again."""

from pathlib import Path

import pytest

from analytics.errors import QuestionError
from dashapp.jobs.board import Board
from dashapp.jobs.catalogue import load_uploads, take_in
from dashapp.jobs.runs import Run
from dashapp.watch import Watch
from ml.scoring import SCORES
from pipeline.inbox import Inbox
from pipeline.progress import silent
from pipeline.run import is_current, run_pipeline
from pipeline.uploads import Uploads
from pipeline.warehouse import Warehouse
from settings import Settings
from tests.dashapp.test_uploads import Nobody
from tests.pipeline.shops import shop, write_shop


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path / "home")
    run_pipeline(settings, write_shop(tmp_path / "exports", shop()), scores=SCORES)
    return settings


@pytest.fixture
def watch(home: Settings) -> Watch:
    board = Board(home, Nobody())  # type: ignore[arg-type]
    board.start = lambda name, who: board.runs.add(name, who)  # type: ignore[method-assign]
    return Watch(home, board)


def sell_more(folder: Path, order: str = "O9") -> None:
    with (folder / "sales_transactions.csv").open("a") as file:
        file.write(f"{order},C2,P1,2024-07-02 12:00:00,1,600.50,600.50,South,Home\n")


def asked(watch: Watch) -> int:
    return len([run for run in watch.board.all() if run.name == "live"])


def test_what_is_current_asks_for_nothing(watch: Watch) -> None:
    assert not any(watch.look() for _ in range(3))
    assert asked(watch) == 0


def test_a_file_is_loaded_once_it_rests_and_not_while_another_load_is_open(watch: Watch, tmp_path: Path) -> None:
    watch.look()
    sell_more(tmp_path / "exports")
    assert not watch.look()
    sell_more(tmp_path / "exports", "O10")
    assert not watch.look()
    assert watch.look()
    assert not watch.look()
    sell_more(tmp_path / "exports", "O11")
    watch.look()
    assert not watch.look()
    watch.board.cancel(watch.board.all()[0].id)
    assert watch.look()
    assert asked(watch) == 2


def test_the_job_loads_what_changed_and_leaves_what_has_not(home: Settings, tmp_path: Path) -> None:
    before = Warehouse(home).current()
    assert take_in(home, silent) == "Nothing had changed."
    sell_more(tmp_path / "exports")
    assert take_in(home, silent).startswith("Published")
    assert Warehouse(home).current() != before
    assert is_current(home, tmp_path / "exports", SCORES)


def kept(home: Settings) -> dict[str, set[int]]:
    """What was read to each place on the shelf, by the numbers of its files on the disk."""
    return {
        folder.name: {path.stat().st_ino for path in folder.iterdir()} for folder in (home.warehouse / "read").iterdir()
    }


def test_an_unchanged_file_is_not_read_again_and_of_one_that_grew_the_end(home: Settings, tmp_path: Path) -> None:
    before, read = Warehouse(home).current(), kept(home)
    same = run_pipeline(home, tmp_path / "exports", scores=SCORES)
    assert kept(home) == read
    assert same.manifest["tables"] == before.manifest["tables"]
    assert same.report == before.report
    sell_more(tmp_path / "exports")
    run_pipeline(home, tmp_path / "exports", scores=SCORES)
    now = kept(home)
    ((new, parts), (old, before_)) = (
        (name, each[name]) for each, other in ((now, read), (read, now)) for name in set(each) - set(other)
    )
    assert old != new
    assert len(parts & before_) == len(before_) - 1  # all but the note
    assert len(parts) > len(before_)


def test_a_damaged_shelf_is_read_past(home: Settings, tmp_path: Path) -> None:
    before = Warehouse(home).current()
    for path in (home.warehouse / "read").glob("*/0000.parquet"):
        path.write_bytes(b"PAR1 not really")
    assert run_pipeline(home, tmp_path / "exports", scores=SCORES).report == before.report


def test_rows_that_nobody_loaded_are_asked_for_once(watch: Watch, home: Settings, tmp_path: Path) -> None:
    uploads = Uploads(home)
    for path in (tmp_path / "exports").iterdir():
        data = path.read_bytes()
        uploads.receive(uploads.announce(path.name, len(data)), 0, [data])
    load_uploads(home, silent)
    Inbox(home).put("product_catalog", [{"product_id": "P9", "product_name": "Drum"}])
    assert [watch.look() for _ in range(3)] == [False, True, False]
    assert [run.name for run in watch.board.all()] == ["rows"]


def test_rows_that_still_wait_after_a_pause_are_asked_for_again(
    watch: Watch, home: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "_rows", lambda: "20240702.json")
    assert [watch.look() for _ in range(3)] == [False, True, False]
    watch.board.runs.end(watch.board.all()[0].id, "failed", "Another load is running.")
    assert not watch.look()
    monkeypatch.setattr("dashapp.watch.PAUSE", 0.0)
    assert watch.look()


def test_a_load_that_could_not_be_asked_for_is_asked_for_again(watch: Watch, tmp_path: Path) -> None:
    start, watch.board.start = watch.board.start, refuse  # type: ignore[method-assign]
    watch.look()
    sell_more(tmp_path / "exports")
    watch.look()
    with pytest.raises(QuestionError):
        watch.look()
    watch.board.start = start  # type: ignore[method-assign]
    assert watch.look()


def refuse(name: str, who: str) -> Run:
    raise QuestionError("10 jobs are waiting already.")


def test_scores_that_a_training_could_not_publish_are_published(
    home: Settings, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Warehouse(home).current()
    monkeypatch.setattr("dashapp.watch.stale", lambda _: True)
    monkeypatch.setattr("dashapp.jobs.catalogue.stale", lambda _: True)
    assert [watch.look() for _ in range(3)] == [False, True, False]
    assert take_in(home, silent).startswith("Published")
    now = Warehouse(home).current()
    assert now != before
    assert now.manifest["tables"]["lines"] == before.manifest["tables"]["lines"]
