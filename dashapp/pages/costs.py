"""Costs and targets: what customers and goods cost, what came back, and what was wanted."""

from dash import register_page

from dashapp.components.page import page

NAME = "costs"
TITLE = "Costs and targets"
CARDS = (
    "revenue_variance", "revenue_attainment", "margin", "margin_rate", "cost_known", "satisfaction",
    "cac", "ltv_cac", "ltv_cac_revenue", "return_rate", "gmroi", "inventory_turnover",
)  # fmt: skip
CHARTS = (
    "target_trend",
    "cac_by_channel", "cac_by_region",
    "margin_by_category", "return_rate_by_category",
    "return_rate_trend",
)  # fmt: skip

register_page(__name__, path="/costs", name="Costs", title=TITLE, order=5,
              layout=page(NAME, TITLE, "What do customers and goods cost, what comes back, and is it what was wanted?",
                          CARDS, CHARTS))  # fmt: skip
