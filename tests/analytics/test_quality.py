"""Quality rules measure what pandas measures, are checked at each publication, and a broken one is told."""

from pathlib import Path

import pytest

from analytics.errors import QuestionError
from analytics.quality import Quality, Rule, broken
from dashapp.jobs.catalogue import load
from pipeline.progress import silent
from pipeline.run import run_pipeline
from pipeline.snapshot import Snapshot
from settings import Settings
from tests.pipeline.shops import shop, write_shop

CASES = [
    (Rule("null", "sales", "customer_id", high=0), lambda s: 100 * s["customer_id"].isna().mean()),
    (Rule("range", "sales", "total_amount", low=10, high=50), lambda s: (~s["total_amount"].between(10, 50)).sum()),
    (Rule("range", "sales", "quantity", high=3), lambda s: (s["quantity"] > 3).sum()),
    (Rule("unique", "sales", "order_id"), lambda s: s["order_id"].duplicated().sum()),
    (Rule("volume", "sales", low=1), len),
]


@pytest.mark.parametrize(("rule", "expected"), CASES, ids=lambda case: str(case) if isinstance(case, Rule) else "")
def test_a_rule_measures_what_pandas_does(rule: Rule, expected, snapshot: Snapshot, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    quality = Quality(Settings(home=tmp_path))
    quality.add(rule, snapshot)
    sales = snapshot.table("sales").to_pandas()
    sales[["total_amount", "quantity"]] = sales[["total_amount", "quantity"]].astype(float)
    ((kept, answer),) = quality.check(snapshot)
    assert answer.measured == pytest.approx(float(expected(sales)), abs=1e-4)
    assert answer.holds == kept.holds(answer.measured)


def test_each_publication_is_checked_and_a_broken_rule_is_told(tmp_path: Path) -> None:
    home, folder = Settings(home=tmp_path / "home"), write_shop(tmp_path / "exports", shop())
    first = run_pipeline(home, folder)
    quality = Quality(home)
    quality.add(Rule("volume", "sales", low=1, high=4), first)
    quality.add(Rule("fresh", "sales", high=100_000), first)
    assert broken(home, first) == ""
    with (folder / "sales_transactions.csv").open("a") as file:
        file.write("O9,C2,P1,2024-07-02 12:00:00,1,600.50,600.50,South,Home\n")
    assert "1 quality rule is broken: sales has 1 to 4 rows." in load(home, silent)
    assert [(a.rule, a.holds) for a in quality.answers()] == [(1, True), (2, True), (1, False), (2, True)]
    quality.drop(1)
    assert [rule.id for rule in quality.rules()] == [2]


@pytest.mark.parametrize(
    "rule",
    [Rule("odd", "sales"), Rule("null", "secrets", "x", high=1), Rule("null", "sales", "colour", high=1), Rule("fresh", "sales"),
     Rule("null", "sales", "region"), Rule("range", "sales", "region", low=1), Rule("volume", "sales", low=5, high=2)],
)  # fmt: skip
def test_a_rule_that_cannot_be_asked_is_refused(rule: Rule, snapshot: Snapshot, tmp_path: Path) -> None:
    quality = Quality(Settings(home=tmp_path))
    with pytest.raises(QuestionError):
        quality.add(rule, snapshot)
    assert quality.rules() == []
