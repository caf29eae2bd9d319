"""Costs and targets: what customers and goods cost, what came back, and what was wanted."""

from dash import register_page

from dashapp.components.costs import CARDS as CARDS
from dashapp.components.costs import CHARTS as CHARTS
from dashapp.components.costs import NAME, TITLE, costs_page

register_page(__name__, path=f"/{NAME}", name="Costs", title=TITLE, order=5, layout=costs_page)
