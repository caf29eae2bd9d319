"""What was asked is kept with its outcome; what somebody vouches for is asked again of each snapshot."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from analytics.assistant import Answer, ask
from analytics.errors import QuestionError
from analytics.filters import Filters
from analytics.questions import Questions
from analytics.verified import VerifiedQuestions, checked
from pipeline.run import run_pipeline
from pipeline.warehouse import Snapshot
from settings import Settings

TOTAL = "revenue in 2024"


@pytest.fixture
def questions(tmp_path: Path) -> Questions:
    return Questions(f"sqlite:///{tmp_path / 'state.db'}")


@pytest.fixture
def verified(tmp_path: Path) -> VerifiedQuestions:
    return VerifiedQuestions(f"sqlite:///{tmp_path / 'state.db'}")


def test_each_question_is_kept_with_its_outcome_and_its_reading(questions: Questions, snapshot: Snapshot) -> None:
    for text in ("revenue by region in 2024", "What was our profit?", "blorf zzkw"):
        questions.keep(text, ask(text, snapshot), "admin")
    kept = {one.question: one for one in questions.all()}
    assert [kept[t].outcome for t in ("revenue by region in 2024", "What was our profit?", "blorf zzkw")] == [
        "answered",
        "refused",
        "asked back",
    ]
    assert kept["revenue by region in 2024"].reading.startswith(
        "Revenue · Split by: region · Dates: 2024-01-01 to 2024-12-31"
    )
    assert kept["What was our profit?"].query == ""
    assert questions.counts() == {"answered": 1, "asked back": 1, "refused": 1, "good": 0, "wrong": 0}


def test_a_later_answer_takes_the_place_of_the_first(questions: Questions, snapshot: Snapshot) -> None:
    id_ = questions.keep("blorf 2024", ask("blorf 2024", snapshot), "admin")
    questions.revise(id_, replace(ask(TOTAL, snapshot), engine="language model"))
    questions.revise("nobody", Answer(""))
    (one,) = questions.all()
    assert (one.question, one.outcome, one.engine) == ("blorf 2024", "answered", "language model")


def test_a_thumb_is_kept_changed_and_taken_back(questions: Questions, snapshot: Snapshot) -> None:
    id_ = questions.keep(TOTAL, ask(TOTAL, snapshot), "admin")
    for way in (1, -1, 0):
        questions.thumb(id_, way)
        assert questions.all()[0].thumb == way
    with pytest.raises(QuestionError):
        questions.thumb(id_, 7)
    with pytest.raises(QuestionError):
        questions.thumb("nobody", 1)


def test_what_cannot_be_noted_is_no_reason_not_to_answer(tmp_path: Path) -> None:
    assert Questions(f"sqlite:///{tmp_path / 'gone' / 'state.db'}").keep("one", Answer("", refused=True), "admin")


def test_the_latest_question_stands_first(questions: Questions) -> None:
    for text in ("one", "two", "three"):
        questions.keep(text, Answer("", refused=True), "admin")
    assert questions.all(1)[0].question == "three"


def test_an_answer_that_depends_on_what_came_before_is_not_verified(
    verified: VerifiedQuestions, snapshot: Snapshot
) -> None:
    before = ask(TOTAL, snapshot)
    after = ask("only Books", snapshot, before.conversation)
    with pytest.raises(QuestionError):
        verified.keep("only Books", after.conversation, snapshot, "admin")
    within = ask(TOTAL, snapshot, within=Filters.parse("region=North"))
    with pytest.raises(QuestionError):
        verified.keep(TOTAL, within.conversation, snapshot, "admin")
    assert verified.all() == []


def test_over_the_same_data_a_verified_question_holds(verified: VerifiedQuestions, snapshot: Snapshot) -> None:
    for text in (TOTAL, "top 3 products by revenue", "revenue last month"):
        verified.keep(text, ask(text, snapshot).conversation, snapshot, "admin")
    assert verified.check(snapshot) == []
    assert {one.snapshot for one in verified.all()} == {snapshot.id}
    verified.drop(verified.all()[0].id)
    assert len(verified.all()) == 2


def test_a_publication_flags_what_no_longer_holds(tmp_path: Path) -> None:
    """A sale is added to January: its number changes, that of February holds, and Toys are no longer known."""
    shop, exports = Settings(home=tmp_path / "home"), tmp_path / "exports"
    exports.mkdir()
    days, amounts = ["2024-01-05", "2024-02-05", "2024-03-05"], [10.0, 40.0, 30.0]
    rows = pd.DataFrame({"order_id": ["O1", "O2", "O3"], "customer_id": ["C1", "C2", "C1"], "product_id": ["P1", "P2", "P1"],
                         "order_date": days, "quantity": [1, 2, 3], "unit_price": [10.0, 20.0, 10.0], "total_amount": amounts,
                         "region": ["North", "South", "North"], "category": ["Books", "Toys", "Books"]})  # fmt: skip
    rows.to_csv(exports / "sales_transactions.csv", index=False)
    first, kept = run_pipeline(shop, exports), VerifiedQuestions(shop.state)
    asked = ("revenue in January 2024", "revenue in February 2024", "orders of Toys", "revenue last month")
    for text in asked:
        kept.keep(text, ask(text, first).conversation, first, "admin")
    assert checked(shop, first) == ""
    more = rows.assign(category="Books")
    more.loc[3] = ["O4", "C3", "P1", "2024-01-09", 1, 10.0, 10.0, "North", "Books"]
    more.loc[4] = ["O5", "C3", "P1", "2024-04-09", 1, 10.0, 10.0, "North", "Books"]
    more.to_csv(exports / "sales_transactions.csv", index=False)
    said = checked(shop, run_pipeline(shop, exports))
    states = {one.question: one.state for one in kept.all()}
    assert states == dict(zip(asked, ("changed", "holds", "fails", "holds"), strict=True))
    assert next(one for one in kept.all() if one.state == "changed").says == "10.0 is now 20.0"
    assert "1 can no longer be answered as before and 1 with another number" in said


def test_a_publication_never_fails_for_a_verified_question(snapshot: Snapshot, tmp_path: Path) -> None:
    nowhere = replace(Settings(), home=tmp_path / "gone")
    assert "could not be asked again" in checked(nowhere, snapshot)
