"""Forecasting: what each series will be in the periods ahead, how sure that is, and what it rests on."""

from ml.forecasting.decomposition import decompose
from ml.forecasting.forecast import Projection, forecast, project
from ml.forecasting.panel import CannotForecast, Panel, panel
from ml.forecasting.shop import Outlook, outlook

__all__ = ["CannotForecast", "Outlook", "Panel", "Projection", "decompose", "forecast", "outlook", "panel", "project"]
