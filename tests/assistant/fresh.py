"""Sixty more questions, written beside neither the engine nor the older halves; 45 were right before the
kinds of weakness that they showed were mended."""

from tests.assistant.exam import (
    AOV,
    CUSTOMERS,
    NEW,
    ORDERS,
    REVENUE,
    UNITS,
    Y23,
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

MONTH = "date_trunc('month', order_date)"


EASY = [
    one("easy", "How much money did Garden products bring us in 2025?", REVENUE, f"category = 'Garden' AND {Y25}"),
    one("easy", "Number of orders placed in the West during 2023", ORDERS, f"region = 'West' AND {Y23}"),
    one("easy", "How many Electronics items have we sold so far?", UNITS, "category = 'Electronics'"),
    one("easy", "What does an average order from a corporate customer amount to?", AOV, "customer_segment = 'Corporate'"),
    one("easy", "How many different customers ordered from the South in 2024?", CUSTOMERS, f"region = 'South' AND {Y24}"),
    split("easy", "List the revenue of every category", "category", REVENUE),
    split("easy", "How did orders develop month by month in 2023?", MONTH, ORDERS, Y23),
    top("easy", "Which customer segment spends the most?", "customer_segment", REVENUE),
    top("easy", "Show the ten products with the most units sold in 2024", "product_name", UNITS, Y24, n=10),
    top("easy", "In which region do we have the fewest customers?", "region", CUSTOMERS, worst=True),
    sql("easy", "What is the mean review score?", "SELECT avg(rating) FROM reviews"),
    sql("easy", "How many reviews have been written?", "SELECT count(*) FROM reviews"),
]  # fmt: skip

DATES = [
    one("dates", "Sales for the second quarter of 2025", REVENUE, between("2025-04-01", "2025-06-30")),
    one("dates", "How many orders arrived from 1 October to 15 November 2024?", ORDERS, between("2024-10-01", "2024-11-15")),
    one("dates", "Revenue until the end of June 2024", REVENUE, "order_date <= DATE '2024-06-30'"),
    one("dates", "How much did we sell over the last 90 days?", REVENUE, "order_date > {today} - 90"),
    one("dates", "units sold from April through September 2023", UNITS, between("2023-04-01", "2023-09-30")),
    one("dates", "What was our revenue in Nov 2024?", REVENUE, between("2024-11-01", "2024-11-30")),
    one("dates", "Orders on Christmas Eve 2024", ORDERS, "order_date = DATE '2024-12-24'"),
    one("dates", "revenue for the last two weeks", REVENUE, "order_date > {today} - 14"),
]  # fmt: skip

MEDIUM = [
    change("medium", "How much higher or lower was revenue in Q2 2025 than in Q2 2024?", REVENUE,
           between("2025-04-01", "2025-06-30"), between("2024-04-01", "2024-06-30")),
    change("medium", "Percentage change in units sold, 2024 against 2023", UNITS, Y24, Y23),
    one("medium", "What did consumers in the East and West spend together in 2025?", REVENUE,
        f"customer_segment = 'Consumer' AND region IN ('East', 'West') AND {Y25}"),
    one("medium", "All revenue apart from Toys and Books in 2024", REVENUE, f"category NOT IN ('Toys', 'Books') AND {Y24}"),
    split("medium", "Quarterly number of new customers in 2024", "date_trunc('quarter', order_date)", NEW, Y24),
    top("medium", "What were the three weakest months of 2025 by revenue?", MONTH, REVENUE, Y25, n=3, worst=True),
    top("medium", "Which product earned the most in the North in 2023?", "product_name", REVENUE,
        f"region = 'North' AND {Y23}"),
    sql("medium", "What percentage of orders comes from each customer segment?",
        f"SELECT customer_segment, {ORDERS}::DOUBLE / (SELECT {ORDERS} FROM sales) FROM sales GROUP BY 1"),
    sql("medium", "Running total of orders per month in 2023",
        f"SELECT m, sum(o) OVER (ORDER BY m) FROM (SELECT {MONTH} AS m, {ORDERS} AS o FROM sales WHERE {Y23} GROUP BY 1)"),
    sql("medium", "Which products made more than 20000 in revenue?",
        f"SELECT product_name, {REVENUE} FROM sales WHERE product_name IS NOT NULL GROUP BY 1 HAVING {REVENUE} > 20000"),
    sql("medium", "Orders and customers for each region in 2024",
        f"SELECT region, {ORDERS}, {CUSTOMERS} FROM sales WHERE {Y24} GROUP BY 1"),
    sql("medium", "What is the best category of each segment?",
        "SELECT customer_segment, category FROM (SELECT customer_segment, category, row_number() OVER (PARTITION BY "
        "customer_segment ORDER BY sum(total_amount) DESC) AS n FROM sales WHERE category <> 'Unknown' GROUP BY 1, 2) WHERE n = 1"),
    split("medium", "Average basket size by segment for 2025", "customer_segment", AOV, Y25),
    sql("medium", "What is the average rating per region of the customer?",
        "SELECT coalesce(customer_region, 'Unknown'), avg(rating) FROM reviews LEFT JOIN customers USING (customer_id) GROUP BY 1"),
]  # fmt: skip

HARD = [
    sql("hard", "How many customers who bought Electronics in 2024 also bought Toys in 2024?",
        f"SELECT count(*) FROM (SELECT customer_id FROM sales WHERE category = 'Electronics' AND customer_id IS NOT NULL AND {Y24} "
        f"INTERSECT SELECT customer_id FROM sales WHERE category = 'Toys' AND {Y24})"),
    sql("hard", "Which region shrank the most between 2023 and 2024?",
        "SELECT region, g FROM (SELECT region, coalesce(sum(total_amount) FILTER (year(order_date) = 2024), 0) / sum(total_amount) "
        "FILTER (year(order_date) = 2023) - 1 AS g FROM sales WHERE region <> 'Unknown' GROUP BY 1) ORDER BY g LIMIT 1"),
    sql("hard", "How many customers spent over 5000 in total?",
        f"SELECT count(*) FROM (SELECT customer_id FROM sales WHERE customer_id IS NOT NULL GROUP BY 1 HAVING {REVENUE} > 5000)"),
    sql("hard", "What was the average revenue per month in 2025?",
        f"SELECT avg(r) FROM (SELECT {MONTH} AS m, {REVENUE} AS r FROM sales WHERE {Y25} GROUP BY 1)"),
    sql("hard", "How much revenue do we make per customer?", f"SELECT {REVENUE} / {CUSTOMERS} FROM sales"),
    sql("hard", "What share of our customers bought Garden?",
        f"SELECT count(DISTINCT customer_id) FILTER (category = 'Garden')::DOUBLE / {CUSTOMERS} FROM sales"),
    sql("hard", "Top 3 products of each category in 2024 by units",
        "SELECT category, product_name, u FROM (SELECT category, product_name, sum(quantity) FILTER (kind = 'sale') AS u, row_number() OVER "
        "(PARTITION BY category ORDER BY u DESC) AS n FROM sales WHERE year(order_date) = 2024 AND product_name IS NOT NULL GROUP BY 1, 2) "
        "WHERE n <= 3 AND category <> 'Unknown'"),
]  # fmt: skip

PARAPHRASES = [
    one("paraphrases", "2023: what did we rake in?", REVENUE, Y23),
    split("paraphrases", "Split the order count by product category, please", "category", ORDERS),
    top("paraphrases", "Where do we sell the most?", "region", REVENUE),
    one("paraphrases", "tell me the headcount of customers that shopped with us in 2025", CUSTOMERS, Y25),
    top("paraphrases", "Name our biggest customer", "customer_id", REVENUE),
]

TYPOS = [
    one("typos", "totl revenue Gardn 2024", REVENUE, f"category = 'Garden' AND {Y24}"),
    split("typos", "oders by segmant", "customer_segment", ORDERS),
    one("typos", "how mny units solld in Septmber 2025", UNITS, between("2025-09-01", "2025-09-30")),
]

DIALOGUES = [
    one("dialogues", ("How many orders in Q1 2025?", "and the quarter before?"), ORDERS, between("2024-10-01", "2024-12-31")),
    split("dialogues", ("Revenue by month in 2025", "now for Toys only"), MONTH, REVENUE, f"{Y25} AND category = 'Toys'"),
    one("dialogues", ("Revenue of Home in 2024", "without the South"), REVENUE,
        f"category = 'Home' AND {Y24} AND region <> 'South'"),
    top("dialogues", ("Top 3 regions by orders", "and the bottom 3?"), "region", ORDERS, n=3, worst=True),
    one("dialogues", ("How many customers in 2024?", "how about new ones?"), NEW, Y24),
]  # fmt: skip

REFUSALS = refused(
    "What did we pay for advertising last month?",
    "Which supplier delivers late most often?",
    "How many of our customers are women?",
    "What was the tax we paid in 2024?",
    "Who will win the election?",
    "Show me the phone numbers of the top customers",
)

FRESH: list[Item] = [*EASY, *DATES, *MEDIUM, *HARD, *PARAPHRASES, *TYPOS, *DIALOGUES, *REFUSALS]
