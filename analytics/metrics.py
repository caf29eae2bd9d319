"""The metrics: every number the business talks about, defined once."""

from dataclasses import dataclass, replace
from typing import Literal

from analytics.errors import known
from analytics.measures import Base, CountDistinct, Gap, Growth, Measure, Only, Ratio, Sum, Total

UNKNOWN = "Unknown"
NO_VALUE = "no customers with a predicted value in this selection"
TOO_YOUNG = "needs spend on customers won more than 365 days before the last day of the data"
NO_TARGET = "no target for this selection; targets.csv may set one"
NO_STOCK = "stock is known on the last day of the data only: choose a period that reaches it"
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
        return isinstance(self.measure, Sum) and not self.measure.once and not self.measure.table.startswith("plan")


def _of_customers(column: str) -> Sum:
    return Sum(column, table="valued", once="customer_id")


def _wanted(
    of: str, label: str, unit: Unit, measure: Sum | CountDistinct, synonyms: tuple[str, ...] = ()
) -> tuple[Metric, ...]:
    """What was wanted of a metric, what came on the days that have a target, the difference, the share of it reached."""
    came = replace(measure, table=f"planned_{of}")
    words = label.lower()
    names = (f"{of}_target", f"planned_{of}", f"{of}_variance", f"{of}_attainment")
    return (
        Metric(names[0], f"{label} target", Sum("value", "plan", only=Only("metric", is_=of)), unit,
               f"Targets of {words} for exactly what is selected, each day its equal share, up to the last day of the data.",
               needs="targets", why_null=NO_TARGET, synonyms=(f"target of {words}", f"{words} goal", f"planned {words}")),
        Metric(names[1], f"{label} against target", came, unit,
               f"{label} on the days that have a target.", needs="targets", why_null=NO_TARGET),
        Metric(names[2], f"{label} over target", Gap(names[1], names[0]), unit,
               f"{label} on the days that have a target, less the target of those days.", needs="targets", why_null=NO_TARGET,
               synonyms=(f"{words} variance", f"{words} versus target", f"{words} vs target", f"{words} against target", *synonyms)),
        Metric(names[3], f"{label} target reached", Ratio(names[1], names[0]), "rate",
               f"{label} on the days that have a target, divided by the target of those days.", needs="targets", why_null=NO_TARGET,
               synonyms=(f"{words} attainment", f"share of the {words} target")),
    )  # fmt: skip


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
               synonyms=("returns", "a return", "had returns", "returned money", "refunds", "refunded", "returned", "cancellations",
                         "returns and cancellations",
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
               "Reviews by their day; those without one count where no time is asked for. Follows the product's category, and the region "
               "and segment of who wrote it.",
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
        Metric("marketing_spend", "Marketing spend", Sum("amount", "spend"), "money",
               "Sum of what was spent on marketing, by the day in the file.", better="down",
               needs="marketing_spend", synonyms=("ad spend", "advertising", "marketing", "marketing costs",
                                                  "marketing budget", "advertising spend", "spend on marketing")),
        Metric("won_customers", "Customers won", CountDistinct("customer_id", "acquired", only=Only("paid", is_=1)), "count",
               "Customers whose first order ever is in the selection, who neither ordered nor signed up before the first day with "
               "marketing spend.",
               needs="marketing_spend"),
        Metric("cac", "Cost per new customer", Ratio("marketing_spend", "won_customers"), "money",
               "CAC: marketing spend divided by customers won. Without sign-up dates everyone looks new where the data begin, which "
               "lowers it.",
               better="down", needs="marketing_spend", why_null="no new customers in this selection",
               synonyms=("cac", "customer acquisition cost", "acquisition cost", "cost per acquisition", "cost of a new customer",
                         "cost per customer acquired", "acquisition costs")),
        Metric("cohort_spend", "Spend on customers of a year", Sum("amount", "spend", only=Only("mature", is_=1)), "money",
               "Marketing spend of the days whose new customers have been with us for 365 days.", better="down",
               needs="marketing_spend"),
        Metric("year_revenue", "Revenue of the first year", Sum("year_revenue", "acquired", only=Only("mature", is_=1)), "money",
               "Revenue of the first 365 days of the customers won in the selection who have been with us that long.",
               needs="marketing_spend"),
        Metric("year_margin", "Margin of the first year", Sum("year_margin", "acquired", only=Only("mature", is_=1)), "money",
               "Margin of the first 365 days of the customers won in the selection who have been with us that long.",
               needs="cost"),
        Metric("ltv_cac", "LTV:CAC on margin", Ratio("year_margin", "cohort_spend"), "count",
               "Margin of the first 365 days of the customers won, divided by what was spent to win them: 3 means that each unit "
               "of money brought three. Only customers who have been with us that long.", why_null=TOO_YOUNG,
               synonyms=("ltv cac", "ltv to cac", "ltv:cac", "ltv cac ratio", "value per acquisition cost")),
        Metric("ltv_cac_revenue", "LTV:CAC on revenue", Ratio("year_revenue", "cohort_spend"), "count",
               "As LTV:CAC on margin, but of revenue: for a shop whose costs are not known. It flatters, as goods are not free.",
               why_null=TOO_YOUNG, synonyms=("ltv cac on revenue",)),
        Metric("margin", "Margin", Sum("margin"), "money",
               "Revenue less units times cost, of the lines whose product's cost is known; services have none.",
               needs="cost", synonyms=("gross margin in money", "gross profit", "profit", "profits", "total margin", "margins")),
        Metric("costed_revenue", "Revenue with known cost", Sum("costed_revenue"), "money",
               "Revenue of the lines whose product's cost is known.", needs="cost"),
        Metric("margin_rate", "Margin rate", Ratio("margin", "costed_revenue"), "rate",
               "Margin divided by the revenue whose cost is known.", needs="cost", why_null="no revenue with a known cost here",
               synonyms=("gross margin", "profit margin", "margin percent", "margin percentage", "profitability")),
        Metric("cost_known", "Share with known cost", Ratio("costed_revenue", "revenue"), "rate",
               "Share of revenue whose cost is known: how much of the business the margin speaks of.", needs="cost",
               why_null="no revenue in this selection", synonyms=("share of revenue with known cost", "cost coverage")),
        Metric("returned_units", "Units returned", Sum("quantity", "came_back"), "count",
               "Units that came back, by the day of their sale where it is known, else the day they were booked.", better="down",
               needs="came_back", synonyms=("units returned", "items returned", "returned items", "number of returns")),
        Metric("returned_orders", "Orders with a return", CountDistinct("order_id", "came_back"), "count",
               "Different orders of which something came back, by the day of the sale where it is known.", better="down",
               needs="came_back", synonyms=("orders with returns", "returned orders", "orders returned")),
        Metric("returned_value", "Value returned", Sum("total_amount", "came_back"), "money",
               "Money of what came back, above zero, by the day of the sale where it is known.", better="down", needs="came_back"),
        Metric("return_rate", "Return rate", Ratio("returned_units", "units"), "rate",
               "Units returned of those sold in the selection, divided by units sold. The latest orders may still come back.",
               better="down", needs="came_back", why_null="no units sold in this selection",
               synonyms=("return rate", "returns rate", "rate of returns", "share of units returned", "refund rate",
                         "return percentage")),
        Metric("return_rate_orders", "Return rate, orders", Ratio("returned_orders", "orders"), "rate",
               "Orders with a return divided by orders.", better="down", needs="came_back", why_null="no orders in this selection",
               synonyms=("return rate by orders", "share of orders returned", "order return rate")),
        Metric("return_rate_value", "Return rate, money", Ratio("returned_value", "revenue"), "rate",
               "Value returned divided by revenue.", better="down", needs="came_back", why_null="no revenue in this selection",
               synonyms=("return rate by value", "share of revenue returned", "return rate in money")),
        Metric("stock_value", "Stock at cost", Sum("stock_value", "stock"), "money",
               "Stock of the last day of the data times cost, of products where both are known. Follows category and product.",
               better="down", needs="stock", why_null=NO_STOCK, synonyms=("stock value", "inventory value", "value of stock")),
        Metric("stock_margin", "Margin of the last 365 days", Sum("year_margin", "stock"), "money",
               "Margin of the products in stock over the 365 days to the last day.", needs="stock", why_null=NO_STOCK),
        Metric("stock_cost", "Cost of goods, last 365 days", Sum("year_cost", "stock"), "money",
               "Units times cost of the products in stock over the 365 days to the last day.", better="down", needs="stock",
               why_null=NO_STOCK, synonyms=("cost of goods sold", "cogs", "cost of goods")),
        Metric("gmroi", "GMROI on today's stock", Ratio("stock_margin", "stock_value"), "count",
               "Margin of the 365 days to the last day divided by the stock of that day at cost: one snapshot, not an average.",
               needs="stock", why_null=NO_STOCK, synonyms=("gmroi", "return on inventory", "gross margin return on inventory")),
        Metric("inventory_turnover", "Stock turns on today's stock", Ratio("stock_cost", "stock_value"), "count",
               "Cost of goods of the 365 days to the last day divided by the stock of that day: one snapshot, not an average.",
               needs="stock", why_null=NO_STOCK,
               synonyms=("inventory turnover", "stock turnover", "stock turn", "stock turns", "inventory turns")),
        *_wanted("revenue", "Revenue", "money", Sum("total_amount"), ("target variance", "variance to target", "over target")),
        *_wanted("orders", "Orders", "count", CountDistinct("order_id")),
        *_wanted("new_customers", "New customers", "count", CountDistinct("customer_id", only=Only("order_number", is_=1))),
    )
}  # fmt: skip


def metric(name: str) -> Metric:
    """The metric of that name; `UnknownName` with the nearest one otherwise."""
    return known(METRICS, name, "metric")


def required(names: tuple[str, ...]) -> tuple[Metric, ...]:
    """These metrics and all they are made of, parts before wholes, each once."""
    out: dict[str, Metric] = {}
    for name in names:
        wanted = metric(name)
        parts = () if isinstance(wanted.measure, Base) else wanted.measure.needs
        out |= {part.name: part for part in required(parts)}
        out[name] = wanted
    return tuple(out.values())
