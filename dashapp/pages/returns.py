"""Returns: what came back, line by line."""

from dash import register_page

from dashapp.components.page import page

NAME = "returns"
TITLE = "Returns"
CARDS = ("returned", "net_revenue")
UNDER = ("Transactions", "/transactions")

register_page(__name__, path="/returns", name=TITLE, title=TITLE, order=4, nav=False,
              layout=page(NAME, TITLE, "What came back, and from whom?", CARDS, lists=(NAME,), under=UNDER))  # fmt: skip
