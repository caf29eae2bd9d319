"""Customers: who bought in the selection, to browse, sort and take along."""

from dash import register_page

from dashapp.components.page import page

NAME = "customers"
TITLE = "Customers"
CARDS = ("customers", "new_customers", "retention_rate", "clv")
UNDER = ("Overview", "/")

register_page(__name__, path="/customers", name=TITLE, title=TITLE, order=2,
              layout=page(NAME, TITLE, "Who bought here, and what may they bring?", CARDS, lists=(NAME,), under=UNDER))  # fmt: skip
