"""The nothing: what programs write where there is no value."""

from itertools import product

import pyarrow as pa

from pipeline.sources import Column

NULLS = (r"\n", "<na>", "(null)", "[null]", "<null>", "(blank)", "nat")
ERRORS = ("#n/a", "#n/a n/a", "#null!", "#ref!", "#name?", "#value!", "#div/0!", "#num!")
WORDS = ("na", "n/a", r"n\a", "n.a.", "null", "none", "nan", "nil", "undefined", "unknown", "-", "--")
NOBODY = ("?", "-1", "missing", "00000000-0000-0000-0000-000000000000")
STRANGERS = ("guest", "anonymous")


def _spelt(*lists: tuple[str, ...]) -> pa.Array:
    """The words in every mixture of small and capital letters, and no word at all."""
    every = ("".join(each) for word in sum(lists, ()) for each in product(*(sorted({c, c.upper()}) for c in word)))
    return pa.array(["", *every], pa.string())


OF_NAMES, OF_NUMBERS = _spelt(NULLS, ERRORS), _spelt(NULLS, ERRORS[:1], WORDS)
OF_IDS, OF_CUSTOMERS = _spelt(NULLS, ERRORS, WORDS, NOBODY), _spelt(NULLS, ERRORS, WORDS, NOBODY, STRANGERS)


def words(column: Column) -> pa.Array:
    """The words that say nothing in a column. Names say more than numbers do: NA may be a region, -1 is a number."""
    if column.kind == "id":
        return OF_CUSTOMERS if column.name == "customer_id" else OF_IDS
    return OF_NAMES if column.kind in ("text", "category") else OF_NUMBERS
