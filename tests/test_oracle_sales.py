"""Cohorts, changes, regions and newcomers equal what pandas makes of the raw files, under many random filters."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.survfunc import SurvfuncRight
from statsmodels.stats.proportion import proportion_confint

from analytics import engine
from analytics.dimensions import DIMENSIONS
from analytics.filters import Filters
from analytics.periods import covered
from analytics.queries import comparison_for, table
from analytics.silence import churn_window
from dashapp.charts import cohort_tables
from dashapp.charts.catalogue import CHARTS
from pipeline.warehouse import Snapshot
from tests import oracle
from tests.test_oracle import searches

WHOLE_PERIODS = {
    "from=2025-03-01&to=2025-03-31": ("2025-03-01", "2025-03-31", "2024-03-01", "2024-03-31"),
    "from=2024-02-01&to=2024-02-29&region=North": ("2024-02-01", "2024-02-29", "2023-02-01", "2023-02-28"),
    "from=2025-01-01&to=2025-06-30&cmp=prev": ("2025-01-01", "2025-06-30", "2024-07-01", "2024-12-31"),
    "": ("2025-01-01", "2025-12-31", "2024-01-01", "2024-12-31"),
}


def check_cohorts(snapshot: Snapshot, raw: pd.DataFrame) -> None:
    for search in searches(raw):
        frame = CHARTS["cohort_retention"].frame(Filters.parse(search), snapshot)
        theirs = oracle.newcomers(raw, search).groupby(["cohort", "age"])
        ours = frame[frame["cohort"].notna() & (frame["customers"] > 0)].set_index(["cohort", "age"])
        assert ours["customers"].to_dict() == theirs["customer_id"].nunique().to_dict(), search
        assert ours["revenue"].to_dict() == pytest.approx(theirs["total_amount"].sum().to_dict()), search


def test_every_cohort_cell_equals_the_oracle(snapshot: Snapshot, raw: pd.DataFrame) -> None:
    check_cohorts(snapshot, raw)


def forget() -> None:
    """What was answered by another definition."""
    engine._answer.cache_clear()
    cohort_tables._rows.cache_clear()


@pytest.mark.parametrize(
    ("name", "wrong"),
    [("age", {"acquired": False}), ("age", {"since": "signup_date"}), ("cohort", {"column": "order_date"})],
)
def test_a_cohort_defined_otherwise_is_found_out(
    snapshot: Snapshot,
    raw: pd.DataFrame,
    name: str,
    wrong: dict,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    forget()
    monkeypatch.setitem(DIMENSIONS, name, replace(DIMENSIONS[name], **wrong))
    with pytest.raises(AssertionError):
        check_cohorts(snapshot, raw)
    forget()


def test_cohort_sizes_add_up_to_the_new_customers_and_their_months_to_their_revenue(
    snapshot: Snapshot,
    raw: pd.DataFrame,
) -> None:
    for search in searches(raw):
        filters = Filters.parse(search)
        frame = CHARTS["cohort_value"].frame(filters, snapshot)
        rows = frame[frame["cohort"].notna()]
        first = rows[rows["age"] == 0]
        assert first["size"].sum() == table("new_customers")(filters, snapshot).iloc[0, 0], search
        assert (first["retention"] == 1).all()
        assert rows["retention"].between(0, 1).all()
        assert (rows["customers"] <= rows["size"]).all()
        ends = rows.loc[rows.groupby("cohort")["age"].idxmax()] if len(rows) else rows
        assert (ends["value"] * ends["size"]).sum() == pytest.approx(rows["revenue"].sum())


def test_months_to_come_are_not_there_and_a_month_that_runs_is_left_out_of_the_average(
    snapshot: Snapshot,
    raw: pd.DataFrame,
) -> None:
    for search in [*searches(raw, 10), "to=2025-05-17", "from=2024-01-10&to=2025-05-31"]:
        frame = CHARTS["cohort_retention"].frame(Filters.parse(search), snapshot)
        rows, means = frame[frame["cohort"].notna()], frame[frame["cohort"].isna()]
        last = oracle.last_day(raw, search)
        ends = [
            pd.Timestamp(c) + pd.DateOffset(months=a) + pd.offsets.MonthEnd(0)
            for c, a in zip(rows["cohort"], rows["age"], strict=True)
        ]
        assert rows["complete"].tolist() == [end <= last for end in ends], search
        assert all(end.to_period("M") <= last.to_period("M") for end in ends)
        for row in means.itertuples():
            whole = rows[(rows["age"] == row.age) & rows["complete"]]
            assert row.retention == pytest.approx(whole["customers"].sum() / whole["size"].sum())
        assert set(means["age"]) == set(rows.loc[rows["complete"], "age"])


def test_a_cell_opens_its_customers(snapshot: Snapshot, raw: pd.DataFrame) -> None:
    for search in ("", "category=Books", "region=North&from=2023-06-10&to=2025-03-20"):
        filters = Filters.parse(search)
        frame = CHARTS["cohort_retention"].frame(filters, snapshot)
        for row in frame[frame["cohort"].notna() & (frame["customers"] > 0)].sample(8, random_state=1).itertuples():
            picked = filters.pick(("cohort", "age"), (row.cohort.isoformat(), str(row.age)))
            assert Filters.parse(str(picked)) == picked
            opened = table("customers", "revenue")(picked, snapshot).iloc[0]
            assert opened["customers"] == row.customers
            assert opened["revenue"] == pytest.approx(row.revenue)


def test_the_churn_window_is_where_an_independent_kaplan_meier_puts_it(snapshot: Snapshot, raw: pd.DataFrame) -> None:
    gaps = oracle.gaps(raw)
    curve = SurvfuncRight(gaps["days"], gaps["ended"].astype(int))
    known = curve.n_risk >= 30
    returned = 1 - curve.surv_prob[known]
    assert churn_window(snapshot) == curve.surv_times[known][np.argmax(returned >= 0.9 * returned[-1])]


def test_churn_by_cohort_equals_the_oracle(snapshot: Snapshot, raw: pd.DataFrame) -> None:
    window, seen = churn_window(snapshot), 0
    for search in searches(raw):
        frame = CHARTS["cohort_churn"].frame(Filters.parse(search), snapshot)
        last = oracle.last_day(raw, search)
        lines = oracle.newcomers(raw, search)
        ends = lines.groupby(["cohort", "customer_id"])["day"].max().reset_index()
        ends["gone"] = (last - ends["day"]).dt.days >= window
        theirs = ends.groupby("cohort")["gone"].agg(["size", "sum"])
        old = [pd.Timestamp(c) + pd.offsets.MonthEnd(0) <= last - pd.Timedelta(days=window) for c in theirs.index]
        assert frame.set_index("cohort")["size"].to_dict() == theirs.loc[old, "size"].to_dict(), search
        assert frame.set_index("cohort")["churned"].to_dict() == theirs.loc[old, "sum"].to_dict(), search
        low, high = proportion_confint(frame["churned"], frame["size"], method="wilson")
        assert frame["low"].to_numpy() == pytest.approx(np.asarray(low, float), abs=1e-9)
        assert frame["high"].to_numpy() == pytest.approx(np.asarray(high, float), abs=1e-9)
        assert frame["share"].isna().equals(frame["size"] < 5)
        seen += len(frame)
    assert seen > 100


@pytest.mark.parametrize("dimension", ["category", "region"])
@pytest.mark.parametrize("search", WHOLE_PERIODS)
def test_contributions_equal_the_oracle(snapshot: Snapshot, raw: pd.DataFrame, dimension: str, search: str) -> None:
    frame = CHARTS[f"{dimension}_change"].frame(Filters.parse(search), snapshot)
    a, b, c, d = WHOLE_PERIODS[search]
    kept = "&region=North" if "region=North" in search and dimension != "region" else ""
    now, before = (
        oracle.view(raw, f"from={x}&to={y}{kept}").groupby(dimension)["total_amount"].sum() for x, y in ((a, b), (c, d))
    )
    theirs = now.sub(before, fill_value=0)
    members = frame[frame[dimension].notna()].set_index(dimension)
    assert members["change"].to_dict() == pytest.approx(theirs.to_dict(), abs=0.005)
    assert frame.iloc[-1]["label"] == "Total"
    assert frame.iloc[-1]["change"] == pytest.approx(now.sum() - before.sum(), abs=0.005)
    assert members["change"].is_monotonic_decreasing


def cents(money: pd.Series) -> int:
    return int((money * 100).round().sum())


@pytest.mark.parametrize("dimension", ["category", "region"])
def test_contributions_add_up_to_the_change_to_the_cent(snapshot: Snapshot, raw: pd.DataFrame, dimension: str) -> None:
    added = 0
    for search in searches(raw):
        filters = Filters.parse(search)
        for rows in (12, 2):
            frame = replace(CHARTS[f"{dimension}_change"].data, rows=rows)(filters, snapshot)
            if frame.empty:
                continue
            assert cents(frame["change"].iloc[:-1]) == cents(frame["change"].iloc[-1:]), search
            totals = table("revenue", compare=True)(filters, snapshot).iloc[0]
            assert frame["change"].iloc[-1] == pytest.approx(
                totals["revenue_now"] - totals["revenue_before"], abs=0.005
            )
            added += 1
    assert added > 10


def test_services_and_the_unknown_are_a_row_of_their_own(snapshot: Snapshot) -> None:
    data = replace(CHARTS["category_change"].data, by="customer_segment")
    frame = data(Filters(), snapshot)
    assert "Unknown" in set(frame["label"])
    assert cents(frame["change"].iloc[:-1]) == cents(frame["change"].iloc[-1:])


def test_the_opportunity_of_a_region_is_the_sum_of_its_parts_and_equals_the_oracle(
    snapshot: Snapshot,
    raw: pd.DataFrame,
) -> None:
    for search, (a, b, c, d) in WHOLE_PERIODS.items():
        frame = CHARTS["region_opportunity"].frame(Filters.parse(search), snapshot)
        now, before = (oracle.view(raw, f"from={x}&to={y}") for x, y in ((a, b), (c, d)))
        known = now[now["customer_id"] != ""]
        revenue, buyers = now.groupby("region")["total_amount"].sum(), known.groupby("region")["customer_id"].nunique()
        buyers = buyers[buyers >= 5]
        each = (revenue / buyers).dropna()
        sure = each[buyers >= 30]
        median = (sure if len(sure) >= 3 else each).median()
        earlier = before.groupby("region")["total_amount"].sum().reindex(each.index)
        spend = buyers * (median - each).clip(lower=0)
        growth = earlier * (
            now["total_amount"].sum() / before["total_amount"].sum() - revenue[each.index] / earlier
        ).clip(lower=0)
        ours = frame.set_index("region")
        assert ours["spend_gap"].to_dict() == pytest.approx(spend.to_dict(), abs=0.02), search
        assert ours["growth_gap"].to_dict() == pytest.approx(growth.fillna(0).to_dict(), abs=0.02), search
        assert (ours["score"] - ours["spend_gap"] - ours["growth_gap"]).abs().max() < 0.011
        assert ours["score"].is_monotonic_decreasing


def test_a_trajectory_is_the_last_three_months_over_the_own_mean(snapshot: Snapshot, raw: pd.DataFrame) -> None:
    frame = CHARTS["region_trajectories"].frame(Filters.parse("from=2024-01-15&to=2025-12-31"), snapshot)
    lines = oracle.view(raw, "from=2024-02-01&to=2025-12-31")
    monthly = (
        lines.groupby([lines["day"].dt.to_period("M").dt.start_time.dt.date, "region"])["total_amount"]
        .sum()
        .unstack(fill_value=0)
    )
    theirs = (100 * monthly.rolling(3).mean() / monthly.mean()).dropna()
    named = snapshot.members["region"]
    assert frame["month"].min() == date(2024, 4, 1)
    for row in frame.itertuples():
        if row.region in named:
            assert row.index == pytest.approx(theirs.loc[row.month, row.region]) or len(named) > 9
    pivot = frame.pivot(index="month", columns="region", values="index")
    for region in set(named) & set(pivot):
        assert pivot[region].to_numpy() == pytest.approx(theirs[region].to_numpy())


def test_newcomers_and_sign_ups_equal_the_oracle(snapshot: Snapshot, raw: pd.DataFrame, exports: Path) -> None:
    people = oracle.signups(exports)
    for search in [s for s in searches(raw) if "region" not in s]:
        frame = CHARTS["new_customers_over_time"].frame(Filters.parse(search), snapshot)
        lines = oracle.view(raw, search, ("brush",))
        first = lines[(lines["customer_id"] != "") & (lines["order_number"] == 1)]
        signed = people
        if chosen := Filters.parse(search).members("customer_segment"):
            signed = people[people["customer_segment"].isin(chosen)]
        for row in frame.itertuples():
            inside = first[first["day"].between(pd.Timestamp(row.date), pd.Timestamp(row.until))]
            assert row.new_customers == inside["customer_id"].nunique(), (search, row.date)
            came = signed[
                signed["day"].between(max(pd.Timestamp(row.date), first_day(search)), pd.Timestamp(row.until))
            ]
            assert row.signups == len(came), (search, row.date)


def first_day(search: str) -> pd.Timestamp:
    return max(pd.Timestamp(Filters.parse(search).start or "1900-01-01"), pd.Timestamp("2023-01-01"))


def test_the_days_between_sign_up_and_first_order_equal_the_oracle(
    snapshot: Snapshot, raw: pd.DataFrame, exports: Path
) -> None:
    signed = oracle.signups(exports).set_index("customer_id")["day"]
    for search in ("", "region=North&grain=month", "from=2024-05-01&to=2024-12-31"):
        frame = CHARTS["new_customers_over_time"].frame(Filters.parse(search), snapshot)
        lines = oracle.view(raw, search)
        first = lines[lines["order_number"] == 1].drop_duplicates("customer_id")
        began = raw[raw["customer_id"] != ""].groupby("customer_id")["day"].min()
        days = (first["customer_id"].map(began) - first["customer_id"].map(signed)).dt.days
        days = days[days >= 0]
        assert frame["all_many"].iloc[0] == len(days)
        assert frame[["all_days_low", "all_days", "all_days_high"]].iloc[0].tolist() == pytest.approx(
            days.quantile([0.25, 0.5, 0.75]).tolist()
        )


def test_the_comparison_shows_what_is_compared(snapshot: Snapshot) -> None:
    filters = Filters.parse("from=2025-01-01&to=2025-06-30")
    frame = CHARTS["category_comparison"].frame(filters, snapshot)
    assert frame["share"].sum() == pytest.approx(1)
    assert set(frame["against"]) == {comparison_for(filters, snapshot).words}
    assert frame["revenue_now"].sum() == pytest.approx(table("revenue")(filters, snapshot).iloc[0, 0], abs=0.01)
    assert covered(snapshot).start.year == 2023
