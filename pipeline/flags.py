"""The flag: a condition as 1 or 0, as any engine can make it."""

import ibis
import ibis.expr.types as ir
from ibis.common.deferred import Deferred


def flag(condition: ir.BooleanValue | Deferred) -> ir.Value:
    """1 where it holds, else 0."""
    return ibis.ifelse(condition, 1, 0).cast("int8")
