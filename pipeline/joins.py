"""The one join we use: more columns, never more rows."""

from collections.abc import Sequence

import ibis.expr.types as ir


def widened(table: ir.Table, other: ir.Table, keys: Sequence[str]) -> ir.Table:
    """`table` with the columns of `other`, which has one row a key; rows without a partner keep nulls."""
    joined = table.left_join(other, list(keys))
    return joined.drop(*(f"{key}_right" for key in keys))
