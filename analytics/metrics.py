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
    dimension, file or table of scores without which it never has one; `synonyms` are what else people call it.
    """

    name: str
    label: str
    measure: Measure
    unit: Unit
    about: str
    better: Literal["up", "down"] = "up"
    why_null: str = ""
    needs: str = ""
    synonyms: tuple[str, ...] = ()

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
               "Sum of the amounts of valid order lines, postage and fees included; returns and cancellations are not taken off.",
               synonyms=("revenues", "sales", "turnover", "takings", "income", "total sales", "sales revenue",
                         "gross revenue", "gross sales", "sales volume in money", "earnings", "money",
                         "sales figures", "sales value", "orders value", "order values", "value of orders",
                         "value of all orders", "value of the orders")),
        Metric("customers", "Customers", CountDistinct("customer_id"), "count",
               "Different customers with a valid order. Orders without a customer id are not counted here.",
               synonyms=("customers", "customer", "buyers", "buyer", "clients", "client", "shoppers", "shopper",
                         "purchasers", "people", "active customers", "number of customers")),
        Metric("orders", "Orders", CountDistinct("order_id"), "count",
               "Different orders with at least one valid line.",
               synonyms=("orders", "order", "purchases", "purchase", "transactions", "transaction",
                         "number of orders", "order count", "order volume", "sales orders")),
        Metric("aov", "Average order value", Ratio("revenue", "orders"), "money",
               "Revenue divided by orders.", why_null="no orders in this selection",
               synonyms=("aov", "average order", "average basket", "basket value", "average basket value",
                         "typical basket", "mean order value", "order value", "average purchase value",
                         "average ticket", "average spend per order", "average transaction value",
                         "average order size", "average sale", "basket size in money", "revenue per order",
                         "spend per order", "average value of an order", "mean basket", "average cart value",
                         "average value per order")),
        Metric("retention_rate", "Retention rate", Ratio("returning_customers", "customers"), "rate",
               "Customers with an order that is not their first ever, divided by customers with an order.",
               why_null="no customers in this selection",
               synonyms=("retention", "customer retention", "repeat rate", "returning rate",
                         "customer retention rate", "share of returning customers", "repeat customer rate")),
        Metric("revenue_growth", "Revenue growth", Growth("revenue"), "rate",
               "Revenue less that of the period compared with, divided by it.", why_null="no revenue to compare with",
               synonyms=("sales growth", "growth rate")),
        Metric("categories", "Product categories", CountDistinct("category", only=Only("category", isnt=UNKNOWN)), "count",
               "Different primary categories with a sale.", needs="category",
               synonyms=("number of categories", "product categories", "category count")),
        Metric("units", "Units", Sum("quantity", only=Only("kind", is_="sale")), "count",
               "Quantity of products sold; postage and fees are not products.",
               synonyms=("unit", "items sold", "units sold", "pieces", "quantity", "quantity sold", "volume",
                         "unit sales", "number of units", "sales volume", "number of items", "pieces sold",
                         "units shipped", "total units")),
        Metric("new_customers", "New customers", CountDistinct("customer_id", only=Only("order_number", is_=1)), "count",
               "Customers whose first order ever is in the selection. In the first months of the data everyone looks new.",
               synonyms=("new customer", "new ones",
                         "first time buyers", "first time customers", "new buyers", "new clients",
                         "acquired customers", "customers acquired", "customer acquisition", "acquisitions",
                         "newcomers", "first time shoppers", "new shoppers", "first buyers")),
        Metric("signups", "Sign-ups", CountDistinct("customer_id", table="customers"), "count",
               "Customers of the customer file by their sign-up date. Follows the period and the customer's own segment and region.",
               needs="customer_database", why_null="needs customer_database.csv with a signup_date column",
               synonyms=("sign ups", "signup", "sign up", "registrations", "registered", "signed up", "new accounts",
                         "registered customers", "new registrations")),
        Metric("returning_customers", "Returning customers",
               CountDistinct("customer_id", only=Only("order_number", above=1)), "count",
               "Customers with an order in the selection that is not their first ever.",
               synonyms=("returning customer", "returning ones",
                         "repeat customers", "repeat buyers", "came back", "come back", "returning", "ordered again",
                         "bought again", "customers who return", "repeat", "returning buyers",
                         "customers who came back", "repeat clients", "loyal buyers")),
        Metric("returned", "Returned and cancelled", Sum("total_amount", table="returns"), "money",
               "Sum of the amounts of returns and cancellations, by the day they were booked; below zero.",
               synonyms=("returns", "refunds", "refunded", "returned", "cancellations", "returns and cancellations",
                         "money refunded", "value of returns")),
        Metric("net_revenue", "Net revenue", Total(("revenue", "returned")), "money",
               "Revenue less returns and cancellations booked in the same days.",
               synonyms=("net sales", "net turnover", "revenue after returns", "revenue less returns",
                         "sales after returns", "revenue net of returns", "net income from sales")),
        Metric("clv", "Average lifetime value", Ratio("lifetime_value", "valued_customers"), "money",
               "Mean over the customers with an order in the selection of what they brought to date and are expected to "
               "bring in the next 365 days (BG/NBD and Gamma-Gamma).", why_null=NO_VALUE, needs="customer_value",
               synonyms=("clv", "ltv", "customer lifetime value", "lifetime value per customer", "average clv",
                         "average customer lifetime value", "average customer value", "mean lifetime value",
                         "average ltv")),
        Metric("clv_historic", "Customer value to date", Ratio("historic_value", "valued_customers"), "money",
               "Mean revenue to date of the customers with an order in the selection.", why_null=NO_VALUE, needs="customer_value",
               synonyms=("historic clv", "historical clv", "value to date per customer", "historic customer value")),
        Metric("clv_predicted", "Customer value to come", Ratio("predicted_value", "valued_customers"), "money",
               "Mean revenue expected in the next 365 days of the customers with an order in the selection.",
               why_null=NO_VALUE, needs="customer_value",
               synonyms=("predicted clv", "predicted customer value", "expected customer value",
                         "future customer value", "predicted lifetime value")),
        Metric("lifetime_value", "Lifetime value", Total(("historic_value", "predicted_value")), "money",
               "Revenue to date and expected in the next 365 days of the customers with an order in the selection, each "
               "counted once.", needs="customer_value",
               synonyms=("total lifetime value", "sum of lifetime value")),
        Metric("historic_value", "Value to date", _of_customers("historic"), "money",
               "Revenue to date of the customers with an order in the selection, each counted once.", needs="customer_value",
               synonyms=("total historic value",)),
        Metric("predicted_value", "Value to come", _of_customers("predicted"), "money",
               "Revenue expected in the next 365 days of the customers with an order in the selection, each counted once.",
               needs="customer_value",
               synonyms=("total predicted value",)),
        Metric("valued_customers", "Customers with a predicted value", CountDistinct("customer_id", "valued", once="customer_id"),
               "count", "Different customers with an order in the selection and a predicted value.", needs="customer_value"),
        Metric("reviews", "Reviews", CountDistinct("review_id", "reviews"), "count",
               "Reviews by their day. Follows the product's category, and the region and segment of who wrote it.",
               needs="customer_reviews", synonyms=("number of reviews", "review", "review count", "customer reviews")),
        Metric("rated_reviews", "Rated reviews", CountDistinct("review_id", "reviews", only=Only("rating", above=0)), "count",
               "Reviews with a rating.", needs="customer_reviews", synonyms=("ratings", "number of ratings")),
        Metric("rating_points", "Rating points", Sum("rating", "reviews"), "count",
               "Sum of the ratings of reviews.", needs="customer_reviews"),
        Metric("satisfied_reviews", "Satisfied reviews", CountDistinct("review_id", "reviews", only=Only("rating", above=3)),
               "count", "Reviews with a rating of 4 or 5.", needs="customer_reviews",
               synonyms=("positive reviews", "good reviews", "reviews with 4 or 5 stars")),
        Metric("average_rating", "Average rating", Ratio("rating_points", "rated_reviews"), "count",
               "Mean rating of the reviews with one.", why_null="no rated reviews in this selection", needs="customer_reviews",
               synonyms=("rating", "mean rating", "stars", "average stars", "review score", "average review", "average score",
                         "rated", "review rating", "customer rating", "star rating", "average review score", "review ratings")),
        Metric("satisfaction", "Satisfaction", Ratio("satisfied_reviews", "rated_reviews"), "rate",
               "Share of ratings that are 4 or 5.", why_null="no rated reviews in this selection", needs="customer_reviews",
               synonyms=("customer satisfaction", "satisfaction rate", "share of satisfied customers", "csat", "satisfied")),
        Metric("products", "Products sold", CountDistinct("product_id", only=Only("kind", is_="sale")), "count",
               "Different products with a sale.",
               synonyms=("number of products", "different products", "distinct products", "product count")),
        Metric("units_per_order", "Units per order", Ratio("units", "orders"), "count",
               "Units divided by orders.", why_null="no orders in this selection",
               synonyms=("items per order", "basket size", "units per basket", "items per basket",
                         "pieces per order", "average basket size", "average units per order",
                         "average items per order")),
        Metric("orders_per_customer", "Orders per customer", Ratio("orders", "customers"), "count",
               "Orders divided by customers; an order that names no customer counts as an order.",
               why_null="no customers in this selection",
               synonyms=("purchase frequency", "order frequency", "orders per buyer", "average orders per customer",
                         "purchases per customer", "average number of orders per customer")),
        Metric("revenue_per_customer", "Revenue per customer", Ratio("revenue", "customers"), "money",
               "Revenue divided by customers; an order that names no customer counts with its revenue.",
               why_null="no customers in this selection",
               synonyms=("spend per customer", "sales per customer", "average revenue per customer",
                         "average spend per customer", "average customer spend", "arpu", "revenue per buyer")),
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
