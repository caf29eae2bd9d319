"""A customer's own page: who it is, how it scores, what it may bring, and what it did."""

from typing import Any
from urllib.parse import unquote, urlencode

from dash import html

from analytics.customers import Customer, NoSuchCustomer, customer
from analytics.formats import NOTHING, full, number, percent
from analytics.periods import day_words
from analytics.risk import scores_of
from dashapp import shop
from dashapp.access import may_see_people
from dashapp.components.page import page
from pipeline.warehouse import NoSnapshot, Snapshot

CARDS = ("revenue", "returned", "net_revenue", "orders", "aov")
CHARTS = ("revenue_trend", "revenue_by_category", "top_products")
UNDER = ("Customers", "/customers")
SCORES = {"recency_score": "Recency", "frequency_score": "Frequency", "monetary_score": "Money"}


def customer_page(customer_id: str = "", **_query: str) -> html.Main:
    """The page of the customer that the path names; without a name it is empty, and an unknown one is told so."""
    if customer_id in ("", "none"):
        return page("customer", "Customer", "Choose a customer from the list.", under=UNDER)
    try:
        snapshot = shop.snapshot()
        found = customer(unquote(customer_id), snapshot, masked=not may_see_people())
    except (NoSuchCustomer, NoSnapshot) as error:
        return page("customer", "No such customer", str(error), under=UNDER)
    scope = urlencode({"customer": found.id})
    return page("customer", found.name, _facts(found, snapshot), CARDS, CHARTS, ("orders",), under=UNDER, scope=scope)


def customer_title(customer_id: str = "") -> str:
    """What the browser's tab says; the name stays on the page."""
    return f"Customer {unquote(customer_id)}".strip()


def _facts(found: Customer, snapshot: Snapshot) -> html.Div:
    facts = (_who(found), _history(found, snapshot), _value(found, snapshot) | risk_facts(found, snapshot))
    return html.Div([_terms(each) for each in facts], className="facts")


def _terms(facts: dict[str, tuple[str, str]]) -> html.Dl:
    """Label, value, and what it means on hover."""
    return html.Dl(
        [html.Div([html.Dt(label), html.Dd(value)], title=about) for label, (value, about) in facts.items()],
        className="card-box",
    )


def _who(found: Customer) -> dict[str, tuple[str, str]]:
    who = found.profile
    return {
        "Customer": (found.id, ""),
        "E-mail": (str(who["email"]), ""),
        "Segment": (str(who["customer_segment"]), "As assigned in the customer file."),
        "Home region": (str(who["customer_region"]), ""),
        "Signed up": (_day(who["signup_date"]), ""),
    }


def _history(found: Customer, snapshot: Snapshot) -> dict[str, tuple[str, str]]:
    known = found.features
    if not known:
        return {"Orders ever": ("none yet", "No valid order in the data.")}
    scores = " · ".join(f"{label} {known[name]}" for name, label in SCORES.items())
    ago = f"{number(known['days_since_last_purchase'])} days before {day_words(snapshot.as_of)}"
    return {
        "First order": (_day(known["first_order_day"]), ""),
        "Last order": (_day(known["last_order_day"]), ago),
        "Orders ever": (number(known["purchase_count"]), "Over all of the data, whatever the filters."),
        "Revenue ever": (full("revenue", known["clv"]), "Over all of the data, whatever the filters."),
        "RFM scores": (
            scores,
            "1 to 5; 5 is most recent, most often, most revenue. Equal customers have equal scores.",
        ),
    }


def _value(found: Customer, snapshot: Snapshot) -> dict[str, tuple[str, str]]:
    value = found.value
    if not value:
        why = " ".join(snapshot.notes("customer_value")) or "It takes an order to predict more."
        return {"Value to come": (NOTHING, why)}
    once = found.features.get("first_order_day") == found.features.get("last_order_day")
    return {
        "Still active": ("cannot be told yet" if once else f"{value['p_alive'] * 100:.0f} %",
                         "Probability that the customer will buy again (BG/NBD). "
                         "After orders on one day only, the model cannot see that someone left."),
        "Orders to come": (f"{value['expected_orders']:.2f}", "Expected in the next 365 days."),
        "Value of an order": (full("revenue", value["expected_value"]), "Expected (Gamma-Gamma)."),
        "Value to come": (full("revenue", value["predicted"]), "Orders to come × value of an order, 365 days."),
        "Lifetime value": (full("revenue", value["total"]), "Revenue to date + value to come."),
    }  # fmt: skip


def risk_facts(found: Customer, snapshot: Snapshot) -> dict[str, tuple[str, str]]:
    """What the published churn model says, with its reasons; nothing without one."""
    score = scores_of(found.id, snapshot)
    if not score:
        return {}
    reasons = [str(score[name]) for name in ("reason_1", "reason_2", "reason_3") if score.get(name)]
    within = f"Calibrated chance of no order in the {score['horizon_days']} days after {day_words(snapshot.as_of)}."
    return {"Risk of leaving": (percent(score["probability"]), within), "Because of": (" · ".join(reasons), within)}


def _day(value: Any) -> str:
    return day_words(value) if value else NOTHING
