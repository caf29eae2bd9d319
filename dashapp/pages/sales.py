"""Sales: where revenue comes from, over time, by category, by region."""

from dash import register_page

from dashapp.components.page import page

NAME = "sales"
TITLE = "Sales"
CARDS = ("revenue", "net_revenue", "returned", "units", "new_customers")
CHARTS = ("revenue_trend", "cumulative_revenue", "revenue_by_category", "revenue_by_region", "revenue_region_month")

register_page(__name__, path="/sales", name=TITLE, title=TITLE, order=1,
              layout=page(NAME, TITLE, "What is sold when and where, and what came back?", CARDS, CHARTS))  # fmt: skip
