"""The currencies: amounts in several cannot be added, within a file or between two."""

from collections.abc import Mapping

from pipeline.errors import DataError
from pipeline.files import File
from pipeline.signs import Signs

MONEY = (
    "product_catalog",
    "returned_goods",
    "marketing_spend",
    "campaigns",
    "targets",
)  # files of money beside the sales
CROWNS = {"KR", "SEK", "NOK", "DKK"}  # the sign does not say which
CONVERT = "Convert them to one currency: amounts in two cannot be added."


def doubt_the_money(file: File, told: Signs) -> None:
    """Raises `DataError` where a column states several currencies, or amounts carry several and none of them most."""
    if len(told.stated) > 1:
        raise DataError(f"{file.name}: a column says that amounts are in {_listed(told.stated)}. {CONVERT}")
    if len(told.currencies) > 1 and max(told.currencies.values()) * 2 <= sum(told.currencies.values()):
        raise DataError(f"{file.name}: amounts are in {_listed(told.currencies)}, none of them in most. {CONVERT}")


def doubt_the_rates(currencies: Mapping[str, str], names: Mapping[str, str]) -> None:
    """Raises `DataError` where a file tells its amounts in another currency than the sales do; both by source."""
    sales = currencies["sales_transactions"]
    for source in MONEY:
        other = currencies.get(source, "")
        crowns = "KR" in (sales, other) and {sales, other} <= CROWNS
        if sales and other and other != sales and not crowns:
            raise DataError(f"{names['sales_transactions']} is in {sales} and {names[source]} in {other}. {CONVERT}")


def _listed(found: Mapping[str, int]) -> str:
    ranked = sorted(found.items(), key=lambda each: (-each[1], each[0]))
    return " and ".join(f"{name} ({count:,})" for name, count in ranked[:4])
