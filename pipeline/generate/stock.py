"""The stock: what lies on the shelf on the evening of the last day, for how long it will last, and what was forgotten."""

from dataclasses import dataclass

import numpy as np

from pipeline.generate.seasons import DAYS, Floats, Ints
from pipeline.generate.shop import Shop

WINDOW = 56
SHORT, SHORT_COVER = 0.08, 0.3
DEAD, DEAD_COVER = 0.06, 400.0
REVIEW_DAYS = 7


@dataclass(frozen=True)
class Stock:
    """Pieces on hand; `cover` the days they last at the mean demand of the last eight weeks."""

    level: Ints
    cover: Floats
    short: Ints
    dead: Ints


def take_stock(shop: Shop) -> Stock:
    """Most products are covered for their lead time and some weeks; a few not even for a third of it, a few for a year."""
    random = shop.random("stock")
    recent = shop.orders.day[shop.lines.order] >= DAYS - WINDOW
    demand = np.bincount(shop.lines.product[recent], shop.lines.quantity[recent], len(shop.shelf)) / WINDOW
    cover = (shop.shelf.lead_days + REVIEW_DAYS) * random.lognormal(0.6, 0.25, len(shop.shelf))
    selling = random.permutation(np.flatnonzero(demand > 0))
    short, dead = np.split(selling[: round((SHORT + DEAD) * len(selling))], [round(SHORT * len(selling))])
    cover[short] = SHORT_COVER * shop.shelf.lead_days[short]
    cover[dead] = DEAD_COVER
    return Stock(np.round(demand * cover).astype(np.int64), cover, np.sort(short), np.sort(dead))
