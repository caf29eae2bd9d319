"""How long the stock lasts is told of the whole shop's stock and the whole shop's sales, or not at all."""

import pytest

from analytics.errors import QuestionError
from analytics.filters import Filters
from analytics.queries import Query
from pipeline.warehouse import Snapshot

COVER = Query(("units",), skill="stock_cover", limit=1000)


@pytest.mark.parametrize("search", ["region=North", "customer_segment=Premium", "customer=C00001"])
def test_stock_is_not_divided_by_the_sales_of_a_part_of_the_shop(snapshot: Snapshot, search: str) -> None:
    with pytest.raises(QuestionError, match="whole shop, not by"):
        COVER(Filters.parse(search), snapshot)


def test_what_is_left_out_is_not_listed(snapshot: Snapshot) -> None:
    some, category = Filters.parse("category=Books"), ("category", ("Books",))
    books, others = (set(made["product"]) for made in (COVER(some, snapshot), _without(category)(Filters(), snapshot)))
    assert books
    assert others
    assert not books & others


def test_advice_about_stock_leaves_out_what_is_left_out(snapshot: Snapshot) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("analytics.skills.advice.SOON", 10**6)
        north = ("region", ("North",))
        made = Query(("revenue",), skill="advise", left_out=(north,))(Filters(), snapshot)
    assert not made["action"].str.startswith("Reorder").any()


def _without(*left_out: tuple[str, tuple[str, ...]]) -> Query:
    return Query(("units",), skill="stock_cover", limit=1000, left_out=left_out)
