"""The metrics: every number the business talks about, defined once."""

from dataclasses import dataclass
from typing import Literal

from analytics.errors import known
from analytics.measures import Base, CountDistinct, Growth, Measure, Only, Ratio, Sum, Total

UNKNOWN = "Unknown"
NO_VALUE = "no customers with a predicted value in this selection"
Unit = Literal["money", "count", "rate"]


@dataclass(frozen=True)
class Metric:
    """A measure with the name, unit and definition it goes by everywhere.

    `better` is the direction that is good news; `why_null` says what is missing where it has no value, `needs` is the
    dimension, file or table of scores without which it never has one.
    """

    name: str
    label: str
    measure: Measure
    unit: Unit
    about: str
    better: Literal["up", "down"] = "up"
    why_null: str = ""
    needs: str = ""

    @property
    def additive(self) -> bool:
        """Whether the parts of any breakdown add up to the total."""
        if isinstance(self.measure, Total):
            return all(METRICS[name].additive for name in self.measure.needs)
        return isinstance(self.measure, Sum) and not self.measure.once


def _of_customers(column: str) -> Sum:
    return Sum(column, table="valued", once="customer_id")


METRICS = {
    m.name: m
    for m in (
        Metric("revenue", "Revenue", Sum("total_amount"), "money",
               "Sum of the amounts of valid order lines, postage and fees included; returns and cancellations are not taken off."),
        Metric("customers", "Customers", CountDistinct("customer_id"), "count",
               "Different customers with a valid order. Orders without a customer id are not counted here."),
        Metric("orders", "Orders", CountDistinct("order_id"), "count",
               "Different orders with at least one valid line."),
        Metric("aov", "Average order value", Ratio("revenue", "orders"), "money",
               "Revenue divided by orders.", why_null="no orders in this selection"),
        Metric("retention_rate", "Retention rate", Ratio("returning_customers", "customers"), "rate",
               "Customers with an order that is not their first ever, divided by customers with an order.",
               why_null="no customers in this selection"),
        Metric("revenue_growth", "Revenue growth", Growth("revenue"), "rate",
               "Revenue less that of the period compared with, divided by it.", why_null="no revenue to compare with"),
        Metric("categories", "Product categories", CountDistinct("category", only=Only("category", isnt=UNKNOWN)), "count",
               "Different primary categories with a sale.", needs="category"),
        Metric("units", "Units", Sum("quantity", only=Only("kind", is_="sale")), "count",
               "Quantity of products sold; postage and fees are not products."),
        Metric("new_customers", "New customers", CountDistinct("customer_id", only=Only("order_number", is_=1)), "count",
               "Customers whose first order ever is in the selection. In the first months of the data everyone looks new."),
        Metric("signups", "Sign-ups", CountDistinct("customer_id", table="customers"), "count",
               "Customers of the customer file by their sign-up date. Follows the period and the customer's own segment and region.",
               needs="customer_database", why_null="needs customer_database.csv with a signup_date column"),
        Metric("returning_customers", "Returning customers",
               CountDistinct("customer_id", only=Only("order_number", above=1)), "count",
               "Customers with an order in the selection that is not their first ever."),
        Metric("returned", "Returned and cancelled", Sum("total_amount", table="returns"), "money",
               "Sum of the amounts of returns and cancellations, by the day they were booked; below zero."),
        Metric("net_revenue", "Net revenue", Total(("revenue", "returned")), "money",
               "Revenue less returns and cancellations booked in the same days."),
        Metric("clv", "Average lifetime value", Ratio("lifetime_value", "valued_customers"), "money",
               "Mean over the customers with an order in the selection of what they brought to date and are expected to "
               "bring in the next 365 days (BG/NBD and Gamma-Gamma).", why_null=NO_VALUE, needs="customer_value"),
        Metric("clv_historic", "Customer value to date", Ratio("historic_value", "valued_customers"), "money",
               "Mean revenue to date of the customers with an order in the selection.", why_null=NO_VALUE, needs="customer_value"),
        Metric("clv_predicted", "Customer value to come", Ratio("predicted_value", "valued_customers"), "money",
               "Mean revenue expected in the next 365 days of the customers with an order in the selection.",
               why_null=NO_VALUE, needs="customer_value"),
        Metric("lifetime_value", "Lifetime value", Total(("historic_value", "predicted_value")), "money",
               "Revenue to date and expected in the next 365 days of the customers with an order in the selection, each "
               "counted once.", needs="customer_value"),
        Metric("historic_value", "Value to date", _of_customers("historic"), "money",
               "Revenue to date of the customers with an order in the selection, each counted once.", needs="customer_value"),
        Metric("predicted_value", "Value to come", _of_customers("predicted"), "money",
               "Revenue expected in the next 365 days of the customers with an order in the selection, each counted once.",
               needs="customer_value"),
        Metric("valued_customers", "Customers with a predicted value", CountDistinct("customer_id", "valued", once="customer_id"),
               "count", "Different customers with an order in the selection and a predicted value.", needs="customer_value"),
    )
}  # fmt: skip


def metric(name: str) -> Metric:
    """The metric of that name; `UnknownName` with the nearest one otherwise."""
    return known(METRICS, name, "metric")


def required(names: tuple[str, ...]) -> list[Metric]:
    """These metrics and all they are made of, parts before wholes, each once."""
    out: dict[str, Metric] = {}
    for name in names:
        wanted = metric(name)
        parts = () if isinstance(wanted.measure, Base) else wanted.measure.needs
        out |= {part.name: part for part in required(parts)}
        out[name] = wanted
    return list(out.values())
