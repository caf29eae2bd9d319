"""Sales: what is sold when, by whom and where, what changed, and who came back."""

from dash import register_page

from dashapp.components.page import page

NAME = "sales"
TITLE = "Sales"
CARDS = ("revenue", "net_revenue", "returned", "units", "new_customers")
CHARTS = (
    "revenue_trend",
    "category_comparison", "category_change",
    "region_change", "region_opportunity",
    "revenue_region_month",
    "region_trajectories", "cumulative_revenue",
    "top_products", "cohort_churn",
    "new_customers_over_time",
    ("cohort_retention", "cohort_customers", "cohort_revenue", "cohort_value"),
)  # fmt: skip

register_page(__name__, path="/sales", name=TITLE, title=TITLE, order=1,
              layout=page(NAME, TITLE,
                          "What is sold when and where, what made the change, and who comes back?", CARDS, CHARTS))  # fmt: skip
