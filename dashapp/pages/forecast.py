"""Forecast: what is expected of the months ahead, and how far that can be trusted."""

from dash import register_page

from dashapp.components.forecast.body import CHARTS as CHARTS
from dashapp.components.forecast.body import NAME, TITLE, forecast_page

register_page(__name__, path=f"/{NAME}", name=TITLE, title=TITLE, order=4, layout=forecast_page)
