"""The surroundings: the promotion calendar, the competitor's prices, and what management wanted."""

import numpy as np
import pandas as pd

from pipeline.generate.arrivals import OPENING, REGIONS, YOUNG_REGION
from pipeline.generate.assortment import CATEGORIES
from pipeline.generate.prices import BLACK_FRIDAY_DISCOUNT
from pipeline.generate.seasons import BLACK_FRIDAYS, DATES, DAYS, WEEKS, YEARS, Ints, index, weeks_of
from pipeline.generate.shop import Shop
from pipeline.generate.writing import money, texts

AMBITION = 1.05
CONFIDENCE = 100.0


def monday(weeks: Ints) -> np.ndarray:
    """First day of each week in ISO form, the first of the records where the week began before them."""
    return texts(day.isoformat() for day in DATES)[np.clip(7 * weeks - 6, 0, DAYS - 1)]


def sunday(weeks: Ints) -> np.ndarray:
    """Last day of each week in ISO form, the last of the records where the week ends after them."""
    return texts(day.isoformat() for day in DATES)[np.clip(7 * weeks, 0, DAYS - 1)]


def promotions(shop: Shop, products: np.ndarray) -> dict[str, np.ndarray]:
    """Which product, or on Black Friday which category, was reduced when and by which share. The deeper discount counts."""
    first, last, product, percent = shop.prices.promotions.T
    friday = np.repeat([int(weeks_of(np.array(index(day)))) for day in BLACK_FRIDAYS], len(CATEGORIES) - 1)
    moving = [c.name for c in CATEGORIES if c.elasticity is not None] * len(BLACK_FRIDAYS)
    size = texts(f"{value / 100:.2f}" for value in range(100))
    return {
        "start": np.concatenate([monday(first), monday(friday)]),
        "end": np.concatenate([sunday(last), sunday(friday)]),
        "scope": np.concatenate([products[product], texts(moving)]),
        "discount": size[np.concatenate([percent, np.full(len(friday), BLACK_FRIDAY_DISCOUNT)])],
    }


def external(shop: Shop) -> dict[str, np.ndarray]:
    """The competitor's weekly price index, which moves all buying, and a monthly consumer confidence, which moves nothing."""
    week, region = (grid.ravel() for grid in np.meshgrid(np.arange(WEEKS), np.arange(len(REGIONS)), indexing="ij"))
    confidence = CONFIDENCE + shop.random("confidence").normal(0, 4, 12 * len(YEARS)).cumsum() / 2
    months = [f"{year}-{month:02d}-01" for year in YEARS for month in range(1, 13)]
    names = texts(REGIONS)
    return {
        "date": np.concatenate([monday(week), np.repeat(texts(months), len(REGIONS))]),
        "region": np.concatenate([names[region], np.tile(names, len(months))]),
        "series": np.repeat(texts(["competitor_price_index", "consumer_confidence"]), [len(week), len(months) * len(REGIONS)]),
        "value": texts(
            f"{value:.1f}" for value in [*shop.clock.competitor[week], *np.repeat(confidence, len(REGIONS))]
        ),
    }  # fmt: skip


def targets(shop: Shop) -> dict[str, np.ndarray]:
    """Monthly revenue wanted: a twentieth more than in the same month a year before, of all and of each region."""
    cents = np.bincount(shop.lines.order, shop.lines.quantity * shop.lines.cents, len(shop.orders))
    month = pd.PeriodIndex(pd.DatetimeIndex(DATES), freq="M")[shop.orders.day]
    place = (month.year - YEARS[0]) * 12 + month.month - 1
    by_region = np.zeros((len(REGIONS), 12 * len(YEARS)))
    np.add.at(by_region, (shop.orders.region, place), cents)
    opened = (OPENING.year - YEARS[0]) * 12 + OPENING.month - 1
    rows = []
    for scope, sold in [("all", by_region.sum(axis=0)), *zip((f"region={r}" for r in REGIONS), by_region, strict=True)]:
        start = opened + 12 if scope == f"region={YOUNG_REGION}" else 12
        rows += [(scope, i, round(AMBITION * sold[i - 12])) for i in range(start, len(sold))]
    first = pd.period_range(f"{YEARS[0]}-01", periods=12 * len(YEARS), freq="M")
    at = [first[i] for _, i, _ in rows]
    return {
        "metric": texts(["revenue"] * len(rows)),
        "scope": texts(scope for scope, _, _ in rows),
        "from": texts(f"{month.start_time:%Y-%m-%d}" for month in at),
        "to": texts(f"{month.end_time:%Y-%m-%d}" for month in at),
        "value": money(np.array([value for _, _, value in rows])),
    }
