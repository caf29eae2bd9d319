"""A customer: one person's orders, scores and value; reached from any list."""

from dash import register_page

from dashapp.components.customer import CARDS as CARDS
from dashapp.components.customer import CHARTS as CHARTS
from dashapp.components.customer import customer_page, customer_title

TITLE = "Customer"

register_page(__name__, path_template="/customers/<customer_id>", name=TITLE, title=customer_title, order=9, nav=False,
              layout=customer_page)  # fmt: skip
