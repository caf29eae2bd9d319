"""Prices, promotions and what they do to demand, recovered by Poisson regression with product and week effects."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from tests.pipeline.generate.conftest import Made, close

PRODUCTS = 30
MOVING = ("Electronics", "Home", "Clothing", "Toys", "Garden")


@pytest.fixture(scope="module")
def cells(made: Made) -> pd.DataFrame:
    """Units of the best-selling products of each category in each whole week, their price, and whether on promotion.

    A week without a sale has the price of the last week that had one.
    """
    sales = made.sales[(made.sales.week >= "2023-01-02") & (made.sales.week < "2025-12-29")]
    sold = sales.groupby(["category", "product_id"]).total_amount.sum().groupby("category", group_keys=False)
    best = sold.nlargest(PRODUCTS).index.get_level_values("product_id")
    weekly = sales[sales.product_id.isin(best)].groupby(["week", "product_id"], sort=False)
    grid = weekly.agg(quantity=("quantity", "sum"), unit_price=("unit_price", "first")).unstack("product_id")
    grid = grid.sort_index()
    flag = on_promotion(made, grid.index, best)
    frame = pd.DataFrame(
        {
            "units": grid["quantity"].fillna(0)[best].stack(),
            "price": grid["unit_price"].ffill().bfill()[best].stack(),
            "promotion": flag[best].stack(),
            "known": grid["unit_price"].notna()[best].stack(),
        }
    ).reset_index(names=["week", "product_id"])
    return frame.assign(category=frame.product_id.map(made.read("product_catalog").set_index("product_id").category))


def on_promotion(made: Made, weeks: pd.DatetimeIndex, products: pd.Index) -> pd.DataFrame:
    """1 where promotions.csv names the product or its category, by week."""
    catalog = made.read("product_catalog").set_index("product_id").category
    members = {p: [i] for i, p in enumerate(products)} | {
        name: np.flatnonzero(catalog[products] == name).tolist() for name in MOVING
    }
    rows = made.read("promotions")
    first = weeks.searchsorted(pd.to_datetime(rows.start))
    last = weeks.searchsorted(pd.to_datetime(rows.end), side="right")
    flags = np.zeros((len(weeks), len(products)))
    for scope, start, stop in zip(rows.scope, first, last, strict=True):
        flags[start:stop, members.get(scope, [])] = 1
    return pd.DataFrame(flags, weeks, products)


@dataclass(frozen=True)
class Demand:
    """Poisson pseudo-likelihood estimates with their standard errors, clustered by product."""

    params: dict[str, float]
    bse: dict[str, float]


def demand(cells: pd.DataFrame, *without: str) -> Demand:
    """Units on log price and promotion with product and week effects; `without` names what is left out.

    Iterated weighted least squares, the effects taken out by alternating weighted means (Correia, Guimarães, Zylkin 2020).
    """
    names = [name for name in ("price", "promotion") if name not in without]
    effects = [cells.product_id.factorize()[0]] + ([] if "week" in without else [cells.week.factorize()[0]])
    x = np.column_stack([np.log(cells.price), cells.promotion])[:, : len(names)]
    units = cells.units.to_numpy(float)
    mean = (units + units.mean()) / 2
    for _ in range(60):
        work = np.log(mean) + (units - mean) / mean
        free = without_effects(np.column_stack([work, x]), effects, mean)
        slope = np.linalg.solve(free[:, 1:].T * mean @ free[:, 1:], free[:, 1:].T * mean @ free[:, 0])
        before, mean = mean, np.exp(work - (free[:, 0] - free[:, 1:] @ slope))
        if np.abs(mean / before - 1).max() < 1e-6:
            break
    bread = np.linalg.inv(free[:, 1:].T * mean @ free[:, 1:])
    scores = np.zeros((effects[0].max() + 1, len(names)))
    np.add.at(scores, effects[0], free[:, 1:] * (units - mean)[:, None])
    spread = np.sqrt(np.diag(bread @ scores.T @ scores @ bread))
    return Demand(dict(zip(names, slope, strict=True)), dict(zip(names, spread, strict=True)))


def without_effects(columns: np.ndarray, effects: list[np.ndarray], weight: np.ndarray) -> np.ndarray:
    left = columns.copy()
    for _ in range(200):
        start = left.copy()
        for effect in effects:
            total = np.bincount(effect, weight)
            for i in range(left.shape[1]):
                left[:, i] -= (np.bincount(effect, weight * left[:, i]) / total)[effect]
        if np.abs(left - start).max() < 1e-9:
            break
    return left


@pytest.fixture(scope="module")
def right(cells: pd.DataFrame) -> dict[str, Demand]:
    return {name: demand(cells[cells.category == name]) for name in MOVING}


@pytest.mark.parametrize("name", MOVING)
def test_the_elasticity_of_a_category_is_found(made: Made, right: dict[str, Demand], name: str) -> None:
    """Within 3 standard errors clustered by product, these at most 0.2, and within 0.3 in any case."""
    planted = made.truth["categories"][name]["elasticity"]
    found, error = right[name].params["price"], right[name].bse["price"]
    assert error < 0.2
    assert abs(found - planted) < min(3 * error, 0.3)


@pytest.mark.parametrize("name", MOVING)
def test_the_lift_of_a_promotion_is_found(made: Made, right: dict[str, Demand], name: str) -> None:
    """Beyond what the lower price does, within 12 %."""
    assert close(np.exp(right[name].params["promotion"]), made.truth["categories"][name]["promotion_lift"], 0.12)


@pytest.mark.parametrize("name", MOVING)
def test_leaving_the_promotion_out_exaggerates_the_elasticity(made: Made, cells: pd.DataFrame, name: str) -> None:
    planted = made.truth["categories"][name]["elasticity"]
    assert demand(cells[cells.category == name], "promotion").params["price"] < planted - 0.3


@pytest.mark.parametrize("name", ["Toys", "Garden"])
def test_leaving_the_weeks_out_hides_the_elasticity_of_what_is_seasonal(
    made: Made, cells: pd.DataFrame, name: str
) -> None:
    """Prices follow the season: demand and price rise together."""
    planted = made.truth["categories"][name]["elasticity"]
    assert demand(cells[cells.category == name], "week").params["price"] > planted + 0.4


def test_the_prices_of_one_category_never_move_and_the_others_do(made: Made) -> None:
    spread = made.sales.groupby(["category", "product_id"]).unit_price.agg(
        lambda price: np.log(price).std() if len(price) > 100 else np.nan
    )
    by_category = spread.groupby("category").mean()
    fixed = [name for name, c in made.truth["categories"].items() if c["elasticity"] is None]
    assert fixed == ["Books"]
    assert spread["Books"].dropna().max() < 1e-9
    assert (by_category.drop("Books") > 0.08).all()


def test_a_promotion_lowers_the_price_by_its_discount(made: Made, cells: pd.DataFrame) -> None:
    """The mean log price falls by the mean of log(1 - discount), within 0.02."""
    known = cells[cells.known & (cells.category != "Books")]
    rows = made.read("promotions")
    single = rows[rows.scope.str.startswith("P")]
    usual = known[known.promotion == 0].assign(log=lambda t: np.log(t.price)).groupby("product_id").log.mean()
    reduced = known[known.promotion == 1]
    fall = (np.log(reduced.price) - reduced.product_id.map(usual)).mean()
    assert abs(fall - np.log1p(-single.discount).mean()) < 0.02


def test_the_calendar_of_promotions_is_that_of_the_truth(made: Made) -> None:
    rows = made.read("promotions")
    assert rows.to_numpy().tolist() == made.truth["promotions"]
    assert (pd.to_datetime(rows.start).dt.dayofweek == 0).all()
    assert (pd.to_datetime(rows.end) - pd.to_datetime(rows.start)).dt.days.isin([6, 13, 9]).all()
    assert not set(rows.scope) & set(made.read("product_catalog").query("category == 'Books'").product_id)
