"""The charts: every picture of the business, declared once."""

from analytics.errors import known
from analytics.queries import table
from dashapp.charts.chart import Chart
from dashapp.charts.drawings import draw_bars, draw_region_month, draw_trend
from dashapp.charts.grid import Grid
from dashapp.charts.ranking import Ranking
from dashapp.charts.sentences import says_cumulative, says_leader, says_peak, says_top, says_trend
from dashapp.charts.series import OverTime

CHARTS = {
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
            picks=("category",), coloured="category", needs="category",
        ),
        Chart(
            "revenue_by_region", "Revenue by region",
            data=table("revenue", "orders", by="region", share=True, compare=True, order=("-revenue",)),
            draw=draw_bars("region"),
            say=says_leader("region"),
            about="Revenue by the region of the sale.",
            picks=("region",), coloured="region", needs="region",
        ),
        Chart(
            "revenue_region_month", "Revenue by region and month",
            data=Grid("revenue", by="region"),
            draw=draw_region_month,
            say=says_peak,
            about="The stronger the colour, the more revenue (on a square-root scale). A cell picks its region and its month.",
            picks=("region", "brush"), needs="region", wide=True,
        ),
        Chart(
            "top_products", "Top products",
            data=Ranking(("revenue", "orders", "units"), by="product", count=15),
            draw=draw_bars("product"),
            say=says_top,
            about="The fifteen products with the most revenue.",
            picks=("product",),
        ),
    )
}  # fmt: skip


def chart(name: str) -> Chart:
    """The chart of that name; `UnknownName` with the nearest one otherwise."""
    return known(CHARTS, name, "chart")
