"""The verdicts: what the columns beside ours say of a row: that it is no sale, that its price was reduced, how late its state is."""

from collections.abc import Iterable, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.sources import plain

YES = ("true", "yes", "y", "1", "x", "t", "ja", "oui", "si")
CALLED_OFF = (
    "cancelled", "canceled", "cancellation", "cancel", "storniert", "storno", "annulé", "annulée", "annullato", "anulado",
    "cancelado", "geannuleerd", "refunded", "refund", "returned", "return", "credit", "credit note", "void", "voided", "test",
    "failed", "declined", "rejected", "draft", "quote", "expired",
)  # fmt: skip
SAYING = (
    "status", "orderstatus", "state", "orderstate", "type", "ordertype", "transactiontype", "linetype", "recordtype",
    "financialstatus", "paymentstatus", "transactionstatus",
)  # fmt: skip
FLAGGING = (
    "istest", "test", "testorder", "iscancelled", "iscanceled", "cancelled", "canceled", "isrefund", "isrefunded", "refunded",
    "isreturn", "isvoid", "voided", "deleted", "isdeleted",
)  # fmt: skip
EXPLAINING = ("returnreason", "refundreason", "cancelreason", "cancellationreason")
REDUCING = ("discount", "discountpercent", "discountpct", "discountrate", "discountamount", "rebate", "discountvalue")
STAMPING = (
    "updatedat", "updated", "updatedon", "lastupdate", "lastupdated", "modifiedat", "modified", "modifiedon", "lastmodified",
    "modificationdate", "version", "revision", "rowversion",
)  # fmt: skip
NUMBERING = (
    "line",
    "lineno",
    "linenumber",
    "lineid",
    "lineitem",
    "lineitemid",
    "orderline",
    "orderlineid",
    "orderlineno",
    "position",
    "pos",
)


def stamp(beside: Mapping[str, pa.Array], count: int) -> pa.Array:
    """When a row was last changed, or which version it is."""
    return _text(beside, STAMPING, count)


def piece(beside: Mapping[str, pa.Array], count: int) -> pa.Array:
    """Which line of its order a row is."""
    return _text(beside, NUMBERING, count)


def is_stamped(headers: Iterable[str]) -> bool:
    return any(plain(header) in STAMPING for header in headers)


def called_off(beside: Mapping[str, pa.Array], count: int) -> np.ndarray:
    """Where a column beside ours says that a row was cancelled, refunded, void or a test."""
    out = np.zeros(count, bool)
    for header, text in beside.items():
        if plain(header) in SAYING:
            out |= _is_in(text, CALLED_OFF)
        elif plain(header) in FLAGGING:
            out |= _is_in(text, (*YES, *CALLED_OFF))
        elif plain(header) in EXPLAINING:
            out |= ~_is_in(text, ("", "-", "none", "null", "n/a", "na"))
    return out


def reduced(beside: Mapping[str, pa.Array], count: int) -> np.ndarray:
    """Where a discount is told."""
    out = np.zeros(count, bool)
    for header, text in beside.items():
        if plain(header) in REDUCING:
            digits = pc.match_substring_regex(text, "[1-9]")
            out |= pc.fill_null(digits, False).to_numpy(zero_copy_only=False)
    return out


def _is_in(text: pa.Array, words: tuple[str, ...]) -> np.ndarray:
    said = pc.utf8_lower(pc.utf8_trim_whitespace(pc.fill_null(text, "")))
    return pc.is_in(said, value_set=pa.array(words, pa.string())).to_numpy(zero_copy_only=False)


def _text(beside: Mapping[str, pa.Array], names: tuple[str, ...], count: int) -> pa.Array:
    found = next((text for header, text in beside.items() if plain(header) in names), None)
    if found is None:
        return pa.nulls(count, pa.string())
    trimmed = pc.utf8_trim_whitespace(found)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)
