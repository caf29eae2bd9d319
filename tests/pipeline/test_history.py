"""The history: every run that came to an end leaves a line, and a torn line spoils no other."""

import shutil
from pathlib import Path

import pytest

from pipeline.errors import DataError
from pipeline.history import history
from pipeline.run import run_pipeline
from settings import Settings


def test_a_refused_run_is_kept_in_its_own_words(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError) as refused:
        run_pipeline(settings, tmp_path / "empty")
    assert [(past.says, past.snapshot) for past in history(settings)] == [(str(refused.value), "")]


def test_a_published_run_is_kept_with_what_it_read(settings: Settings) -> None:
    past = history(settings)[-1]
    assert past.snapshot.startswith(past.ended[:10].replace("-", ""))
    assert past.read > past.quarantined > 0
    assert past.found["missing_id"] > 0


def test_a_line_cut_off_by_a_crash_is_left_out(settings: Settings, tmp_path: Path) -> None:
    copy = Settings(home=tmp_path)
    copy.warehouse.mkdir(parents=True)
    file = shutil.copy(settings.warehouse / "history.jsonl", copy.warehouse)
    whole = history(copy)
    with Path(file).open("a") as lines:
        lines.write('\n{"ended": "2026-')
    assert history(copy) == whole
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError):
        run_pipeline(copy, tmp_path / "empty")
    assert len(history(copy)) == len(whole) + 1
