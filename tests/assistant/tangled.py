"""Questions that tangle: two in one, periods within periods, what was never bought, what is never above zero. Written to break the
engine; of the first 289
such, 54 got a wrong number or the answer to another question."""

from tests.assistant.exam import (
    AOV,
    CUSTOMERS,
    ORDERS,
    REVENUE,
    UNITS,
    Y24,
    Y25,
    Item,
    between,
    change,
    one,
    refused,
    split,
    sql,
    top,
)

RETURNED = "sum(total_amount)"
BUYERS = "SELECT DISTINCT customer_id FROM sales WHERE customer_id IS NOT NULL"


def never(category: str, when: str = "true") -> str:
    return f"customer_id IN ({BUYERS} AND {when}) AND customer_id NOT IN ({BUYERS} AND category = '{category}' AND {when}) AND {when}"


def moved(by: str, measure: str, now: str, before: str, where: str = "true") -> str:
    parts = [f"sum(CASE WHEN {span} THEN m END)" for span in (now, before)]
    rows = f"(SELECT *, {measure} AS m FROM sales WHERE {where})"
    return f"SELECT {by}, {parts[0]} AS now, {parts[1]} AS before FROM {rows} GROUP BY 1"


SETS = [
    one("sets", "how many customers never bought Garden products", CUSTOMERS, never("Garden")),
    one("sets", "customers who never bought Books, how many?", CUSTOMERS, never("Books")),
    one("sets", "how many customers never bought anything vintage", CUSTOMERS,
        f"customer_id IN ({BUYERS}) AND customer_id NOT IN ({BUYERS} AND product_name ILIKE '%vintage%')"),
    one("sets", "revenue from customers who never bought Books", REVENUE, never("Books")),
    one("sets", "number of customers that did not buy Toys in 2025", CUSTOMERS, never("Toys", Y25)),
    split("sets", "who never bought Electronics?", "customer_id", REVENUE, never("Electronics")),
    one("sets", ("How many customers bought Toys?", "and never Books?"), CUSTOMERS,
        f"customer_id IN ({BUYERS} AND category = 'Toys') AND {never('Books')}"),
]  # fmt: skip

RETURNS = [
    sql("returns", "which region returns the most",
        f"SELECT region FROM returns WHERE region <> 'Unknown' GROUP BY 1 ORDER BY {RETURNED} LIMIT 1"),
    sql("returns", "top 5 products by returns",
        f"SELECT product_id, {RETURNED} FROM returns WHERE product_id IS NOT NULL GROUP BY 1 ORDER BY 2 LIMIT 5"),
    one("returns", "how much money did we lose to returns in Q4 2025", RETURNED, between("2025-10-01", "2025-12-31"), "returns"),
    sql("returns", "months with returned money above 500",
        f"SELECT date_trunc('month', order_date), {RETURNED} FROM returns GROUP BY 1 HAVING {RETURNED} < -500"),
]  # fmt: skip

BOUNDS = [
    sql("bounds", "in how many months of 2025 did orders exceed 60?",
        f"SELECT count(*) FROM (SELECT month(order_date) FROM sales WHERE {Y25} GROUP BY 1 HAVING {ORDERS} > 60)"),
    sql("bounds", "how many days in 2025 had more than 3 orders",
        f"SELECT count(*) FROM (SELECT order_date FROM sales WHERE {Y25} GROUP BY 1 HAVING {ORDERS} > 3)"),
    sql("bounds", "number of orders worth between 100 and 200 in 2025",
        f"SELECT count(*) FROM (SELECT order_id FROM sales WHERE {Y25} GROUP BY 1 HAVING {REVENUE} BETWEEN 100 AND 200)"),
]  # fmt: skip

CONTRASTS = [
    split("contrasts", "AOV: Corporate or Consumer, which is higher?", "customer_segment", AOV,
          "customer_segment IN ('Corporate', 'Consumer')"),
    split("contrasts", "which has more orders, North or South?", "region", ORDERS, "region IN ('North', 'South')"),
    split("contrasts", "who sells more units, Books or Garden?", "category", UNITS, "category IN ('Books', 'Garden')"),
    sql("contrasts", "which grew faster in 2025, Toys or Books?",
        moved("category", "total_amount", Y25, Y24, "category IN ('Toys', 'Books')")),
    sql("contrasts", "Books vs Toys growth 2025 vs 2024",
        moved("category", "total_amount", Y25, Y24, "category IN ('Toys', 'Books')")),
    sql("contrasts", "how many categories grew in 2025 vs 2024?",
        f"SELECT count(*) FROM ({moved('category', 'total_amount', Y25, Y24)}) WHERE now > before AND category <> 'Unknown'"),
    sql("contrasts", "which category contributed the most to the growth between 2024 and 2025",
        f"SELECT category, now - before AS d FROM ({moved('category', 'total_amount', Y25, Y24)}) "
        "WHERE category <> 'Unknown' ORDER BY d DESC LIMIT 1"),
]  # fmt: skip

DATES = [
    one("dates", "orders in the week before christmas 2025", ORDERS, between("2025-12-18", "2025-12-24")),
    one("dates", "orders in easter week 2025", ORDERS, between("2025-04-14", "2025-04-20")),
    one("dates", "revenue in the last full quarter before Q4 2025", REVENUE, between("2025-07-01", "2025-09-30")),
    one("dates", "black friday week 2025 revenue", REVENUE, between("2025-11-24", "2025-11-30")),
    one("dates", "revenue to date", REVENUE),
]

DIALOGUES = [
    top("dialogues", ("Revenue in Q4 2025", "split that by category", "which one grew most vs last year?"), "category",
        f"sum(CASE WHEN {Y25} THEN total_amount END) / sum(CASE WHEN {Y24} THEN total_amount END) - 1",
        "month(order_date) > 9 AND category <> 'Unknown'"),
    sql("dialogues", ("Revenue of Books in 2025", "why"),
        f"SELECT (SELECT {REVENUE} FROM sales WHERE category = 'Books' AND {Y25}), (SELECT {REVENUE} FROM sales WHERE category = 'Books' AND {Y24})"),
    one("dialogues", ("revenue in the North", "and per customer?", "and in the South?"), f"{REVENUE} / {CUSTOMERS}", "region = 'South'"),
    one("dialogues", ("revenue 2025", "without Electronics", "with Electronics again"), REVENUE, Y25),
]  # fmt: skip

PLACES = [
    sql("places", "which is the third best region by revenue?",
        f"SELECT region, {REVENUE} FROM sales WHERE region <> 'Unknown' GROUP BY 1 ORDER BY 2 DESC LIMIT 1 OFFSET 2"),
    sql("places", "2nd worst category in 2025 by units",
        f"SELECT category, {UNITS} AS u FROM sales WHERE {Y25} AND category <> 'Unknown' GROUP BY 1 ORDER BY u LIMIT 1 OFFSET 1"),
    top("places", "biggest single order ever", "order_id", REVENUE),
    change("places", "whats our revenue ytd vs same time last yr", REVENUE, Y25, Y24),
    change("places", "Compare the last 3 weeks with the 3 weeks before that in orders", ORDERS,
           "order_date > {today} - 21", "order_date BETWEEN {today} - 41 AND {today} - 21"),
]  # fmt: skip

GOING_ON = [
    top("going on", ("revenue by month in 2024", "only Garden", "which month was the strongest?"),
        "date_trunc('month', order_date)", REVENUE, f"{Y24} AND category = 'Garden'"),
    top("going on", ("top 10 products in 2025", "make it five", "by units", "in 2024"), "product_name", UNITS, Y24, n=5),
    top("going on", ("units by region for Books 2024", "which region sold the fewest?"), "region", UNITS,
        f"{Y24} AND category = 'Books' AND region <> 'Unknown'", worst=True),
    one("going on", ("AOV in the East 2025", "and overall?"), AOV, Y25),
    one("going on", ("revenue of Toys 2025", "and for everything?"), REVENUE, Y25),
    sql("going on", ("customers with more than 5 orders", "how many is that?", "and more than 8?"),
        f"SELECT count(*) FROM (SELECT customer_id FROM sales WHERE customer_id IS NOT NULL GROUP BY 1 HAVING {ORDERS} > 8)"),
]  # fmt: skip

MORE = [
    one("more", "how many units came back in 2025", "sum(quantity)", Y25, "came_back"),
    one("more", "how many orders had a return in 2025", ORDERS, Y25, "came_back"),
    sql("more", "how many reviews in 2025", "SELECT count(*) FROM reviews WHERE year(review_date) = 2025"),
    change("more", "revenue in first half of November 2025 vs the same days last year", REVENUE,
           between("2025-11-01", "2025-11-15"), between("2024-11-01", "2024-11-15")),
    change("more", "did we sell more units in 2024 or 2025?", UNITS, Y25, Y24),
    change("more", "rev north q3 24 v q3 23", REVENUE, between("2024-07-01", "2024-09-30"),
           between("2023-07-01", "2023-09-30"), "region = 'North'"),
    one("more", "oct-dec 2024 orders", ORDERS, between("2024-10-01", "2024-12-31")),
    split("more", "rank all regions by orders 2025", "region", ORDERS, Y25),
    sql("more", "average number of orders per week in Q3 2025",
        f"SELECT avg(n) FROM (SELECT {ORDERS} AS n FROM sales WHERE {between('2025-07-07', '2025-09-28')} "
        "GROUP BY date_trunc('week', order_date))"),
    top("more", "which week of 2025 had the most orders", "date_trunc('week', order_date)", ORDERS, Y25),
]  # fmt: skip

ASKED_BACK = [
    *refused(
        "revenue in 2024 and orders in 2025",
        "How many orders in the North and how many customers in the South?",
        "What was revenue last month? And who is our best customer?",
        "revenue in the East in 2024 and in the West in 2025",
        "revenue for Books in the North and Toys in the South",
        "december sales over the past three years",
        "christmas sales in 2024 and 2025",
        "revenue in november and december 2024 and 2025",
        "orders in March 2024 over the last 2 years",
        "revenue 2023 vs 2024 vs 2025",
        "january revenue in each year",
        "share of customers who never bought Toys",
        "customers who bought only Books",
        "orders with both Books and Toys",
        "how many orders contained Books and Toys",
        "how many orders never contained Books",
        "customers who bought in the North and in the South",
        "how many customers from the North bought in the South",
        "revenue from customers who signed up in 2023",
        "North minus South revenue 2025",
        "what percentage of 2024 customers came back in 2025",
        "revenue of the top 3 products together",
        "share of the top 5 products",
        "one-time buyers as a share of all customers",
        "how many cancellations in 2025",
        "how many products are out of stock",
        "which day had no orders",
        "best category in the worst region",
        "average growth per month",
        "what share of growth came from Central",
        "rank of the West among the regions by orders",
        "revenue in Ireland",
        "how many customers bought Books and Toys in the same order",
        "how many customers returned something in 2025",
        "quarter on quarter growth of revenue for every quarter of 2025",
        "mom change in orders by month 2025",
        "share of Clothing in total units, 2023 against 2025",
        "how much does the average shopper spend per year? take 2025",
        "which products grew by over 50% in 2025",
        "how many categories had at least 200k revenue in each year",
        "revenue per unit in 2025 by category",
        "which categories lost customers in 2025 vs 2024",
        "average orders per day in Q4 2025 vs Q4 2024",
        "orders from Scandinavia in 2025",
    ),
    Item("refusal", ("top 5 customers in 2025", "what did they spend in 2024?")),
    Item("refusal", ("Revenue Toys vs Garden 2025", "and the difference?")),
    Item("refusal", ("revenue by region 2025", "as a share", "and the year before")),
    Item("refusal", ("which category sold the most units in 2025?", "how much revenue did it make?")),
    Item("refusal", ("best customer of 2025", "how many orders did they place?")),
    Item("refusal", ("How much did Corporate spend in 2025?", "what about Consumer?", "and both together")),
    Item("refusal", ("best product in Home", "how much stock do we have of it?")),
]

TANGLED = [*SETS, *RETURNS, *BOUNDS, *CONTRASTS, *DATES, *DIALOGUES, *PLACES, *GOING_ON, *MORE, *ASKED_BACK]
