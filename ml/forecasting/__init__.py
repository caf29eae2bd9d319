"""Forecasting: what each series will be in the periods ahead, how sure that is, and what it rests on."""

from ml.forecasting.forecast import Projection, forecast, project
from ml.forecasting.panel import CannotForecast, Panel, panel

__all__ = ["CannotForecast", "Panel", "Projection", "forecast", "panel", "project"]
