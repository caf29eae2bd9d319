"""The forecast page's charts and tables, of a shop whose sales model has been trained."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analytics.filters import Filters
from analytics.formats import whole
from dashapp.charts.forecasts import FORECASTS, caution, says_outlook
from dashapp.charts.quotas import NO_QUOTA, QUOTAS, by_month, draw_by_month
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


def test_many_regions_are_drawn_as_few_rows_and_stay_whole_in_the_table() -> None:
    days = pd.to_datetime(["2025-12-01", "2026-01-01"]).date
    own = pd.DataFrame(
        {"dimension": "region", "member": [f"R{i}" for i in range(40) for _ in days], "date": list(days) * 40,
         "value": [float(i) for i in range(40) for _ in days]}
    )  # fmt: skip
    total = own.groupby("date", as_index=False)["value"].sum().assign(dimension="total", member="total")
    drawn = draw_by_month("revenue")(pd.concat([own, total]), {})
    (trace,) = drawn["data"]
    names = drawn["layout"]["yaxis"]["ticktext"]
    assert names == [f"R{i}" for i in range(39, 25, -1)] + ["Others"]
    assert np.allclose(np.square(np.array(trace["z"])).sum(axis=0), sum(range(40)))


def test_a_shop_without_categories_is_given_no_quota_for_them(forecast_snapshot: Snapshot) -> None:
    lacking = replace(forecast_snapshot)
    vars(lacking)["lacks"] = forecast_snapshot.lacks | {"category"}
    kept = by_month("revenue")(Filters.parse(""), lacking)
    assert set(kept["dimension"]) == {"region", "total"}
    assert "Category" not in str(quotas(lacking).to_plotly_json())


def test_no_quota_of_the_whole_shop_is_shown_for_a_segment(forecast_snapshot: Snapshot) -> None:
    segment = Filters.parse("").choose("customer_segment", forecast_snapshot.members["customer_segment"][0])
    for shown in QUOTAS:
        assert shown.answer(segment, forecast_snapshot) == {"empty": NO_QUOTA}


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
