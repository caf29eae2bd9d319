"""The lines: what kind each line of a sale is, and what it is worth."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

import duckdb

from pipeline.literals import quoted
from pipeline.rules import AMOUNT
from pipeline.sources import LineRules


@dataclass(frozen=True)
class Kind:
    """What a line of the sales file can be; `revenue` says whether its money is."""

    name: str
    label: str
    means: str
    revenue: bool = False


KINDS = {
    k.name: k
    for k in (
        Kind("sale", "Sales", "A product sold: quantity and amount above zero.", revenue=True),
        Kind("service", "Postage and fees", "Something billed that is no product, such as postage.", revenue=True),
        Kind("return", "Returns", "A quantity or an amount below zero: goods that came back."),
        Kind("cancellation", "Cancellations", "A line whose order id says that it was cancelled."),
        Kind("adjustment", "Adjustments", "Money booked without a sale: bad debt, bank charges, manual credits."),
        Kind("free", "Free of charge", "Worth nothing: samples, gifts, write-offs."),
    )
}
GUESSED = 12
VALID = tuple(kind.name for kind in KINDS.values() if kind.revenue)


def kind(rules: LineRules) -> str:
    """The kind as an expression; decided on the unrounded amount, so that a tenth of a cent is still a sale.

    Under a code of bookings (manual entries, bad debt, bank charges) a credit is an adjustment and kept apart, a
    charge was billed to a customer and is a service. Nothing is worth nothing; then what came back; then services.
    """
    code = "upper(product_id)"
    booked = f"({_matches('order_id', rules.adjustment_id)} OR {_in(code, rules.adjustments)})"
    return (
        f"CASE WHEN {AMOUNT} = 0 THEN 'free' WHEN {booked} AND {AMOUNT} < 0 THEN 'adjustment' "
        f"WHEN {_matches('order_id', rules.cancelled_id)} THEN 'cancellation' WHEN {AMOUNT} < 0 OR quantity < 0 THEN 'return' "
        f"WHEN {booked} OR {_in(code, rules.services)} THEN 'service' ELSE 'sale' END"
    )


def classify(db: duckdb.DuckDBPyConnection, rules: LineRules, marks: str = "marks") -> None:
    """Make the view `lines` of the clean sales: kind, amounts in cents (the unrounded one as `money`), the day beside the moment.

    A missing quantity is the total over the price, or one; a missing price is the total over the quantity. `marks` is
    the expression of the marks that the lines carry.
    """
    quantity = "coalesce(quantity, total_amount / nullif(unit_price, 0), 1)"
    db.execute(
        f"""CREATE OR REPLACE VIEW lines AS SELECT
            line, order_id, customer_id, product_id, product_name,
            order_date AS ordered_at, CAST(order_date AS DATE) AS order_date,
            CAST({quantity} AS DECIMAL(18,3)) AS quantity,
            CAST(coalesce(unit_price, total_amount / nullif(quantity, 0), total_amount) AS DECIMAL(18,4)) AS unit_price,
            CAST({AMOUNT} AS DECIMAL(18,2)) AS total_amount, {AMOUNT} AS money,
            region, category, categories, {kind(rules)} AS kind, {marks} AS marks
        FROM sales_transactions"""
    )


def told_apart(
    db: duckdb.DuckDBPyConnection, said: str, more: Iterable[str]
) -> tuple[dict[date, int], dict[date, str]]:
    """The rows of each month of the clean sales, and a key that is another one for other rows: of all they hold, of what is
    true of them beside (`more` conditions), and of what was `said` of all lines."""
    row = f"hash({', '.join(['a_row', *more])})"
    found = db.sql(
        f"SELECT date_trunc('month', order_date)::DATE, count(*), sum(hash({row})::HUGEINT)::VARCHAR FROM sales_transactions a_row "
        "GROUP BY 1 ORDER BY 1"
    ).fetchall()
    keys = {month: sha256(f"{said}|{rows}|{hashed}".encode()).hexdigest()[:24] for month, rows, hashed in found}
    return {month: rows for month, rows, _ in found}, keys


def survey(db: duckdb.DuckDBPyConnection) -> None:
    """Make what only all sales together tell: `buyers`, the customers that they name, `wares`, the products, and `shared_orders`, the
    order ids that stand with two customers."""
    db.execute(
        "CREATE OR REPLACE TABLE buyers AS SELECT DISTINCT customer_id FROM sales_transactions WHERE customer_id IS NOT NULL"
    )
    db.execute("CREATE OR REPLACE TABLE wares AS SELECT DISTINCT product_id FROM sales_transactions")
    db.execute(
        "CREATE OR REPLACE TABLE shared_orders AS SELECT order_id FROM sales_transactions GROUP BY 1 "
        "HAVING min(customer_id) <> max(customer_id)"
    )


def guessed(db: duckdb.DuckDBPyConnection) -> LineRules:
    """What may mark special lines of the clean sales: a letter before ids whose lines are below zero, codes without a figure
    where nearly all have one. Someone who knows the shop has to say whether it is so."""
    below = f"avg(({AMOUNT} < 0 OR quantity < 0)::INT)"
    letters = _column(
        db,
        f"SELECT p FROM (SELECT regexp_extract(order_id, '^([A-Za-z]+)[0-9]', 1) AS p, {below} AS below, count(*) AS n FROM "
        f"sales_transactions GROUP BY 1) WHERE p <> '' AND below > 0.9 AND n < 0.5 * (SELECT count(*) FROM sales_transactions) "
        "ORDER BY n DESC LIMIT 1",
    )
    codes = (
        f"SELECT upper(product_id), {below} AS below, count(*) AS n FROM sales_transactions WHERE NOT regexp_matches(product_id, '[0-9]') "
        "AND (SELECT avg(regexp_matches(product_id, '[0-9]')::INT) FROM sales_transactions) > 0.8 GROUP BY 1"
    )
    few = f"ORDER BY n DESC LIMIT {GUESSED}"
    services = _column(db, f"SELECT * FROM ({codes}) WHERE below <= 0.5 {few}")
    bookings = _column(db, f"SELECT * FROM ({codes}) WHERE below > 0.5 {few}")
    return LineRules(cancelled_id=f"^{letters[0]}[0-9]" if letters else "", services=services, adjustments=bookings)


def _column(db: duckdb.DuckDBPyConnection, query: str) -> tuple[str, ...]:
    return tuple(row[0] for row in db.sql(query).fetchall())


def _matches(column: str, pattern: str) -> str:
    return f"regexp_matches({column}, {quoted(pattern)})" if pattern else "false"


def _in(expression: str, codes: tuple[str, ...]) -> str:
    return f"{expression} IN ({', '.join(quoted(code.upper()) for code in codes)})" if codes else "false"
