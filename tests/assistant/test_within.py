"""A whole question asked from a page holds for what the page shows, but for what it says itself."""

import pytest

from analytics.assistant import ask
from analytics.filters import Filters
from pipeline.warehouse import Snapshot

PAGE = Filters.parse("from=2025-01-01&to=2025-06-30&region=North&category=Books&category=Toys")


@pytest.mark.parametrize(("question", "address"), [
    ("revenue by month", "from=2025-01-01&to=2025-06-30&region=North&category=Books&category=Toys"),
    ("revenue in 2024", "from=2024-01-01&to=2024-12-31&region=North&category=Books&category=Toys"),
    ("orders in the South", "from=2025-01-01&to=2025-06-30&region=South&category=Books&category=Toys"),
    ("revenue of Garden in all regions in 2024", "from=2024-01-01&to=2024-12-31&category=Garden"),
    ("revenue without the North", "from=2025-01-01&to=2025-06-30&category=Books&category=Toys"),
    ("share of revenue by region", "from=2025-01-01&to=2025-06-30&region=North&category=Books&category=Toys"),
])  # fmt: skip
def test_the_filters_of_the_page_fill_what_the_question_leaves_open(
    snapshot: Snapshot, question: str, address: str
) -> None:
    answer = ask(question, snapshot, within=PAGE)
    assert Filters.parse(answer.conversation) == Filters.parse(address)
    assert any(line["is"] == "The filters of the page apply." for line in answer.reading) is (
        Filters.parse(ask(question, snapshot).conversation) != Filters.parse(address)
    )


def test_what_is_counted_back_from_the_last_day_takes_no_days_from_the_page(snapshot: Snapshot) -> None:
    answer = ask("Which customers have not ordered in the last 90 days?", snapshot, within=PAGE)
    assert not answer.clarify
    assert Filters.parse(answer.conversation).end == snapshot.as_of
    assert Filters.parse(answer.conversation).members("region") == ("North",)


def test_a_follow_up_goes_on_from_its_question_and_takes_nothing_more_from_the_page(snapshot: Snapshot) -> None:
    before = ask("revenue in 2024", snapshot).conversation
    assert ask("by region", snapshot, before, PAGE).rows == ask("by region", snapshot, before).rows


def test_without_a_page_nothing_changes(snapshot: Snapshot) -> None:
    assert ask("revenue by month", snapshot, within=Filters()) == ask("revenue by month", snapshot)
