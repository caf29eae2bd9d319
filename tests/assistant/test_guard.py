"""The guard: of five hundred replies, drawn from a seed, no number gets through that no tool returned, and true ones do."""

import random
import re
from datetime import date

import pytest

from analytics import tools
from analytics.llm.guard import Known, sentences, supported
from analytics.llm.numerals import flat, numerals
from analytics.periods import Period, covered
from analytics.tools import Found
from pipeline.warehouse import Snapshot

REPLIES = 500
DATA = Period(date(2023, 1, 1), date(2025, 12, 31))
ASKED = (
    {"metrics": ["revenue"], "from": "2024-01-01", "to": "2024-12-31"},
    {"metrics": ["revenue"], "by": ["region"]},
    {"metrics": ["orders", "aov"], "by": ["category"], "from": "2025-01-01", "to": "2025-06-30"},
    {"metrics": ["units"], "by": ["month"], "from": "2024-01-01", "to": "2024-12-31"},
    {"metrics": ["revenue"], "by": ["category"], "share": True},
    {"metrics": ["revenue"], "compare": "year", "from": "2025-01-01", "to": "2025-12-31"},
    {"metrics": ["orders"], "by": ["region"], "compare": "year", "from": "2025-01-01", "to": "2025-12-31"},
    {"metrics": ["retention_rate", "customers"], "by": ["customer_segment"]},
    {"metrics": ["revenue"], "by": ["product"], "order": ["-revenue"], "limit": 5},
)
FORMS = (("{:,.2f}", 1, 2), ("{:,.0f}", 1, 0), ("${:,.0f}", 1, 0), ("{:.2f}", 1, 2), ("{:,.1f}k", 1e3, 1), ("{:,.1f} thousand", 1e3, 1),
         ("{:,.4f} million", 1e6, 4), ("about {:,.0f}", 1, 0))  # fmt: skip
RATES = (("{:.1f} %", 0.01, 1), ("{:.2f}%", 0.01, 2), ("{:.1f} percent", 0.01, 1))
TRUE = ("{name} came to {value}.", "For {name} it was {value}.", "{value} is what {name} brought.", "{name}: {value}.")
FALSE = (*TRUE, "In all that makes {value}.", "Next year it will be {value}!", "The rest is {value}.")


@pytest.fixture(scope="module")
def found(snapshot: Snapshot) -> list[Found]:
    return [tools.call("query", arguments, snapshot) for arguments in ASKED]


def _cells(one: Found) -> list[tuple[str, float, bool]]:
    """What each number is called, its value, whether it is a rate."""
    told = one.told
    out = []
    for row in told["rows"]:
        texts = [c for c in row if isinstance(c, str)]
        for column, value in zip(told["columns"], row, strict=True):
            rate = column.endswith(("_share", "_growth")) or column.startswith("retention_rate")
            if isinstance(value, int | float) and value and not column.endswith("_change"):
                out.append((texts[-1] if texts and texts[-1][:2] != "20" else "it", float(value), rate))
    return out


def _said(value: float, rate: bool, chance: random.Random) -> tuple[str, float]:
    """A number in one of its forms, and what that form says."""
    form, scale, decimals = chance.choice(RATES if rate else FORMS)
    shown = round(abs(value) / scale, decimals)
    return form.format(shown), shown * scale


def _far(stated: float, one: Found) -> bool:
    """More than 6 % away from every number of the answer, as it is, as percent, and from sums of columns."""
    columns = list(zip(*one.told["rows"], strict=True))
    sums = [sum(c) for c in columns if all(isinstance(v, int | float) for v in c)]
    near = [
        v * s
        for v in (
            *(v for row in one.told["rows"] for v in row if isinstance(v, int | float)),
            *sums,
            one.told["rows_in_all"],
        )
        for s in (1, 100, 0.01)
    ]
    return not any(abs(stated - abs(v)) <= 0.06 * abs(v) for v in near)


def test_of_five_hundred_replies_no_unsupported_number_gets_through_and_true_ones_do(found: list[Found]) -> None:
    chance, lies, truths, through, kept = random.Random(2026), 0, 0, [], 0
    for _ in range(REPLIES):
        one = chance.choice(found)
        known = Known.of([one], "How is it going?", DATA)
        reply, false = [], set()
        for _ in range(chance.randint(1, 4)):
            name, value, rate = chance.choice(_cells(one))
            text, stated = _said(value, rate, chance)
            lie = chance.random() < 0.6
            if lie:
                text, stated = _said(
                    value * chance.choice((0.31, 0.62, 1.17, 1.4, 2.3, 7.7)) * chance.uniform(0.97, 1.03), rate, chance
                )
            if not stated or (not _far(stated, one) if lie else abs(stated - abs(value)) > 0.03 * abs(value)):
                continue
            text = chance.choice(FALSE if lie else TRUE).format(name=name, value=text)
            reply.append(text)
            false |= {text} if lie else set()
        for sentence in sentences(" ".join(reply), ended=True):
            good = supported(sentence, known)
            lies, truths = lies + (sentence in false), truths + (sentence not in false)
            kept += good and sentence not in false
            through += [sentence] if good and sentence in false else []
    assert through == []
    assert lies > 400
    assert truths > 300
    assert kept / truths > 0.97


@pytest.fixture
def regions() -> Known:
    told = {"columns": ["region", "revenue", "revenue_share", "revenue_growth"], "rows_in_all": 4, "from": "2024-01-01", "to": "2024-12-31",
            "rows": [["North", 1234567.89, 0.4123, 0.082], ["South", 812345.5, 0.2713, -0.034], ["Rack 3000", 9876.0, 0.0033, 0.5], ["West", 777.25, 0.0003, -0.7]]}  # fmt: skip
    return Known.of([Found(told)], "Which 2 regions were best in 2024?", DATA)


@pytest.mark.parametrize("text", [
    "North made $1,234,567.89.", "North made about 1.2 million.", "North made 1.23M.", "North has 41.2 % of it, a rise of 8.2 %.",
    "South fell by 3.4 percent.", "Rack 3000 made 9,876.", "There are four rows.", "Two regions were asked for.",
    "In 2024 the West made 777.25.", "Between 1 January 2024 and 31 Dec 2024 the West made 777.", "No numbers here.",
    "Together they made 2,057,566.64.", "South made 812k, North 1,235k.", "North was the first, South the second.",
    "From 2024-03-01 to 2024-03-31 nothing special happened.", "One of them is small.", "１,２３４,５６７.89 is what North made.",
])  # fmt: skip
def test_what_a_tool_returned_may_be_said_in_many_ways(text: str, regions: Known) -> None:
    assert supported(text, regions)


@pytest.mark.parametrize("text", [
    "North made $1,324,567.89.", "North made 2.1 million.", "North made 1.23k.", "North made 41.2.", "North has 8 regions.",
    "North made 777.25.", "West leads with 1,234,567.89.", "South rose by 3.4 %.", "North fell by 8.2 %.", "South grew 3.4%.",
    "Half of it is from the North.", "It doubled.", "North sells twice as much.", "Seven regions sold.", "Twenty-five stores sold it.",
    "A third came from the South.", "A million was made.", "Nine hundred orders.", "North made 1234567.98.", "Revenue was 2025.",
    "In 2023 it was less.", "On 5 May 2025 it ended.", "2024 orders were placed.", "It sold 2024 units.", "Product P00017 did it.",
    "That is ½ of it.", "Ⅻ regions.", "٣٤٥ orders.", "North made 1.2345679 billion.", "North made USD999.", "Rack 4000 made 9,876.",
    "Rack 3000 made 3000.", "五 regions.", "It is 1e6.", "North made 12.", "About 1,000,000 in the North.", "See https://x.example/41.2",
    "The margin is 41.2 % <b>.", "dozens of customers", "It rose tenfold.", "1/3 of all.", "it was -5", "a 3x increase", "2:1 odds",
])  # fmt: skip
def test_what_no_tool_returned_is_found_however_it_is_written(text: str, regions: Known) -> None:
    assert not supported(text, regions)


@pytest.mark.parametrize(("text", "values"), [
    ("1,234.5 and 12 %", [1234.5, 12]), ("twenty-five", [25]), ("three hundred and seven", [307]), ("two thousand five hundred", [2500]),
    ("1.5 million", [1.5e6]), ("no number", []), ("one of them", []), ("$12k", [12000]),
])  # fmt: skip
def test_numerals_are_read_as_they_are_meant(text: str, values: list[float]) -> None:
    assert [n.value for n in numerals(flat(text)) or []] == values


def test_a_sentence_that_is_not_over_yet_is_not_told() -> None:
    assert sentences("It was 1,234.5. And th", ended=False) == ["It was 1,234.5."]
    assert sentences("It was 1,234.", ended=False) == []
    assert sentences("It was 1,234. ", ended=False) == ["It was 1,234."]
    assert sentences("a\nb", ended=True) == ["a", "b"]


def test_the_words_of_the_offline_engine_pass_its_own_guard(snapshot: Snapshot) -> None:
    from analytics.asked import Asked
    from analytics.assistant import ask

    for question in ("revenue in 2024", "revenue by region in 2024", "How did orders change in 2025 compared with 2024?",
                     "share of revenue by category", "retention by segment", "top 3 products by units"):  # fmt: skip
        answer = ask(question, snapshot)
        known = Known.of([tools.ran(Asked.parse(answer.conversation), snapshot)], question, covered(snapshot))
        told = re.sub(" and [0-9]+ more rows? below", "", answer.answer)
        assert [s for s in sentences(told, ended=True) if not supported(s, known)] == []
