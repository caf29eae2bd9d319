"""The forecast: a point and an interval for every series and period ahead, and all that it rests on."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from ml.forecasting.ensemble import ENSEMBLE, LABELS, Choice, board, choose
from ml.forecasting.forest import RECIPE, Forest
from ml.forecasting.intervals import Spread, spread
from ml.forecasting.panel import CannotForecast, Floats, Panel, panel
from ml.forecasting.rolling import FOREST, Backtest, backtest, forests, predictions, searched

LONGEST = 400


def forecast(
    frame: pd.DataFrame, horizon: int, freq: str = "MS", level: float = 95, as_of: date | None = None
) -> pd.DataFrame:
    """What each series of `frame` (series, date, value) will be in the `horizon` periods after its end.

    Gives (series, date, value, low, high, model), in the unit of `frame`; `attrs` holds `covered` (the share of past
    values inside such intervals), `weights` and `notes`. `freq` is a pandas frequency (D, B, W, MS, ME, QS ...), `level`
    the percentage that the interval covers. Rows after `as_of`, and a last period that it leaves unfinished, are not
    used. Raises `CannotForecast` in words for rows that make no series.
    """
    return project(frame, horizon, freq, level, as_of).frame


@dataclass(frozen=True)
class Projection:
    """A forecast with its back-test: `frame` is what `forecast` gives, `board` one row a model (see `ensemble.board`)."""

    frame: pd.DataFrame
    board: pd.DataFrame
    panel: Panel
    test: Backtest
    choice: Choice
    spread: Spread
    forests: dict[str, Forest]

    @property
    def forest(self) -> Forest:
        """The one that reads the series alone."""
        return self.forests[FOREST]

    def held_out(self) -> pd.DataFrame:
        """What was said in the past beside what came: series, origin, date, ahead, model, label, value, actual, scale."""
        said = self.test.said | ({ENSEMBLE: self.choice.said} if self.choice.model == ENSEMBLE else {})
        parts = []
        for w, back in enumerate(self.test.backs):
            then = self.panel.before(back)
            dates = [then.rhythm.dates(row) for row in then.ahead(self.test.horizon)]
            ends = [then.rhythm.dates(row)[0] for row in then.ends[:, None]]
            h = self.test.horizon
            base = pd.DataFrame(
                {
                    "series": np.repeat(np.array(then.names, dtype=object), h),
                    "origin": np.repeat(np.array(ends, dtype="datetime64[ns]"), h),
                    "date": np.concatenate(dates) if dates else [],
                    "ahead": np.tile(np.arange(1, h + 1), len(then)),
                    "actual": self.test.actual[w].ravel(),
                    "scale": np.repeat(self.test.scale[w], h),
                }
            )
            for name, values in said.items():
                parts.append(base.assign(model=name, label=LABELS[name], value=values[w].ravel()))
        return (
            pd.concat(parts, ignore_index=True).dropna(subset="actual", ignore_index=True) if parts else pd.DataFrame()
        )


def project(
    frame: pd.DataFrame,
    horizon: int,
    freq: str = "MS",
    level: float = 95,
    as_of: date | None = None,
    search: bool = True,
    jobs: int = 2,
) -> Projection:
    """As `forecast`, with the back-test that it rests on; `search` tries recipes of the forest, `jobs` are threads."""
    _check(horizon, level)
    return projected(panel(frame, freq, as_of), horizon, level, search, jobs)


def projected(
    known: Panel, horizon: int, level: float = 95, search: bool = True, jobs: int = 2, also: tuple[str, ...] = ()
) -> Projection:
    """As `project`, of a panel, whose drivers a second forest reads; `also` names members that are off by default."""
    recipe = searched(known, horizon, jobs) if search else RECIPE
    test = backtest(known, horizon, recipe, jobs, also)
    choice = choose(test)
    grown = forests(known, horizon, recipe, jobs)
    point = choice.speak(predictions(known, horizon, grown, also))
    widths = spread(test, choice.said, level)
    out = _frame(known, point, widths.half, choice)
    out.attrs |= {"covered": widths.covered, "weights": choice.weights, "notes": notes(known)}
    return Projection(out, board(test, choice), known, test, choice, widths, grown)


def notes(known: Panel) -> tuple[str, ...]:
    """What the reader must be told of these series."""
    short = int((known.lengths <= known.season).sum()) if known.season > 1 else 0
    return (f"{short} of {len(known)} series are too short for a season: none is claimed.",) if short else ()


def _check(horizon: int, level: float) -> None:
    if not (isinstance(horizon, int | np.integer) and 1 <= horizon <= LONGEST):
        raise CannotForecast(f"A horizon of {horizon!r} cannot be forecast: give a whole number from 1 to {LONGEST}.")
    if not 50 <= level < 100:
        raise CannotForecast(f"An interval of {level} % cannot be given: level is a percentage from 50 to below 100.")


def _frame(known: Panel, point: Floats, half: Floats, choice: Choice) -> pd.DataFrame:
    never_below = np.nanmin(known.values, axis=1, keepdims=True) >= 0
    point = np.where(never_below, np.maximum(point, 0), point)
    low = np.where(never_below, np.maximum(point - half, 0), point - half)
    horizon = point.shape[1]
    ahead = known.ahead(horizon)
    return pd.DataFrame(
        {
            "series": np.repeat(np.array(known.names, dtype=object), horizon),
            "date": known.rhythm.dates(ahead.ravel()),
            "value": point.ravel(),
            "low": low.ravel(),
            "high": (point + half).ravel(),
            "model": choice.model,
        }
    )
