"""What is said of who may leave is what pandas makes of the published scores and the lines."""

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import orjson
import pandas as pd
import pytest
from dash import Dash
from sklearn.metrics import average_precision_score, confusion_matrix, roc_auc_score

from analytics.customers import customer
from analytics.filters import Filters
from analytics.formats import percent
from analytics.lists import LISTS, View
from analytics.queries import table
from analytics.risk import ACTIONS, BANDS, AtRisk, Bands, riskiest, totals
from dashapp import shop
from dashapp.charts.backtests import BACKTESTS
from dashapp.charts.chart import Chart
from dashapp.charts.judgements import JUDGEMENTS, OURS, last_test
from dashapp.charts.risks import RISKS
from dashapp.components.answer import plain
from dashapp.components.churn.explorer import explorer
from dashapp.components.customer import CARDS, risk_facts
from dashapp.components.models.churn_measures import churn_measures
from ml.registry import Registry
from ml.training import train
from pipeline.warehouse import Snapshot, Warehouse
from settings import Settings

SEARCHES = (
    "",
    "region=North&region=South",
    "from=2024-03-01&to=2025-02-28&category=Books",
    "risk=high",
    "risk=low&region=East",
)


@pytest.fixture(scope="module")
def scored(trained: Settings) -> Snapshot:
    return Warehouse(trained).current()


@pytest.fixture
def of_trained(app: Dash, trained: Settings) -> Iterator[Dash]:
    """The app, for a while over the shop with a model."""
    before = app.server.config[shop.KEY]
    shop.serve(app.server.config, trained, before.jobs)
    with app.server.app_context():
        yield app
    app.server.config[shop.KEY] = before


def lines(search: str, snapshot: Snapshot) -> pd.DataFrame:
    """The lines of a selection beside the scores of their customer, by pandas alone."""
    rows = snapshot.table("sales").to_pandas().merge(snapshot.table("churn_scores").to_pandas(), on="customer_id")
    filters, days = Filters.parse(search), pd.to_datetime(rows["order_date"])
    start, end = filters.start or snapshot.first_day, filters.end or snapshot.as_of
    kept = days.between(pd.Timestamp(start), pd.Timestamp(end))
    for name, members in filters.chosen:
        kept &= rows["band" if name == "risk" else name].isin(members)
    late = days > pd.Timestamp(min(end, snapshot.as_of) - timedelta(days=365))
    money = rows["total_amount"].astype(float)
    return rows.assign(money=money, lately=money.where(late, 0.0))[kept]


@pytest.mark.parametrize("search", SEARCHES)
def test_bands_and_money_at_risk_are_those_of_the_lines(scored: Snapshot, search: str) -> None:
    rows, filters = lines(search, scored), Filters.parse(search)
    people = rows.drop_duplicates("customer_id").groupby("band")["probability"].agg(["size", "mean"])
    risk = (rows["lately"] * rows["probability"]).groupby(rows["band"]).sum()
    made = Bands()(filters, scored).set_index("risk")
    assert list(made.index) == [band for band in BANDS[::-1] if band in people.index]
    assert made["customers"].to_dict() == people["size"].to_dict()
    assert made["said"].to_dict() == pytest.approx(people["mean"].to_dict())
    assert made["at_risk"].to_dict() == pytest.approx(risk.to_dict())
    told = totals(filters, scored)
    assert told["at_risk"] == pytest.approx(risk.sum())
    assert told["leaving"] == pytest.approx(rows.drop_duplicates("customer_id")["probability"].sum())
    by_region = AtRisk("region")(filters, scored).set_index("region")["at_risk"]
    assert by_region.to_dict() == pytest.approx(
        (rows["lately"] * rows["probability"]).groupby(rows["region"]).sum().to_dict()
    )


def test_any_number_can_be_asked_by_risk(scored: Snapshot) -> None:
    rows = lines("", scored)
    made = table("revenue", "customers", by="risk")(Filters(), scored).set_index("risk")
    assert made["revenue"][made.index.notna()].to_dict() == pytest.approx(rows.groupby("band")["money"].sum().to_dict())
    high = table("revenue", "orders")(Filters.parse("risk=high"), scored).iloc[0]
    assert high["revenue"] == pytest.approx(rows.loc[rows["band"] == "high", "money"].sum())
    assert high["orders"] == rows.loc[rows["band"] == "high", "order_id"].nunique()


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("name", RISKS)
def test_a_chart_of_risk_draws_and_speaks(scored: Snapshot, name: str, search: str) -> None:
    speaks(RISKS[name], search, scored, RISKS[name].picks)


@pytest.mark.parametrize("name", RISKS)
def test_a_chart_of_risk_is_not_narrowed_by_its_own_picks(scored: Snapshot, name: str) -> None:
    (own,) = RISKS[name].picks
    member = "high" if own == "risk" else scored.members[own][0]
    picked, free = Filters.parse("from=2024-03-01").choose(own, member), Filters.parse("from=2024-03-01")
    pd.testing.assert_frame_equal(RISKS[name].frame(picked, scored), RISKS[name].frame(free, scored))


@pytest.mark.parametrize("name", RISKS)
def test_without_a_model_a_chart_of_risk_says_what_to_do(snapshot: Snapshot, name: str) -> None:
    assert "press Train churn" in str(RISKS[name].answer(Filters(), snapshot)["empty"])


def speaks(chart: Chart, search: str, snapshot: Snapshot, picks: tuple[str, ...] = ()) -> None:
    made = chart.answer(Filters.parse(search), snapshot)
    assert made["say"]
    figure = json.loads(orjson.dumps(made["figure"]))
    assert set(figure) == {"data", "layout"}
    assert "nan" not in f"{made['say']} {figure}".lower().replace("nano", "")
    assert any("customdata" in trace for trace in figure["data"] if picks) == bool(picks)


@pytest.mark.parametrize("search", SEARCHES)
def test_the_ranking_is_everybody_by_the_revenue_at_risk_with_an_action(scored: Snapshot, search: str) -> None:
    rows = lines(search, scored)
    asked = View(LISTS["at_risk"], Filters.parse(search))
    made = asked.block(0, 1000, scored)
    risk = (rows["lately"] * rows["probability"]).groupby(rows["customer_id"]).sum()
    assert asked.total(scored) == len(risk)
    assert made["at_risk"].tolist() == pytest.approx(risk.sort_values(ascending=False).head(1000).tolist(), abs=0.01)
    assert set(made["action"]) <= set(ACTIONS.values())
    assert (made.loc[made["band"] == "low", "action"] == ACTIONS["leave"]).all()
    whole = pd.concat([batch.to_pandas() for batch in asked.batches(scored)])
    assert sorted(whole["customer_id"]) == sorted(risk.index)
    assert whole["at_risk"].is_monotonic_decreasing


def test_one_in_ten_is_held_out_and_always_the_same(scored: Snapshot) -> None:
    groups = View(LISTS["at_risk"], Filters()).block(0, 1000, scored).set_index("customer_id")["trial"]
    again = (
        View(LISTS["at_risk"], Filters.parse("region=North")).block(0, 1000, scored).set_index("customer_id")["trial"]
    )
    assert 0.06 < (groups == "hold-out").mean() < 0.14
    assert again.equals(groups[again.index])
    drawn = {id_: int(hashlib.sha256(id_.encode()).hexdigest(), 16) % 10 == 0 for id_ in groups.index}
    assert (groups == "hold-out").to_dict() == drawn


def test_the_ranking_leaves_as_a_file(of_trained: Dash) -> None:
    client = of_trained.server.test_client()
    got = client.get("/lists/at_risk.csv?risk=high", base_url="http://localhost")
    rows = list(csv.DictReader(io.StringIO(got.data.decode("utf-8-sig"))))
    assert (
        len(rows) == client.get("/lists/at_risk?start=0&end=1&risk=high", base_url="http://localhost").json["total"] > 0
    )
    assert list(rows[0]) == list(LISTS["at_risk"].names)
    assert all(row["band"] == "high" and row["reason_1"] and row["action"] for row in rows)


def test_the_explorer_ends_at_the_published_risk(of_trained: Dash, scored: Snapshot) -> None:
    id_ = riskiest(Filters(), scored)
    published = scored.table("churn_scores").to_pandas().set_index("customer_id")["probability"]
    text = json.dumps(plain(explorer(Filters(), scored)))
    assert f"Customer {id_}, the one here with the most revenue at risk" in text
    assert f'"{published[id_] * 100:.2f}"' in text
    other = published.index[3]
    chosen = json.dumps(plain(explorer(Filters.parse(f"customer={other}"), scored)))
    assert f"Customer {other}:" in chosen
    assert f'"{published[other] * 100:.2f}"' in chosen


@pytest.mark.parametrize("name", JUDGEMENTS)
def test_a_chart_of_how_it_was_judged_draws_and_speaks(of_trained: Dash, scored: Snapshot, name: str) -> None:
    speaks(JUDGEMENTS[name], "", scored)


def test_the_curves_end_in_the_measures_that_scikit_learn_finds(
    of_trained: Dash, trained: Settings, scored: Snapshot
) -> None:
    champion = Registry(trained.models).champion("churn")
    assert champion
    test = last_test(champion.frame("outcomes"))
    left, p = test["left"].to_numpy(bool), test[OURS].to_numpy()
    roc, pr = (JUDGEMENTS[name].answer(Filters(), scored)["say"] for name in ("churn_roc", "churn_pr"))
    assert f"Ours {roc_auc_score(left, p):.3f}" in str(roc)
    assert f"Ours {average_precision_score(left, p):.3f}" in str(pr)
    curve = JUDGEMENTS["churn_roc"].frame(Filters(), scored)
    ours = curve[curve["model"] == OURS]
    area = np.trapezoid(ours["true_positive_rate"], ours["false_positive_rate"])
    assert area == pytest.approx(roc_auc_score(left, p), abs=0.005)


def test_the_threshold_moves_over_the_counts_that_scikit_learn_finds(of_trained: Dash, trained: Settings) -> None:
    champion = Registry(trained.models).champion("churn")
    assert champion
    test = last_test(champion.frame("outcomes"))
    text = json.dumps(plain(churn_measures(champion)[1]))
    counts = json.loads(json.loads('"' + text.split('"data-thresholds": "')[1].split('}"')[0] + '}"'))
    for step in (0, 20, 50, 93, 100):
        flagged = (test[OURS] >= step / 100).to_numpy()
        (_, fp), (_, tp) = confusion_matrix(test["left"].to_numpy(bool), flagged, labels=[False, True])
        assert (counts["found"][step], counts["flagged"][step]) == (tp, tp + fp)
    assert (counts["n"], counts["left"]) == (len(test), test["left"].sum())


@pytest.mark.parametrize("name", [*JUDGEMENTS, *BACKTESTS])
def test_without_a_model_a_chart_of_its_judgement_says_so(app: Dash, snapshot: Snapshot, name: str) -> None:
    with app.server.app_context():
        made = (JUDGEMENTS | BACKTESTS)[name].answer(Filters(), snapshot)
    assert "Train it" in str(made["empty"])


@pytest.mark.slow
def test_the_sales_model_is_shown_as_it_was_judged(of_trained: Dash, trained: Settings) -> None:
    train("sales", trained)
    served = Warehouse(trained).current()
    for chart in BACKTESTS.values():
        speaks(chart, "", served)
    champion = Registry(trained.models).champion("sales")
    assert champion
    share = champion.frame("importance").groupby("target")["moves"].sum()
    assert share.to_numpy() == pytest.approx(1.0)
    spread = BACKTESTS["sales_spread"].frame(Filters(), served)
    origins = BACKTESTS["sales_origins"].frame(Filters(), served)
    assert spread["n"].sum() == origins["n"].sum()
    mase = champion.manifest["metrics"]["revenue"]["mase"]
    assert np.average(origins["mase"], weights=origins["n"]) == pytest.approx(mase, rel=0.02)


def test_a_customers_page_tells_its_risk_and_why(scored: Snapshot, snapshot: Snapshot) -> None:
    row = scored.table("churn_scores").limit(1).to_pandas().iloc[0]
    told = risk_facts(customer(row["customer_id"], scored), scored)
    assert told["Risk of leaving"][0] == percent(row["probability"])
    assert str(row["reason_1"]) in told["Because of"][0]
    assert risk_facts(customer(row["customer_id"], snapshot), snapshot) == {}
    assert {"returned", "net_revenue"} <= set(CARDS)
