"""Overview: how the business does, at a glance."""

from dash import register_page

from dashapp.components.page import page

NAME = "overview"
TITLE = "Overview"
CARDS = ("revenue", "customers", "orders", "aov", "retention_rate", "revenue_growth", "clv", "categories")
CHARTS = ("revenue_trend", "revenue_by_category", "top_products", "revenue_region_month")

register_page(__name__, path="/", name=TITLE, title=TITLE, order=0,
              layout=page(NAME, TITLE, "How is the business doing, and where does it come from?", CARDS, CHARTS))  # fmt: skip
