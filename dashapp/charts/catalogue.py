"""The charts: every picture of the business, declared once."""

from functools import partial

from analytics.contribution import Contribution
from analytics.errors import known
from analytics.opportunity import Opportunity
from analytics.queries import table
from analytics.trajectories import Trajectories
from dashapp.charts.backtests import BACKTESTS
from dashapp.charts.change import draw_comparison, draw_contribution, says_comparison, says_contribution
from dashapp.charts.chart import Chart
from dashapp.charts.cohort_tables import (
    cohorts,
    draw_cohorts,
    draw_lapsed,
    lapsed,
    says_cohorts,
    says_customers,
    says_lapsed,
)
from dashapp.charts.costs import COSTS
from dashapp.charts.drawings import draw_bars, draw_region_month, draw_trend
from dashapp.charts.forecasts import FORECASTS
from dashapp.charts.grid import Grid
from dashapp.charts.judgements import JUDGEMENTS
from dashapp.charts.newcomers import Newcomers, draw_newcomers, says_newcomers
from dashapp.charts.ranking import Ranking
from dashapp.charts.regions import draw_opportunity, draw_trajectories, says_opportunity, says_trajectories
from dashapp.charts.risks import RISKS
from dashapp.charts.sentences import says_cumulative, says_leader, says_peak, says_top, says_trend
from dashapp.charts.series import OverTime

NO_NEWCOMERS = "No customer's first order is in this selection. Choose a longer period, or remove a filter."
NO_MONTHS = "This chart needs two whole months in the period. Choose a longer one."

cohort_chart = partial(
    Chart, data=cohorts, picks=("cohort", "age"), opens="customers", height="tall", wide=True, thin=NO_NEWCOMERS
)

SALES_CHARTS = {
    c.name: c
    for c in (
        Chart(
            "revenue_trend", "Revenue over time",
            data=OverTime(("revenue", "orders"), standouts=True),
            draw=draw_trend("revenue", before="revenue_before"),
            say=says_trend,
            about="Revenue by day, week or month; dashed: the period compared with. Triangles: peaks and troughs, further from the "
                  "year around them than chance makes likely. Pale band: a quarter of a year in which growth picks up.",
            picks=("brush",), wide=True,
        ),
        Chart(
            "cumulative_revenue", "Cumulative revenue",
            data=OverTime(("revenue",), cumulative=True),
            draw=draw_trend("revenue_cumulative"),
            say=says_cumulative,
            about="Revenue so far in the period; its last point is the revenue card.",
            picks=("brush",),
        ),
        Chart(
            "revenue_by_category", "Revenue by category",
            data=table("revenue", "orders", "units", by="category", share=True, compare=True, order=("-revenue",)),
            draw=draw_bars("category"),
            say=says_leader("category"),
            about="Revenue by the primary category of the product; services without one are 'Unknown'.",
            picks=("category",), coloured="category", needs=("category",),
        ),
        Chart(
            "revenue_by_region", "Revenue by region",
            data=table("revenue", "orders", by="region", share=True, compare=True, order=("-revenue",)),
            draw=draw_bars("region"),
            say=says_leader("region"),
            about="Revenue by the region of the sale.",
            picks=("region",), coloured="region", needs=("region",),
        ),
        Chart(
            "revenue_region_month", "Revenue by region and month",
            data=Grid("revenue", by="region"),
            draw=draw_region_month,
            say=says_peak,
            about="The stronger the colour, the more revenue (on a square-root scale). A cell picks its region and its month.",
            picks=("region", "brush"), needs=("region",), wide=True,
        ),
        Chart(
            "top_products", "Top products",
            data=Ranking(("revenue", "orders", "units"), by="product", count=15),
            draw=draw_bars("product"),
            say=says_top,
            about="The fifteen products with the most revenue.",
            picks=("product",),
        ),
        Chart(
            "category_comparison", "Categories, now and before",
            data=Contribution("category"),
            draw=draw_comparison("category"),
            say=says_comparison("category"),
            about="Revenue of each category in the two periods compared; below it, in grey, the earlier one.",
            picks=("category",), coloured="category", needs=("category",),
        ),
        Chart(
            "category_change", "What each category did to the change",
            data=Contribution("category", total=True),
            draw=draw_contribution("category"),
            say=says_contribution("category"),
            about="Revenue now less revenue before, by category; the bars add up to the change of the whole, which is the last.",
            picks=("category",), needs=("category",), compares=True,
        ),
        Chart(
            "region_change", "What each region did to the change",
            data=Contribution("region", total=True),
            draw=draw_contribution("region"),
            say=says_contribution("region"),
            about="Revenue now less revenue before, by region; the bars add up to the change of the whole, which is the last.",
            picks=("region",), needs=("region",), compares=True,
        ),
        Chart(
            "region_trajectories", "How the regions grow",
            data=Trajectories("region"),
            draw=draw_trajectories,
            say=says_trajectories,
            about="Revenue by whole month, 100 is the region's own mean; over nine months and more, the mean of the last three.",
            picks=("region",), needs=("region",), thin=NO_MONTHS,
        ),
        Chart(
            "region_opportunity", "What the regions could bring",
            data=Opportunity("region"),
            draw=draw_opportunity,
            say=says_opportunity,
            about="Money in the period, if a region's customers spent what the median region's do, plus its earlier revenue "
                  "growing like all regions did. A ceiling under equal conditions, not a forecast.",
            picks=("region",), needs=("region",), thin="No region is behind its peers here, or none has five customers.",
        ),
        Chart(
            "new_customers_over_time", "New customers and sign-ups",
            data=Newcomers(),
            draw=draw_newcomers,
            say=says_newcomers,
            about="Customers by the day of their first order ever, beside the sign-ups of the customer file. Sign-ups follow "
                  "the period, the customer's segment and region; a category or product does not narrow them.",
            picks=("brush",), wide=True, thin=NO_NEWCOMERS,
        ),
        cohort_chart(
            "cohort_retention", "Who comes back: share of each cohort, %",
            draw=draw_cohorts("retention"),
            say=says_cohorts("retention"),
            about="Of the customers whose first order is in a month, the share with an order so many months later. Hatched: the "
                  "month is not over; those cells are left out of the average, which is weighted by customers. At most the newest "
                  "36 months.",
            short="Share",
        ),
        cohort_chart(
            "cohort_customers", "Who comes back: customers of each cohort",
            draw=draw_cohorts("customers"),
            say=says_customers,
            about="Customers by the month of their first order, and how many of them ordered so many months later.",
            short="Customers",
        ),
        cohort_chart(
            "cohort_revenue", "Revenue of each cohort",
            draw=draw_cohorts("revenue"),
            say=says_customers,
            about="Revenue by the month of the customer's first order and the months since.",
            short="Revenue",
        ),
        cohort_chart(
            "cohort_value", "Revenue per customer so far",
            draw=draw_cohorts("value"),
            say=says_cohorts("value"),
            about="Revenue of a cohort from its first month on, divided by all its customers, those gone included.",
            short="Revenue per customer",
        ),
        Chart(
            "cohort_churn", "Churn by cohort",
            data=lapsed,
            draw=draw_lapsed,
            say=says_lapsed,
            about="Share of each cohort without an order in the last days of the period: so many days as it takes until nine in "
                  "ten of those who ever come back have come back (Kaplan-Meier). Cohorts too young for that are not shown.",
            picks=("cohort",),
            thin="No cohort in this selection is old enough to have churned. Choose a longer period.",
        ),
    )
}  # fmt: skip
CHARTS = SALES_CHARTS | FORECASTS | COSTS | RISKS | JUDGEMENTS | BACKTESTS


def chart(name: str) -> Chart:
    """The chart of that name; `UnknownName` with the nearest one otherwise."""
    return known(CHARTS, name, "chart")
