"""Churn: who may leave, what hangs on it, and why."""

from dash import register_page

from dashapp.components.churn.body import CHARTS as CHARTS
from dashapp.components.churn.body import NAME, TITLE, churn_page

register_page(__name__, path=f"/{NAME}", name=TITLE, title=TITLE, order=4, layout=churn_page)
