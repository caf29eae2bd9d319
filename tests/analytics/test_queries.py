"""What can be asked, what is refused, and what must hold between the answers."""

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from analytics.dimensions import DIMENSIONS, MEMBER_DIMENSIONS
from analytics.emptied import why_null
from analytics.errors import NotYetComputed, QuestionError, UnknownName
from analytics.filters import Filters
from analytics.having import Having
from analytics.lights import homes, lacking
from analytics.metrics import METRICS
from analytics.periods import Period, covered
from analytics.queries import Query, table
from analytics.warehouse import columns
from pipeline.warehouse import Snapshot

ALL = Filters()
ADDITIVE = [m.name for m in METRICS.values() if m.additive]
FEW = [name for name in DIMENSIONS if DIMENSIONS[name].control or DIMENSIONS[name].unit]


@pytest.fixture
def lit(metric: str, snapshot: Snapshot, rich: Snapshot) -> Snapshot:
    """The usual shop; the one with the optional files for what needs them."""
    return rich if lacking(metric, snapshot) else snapshot


@pytest.mark.parametrize("by", [name for name, dimension in DIMENSIONS.items() if not dimension.acquired])
@pytest.mark.parametrize("metric", ADDITIVE)
def test_the_parts_of_any_breakdown_add_up_to_the_total(lit: Snapshot, metric: str, by: str) -> None:
    total = table(metric)(ALL, lit)[metric].iloc[0]
    if homes(metric) == {"reviews"} and DIMENSIONS[by].unit:
        total -= undated(metric, lit)
    if splits(metric, by, lit):
        assert table(metric, by=by)(ALL, lit)[metric].sum() == pytest.approx(total, abs=0.005)


def undated(metric: str, snapshot: Snapshot) -> float:
    """What reviews without a date, which no bucket of time can hold, bring to a metric."""
    reviews = snapshot.table("reviews").to_pandas()
    ratings = reviews.loc[reviews["review_date"].isna(), "rating"]
    return float(ratings.sum() if metric == "rating_points" else len(ratings))


def splits(metric: str, by: str, snapshot: Snapshot) -> bool:
    """Whether all tables of a metric know the dimension; where not, it is refused in words."""
    if all(DIMENSIONS[by].reaches(columns(home, snapshot)) for home in homes(metric)):
        return True
    with pytest.raises(QuestionError, match="cannot be split by"):
        table(metric, by=by)(ALL, snapshot)
    return False


def test_the_months_since_the_first_order_add_up_to_what_known_customers_brought(snapshot: Snapshot) -> None:
    known = table("revenue", by="cohort")(ALL, snapshot).dropna(subset=["cohort"])["revenue"].sum()
    assert table("revenue", by="age")(ALL, snapshot)["revenue"].sum() == pytest.approx(known, abs=0.005)


def test_sign_ups_cannot_be_split_by_what_was_bought(snapshot: Snapshot) -> None:
    with pytest.raises(QuestionError, match="Sign-ups cannot be split by category"):
        table("signups", by="category")(ALL, snapshot)


@pytest.mark.parametrize(("metric", "by"), [(m, by) for m in METRICS for by in FEW])
def test_every_metric_can_be_split_by_every_dimension_and_compared(lit: Snapshot, metric: str, by: str) -> None:
    if splits(metric, by, lit):
        frame = Query((metric,), (by,), compare=True)(Filters.parse("cmp=prev"), lit)
        assert metric in frame
        assert len(frame) > 0 or METRICS[metric].needs == "targets"


@examples(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_is_chosen_and_what_is_left_out_make_the_whole(snapshot: Snapshot, data: st.DataObject) -> None:
    dimension = data.draw(st.sampled_from([name for name in MEMBER_DIMENSIONS if name in snapshot.members]))
    some = tuple(data.draw(st.sets(st.sampled_from(snapshot.members[dimension]), min_size=1)))
    total, chosen = (table("revenue")(f, snapshot).iloc[0, 0] for f in (ALL, ALL.choose(dimension, *some)))
    rest = Query(("revenue",), left_out=((dimension, some),))(ALL, snapshot).iloc[0, 0]
    assert chosen + rest == pytest.approx(total, abs=0.005)


def test_over_all_time_retention_is_the_repeat_rate(snapshot: Snapshot) -> None:
    orders = table("orders", by="customer")(ALL, snapshot).dropna(subset=["customer"])["orders"]
    assert table("retention_rate")(ALL, snapshot).iloc[0, 0] == pytest.approx((orders >= 2).mean())


def test_new_customers_of_all_months_are_all_customers(snapshot: Snapshot) -> None:
    by_month = table("new_customers", by="month")(ALL, snapshot)["new_customers"].sum()
    assert by_month == table("customers")(ALL, snapshot).iloc[0, 0]


def test_the_last_cumulative_value_is_the_total(snapshot: Snapshot) -> None:
    frame = Query(("revenue",), ("week",), cumulative=True)(ALL, snapshot)
    assert frame["revenue_cumulative"].iloc[-1] == pytest.approx(table("revenue")(ALL, snapshot).iloc[0, 0], abs=0.005)


def test_days_without_sales_are_zero_and_days_outside_the_data_are_not_there(snapshot: Snapshot) -> None:
    frame = table("revenue", by="day")(ALL, snapshot)
    assert len(frame) == covered(snapshot).days
    assert frame["revenue"].notna().all()


def test_growth_is_the_change_of_what_is_compared(snapshot: Snapshot) -> None:
    row = Query(("revenue", "revenue_growth"), compare=True)(ALL, snapshot).iloc[0]
    assert row["revenue_growth"] == pytest.approx(row["revenue_now"] / row["revenue_before"] - 1)


def test_growth_before_the_first_day_of_data_has_no_value_and_says_why(snapshot: Snapshot) -> None:
    first = covered(snapshot).start
    filters = Filters(start=first, end=first.replace(day=28))
    assert table("revenue_growth")(filters, snapshot).isna().all(axis=None)
    assert "no data before" in why_null("revenue_growth", filters, snapshot)


def test_an_empty_selection_has_no_ratio_and_no_revenue(snapshot: Snapshot) -> None:
    row = table("revenue", "aov")(Filters.parse("region=Nowhere"), snapshot).iloc[0]
    assert row["revenue"] == 0
    assert row["aov"] != row["aov"]


def test_order_limit_per_group_having_share_and_moving_shape_the_answer(snapshot: Snapshot) -> None:
    top = Query(("revenue",), ("region", "category"), order=("region", "-revenue"), limit=2, per="region")(
        ALL, snapshot
    )
    assert (top.groupby("region").size() <= 2).all()
    assert all(group["revenue"].is_monotonic_decreasing for _, group in top.groupby("region"))
    shared = Query(("revenue",), ("region",), share=True)(ALL, snapshot)
    assert shared["revenue_share"].sum() == pytest.approx(1)
    floor = shared["revenue"].median()
    kept = Query(("revenue",), ("region",), having=(Having("revenue", low=floor),))(ALL, snapshot)
    assert len(kept) == (shared["revenue"] >= floor).sum()
    moving = Query(("revenue",), ("month",), moving=3)(ALL, snapshot)
    assert moving["revenue_moving"].iloc[5] == pytest.approx(moving["revenue"].iloc[3:6].mean())


@pytest.mark.parametrize("field", [{"like_for_like": True}])
def test_a_field_that_nothing_computes_yet_is_refused(field: dict) -> None:
    with pytest.raises(NotYetComputed, match=next(iter(field))):
        Query(("revenue",), **field)


def test_unknown_names_propose_the_nearest() -> None:
    with pytest.raises(UnknownName, match="Did you mean: revenue"):
        table("revenu")
    with pytest.raises(UnknownName, match="Did you mean: region"):
        table("revenue", by="regoin")
    with pytest.raises(QuestionError, match="one grain"):
        table("revenue", by=("day", "month"))


def test_a_comparison_can_be_given_in_so_many_words(snapshot: Snapshot) -> None:
    data = covered(snapshot)
    other = Period(data.start, data.start.replace(day=28))
    explicit = Query(("revenue",), compare=True, against=other)(ALL, snapshot)["revenue_before"].iloc[0]
    assert explicit == pytest.approx(table("revenue")(Filters(other.start, other.end), snapshot).iloc[0, 0])
