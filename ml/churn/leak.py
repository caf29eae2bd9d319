"""The leak check: whether features know anything of the days after their cutoff."""

from collections.abc import Callable
from datetime import date

import ibis.expr.types as ir
import pandas as pd
from ibis import _

Maker = Callable[[ir.Table, ir.Table, date], pd.DataFrame]


def leaking(make: Maker, sales: ir.Table, reviews: ir.Table, cutoff: date) -> list[str]:
    """The columns of `make(sales, reviews, cutoff)` that change, by a bit, when all later rows are deleted; none is right."""
    whole = make(sales, reviews, cutoff)
    cut = make(sales.filter(_.order_date <= cutoff), reviews.filter(_.review_date <= cutoff), cutoff)
    if not whole.index.equals(cut.index):
        return ["customers"]
    return [str(name) for name in whole if name not in cut or not whole[name].equals(cut[name])]
