"""Churn is foretold from the past alone, as well as can be, and every probability is accounted for."""

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from ml import churn
from ml.churn.members import histories
from ml.clv import BgNbd
from ml.evaluation import auc, ece
from pipeline.warehouse import Snapshot
from tests.ml.simulated import FIRST, TRUE, Shop, dated, no_reviews, shop, simulated

H = 90
Tables = tuple[ir.Table, ir.Table]


@pytest.fixture(scope="module")
def known_shop() -> Shop:
    return simulated()


@pytest.fixture(scope="module")
def judged(known_shop: Shop) -> churn.Judgement:
    return churn.judge(known_shop.sales, known_shop.reviews, known_shop.as_of, H)


@pytest.fixture(scope="module")
def tables(snapshot: Snapshot) -> Tables:
    """The generated shop, with categories, reviews and dirt."""
    return snapshot.table("sales"), snapshot.table("reviews")


@pytest.mark.parametrize("day", [date(2024, 2, 29), date(2025, 6, 30)])
def test_features_are_the_same_bit_for_bit_when_the_future_is_cut_off(tables: Tables, day: date) -> None:
    assert len(churn.known(*tables, day)) > 50
    assert churn.leaking(churn.known, *tables, day) == []


def test_shuffling_later_rows_changes_no_score(tables: Tables, judged: churn.Judgement) -> None:
    day, random = date(2025, 6, 30), np.random.default_rng(1)
    sales, reviews = (table.to_pyarrow() for table in tables)
    later = np.flatnonzero(pc.greater(sales["order_date"], pa.scalar(day)).to_numpy())
    whose = np.arange(len(sales))
    whose[later] = random.permutation(later)
    place = sales.column_names.index("customer_id")
    mixed = sales.set_column(place, "customer_id", sales["customer_id"].take(whose)).take(
        random.permutation(len(sales))
    )
    assert not mixed["customer_id"].equals(sales["customer_id"])
    known = [churn.known(ibis.memtable(s), ibis.memtable(reviews), day) for s in (sales, mixed)]
    pd.testing.assert_frame_equal(*known, check_exact=True)
    pd.testing.assert_series_equal(*(judged.serving.probability(k) for k in known), check_exact=True)


def test_the_leaky_toy_looks_perfect_and_is_caught(known_shop: Shop) -> None:
    """Label "recency > H" on features of the same day, split at random: it foretells what it has already seen."""

    def toy(sales: ir.Table, reviews: ir.Table, cutoff: date) -> pd.DataFrame:
        return churn.known(sales, reviews, cutoff + timedelta(days=H))

    cutoff = known_shop.as_of - timedelta(days=H)
    frame = toy(known_shop.sales, known_shop.reviews, cutoff)
    frame = frame.assign(left=frame["days_since_last_purchase"] > H, cutoff=cutoff).reset_index()
    half = np.random.default_rng(1).random(len(frame)) < 0.5
    model = churn.PEERS["default_forest"](frame[half], frame["left"][half], H, 7)
    assert auc(frame["left"][~half].to_numpy(), model.chance(frame[~half])) > 0.999
    assert churn.leaking(toy, known_shop.sales, known_shop.reviews, cutoff)


def test_permuted_labels_are_not_foretold(known_shop: Shop) -> None:
    cutoff = known_shop.as_of - timedelta(days=H)
    frame = churn.examples(known_shop.sales, known_shop.reviews, [cutoff], H)
    frame["left"] = frame["left"].sample(frac=1, random_state=4).to_numpy()
    half = np.random.default_rng(6).random(len(frame)) < 0.5
    p = churn.fit(frame[half].reset_index(drop=True), H).probability(frame[~half])
    assert 0.47 < auc(frame["left"][~half].to_numpy(bool), p.to_numpy()) < 0.53


def test_ours_is_nearly_as_good_as_an_oracle_that_knows_the_parameters(judged: churn.Judgement) -> None:
    oracle = BgNbd(**TRUE, log_likelihood=0.0, without_dropout=-10.0).p_no_purchase(histories(judged.test), H)
    left = judged.test["left"].to_numpy(bool)
    assert judged.metrics["auc"]["value"] > auc(left, oracle.to_numpy()) - 0.01
    assert judged.metrics["ece"]["value"] < 0.03


def test_ours_keeps_up_with_the_best_peer_and_mends_the_forests_probabilities(judged: churn.Judgement) -> None:
    best = max(judged.peers[name]["auc"] for name in ("logistic", "boosting", "bg_nbd"))
    assert judged.metrics["auc"]["value"] >= 0.995 * best
    assert judged.metrics["brier"]["value"] < judged.peers["forest"]["brier"]


def test_customers_who_have_really_left_are_given_more(snapshot: Snapshot, exports: object, tables: Tables) -> None:
    truth = pd.read_parquet(f"{exports}/truth_customers.parquet").set_index("customer_id")
    found = churn.judge(*tables, snapshot.as_of, 120, peers={})
    p = found.serving.probability(churn.known(*tables, snapshot.as_of))
    alive = truth["alive"].reindex(p.index)
    sure = alive.notna()
    assert sure.sum() > 100
    assert auc(~alive[sure].to_numpy(bool), p[sure].to_numpy()) > 0.65


def test_same_data_and_seed_give_the_same_model(known_shop: Shop, judged: churn.Judgement) -> None:
    cutoff = known_shop.as_of - timedelta(days=H)
    models = [churn.fit(churn.examples(known_shop.sales, known_shop.reviews, [cutoff], H), H) for _ in range(2)]
    assert models[0].weights == models[1].weights
    pd.testing.assert_series_equal(*(model.probability(judged.test) for model in models), check_exact=True)


def test_contributions_add_up_to_the_forests_vote_and_the_shift_to_the_probability(judged: churn.Judgement) -> None:
    told = judged.serving.contributions(judged.test)
    parts = told[["base", *churn.NAMES]].sum(axis=1)
    assert (parts - told["forest"]).abs().max() < 1e-6
    assert (told["forest"] + told["shift"] - told["probability"]).abs().max() < 1e-9
    line_by_line = churn.explained(judged.serving, judged.test.iloc[[0]])
    assert line_by_line["points"].sum() == pytest.approx(line_by_line.attrs["probability"])
    assert line_by_line["words"].str.len().min() > 3


def test_every_test_comes_after_what_its_model_learned_from(judged: churn.Judgement, known_shop: Shop) -> None:
    days = [known_shop.as_of - timedelta(days=k * H) for k in (1, 2, 3)]
    assert [day.date() for day in judged.outcomes["cutoff"].unique()] == days
    assert judged.frames["folds"]["n"].sum() == len(judged.outcomes)
    assert max(judged.trained_at) == days[0], "outcomes known by the last day"


def test_bands_hold_everyone_and_leave_in_their_order(judged: churn.Judgement) -> None:
    bands = judged.frames["bands"]
    assert bands["band"].tolist() == ["low", "medium", "high"]
    assert bands["n"].sum() == len(judged.test)
    assert bands["seen"].dropna().is_monotonic_increasing
    edges = pd.Series([0.0, 0.329, 0.33, 0.66, 0.661, 1.0])
    assert churn.band(edges).tolist() == ["low", "low", "medium", "medium", "high", "high"]


def test_traits_equal_a_count_of_pairs(judged: churn.Judgement) -> None:
    trait = judged.frames["traits"].set_index("feature").loc["clv"]
    left, stayed = (judged.test.loc[judged.test["left"] == k, "clv"].to_numpy() for k in (True, False))
    more = (left[:, None] > stayed).mean() - (left[:, None] < stayed).mean()
    assert trait["effect"] == pytest.approx(more)
    assert (trait["n_left"], trait["n_stayed"]) == (len(left), len(stayed))
    assert trait["left"] == pytest.approx(np.median(left))


def test_whoever_reads_the_reasons_reads_what_moved_the_vote_most(judged: churn.Judgement) -> None:
    some = judged.test.head(40)
    shares = judged.serving.contributions(some)[list(churn.NAMES)]
    reasons = churn.ranked(judged.serving, some)
    for row, share in zip(reasons["reason_1"], shares.to_numpy(), strict=True):
        assert f"{100 * share[np.abs(share).argmax()]:+.0f} points" in row
    assert ece(judged.test["left"].to_numpy(bool), judged.serving.probability(judged.test).to_numpy()) < 0.1


def orders(days: list[list[int]]) -> Shop:
    rows = [(f"C{i:04d}", day, 10.0) for i, mine in enumerate(days) for day in mine]
    return shop(pd.DataFrame(rows, columns=["customer_id", "day", "total_amount"]))


def test_a_short_record_is_refused_with_what_is_needed() -> None:
    few = orders([[400, 450], [420]])
    with pytest.raises(churn.CannotTell, match=r"span 101 days.*226 are needed"):
        churn.judge(few.sales, few.reviews, few.as_of, H)


@pytest.mark.parametrize("comes_back", [True, False])
def test_where_all_or_nobody_left_nothing_is_learned(comes_back: bool) -> None:
    mine = list(range(0, 500, 20)) if comes_back else [3]
    same = orders([mine] * 80)
    with pytest.raises(churn.CannotTell, match="at least 30 of each are needed"):
        churn.judge(same.sales, same.reviews, same.as_of, H)


def test_a_handful_of_customers_is_refused() -> None:
    few = orders([[1, 100, 300, 480], [5, 90], [7]] * 4)
    with pytest.raises(churn.CannotTell, match="at least 30 of each are needed"):
        churn.judge(few.sales, few.reviews, few.as_of, H)


def test_sales_without_customers_are_refused() -> None:
    nobody = pd.DataFrame(
        {
            "customer_id": pd.Series([None], dtype="str"),
            "order_id": ["1"],
            "order_date": [pd.Timestamp(FIRST)],
            "total_amount": [1.0],
            "category": ["Unknown"],
        }
    )
    with pytest.raises(churn.CannotTell, match="without a customer_id nobody"):
        churn.judge(dated(nobody, "order_date"), no_reviews(), FIRST, H)


def test_the_horizon_is_the_window_or_what_the_records_can_judge() -> None:
    assert churn.horizon_for(90, date(2024, 1, 1), date(2024, 12, 31)) == 90
    assert churn.horizon_for(300, date(2024, 1, 1), date(2024, 12, 31)) == 122
    assert churn.horizon_for(1, date(2024, 1, 1), date(2024, 1, 1)) == 1
