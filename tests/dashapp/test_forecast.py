"""The forecast page's charts and tables, of a shop whose sales model has been trained."""

import numpy as np
import pandas as pd
import pytest

from analytics.filters import Filters
from analytics.formats import whole
from dashapp.charts.forecasts import FORECASTS, caution, says_outlook
from dashapp.components.forecast.body import board, coverage, quotas
from pipeline.warehouse import Snapshot


@pytest.mark.parametrize("search", ["", "region=North"])
@pytest.mark.parametrize("name", FORECASTS)
def test_every_chart_of_the_forecast_draws_and_speaks(forecast_snapshot: Snapshot, name: str, search: str) -> None:
    made = FORECASTS[name].answer(Filters.parse(search), forecast_snapshot)
    assert "figure" in made, made
    assert made["say"]
    assert "nan" not in str(made["say"]).lower()


def test_the_parts_drawn_give_back_each_month(forecast_snapshot: Snapshot) -> None:
    frame = FORECASTS["forecast_parts"].frame(Filters.parse(""), forecast_snapshot)
    assert set(frame["kind"]) == {"multiplied"}
    assert np.allclose(frame[["trend", "season", "days", "rest"]].prod(axis=1), frame["value"])


@pytest.mark.parametrize(("skill", "warned"), [(-0.08, True), (0.08, False)])
def test_the_sentence_warns_where_seasonal_naive_was_better(skill: float, warned: bool) -> None:
    days = pd.to_datetime(["2025-12-01", "2026-01-01"]).date
    frame = pd.DataFrame({"date": days, "what": ["sold", "forecast"], "value": [9.0, 10.0], "before": [8.0, 9.0],
                          "low": [np.nan, 8.0], "high": [np.nan, 12.0]})  # fmt: skip
    frame.attrs["skill"] = skill
    assert (caution(abs(skill)) in says_outlook("units")(frame, Filters.parse(""))) == warned
    assert "8.0 %" in caution(0.08)


def test_the_tables_of_the_page_show_what_was_published(forecast_snapshot: Snapshot) -> None:
    said = forecast_snapshot.table("forecasts").to_pandas()
    total = said[(said["dimension"] == "total") & (said["target"] == "revenue")]
    shown = str(quotas(forecast_snapshot).to_plotly_json())
    assert all(whole("revenue", value) in shown for value in total["value"])
    judged = forecast_snapshot.table("forecast_board").to_pandas()
    told = str(board(forecast_snapshot).to_plotly_json())
    assert all(f"{mase:.3f}" in told for mase in judged["mase"])
    assert "over lags alone" in told
    assert "of past months" in str(coverage(forecast_snapshot).to_plotly_json()).lower()
