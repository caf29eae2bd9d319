"""The service desk: what came back and why, and who had to call."""

import numpy as np

from pipeline.generate.assortment import CATEGORIES
from pipeline.generate.seasons import DATES, DAYS
from pipeline.generate.shop import Shop
from pipeline.generate.writing import money, numbered, texts

REASONS = {"Does not fit": 0.3, "Damaged": 0.2, "Not as described": 0.2, "Changed mind": 0.2, "Arrived too late": 0.1}
RETURN_DAYS = (3, 31)
TOPICS = ("Delivery", "Invoice", "Product question", "Return", "Complaint")
SETTLED, UNRESOLVED_OF_STAYING, UNRESOLVED_OF_LEAVING = 0.05, 0.02, 0.35
CONTACT_DAYS = (1, 11)


def returns(shop: Shop, orders: np.ndarray, products: np.ndarray) -> dict[str, np.ndarray]:
    """Whole lines that came back within a month, at the rate of their category; those still under way are not there yet."""
    random, lines = shop.random("returns"), shop.lines
    rate = np.array([c.returned for c in CATEGORIES])[shop.shelf.category]
    back = np.flatnonzero(random.random(len(lines)) < rate[lines.product])
    day = shop.orders.day[lines.order[back]] + random.integers(*RETURN_DAYS, len(back))
    back, day = back[day < DAYS], day[day < DAYS]
    sequence = np.argsort(day, kind="stable")
    back, day = back[sequence], day[sequence]
    reason = random.choice(len(REASONS), len(back), p=list(REASONS.values()))
    return {
        "order_id": orders[lines.order[back]],
        "product_id": products[lines.product[back]],
        "return_date": texts(day.isoformat() for day in DATES)[day],
        "quantity": numbered("", lines.quantity[back], 1),
        "amount": money(lines.quantity[back].astype(np.int64) * lines.cents[back]),
        "reason": texts(REASONS)[reason],
    }


def contacts(shop: Shop, customers: np.ndarray) -> dict[str, np.ndarray]:
    """Some orders are followed by a contact within ten days; whoever then leaves has often been left without an answer."""
    random, orders = shop.random("contacts"), shop.orders
    leaving = shop.people.left[orders.customer] == orders.day
    unresolved = random.random(len(orders)) < np.where(leaving, UNRESOLVED_OF_LEAVING, UNRESOLVED_OF_STAYING)
    settled = ~unresolved & (random.random(len(orders)) < SETTLED)
    day = orders.day + random.integers(*CONTACT_DAYS, len(orders))
    topic = random.integers(0, len(TOPICS), len(orders))
    calls = np.flatnonzero((unresolved | settled) & (day < DAYS))
    calls = calls[np.argsort(day[calls], kind="stable")]
    return {
        "customer_id": customers[orders.customer[calls]],
        "date": texts(day.isoformat() for day in DATES)[day[calls]],
        "topic": texts(TOPICS)[np.where(unresolved[calls], len(TOPICS) - 1 - topic[calls] % 2, topic[calls])],
        "resolved": texts(["yes", "no"])[unresolved[calls].astype(np.int64)],
    }
