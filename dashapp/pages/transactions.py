"""Transactions: the order lines behind the numbers, to browse and take along."""

from dash import register_page

from dashapp.components.page import page

NAME = "transactions"
TITLE = "Transactions"
CARDS = ("revenue", "orders", "customers", "units")
UNDER = ("Overview", "/")
BESIDE = ("What came back is listed apart.", "/returns")

register_page(__name__, path="/transactions", name=TITLE, title=TITLE, order=3,
              layout=page(NAME, TITLE, "Which order lines are behind the numbers?", CARDS,
                          lists=(NAME,), under=UNDER, beside=BESIDE))  # fmt: skip
