"""Stock, experiments and drifts, recovered from the files."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from tests.pipeline.generate.conftest import LAST, Made


def test_stock_lasts_as_long_as_planted(made: Made) -> None:
    """Stock is planted cover x mean daily units of the last eight weeks, to half a piece."""
    planted = made.truth["stock"]
    recent = made.sales[made.sales.day > LAST - pd.Timedelta(days=planted["demand_window_days"])]
    catalog = made.read("product_catalog").set_index("product_id")
    demand = recent.groupby("product_id").quantity.sum() / planted["demand_window_days"]
    wanted = demand.reindex(catalog.index, fill_value=0) * pd.Series(planted["cover_days"])
    assert (np.abs(catalog.stock_level - wanted) <= 0.51 + 0.005 * demand.reindex(catalog.index, fill_value=0)).all()


def test_what_will_run_out_before_it_can_be_replaced_is_what_was_planted(made: Made) -> None:
    planted = made.truth["stock"]
    catalog = made.read("product_catalog").set_index("product_id")
    demand = made.sales[made.sales.day > LAST - pd.Timedelta(days=56)].groupby("product_id").quantity.sum() / 56
    cover = (catalog.stock_level / demand).dropna()
    steady = demand[demand >= 1].index
    runs_out = set(cover[steady][cover[steady] < catalog.lead_time_days[steady] * 0.6].index)
    assert runs_out == set(planted["short"]) & set(steady)
    assert set(cover[steady][cover[steady] > 300].index) == set(planted["dead"]) & set(steady)


def lift(made: Made, campaign: str) -> tuple[float, float]:
    """Extra orders a treated customer while the campaign ran, against its control group, and the standard error."""
    row = made.read("campaigns").set_index("campaign_id").loc[campaign]
    members = made.read("campaign_members").query("campaign_id == @campaign")
    during = made.orders[(made.orders.day >= row.start) & (made.orders.day <= row.end)]
    orders = members.customer_id.map(during.customer_id.value_counts()).fillna(0)
    groups = [orders[members.group == group] for group in ("treatment", "control")]
    return groups[0].mean() - groups[1].mean(), float(np.sqrt(sum(g.var() / len(g) for g in groups)))


def test_the_experiment_shows_its_effect_and_the_idle_one_none(made: Made) -> None:
    """Within three standard errors; the effect is beyond chance."""
    effect, error = lift(made, "CMP01")
    planted = made.truth["experiments"]
    assert abs(effect - planted["CMP01"]["extra_orders_a_treated_customer"]) < 3 * error
    assert effect > 3 * error
    idle, error = lift(made, "CMP02")
    assert planted["CMP02"]["extra_orders_a_treated_customer"] == 0
    assert abs(idle) < 3 * error
    assert set(made.read("campaign_members").query("campaign_id == 'CMP03'").group) == {"treatment"}


def test_the_groups_were_drawn_by_lot(made: Made) -> None:
    """Before the start they ordered alike."""
    members = made.read("campaign_members").query("campaign_id == 'CMP01'")
    before = made.orders[made.orders.day < made.truth["experiments"]["CMP01"]["start"]].customer_id.value_counts()
    orders = members.customer_id.map(before)
    assert orders.notna().all()
    groups = [orders[members.group == group] for group in ("treatment", "control")]
    error = np.sqrt(sum(g.var() / len(g) for g in groups))
    assert abs(groups[0].mean() - groups[1].mean()) < 3 * error


@pytest.mark.slow
def test_the_interval_of_the_experiment_covers_the_truth_in_95_of_100_shops(shop_of: Callable[..., Made]) -> None:
    """At least 88 of 100 for each of effect and none: fewer would be chance in one of 500 runs."""
    covered = {"CMP01": 0, "CMP02": 0}
    for seed in range(100):
        made = shop_of(rows=15_000, seed=seed, extras=True)
        for campaign in covered:
            effect, error = lift(made, campaign)
            truth = made.truth["experiments"][campaign]["extra_orders_a_treated_customer"]
            covered[campaign] += abs(effect - truth) < 1.96 * error
    assert min(covered.values()) >= 88, covered


def test_in_one_month_one_category_is_wanted_more(made: Made) -> None:
    """The odds of its share of lines against the same weeks of the years before: within 8 % of the factor."""
    drift = made.truth["drift"]["covariate"]
    days = pd.date_range(drift["from"], drift["to"])

    def odds(year: int) -> float:
        lines = made.sales[made.sales.day.isin(days.map(lambda day: day.replace(year=year)))]
        share = (lines.category == drift["category"]).mean()
        return share / (1 - share)

    usual = np.sqrt(odds(2023) * odds(2024))
    assert odds(2025) / usual == pytest.approx(drift["factor"], rel=0.08)


def test_in_one_month_customers_left_more_often(made: Made) -> None:
    """Repeat orders that no other followed within 150 days: more by the planted share of the usual leaving, within 0.035.

    Usual leaving is estimated from the same months of 2024: its orders after which nobody came back for 400 days.
    """
    drift = made.truth["drift"]["concept"]
    repeats = made.orders[made.orders.number > 1]
    silent = (repeats.next_day - repeats.day).dt.days.fillna(np.inf)

    def share(start: str, end: str, days: int) -> tuple[float, int]:
        chosen = silent[(repeats.day >= start) & (repeats.day <= end)]
        return float((chosen > days).mean()), len(chosen)

    (april, n), (other, m) = share(drift["from"], drift["to"], 150), share("2025-05-01", "2025-07-31", 150)
    leaving = share("2024-04-01", "2024-07-31", 400)[0]
    staying_seen = 1 - (other - leaving)
    extra = (drift["leave_chance_factor"] - 1) * leaving * staying_seen
    error = np.sqrt(april * (1 - april) / n + other * (1 - other) / m)
    assert april - other > 4 * error
    assert abs(april - other - extra) < 0.035
