"""The shop itself: what it sells, who buys when, and what they say afterwards."""

import numpy as np
import pandas as pd
from numpy.random import Generator

START, DAYS = pd.Timestamp("2023-01-01"), 1096
REGIONS = {"North": 0.32, "South": 0.26, "East": 0.2, "West": 0.14, "Central": 0.08}
SEGMENTS = {"Consumer": 0.55, "Small business": 0.27, "Corporate": 0.18}
CATEGORIES = {
    "Electronics": (180, 0.2),
    "Home": (60, 0.25),
    "Clothing": (45, 0.25),
    "Toys": (30, 0.15),
    "Books": (18, 0.15),
}
FIRST = (
    "Ada",
    "Björn",
    "Carla",
    "Dmitri",
    "Elif",
    "Femi",
    "Grace",
    "Hugo",
    "Inés",
    "Jun",
    "Kofi",
    "Lena",
    "Mia",
    "Noor",
    "Omar",
    "Priya",
)
LAST = (
    "Almeida",
    "Brown",
    "Chen",
    "Dubois",
    "Evans",
    "Fischer",
    "García",
    "Haddad",
    "Ito",
    "Jensen",
    "Kowalski",
    "Okafor",
    "Patel",
    "Rossi",
)
THINGS = {
    "Electronics": ("Headphones", "Speaker", "Keyboard", "Monitor", "Charger"),
    "Home": ("Lamp", "Cushion", "Vase", "Kettle", "Blanket"),
    "Clothing": ("Jacket", "Scarf", "Shirt", "Trousers", "Socks"),
    "Toys": ("Puzzle", "Kite", "Train set", "Doll", "Board game"),
    "Books": ("Novel", "Atlas", "Cookbook", "Biography", "Picture book"),
}
STYLES = ("Classic", "Nordic", "Urban", "Green", "Royal", "Mini", "Max", "Vintage")
OPINIONS = {
    1: ("Broke after a day.", "Not what was pictured, and support never answered."),
    2: ("Poor quality for the price.", "Looks fine but does not work well."),
    3: ("It is okay, nothing special.", "Good material, bad fit."),
    4: ("Works well, would buy again.", "Not bad at all, quick delivery."),
    5: ("Excellent, exactly what I wanted.", "Love it, a great gift."),
}


def products(random: Generator, count: int) -> pd.DataFrame:
    """Prices are lognormal around the category's; popularity falls as a power of the rank."""
    categories = random.choice(list(CATEGORIES), count, p=[share for _, share in CATEGORIES.values()])
    prices = np.array([CATEGORIES[c][0] for c in categories]) * np.exp(random.normal(0, 0.5, count))
    names = [f"{random.choice(STYLES)} {random.choice(THINGS[c])} {i % 97 + 1}" for i, c in enumerate(categories)]
    return pd.DataFrame(
        {
            "product_id": [f"P{i:05d}" for i in range(1, count + 1)],
            "product_name": names,
            "category": categories,
            "price": prices.round(2),
            "stock_level": random.integers(0, 400, count),
        }
    )


def customers(random: Generator, count: int) -> pd.DataFrame:
    """Customers arrive evenly over the three years, the first tenth of them before the shop's records begin."""
    first, last = random.choice(FIRST, count), random.choice(LAST, count)
    ids = [f"C{i:06d}" for i in range(1, count + 1)]
    days = np.sort(random.integers(-110, DAYS - 20, count))
    return pd.DataFrame(
        {
            "customer_id": ids,
            "customer_name": [f"{a} {b}" for a, b in zip(first, last, strict=True)],
            "email": [f"{id_.lower()}@example.com" for id_ in ids],
            "signup_date": (START + pd.to_timedelta(days, unit="D")).strftime("%Y-%m-%d"),
            "customer_segment": random.choice(list(SEGMENTS), count, p=list(SEGMENTS.values())),
            "region": random.choice(list(REGIONS), count, p=list(REGIONS.values())),
        }
    )


def sales(random: Generator, rows: int, people: pd.DataFrame, shelf: pd.DataFrame) -> pd.DataFrame:
    """Orders of 2.5 lines on average; days weighted by trend, year-end season and weekday; buyers differ in appetite."""
    count = max(1, int(rows / 2.5))
    sizes = 1 + random.multinomial(rows - count, np.full(count, 1 / count)) if rows > count else np.ones(count, int)
    days = np.arange(DAYS)
    dates = START + pd.to_timedelta(days, unit="D")
    weight = (
        (1 + 0.35 * days / DAYS) * np.where(dates.month >= 11, 1.6, 1.0) * np.where(dates.dayofweek >= 5, 1.25, 1.0)
    )
    ordered = np.sort(random.choice(days, count, p=weight / weight.sum()))
    signups = (pd.to_datetime(people["signup_date"]) - START).dt.days.to_numpy()
    arrived = np.maximum(1, np.searchsorted(signups, ordered, side="right"))
    who = (random.power(0.6, count) * arrived).astype(int)
    popular = 1 / np.arange(1, len(shelf) + 1) ** 0.8
    line = np.repeat(np.arange(count), sizes)
    what = _once_an_order(line, random.choice(len(shelf), rows, p=popular / popular.sum()), len(shelf))
    quantity = 1 + random.poisson(0.6, rows)
    price = (shelf["price"].to_numpy()[what] * random.choice([1, 1, 1, 0.9], rows)).round(2)
    clock = ordered * 86_400 + random.integers(8 * 3600, 21 * 3600, count)
    return pd.DataFrame(
        {
            "order_id": [f"O{i:07d}" for i in line + 1],
            "customer_id": people["customer_id"].to_numpy()[who[line]],
            "product_id": shelf["product_id"].to_numpy()[what],
            "order_date": (START + pd.to_timedelta(clock[line], unit="s")).strftime("%Y-%m-%d %H:%M:%S"),
            "quantity": quantity,
            "unit_price": price,
            "total_amount": (quantity * price).round(2),
            "region": people["region"].to_numpy()[who[line]],
            "category": shelf["category"].to_numpy()[what],
        }
    )


def _once_an_order(order: np.ndarray, what: np.ndarray, count: int) -> np.ndarray:
    """The same picks, moved to the next product where an order has one already: no honest line looks like a double."""
    while True:
        pairs = order.astype(np.int64) * count + what
        again = np.ones(len(pairs), bool)
        again[np.unique(pairs, return_index=True)[1]] = False
        if not again.any():
            return what
        what = np.where(again, (what + 1) % count, what)


def reviews(random: Generator, lines: pd.DataFrame, count: int) -> pd.DataFrame:
    """Some buyers write within a month; the words agree with the stars."""
    chosen = lines.iloc[np.sort(random.choice(len(lines), min(count, len(lines)), replace=False))]
    stars = random.choice([1, 2, 3, 4, 5], len(chosen), p=[0.06, 0.08, 0.16, 0.3, 0.4])
    later = pd.to_timedelta(random.integers(1, 30, len(chosen)), unit="D")
    dates = pd.to_datetime(chosen["order_date"]) + later
    end = START + pd.Timedelta(days=DAYS - 1)
    dates = dates.where(dates <= end, end)
    return pd.DataFrame(
        {
            "review_id": [f"R{i:06d}" for i in range(1, len(chosen) + 1)],
            "customer_id": chosen["customer_id"].to_numpy(),
            "product_id": chosen["product_id"].to_numpy(),
            "rating": stars,
            "review_date": dates.dt.strftime("%Y-%m-%d").to_numpy(),
            "review_text": [
                OPINIONS[int(star)][int(i)] for star, i in zip(stars, random.integers(0, 2, len(chosen)), strict=True)
            ],
        }
    )
