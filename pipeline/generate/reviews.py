"""The reviews: who writes, how many stars they give, and words to match."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from pipeline.generate.opinions import BAD, GOOD, OVERALL, USES
from pipeline.generate.seasons import DATES, DAYS, Ints
from pipeline.generate.shop import Shop
from pipeline.generate.writing import joined, numbered, texts

QUALITY, QUALITY_SPREAD, NOISE = 4.15, 0.3, 0.9
LEAVERS_MOOD = 4.0
FALL, FALLS_BETWEEN = 1.8, (540, 820)
LATEST_DAYS = 30


@dataclass(frozen=True)
class Reviews:
    """`falls` are products and the day from which they are rated worse."""

    customer: Ints
    product: Ints
    stars: Ints
    day: Ints
    text: np.ndarray
    falls: Ints


def review(shop: Shop, count: int) -> Reviews:
    """`count` lines at random are reviewed within a month. Stars follow the product's quality and the buyer's mood:
    whoever is more likely to leave gives fewer."""
    random = shop.random("reviews")
    chosen = np.sort(random.choice(len(shop.lines), min(count, len(shop.lines)), replace=False))
    order, product = shop.lines.order[chosen], shop.lines.product[chosen].astype(np.int64)
    customer = shop.orders.customer[order]
    day = np.minimum(shop.orders.day[order] + random.integers(2, LATEST_DAYS, len(chosen)), DAYS - 1)
    falls = _falls(random, shop)
    falling = np.full(len(shop.shelf), DAYS)
    falling[falls[:, 0]] = falls[:, 1]
    quality = random.normal(QUALITY, QUALITY_SPREAD, len(shop.shelf))[product]
    mood = -LEAVERS_MOOD * (shop.people.leave - shop.people.leave[np.unique(customer)].mean())[customer]
    liking = quality + mood - FALL * (day >= falling[product]) + random.normal(0, NOISE, len(chosen))
    stars = np.clip(np.round(liking), 1, 5).astype(np.int64)
    return Reviews(customer, product, stars, day, _words(random, stars), falls)


def table(reviews: Reviews, customers: np.ndarray, products: np.ndarray) -> dict[str, np.ndarray]:
    """The review file as text columns."""
    return {
        "review_id": numbered("R", np.arange(1, len(reviews.stars) + 1), 6),
        "customer_id": customers[reviews.customer],
        "product_id": products[reviews.product],
        "rating": texts("12345")[reviews.stars - 1],
        "review_date": texts(day.isoformat() for day in DATES)[reviews.day],
        "review_text": reviews.text,
    }


def _falls(random: Generator, shop: Shop) -> Ints:
    """Some well-selling products get worse in the second half of the records."""
    sold = np.argsort(-np.bincount(shop.lines.product, minlength=len(shop.shelf)))
    wanted = int(np.clip(len(sold) // 40, 2, 12))
    which = np.sort(random.choice(sold[: 3 * wanted], wanted, replace=False))
    return np.stack([which, random.integers(*FALLS_BETWEEN, wanted)], axis=1)


def _words(random: Generator, stars: Ints) -> np.ndarray:
    """An overall word, then an aspect or two: good ones for many stars, bad ones for few, both for three and some others."""
    count = len(stars)
    overall = texts(phrase for star in range(1, 6) for phrase in OVERALL[star])
    first = overall[(stars - 1) * len(OVERALL[1]) + random.integers(0, len(OVERALL[1]), count)]
    good, bad = _aspects(random, GOOD, count, 0), _aspects(random, BAD, count, 3)
    mixed = random.random(count) < np.array([0, 0.3, 0.8, 0.3, 0])[stars - 1]
    one = np.where(stars > 3, good, np.where(stars < 3, bad, np.where(random.random(count) < 0.5, good, bad)))
    second = np.where(mixed, _of_two_minds(random, good, bad), one)
    use = texts(USES)[random.integers(0, len(USES), count)]
    return joined(first, " ", _sentence(second), use, by="")


def _aspects(random: Generator, phrases: Mapping[str, tuple[str, ...]], count: int, turn: int) -> np.ndarray:
    """A phrase each. `turn` moves the aspects on, so that good and bad of one seed seldom speak of the same."""
    said = np.array([list(phrase) for phrase in phrases.values()], dtype=object)
    aspect = (np.floor(len(said) * random.beta(1, 1.5, count)).astype(np.int64) + turn) % len(said)
    return said[aspect, random.integers(0, said.shape[1], count)]


def _of_two_minds(random: Generator, good: np.ndarray, bad: np.ndarray) -> np.ndarray:
    ways = (
        joined(good, ", but ", bad, by=""),
        joined(good, "; still, ", bad, by=""),
        joined(bad, ", though ", good, by=""),
        joined("although ", bad, ", ", good, by=""),
    )
    return np.choose(random.integers(0, len(ways), len(good)), ways)


def _sentence(said: np.ndarray) -> np.ndarray:
    return joined(np.array([text[:1].upper() + text[1:] for text in said], dtype=object), ".", by="")
