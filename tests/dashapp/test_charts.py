"""Every chart of the catalogue, drawn with all data, with some, with none."""

import json
from collections.abc import Mapping
from datetime import date

import orjson
import pandas as pd
import pytest
from dash import Dash

from analytics.filters import Filters
from analytics.formats import counted, percent, points, signed
from analytics.metrics import METRICS, NO_TARGET
from analytics.periods import Period, words
from analytics.queries import comparison_for
from dashapp.cards import cards
from dashapp.charts.catalogue import SALES_CHARTS
from dashapp.charts.costs import COSTS
from dashapp.charts.standouts import says_standouts, within
from dashapp.components.answer import answer
from dashapp.exports import exported
from dashapp.figures.figure import gap
from dashapp.figures.rows import changes, stacked
from dashapp.tables import twin
from pipeline.warehouse import Snapshot

VIEWS = {
    "all": "",
    "a month": "from=2024-03-01&to=2024-03-31",
    "a day": "from=2024-03-05&to=2024-03-05",
    "a brush": "brush=2024-03-01..2024-04-15",
    "past the end": "from=2024-06-01&to=2090-01-01",
    "no comparison": "cmp=off",
    "quarters": "grain=quarter",
}

SHORT = (VIEWS["a month"], VIEWS["a day"], VIEWS["a brush"])


@pytest.mark.parametrize("search", VIEWS.values(), ids=VIEWS)
@pytest.mark.parametrize("name", SALES_CHARTS)
def test_a_chart_draws_and_speaks(snapshot: Snapshot, name: str, search: str) -> None:
    made = SALES_CHARTS[name].answer(Filters.parse(search), snapshot)
    if search in SHORT and SALES_CHARTS[name].thin:
        assert made.get("empty", SALES_CHARTS[name].thin) == SALES_CHARTS[name].thin
        return
    assert "figure" in made, made
    assert made["say"]
    assert "nan" not in f"{made['say']} {made['figure']}".lower().replace("nano", "")
    figure = json.loads(orjson.dumps(made["figure"]))
    assert set(figure) == {"data", "layout"}
    assert "template" not in figure["layout"]


def test_one_is_one_and_more_are_many(snapshot: Snapshot) -> None:
    assert [counted(n, "row") for n in (0, 1, 1200)] == ["0 rows", "1 row", "1,200 rows"]
    assert counted(2, "category", "categories") == "2 categories"
    top = SALES_CHARTS["top_products"]
    alone = top.frame(Filters(), snapshot).head(1)
    assert top.say(alone, Filters()).startswith(f"{alone.iloc[0]['product_name']} brings ")


@pytest.mark.parametrize("name", SALES_CHARTS)
def test_a_chart_without_data_says_why(snapshot: Snapshot, name: str) -> None:
    made = SALES_CHARTS[name].answer(Filters.parse("customer_segment=Nobody"), snapshot)
    assert "figure" not in made
    assert "No sales match" in str(made["empty"])


@pytest.mark.parametrize("name", [name for name, chart in SALES_CHARTS.items() if chart.compares])
def test_a_chart_of_a_change_says_that_there_is_nothing_before(snapshot: Snapshot, name: str) -> None:
    made = SALES_CHARTS[name].answer(Filters.parse("from=2023-02-01&to=2023-03-31"), snapshot)
    assert "figure" not in made
    assert "Nothing to compare with: no data before" in str(made["empty"])


@pytest.mark.parametrize(
    "search", ["region=North", "category=Books&region=East", "from=2025-12-29", "from=2023-01-01&to=2023-01-02"]
)
@pytest.mark.parametrize("name", SALES_CHARTS)
def test_a_chart_of_little_data_speaks_or_says_what_is_missing(snapshot: Snapshot, name: str, search: str) -> None:
    made = SALES_CHARTS[name].answer(Filters.parse(search), snapshot)
    assert made.get("say") or made["empty"]
    assert not {"nan", "inf", "None", "NaT"} & set(str(made.get("say", "")).replace("(", " ").replace(")", " ").split())


@pytest.mark.parametrize("name", SALES_CHARTS)
def test_a_chart_is_not_narrowed_by_its_own_picks(snapshot: Snapshot, name: str) -> None:
    chart = SALES_CHARTS[name]
    picked = Filters.parse("region=North&category=Nothing&product=P1&brush=2024-03-01..2024-03-31")
    own = Filters.parse("").choose("customer_segment", *snapshot.members["customer_segment"][:1])
    both = Filters.parse(str(own))
    for name_ in chart.picks:
        both = (
            Filters.parse(f"{both}&brush=2024-03-01..2024-03-31")
            if name_ == "brush"
            else both.choose(name_, *picked.members(name_))
        )
    assert chart.frame(both, snapshot).equals(chart.frame(own, snapshot))


@pytest.mark.parametrize("name", SALES_CHARTS)
def test_every_mark_of_a_chart_that_picks_has_a_key(snapshot: Snapshot, name: str) -> None:
    figure: Mapping = SALES_CHARTS[name].answer(Filters(), snapshot)["figure"]
    assert any("customdata" in trace for trace in figure["data"]) == bool(SALES_CHARTS[name].picks)


def test_every_metric_makes_a_card(rich: Snapshot) -> None:
    made = cards(tuple(METRICS), Filters(), rich)
    assert [card.metric.name for card in made] == list(METRICS)
    assert all(card.value is not None or card.against == NO_TARGET for card in made)
    assert all(card.against for card in made)


def test_news_is_good_or_bad_by_the_direction_of_the_metric(rich: Snapshot) -> None:
    for card in cards(tuple(METRICS), Filters(), rich):
        if card.tone != "even":
            up = card.change.startswith("▲")
            assert (card.tone == "better") == (up == (card.metric.better == "up"))


@pytest.mark.parametrize("search", ["", "from=2025-03-01&to=2025-05-20", "region=North", "category=Toys"])
@pytest.mark.parametrize("name", COSTS)
def test_a_chart_of_the_optional_files_draws_and_speaks_or_says_what_is_missing(
    rich: Snapshot, snapshot: Snapshot, name: str, search: str
) -> None:
    made = COSTS[name].answer(Filters.parse(search), rich)
    assert made.get("say") or made["empty"]
    assert "say" in made or search
    assert "nan" not in str(made.get("say", ""))
    assert not {"figure"} & set(COSTS[name].answer(Filters.parse(search), snapshot)) or "came_back" in COSTS[name].needs


def test_an_answer_is_plain_and_whole(app: Dash, snapshot: Snapshot) -> None:
    with app.server.app_context():
        made = answer("?region=Nroth&colour=red", "/", tuple(SALES_CHARTS), ("revenue", "aov"), snapshot)
    text = orjson.dumps(made).decode()
    assert "No such region: Nroth" in text
    assert "colour=red" in str(made["notice"])
    assert set(made["charts"]) == set(SALES_CHARTS)


def test_growth_that_picks_up_is_told_where_most_of_its_quarter_is_shown() -> None:
    days = pd.date_range("2024-01-01", periods=91)
    whole = pd.DataFrame({"mark": "", "accelerates": True, "pace": 0.4, "date": days, "until": days})
    assert says_standouts(whole) == "growth picks up in Jan–Mar 2024"
    assert says_standouts(whole.tail(7)) == ""


def test_a_day_is_on_and_a_month_in() -> None:
    assert within(Period(date(2024, 3, 5), date(2024, 3, 5))) == "on 5 Mar 2024"
    assert within(Period(date(2024, 3, 1), date(2024, 3, 31))) == "in Mar 2024"


@pytest.mark.parametrize("search", ["", "from=2024-03-01&to=2024-03-31", "from=2024-03-01&to=2024-03-31&cmp=prev"])
def test_a_share_and_its_movement_are_of_the_same_days_and_these_are_named(snapshot: Snapshot, search: str) -> None:
    filters, chart = Filters.parse(search), SALES_CHARTS["revenue_by_category"]
    frame = chart.frame(filters, snapshot)
    first = frame.iloc[0]
    now, before = (first[f"revenue_{when}"] / frame[f"revenue_{when}"].sum() for when in ("now", "before"))
    said = chart.say(frame, filters)
    base = comparison_for(filters, snapshot).base
    assert percent(now) in said
    assert points(now, before) in said
    assert ("full months (" if not search else f"vs {words(base)}" if base else "") in said


def test_a_note_of_a_loss_stands_where_names_do_not_and_one_of_a_part_at_that_part() -> None:
    frame = pd.DataFrame({"key": ["A", "B"], "label": ["A", "B"], "change": [-5.0, 9.0], "rest": [7.0, 1.0]})
    layout = changes(frame, "key", "label", "change", ["", ""], ["−5", "+9"])["layout"]
    assert [(note["x"], note["y"], note["text"], note["xanchor"]) for note in layout["annotations"]] == [
        (0.0, 0, "−5", "left")
    ]
    assert layout["xaxis"]["range"] == [-5.0, 9.0]
    made = stacked(
        frame.assign(change=[2.0, 9.0]), "key", {"change": "a", "rest": "b"}, ["", ""], ["two", "nine"], of=0
    )
    assert [note["x"] for note in made["layout"]["annotations"]] == [2.0, 9.0]


def test_what_a_mark_was_judged_by_stays_out_of_the_files(snapshot: Snapshot) -> None:
    frame = exported("revenue_trend", Filters(), snapshot)
    assert not {"surroundings", "off", "accelerates", "pace", "pace_before"} & set(frame.columns)
    heads = [column["label"] for column in twin(frame)["columns"]]
    assert heads[:2] == ["From", "To"]
    assert {"Whole", "Stands out"} <= set(heads)


def test_few_bars_do_not_swell_and_a_change_of_nothing_has_no_minus() -> None:
    assert (gap(1, 0.35), gap(12, 0.35)) == (pytest.approx(0.86), 0.35)
    assert (signed(-0.0004), signed(-0.01)) == ("+0.0 %", "−1.0 %")
