"""The lines: what kind each line of a sale is, and what it is worth."""

import duckdb

from pipeline.sources import LineRules

KINDS = ("sale", "service", "return", "cancellation", "adjustment", "free")
VALID = ("sale", "service")
MONEY = "coalesce(total_amount, quantity * unit_price)"


def kind(rules: LineRules) -> str:
    """The kind as an expression; decided on the unrounded amount, so that a tenth of a cent is still a sale.

    Under a code of bookings (manual entries, bad debt, bank charges) a credit is an adjustment and kept apart, a
    charge was billed to a customer and is a service. Nothing is worth nothing; then what came back; then services.
    """
    code = "upper(product_id)"
    booked = f"({_matches('order_id', rules.adjustment_id)} OR {_in(code, rules.adjustments)})"
    return (
        f"CASE WHEN {MONEY} = 0 THEN 'free' WHEN {booked} AND {MONEY} < 0 THEN 'adjustment' "
        f"WHEN {_matches('order_id', rules.cancelled_id)} THEN 'cancellation' WHEN {MONEY} < 0 OR quantity < 0 THEN 'return' "
        f"WHEN {booked} OR {_in(code, rules.services)} THEN 'service' ELSE 'sale' END"
    )


def classify(db: duckdb.DuckDBPyConnection, rules: LineRules, totals: bool) -> None:
    """Make `lines` from the clean sales: kind, amounts in cents, the day beside the moment, and the remaining marks.

    `totals` says whether the file gives totals; where it does not, none is missing.
    """
    missing = "total_amount IS NULL" if totals else "false"
    mismatch = "abs(total_amount - quantity * unit_price) > 0.01"
    db.execute(
        f"""CREATE OR REPLACE TABLE lines AS SELECT
            line, order_id, customer_id, product_id, product_name,
            order_date AS ordered_at, CAST(order_date AS DATE) AS order_date,
            CAST(coalesce(quantity, 1) AS DECIMAL(18,3)) AS quantity,
            CAST(coalesce(unit_price, total_amount / nullif(quantity, 0), total_amount) AS DECIMAL(18,4)) AS unit_price,
            CAST(round({MONEY}, 2) AS DECIMAL(18,2)) AS total_amount, {MONEY} AS money,
            region, category, {kind(rules)} AS kind,
            list_concat(marks, list_filter([CASE WHEN {missing} THEN 'missing_total' END,
                CASE WHEN {mismatch} THEN 'amount_mismatch' END], mark -> mark IS NOT NULL)) AS marks
        FROM sales_transactions ORDER BY line"""
    )


def _matches(column: str, pattern: str) -> str:
    return f"regexp_matches({column}, '{pattern}')" if pattern else "false"


def _in(expression: str, codes: tuple[str, ...]) -> str:
    return f"{expression} IN ({', '.join(repr(code) for code in codes)})" if codes else "false"
