"""The truth: what the shop was drawn from, as it stands in truth.json and truth_customers.parquet (docs/generator.md)."""

from typing import Any

import numpy as np
import pandas as pd

from pipeline.generate import arrivals, assortment, buying, campaigns, marketing, prices, seasons, service, stock
from pipeline.generate import people as populace
from pipeline.generate import reviews as voices
from pipeline.generate.arrivals import REGIONS, SEGMENTS
from pipeline.generate.assortment import CATEGORIES, KINDS
from pipeline.generate.reviews import Reviews
from pipeline.generate.seasons import DATES, YEARS, Ints
from pipeline.generate.shop import Shop
from pipeline.generate.stock import Stock
from pipeline.generate.surroundings import AMBITION, promotions
from pipeline.generate.tables import product_ids
from pipeline.generate.writing import numbered, texts

Truth = dict[str, Any]


def truth(shop: Shop, reviews: Reviews, stocked: Stock, dirt: dict[str, dict[str, int]]) -> Truth:
    """All that was planted, ready for JSON."""
    products = product_ids(shop)
    return {
        "seed": shop.seed,
        "rows": len(shop.lines),
        "orders": len(shop.orders),
        "revenue": int((shop.lines.quantity.astype(np.int64) * shop.lines.cents).sum()) / 100,
        "period": [DATES[0].isoformat(), DATES[-1].isoformat()],
        "segments": {s.name: _segment(shop, i) for i, s in enumerate(SEGMENTS)},
        "signup": _signup(),
        "regions": _regions(),
        "trend": _trend(),
        "season": _season(shop),
        "anomalies": [
            {"date": DATES[a.day].isoformat(), "kind": a.kind, "factor": a.factor} for a in shop.clock.anomalies
        ],
        "categories": {c.name: _category(c) for c in CATEGORIES},
        "prices": {"season_exponent": prices.FOLLOWING, "review_sd": prices.REVIEW_STEP},
        "promotions": _promotions(shop, products),
        "affinity": _affinity(shop, products),
        "taste": _taste(shop),
        "reviews": _reviews(reviews, products),
        "stock": _stock(stocked, products),
        "experiments": {c.id: _experiment(shop, i) for i, c in enumerate(campaigns.CAMPAIGNS)},
        "drift": _drift(),
        "extras": _extras(),
        "dirt": dirt,
    }


def customers(shop: Shop) -> pd.DataFrame:
    """What is true of each customer of the customer file, in its sequence; no name of it is that of a source's column."""
    people = shop.people
    first = marketing.first_days(shop)
    days = pd.DatetimeIndex(DATES)
    buys = first < len(DATES)
    return pd.DataFrame(
        {
            "customer_id": numbered("C", np.arange(1, len(people) + 1), 6),
            "segment": texts(s.name for s in SEGMENTS)[people.segment],
            "buys": buys,
            "founding": people.founding.astype(bool),
            "first_day": days[np.where(buys, first, 0)].where(buys),
            "orders_a_day": people.rate,
            "leave_chance": people.leave,
            "mean_spend": people.spend,
            "alive": buys & (people.left < 0),
            "left_day": days[np.maximum(people.left, 0)].where(people.left >= 0),
            "taste": people.taste,
            "first_channel": texts(c.name for c in marketing.CHANNELS)[marketing.first_touch(shop)],
        }
    )


def _segment(shop: Shop, place: int) -> Truth:
    s = SEGMENTS[place]
    mine = shop.people.segment == place
    return {
        "share": s.share,
        "customers": int(mine.sum()),
        "bg_nbd": {"r": s.r, "alpha": s.alpha, "a": s.a, "b": s.b},
        "gamma_gamma": {"p": s.p, "q": s.q, "v": s.v},
        "purchase_rate": s.purchase_rate,
        "dropout": s.leave_chance,
        "mean_spend": s.mean_spend,
        "left": int((shop.people.left[mine] >= 0).sum()),
    }


def _signup() -> Truth:
    return {
        "conversion": populace.CONVERSION,
        "same_day": populace.SAME_DAY,
        "delay_gamma": {"shape": populace.DELAY_SHAPE, "scale_days": populace.DELAY_DAYS},
    }


def _regions() -> Truth:
    return {
        "share": REGIONS,
        "young": {"region": arrivals.YOUNG_REGION, "opened": arrivals.OPENING.isoformat()},
        "away": buying.AWAY * (1 - 1 / len(REGIONS)),
    }


def _trend() -> Truth:
    return {
        "break": arrivals.BREAK.isoformat(),
        "growth_a_year_before": arrivals.GROWTH_BEFORE,
        "growth_a_year_after": arrivals.GROWTH_AFTER,
    }


def _season(shop: Shop) -> Truth:
    weekday, month = np.array(seasons.WEEKDAYS), seasons.by_month(seasons.MONTHS, np.arange(len(DATES)))
    by_month = pd.Series(month).groupby([day.month for day in DATES]).mean()
    return {
        "weekday": dict(zip(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), (weekday / weekday.mean()).round(4), strict=True)),
        "month": dict(zip(map(str, by_month.index), (by_month / by_month.mean()).round(4), strict=True)),
        "closed": [day.isoformat() for day in seasons.CLOSED],
        "easter": {
            "sundays": [day.isoformat() for day in seasons.EASTERS],
            "days_before": seasons.DAYS_BEFORE_EASTER,
            "factor_before": seasons.BEFORE_EASTER,
            "factor_sunday_and_monday": seasons.AT_EASTER,
        },
        "black_friday": {
            "fridays": [day.isoformat() for day in seasons.BLACK_FRIDAYS],
            "days": seasons.BLACK_FRIDAY_DAYS,
            "factor": seasons.BLACK_FRIDAY,
        },
        "competitor_price_exponent": seasons.CROSS_PRICE,
        "daily_factor": shop.clock.speed.round(5).tolist(),
    }  # fmt: skip


def _category(c: assortment.Category) -> Truth:
    return {
        "elasticity": c.elasticity,
        "promotion_lift": c.lift if c.elasticity is not None else None,
        "share": c.share,
        "month": dict(zip(map(str, range(1, 13)), c.months, strict=True)),
        "cost_share": c.cost,
        "return_rate": c.returned,
    }


def _promotions(shop: Shop, products: np.ndarray) -> list[list[Any]]:
    rows = zip(*promotions(shop, products).values(), strict=True)
    return [[start, end, scope, float(discount)] for start, end, scope, discount in rows]


def _affinity(shop: Shop, products: np.ndarray) -> Truth:
    return {
        "attached": assortment.ATTACHED,
        "pairs": products[shop.shelf.pairs].tolist(),
        "null_pairs": products[shop.shelf.null_pairs].tolist(),
    }


def _taste(shop: Shop) -> Truth:
    liked = shop.shelf.likes.argmax(axis=0)
    return {
        "factor": assortment.LIKING,
        "liked_things": [[KINDS[k][1] for k in np.flatnonzero(liked == t)] for t in range(assortment.TASTES)],
        "weights_by_segment": {s.name: list(s.tastes) for s in SEGMENTS},
    }


def _reviews(reviews: Reviews, products: np.ndarray) -> Truth:
    return {
        "rows": len(reviews.stars),
        "stars": {str(star): int((reviews.stars == star).sum()) for star in range(1, 6)},
        "falling": [
            {"product_id": products[which], "since": DATES[day].isoformat(), "by_stars": voices.FALL}
            for which, day in reviews.falls.tolist()
        ],
        "stars_by_leave_chance": -voices.LEAVERS_MOOD,
    }


def _stock(stocked: Stock, products: np.ndarray) -> Truth:
    return {
        "demand_window_days": stock.WINDOW,
        "cover_days": dict(zip(products, stocked.cover.round(2).tolist(), strict=True)),
        "short": products[stocked.short].tolist(),
        "dead": products[stocked.dead].tolist(),
    }


def _experiment(shop: Shop, place: int) -> Truth:
    campaign, groups = campaigns.CAMPAIGNS[place], shop.groups[place]
    first, last = shop.clock.elapsed[[seasons.index(campaign.start), seasons.index(campaign.end) + 1]]
    treated = _extra_orders(shop, groups, first, last) * (campaign.effect - 1)
    return {
        "start": campaign.start.isoformat(),
        "end": campaign.end.isoformat(),
        "treated": int((groups == 1).sum()),
        "control": int((groups == 0).sum()),
        "order_rate_ratio": campaign.effect,
        "extra_orders_a_treated_customer": round(float(treated), 6),
    }


def _extra_orders(shop: Shop, groups: Ints, first: float, last: float) -> float:
    """Orders that a treated customer would have had in that time, on average."""
    people = shop.people
    until = np.where(people.left >= 0, shop.clock.elapsed[np.maximum(people.left, 0)], np.inf)
    time = np.clip(until, first, last) - first
    treated = groups == 1
    return float((people.rate * time)[treated].mean()) if treated.any() else 0.0


def _drift() -> Truth:
    return {
        "covariate": {
            "from": prices.COVARIATE_DRIFT[0].isoformat(),
            "to": prices.COVARIATE_DRIFT[1].isoformat(),
            "category": prices.DRIFTING,
            "factor": prices.DRIFT_FACTOR,
        },
        "concept": {
            "from": buying.CONCEPT_DRIFT[0].isoformat(),
            "to": buying.CONCEPT_DRIFT[1].isoformat(),
            "leave_chance_factor": buying.LEAVING_FACTOR,
        },
    }


def _extras() -> Truth:
    return {
        "channels": {
            c.name: {
                "share_of_new": c.share,
                "cac": c.cost,
                "later_share_buyers": c.closing,
                "later_share_others": c.idle,
            }
            for c in marketing.CHANNELS
        },
        "return_reasons": service.REASONS,
        "unresolved_contact": {"staying": service.UNRESOLVED_OF_STAYING, "leaving": service.UNRESOLVED_OF_LEAVING},
        "target_over_last_year": AMBITION,
        "first_target_year": YEARS[1],
        "consumer_confidence_exponent": 0.0,
    }
