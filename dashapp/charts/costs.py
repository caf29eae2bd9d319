"""The charts of the optional files: what customers cost, what goods bring, what came back, what was wanted."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from analytics.dimensions import DIMENSIONS
from analytics.filters import Filters
from analytics.formats import currency, percent, short
from analytics.having import Having
from analytics.metrics import metric
from analytics.periods import Period, words
from analytics.queries import table
from dashapp.charts.chart import Chart, Draw
from dashapp.charts.drawings import draw_bars, span
from dashapp.charts.hover import hover
from dashapp.charts.series import OverTime
from dashapp.figures.figure import Figure
from dashapp.figures.trend import trend
from pipeline.warehouse import Snapshot


def says_ends(by: str, value: str) -> Callable[[pd.DataFrame, Filters], str]:
    """The first and the last bar."""

    def say(frame: pd.DataFrame, filters: Filters) -> str:
        label = metric(value).label
        first, last = frame.iloc[0], frame.iloc[-1]
        if len(frame) == 1:
            return f"{label}: {first[by]} {short(value, first[value])}."
        ends = ((first, "highest"), (last, "lowest"))
        return f"{label}: " + ", ".join(f"{how} {row[by]} ({short(value, row[value])})" for row, how in ends) + "."

    return say


def draw_course(value: str, before: str = "", *facts: str) -> Draw:
    """A metric over time, dashed behind it what was wanted; a point picks its days."""

    def draw(frame: pd.DataFrame, colours: object) -> Figure:
        periods = [Period(a, b) for a, b in zip(frame["date"], frame["until"], strict=True)]
        keyed = frame.assign(key=[span(period) for period in periods])
        texts = hover(keyed, [words(period) for period in periods], value, *facts)
        money = metric(value).unit == "money"
        made = trend(keyed, "date", value, "key", "complete", before, texts, currency() if money else "")
        return made if money else _in_percent(made)

    return draw


def _in_percent(made: Mapping[str, Any]) -> Figure:
    layout = made["layout"]
    return {**made, "layout": {**layout, "yaxis": {**layout["yaxis"], "tickformat": ".0%"}}}


def aimed(filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
    """Revenue and its target in every bucket that has one."""
    metrics = ("planned_revenue", "revenue_target", "revenue_variance")
    frame = OverTime(metrics, compare=False)(filters, snapshot)
    return frame[frame["revenue_target"] > 0].reset_index(drop=True)


def says_reached(frame: pd.DataFrame, filters: Filters) -> str:
    """How much of what was wanted came; the bucket that runs is held against its own days only."""
    came, wanted = frame["planned_revenue"].sum(), frame["revenue_target"].sum()
    share = percent(came / wanted if wanted else None)
    return f"{short('revenue', came)} of {short('revenue', wanted)} wanted, {share}, on the days that have a target."


def says_rates(frame: pd.DataFrame, filters: Filters) -> str:
    """The three bases over all buckets."""
    bases = (("returned_units", "units"), ("returned_orders", "orders"), ("returned_value", "revenue"))
    rates = [frame[top].sum() / frame[bottom].sum() if frame[bottom].sum() else None for top, bottom in bases]
    units, orders, value = map(percent, rates)
    return (
        f"Of what was sold {units} of units, {orders} of orders and {value} of money came back; the latest may still."
    )


def _bars(
    name: str, title: str, value: str, by: str, about: str, needs: tuple[str, ...], *facts: str, paid: str
) -> Chart:
    """A bar a member of what it is `paid` in: members with none of that are left out."""
    return Chart(
        name, title,
        data=table(value, *facts, by=by, compare=True, order=(f"-{value}",), having=(Having(paid, low=0.01),)),
        draw=draw_bars(by, value, facts),
        say=says_ends(by, value),
        about=about, picks=(by,), coloured=by if DIMENSIONS[by].control else "", needs=needs,
    )  # fmt: skip


COSTS = {
    c.name: c
    for c in (
        Chart(
            "target_trend", "Revenue against its target",
            data=aimed,
            draw=draw_course("planned_revenue", "revenue_target", "revenue_target", "revenue_variance"),
            say=says_reached,
            about="Revenue on the days that have a target; dashed: the target for exactly what is selected, pro rata by day.",
            picks=("brush",), wide=True, needs=("targets",),
            thin="No target is set for exactly this selection. Remove a filter, or add one to targets.csv.",
        ),
        _bars("cac_by_channel", "Cost per new customer by channel", "cac", "channel",
              "Marketing spend of a channel, divided by the customers whose first touchpoint it was.",
              ("marketing_spend", "channel"), "marketing_spend", "won_customers", paid="marketing_spend"),
        _bars("cac_by_region", "Cost per new customer by region", "cac", "region",
              "Marketing spend in a region, divided by the customers whose first order came from there.",
              ("marketing_spend", "region"), "marketing_spend", "won_customers", paid="marketing_spend"),
        _bars("margin_by_category", "Margin by category", "margin", "category",
              "Revenue less units times cost, where the cost is known; the hover says of how much.",
              ("cost", "category"), "margin_rate", "cost_known", "costed_revenue", paid="costed_revenue"),
        _bars("return_rate_by_category", "Return rate by category", "return_rate", "category",
              "Units that came back of those sold; beside it the share of orders and of money.",
              ("came_back", "category"), "return_rate_orders", "return_rate_value", "units", paid="units"),
        Chart(
            "return_rate_trend", "Return rate by day of sale",
            data=OverTime(("return_rate", "returned_units", "units", "returned_orders", "orders", "returned_value", "revenue"),
                          compare=False),
            draw=draw_course("return_rate", "", "returned_units", "units"),
            say=says_rates,
            about="Units that came back of those sold in each period. What was sold last may still come back.",
            picks=("brush",), wide=True, needs=("came_back",),
        ),
    )
}  # fmt: skip
