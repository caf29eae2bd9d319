"""The dirt: what real exports suffer from, planted in exact numbers, one problem a row, each with one expected outcome."""

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TextIO

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pc

Row = dict[str, str]
STRANGER, GHOST = "C999999", "P99999"
LATE = tuple(f"C9000{i:02d}" for i in range(1, 6))
SHARE_OF_ROWS = 1 / 3


def always(_row: Row) -> bool:
    return True


@dataclass(frozen=True)
class Soil:
    """A way to spoil a row. `outcome` is the rule that must find it, or the kind that the line must become.

    `share` is of the clean rows, or a number of rows where it is 1 or more. `added` rows stand beside the clean ones,
    which stay as they are: what other files lean on is never taken away. A spoilt row that lacks fields is cut there.
    """

    outcome: str
    share: float
    spoil: Callable[[Row], Row]
    fits: Callable[[Row], bool] = always
    added: bool = False
    rows: int = 1


def put(**values: str) -> Callable[[Row], Row]:
    return lambda row: {**row, **values}


def turned(column: str, turn: Callable[[str], str]) -> Callable[[Row], Row]:
    return lambda row: {**row, column: turn(row[column])}


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def excel(text: str) -> str:
    return f"{(moment(text) - datetime(1899, 12, 30)) / timedelta(days=1):.6f}"


def epoch(text: str) -> str:
    return str(int((moment(text) - datetime(1970, 1, 1)).total_seconds()))


def day_first(text: str) -> str:
    return moment(text).strftime("%d/%m/%Y %H:%M:%S" if len(text) > 10 else "%d/%m/%Y")


def told(column: str) -> Callable[[Row], bool]:
    """Rows whose date can be read in one way only when its day comes first."""
    return lambda row: moment(row[column]).day > 12


def cut(row: Row) -> Row:
    """The row ends in the middle of its fourth field."""
    names = list(row)[:4]
    return {name: row[name][:4] if name == names[-1] else row[name] for name in names}


def own_order(mark: str, **values: str) -> Callable[[Row], Row]:
    """The line becomes an order of its own."""
    return lambda row: {**row, **values, "order_id": row["order_id"] + mark}


def back(row: Row) -> Row:
    return {**row, "quantity": f"-{row['quantity']}", "total_amount": f"-{row['total_amount']}"}


def dearer(row: Row) -> Row:
    return {**row, "unit_price": str(Decimal(row["unit_price"]) + 1)}


def comma(text: str) -> str:
    return f"{Decimal(text):.2f}".replace(".", ",")


def large(column: str) -> Callable[[Row], bool]:
    return lambda row: Decimal(row[column]) >= 1000


def same(row: Row) -> Row:
    return row


SOILS: dict[str, tuple[Soil, ...]] = {
    "sales_transactions": (
        *(Soil("", 1, own_order("L", customer_id=id_)) for id_ in LATE),
        Soil("missing_customer_id", 0.01, put(customer_id="")),
        Soil("missing_customer_id", 0.001, put(customer_id="NULL")),
        Soil("missing_region", 0.004, put(region="")),
        Soil("missing_category", 0.004, put(category="")),
        Soil("missing_total", 0.003, put(total_amount="")),
        Soil("missing_quantity", 0.001, put(quantity="")),
        Soil("missing_unit_price", 0.001, put(unit_price="")),
        Soil("currency_sign", 0.002, turned("total_amount", "${}".format)),
        Soil("decimal_comma", 0.002, turned("unit_price", comma)),
        Soil("thousands_separator", 0.0005, turned("total_amount", lambda t: f"{Decimal(t):,.2f}"), large("total_amount")),
        Soil("slashed_date", 0.002, turned("order_date", day_first), told("order_date")),
        Soil("excel_serial_date", 0.001, turned("order_date", excel)),
        Soil("epoch_date", 0.001, turned("order_date", epoch)),
        Soil("surrounding_space", 0.002, turned("region", " {} ".format)),
        Soil("return", 0.015, back),
        Soil("free", 0.002, put(unit_price="0", total_amount="0")),
        Soil("amount_mismatch", 0.002, dearer),
        Soil("orphan_customer", 0.002, own_order("X", customer_id=STRANGER)),
        Soil("orphan_product", 0.002, put(product_id=GHOST)),
        Soil("order_of_two_customers", 0.0002, own_order("T", customer_id=LATE[0]), rows=2),
        Soil("missing_id", 0.001, put(order_id="")),
        Soil("missing_id", 0.0005, put(product_id="")),
        Soil("missing_date", 0.001, put(order_date="")),
        Soil("unreadable_date", 0.001, put(order_date="someday")),
        Soil("unreadable_date", 0.0005, put(order_date="2023-02-29")),
        Soil("future_date", 0.0005, put(order_date="2199-01-01")),
        Soil("unreadable_number", 0.001, put(quantity="two")),
        Soil("missing_amount", 0.0005, put(total_amount="", quantity="")),
        Soil("zero_quantity", 0.0005, put(quantity="0")),
        Soil("damaged_value", 0.0005, turned("quantity", "{}\0".format)),
        Soil("wrong_field_count", 0.0005, cut),
        Soil("duplicate", 0.005, same, added=True),
    ),
    "customer_database": (
        *(Soil("signup_after_first_order", 1, put(customer_id=id_, signup_date="2026-01-01"), added=True) for id_ in LATE),
        Soil("missing_customer_name", 0.02, put(customer_name="")),
        Soil("missing_email", 0.03, put(email="")),
        Soil("missing_customer_segment", 0.01, put(customer_segment="")),
        Soil("missing_value", 0.005, put(signup_date="")),
        Soil("unreadable_value", 0.005, put(signup_date="soon")),
        Soil("future_signup", 0.005, put(signup_date="2199-01-01")),
        Soil("slashed_date", 0.005, turned("signup_date", day_first), told("signup_date")),
        Soil("invalid_email", 0.01, put(email="not an address")),
        Soil("nul_byte", 0.005, turned("customer_name", "\0{}".format)),
        Soil("", 0.005, put(region="NA")),
        Soil("missing_id", 0.005, put(customer_id=""), added=True),
        Soil("malformed_id", 0.005, put(customer_id="???"), added=True),
        Soil("conflicting_double", 0.005, turned("customer_name", "{} Jr".format), added=True),
        Soil("duplicate", 0.01, same, added=True),
    ),
    "product_catalog": (
        Soil("several_categories", 0.05, turned("category", "{}|Gifts".format)),
        Soil("thousands_separator", 0.01, put(stock_level="1,250")),
        Soil("unreadable_value", 0.01, put(stock_level="many")),
        Soil("missing_value", 0.01, put(price="")),
        Soil("missing_product_name", 0.01, put(product_name="")),
        Soil("missing_id", 0.01, put(product_id=""), added=True),
        Soil("conflicting_double", 0.01, put(price="0.01"), added=True),
        Soil("duplicate", 0.01, same, added=True),
    ),
    "customer_reviews": (
        Soil("missing_review_text", 0.05, put(review_text="")),
        Soil("missing_customer_id", 0.005, put(customer_id="")),
        Soil("missing_value", 0.005, put(review_date="")),
        Soil("invalid_rating", 0.005, put(rating="9")),
        Soil("unreadable_number", 0.005, put(rating="five")),
        Soil("missing_number", 0.005, put(rating="")),
        Soil("future_date", 0.005, put(review_date="2199-01-01")),
        Soil("unreadable_date", 0.005, put(review_date="last week")),
        Soil("orphan_review", 0.005, put(product_id=GHOST)),
        Soil("orphan_reviewer", 0.005, put(customer_id=STRANGER)),
        Soil("conflicting_double", 0.005, put(rating="3", review_text="I meant something else."), added=True),
        Soil("duplicate", 0.01, same, added=True),
    ),
}  # fmt: skip


class Spreader:
    """Hands the soils out to rows: each at its place, or at the next drawn place where it fits."""

    def __init__(self, soils: Iterable[Soil], rows: int, random: np.random.Generator) -> None:
        queue = _amounts(soils, rows)
        drawn = random.permutation(rows)[: min(rows, 2 * len(queue))]
        self.places = np.sort(drawn)
        self.own = dict(zip(drawn.tolist(), queue, strict=False))
        self.waiting: dict[Soil, int] = {}
        self.planted: dict[str, int] = {}

    def soil(self, place: int, row: Row) -> Soil | None:
        """The soil for this row, if one fits."""
        if (own := self.own.get(place)) is not None:
            self.waiting[own] = self.waiting.get(own, 0) + 1
        soil = next((soil for soil in self.waiting if soil.fits(row)), None)
        if soil is not None:
            self.waiting[soil] -= 1
            if not self.waiting[soil]:
                del self.waiting[soil]
            if soil.outcome:
                self.planted[soil.outcome] = self.planted.get(soil.outcome, 0) + soil.rows
        return soil


def write(
    path: Path, name: str, blocks: Iterable[pd.DataFrame], rows: int, random: np.random.Generator
) -> dict[str, int]:
    """Write a CSV of exactly `rows` clean rows, handed over as blocks of text columns (already formatted as they stand in
    the file), plus its dirt; return planted counts by rule.

    Memory stays bounded by a block; only the soiled rows are handled one by one. What a sale adds to the file is written
    after the block it was found in, the row of totals at the end.
    """
    spreader = Spreader(SOILS[name], rows, random)
    total, start, columns = 0.0, 0, list[str]()
    with path.open("w", newline="", encoding="utf-8") as file:
        for block in blocks:
            if not columns:
                columns = list(block.columns)
                csv.writer(file, lineterminator="\n").writerow(columns)
            _write_block(file, block, start, spreader)
            start += len(block)
            if name == "sales_transactions":
                total += float(pd.to_numeric(block["total_amount"]).sum())
        if name == "sales_transactions" and start:
            label = {"order_id": "TOTAL", "total_amount": f"{total:.2f}"}
            csv.writer(file, lineterminator="\n").writerow([label.get(column, "") for column in columns])
            spreader.planted["total_row"] = 1
    return spreader.planted


def _write_block(file: TextIO, block: pd.DataFrame, start: int, spreader: Spreader) -> None:
    """The block with its soiled rows in place, then those that were added, were cut or need quotes."""
    first, last = np.searchsorted(spreader.places, [start, start + len(block)])
    soiled: dict[int, Row] = {}
    extra: list[Row] = []
    gone: list[int] = []
    places = spreader.places[first:last]
    columns = list(block.columns)
    for place, values in zip(places.tolist(), block.iloc[places - start].to_numpy().tolist(), strict=True):
        row: Row = dict(zip(columns, values, strict=True))
        soil = spreader.soil(place, row)
        if soil is None:
            continue
        spoilt = soil.spoil(row)
        if soil.added:
            extra.append(spoilt)
        elif len(spoilt) < len(row) or "," in "".join(spoilt.values()):
            gone.append(place - start)
            extra.append(spoilt)
        else:
            soiled[place - start] = spoilt
            extra += [{**row, "order_id": spoilt["order_id"]} for _ in range(soil.rows - 1)]
    whole = block.copy()
    if soiled:
        whole.iloc[list(soiled)] = [list(row.values()) for row in soiled.values()]
    _write_rows(file, whole.drop(index=whole.index[gone]))
    csv.writer(file, lineterminator="\n").writerows(row.values() for row in extra)


def _write_rows(file: TextIO, rows: pd.DataFrame) -> None:
    """As CSV, quoted where needed; the fast writer where nothing is."""
    buffer = io.BytesIO()
    try:
        table = pa.Table.from_pandas(rows, preserve_index=False)
        pc.write_csv(table, buffer, pc.WriteOptions(include_header=False, quoting_style="none"))
        file.write(buffer.getvalue().decode())
    except pa.ArrowInvalid:
        rows.to_csv(file, index=False, header=False, lineterminator="\n")


def _amounts(soils: Iterable[Soil], rows: int) -> list[Soil]:
    """Each soil as often as its share says, the first ones first where a small file cannot hold them all."""
    queue: list[Soil] = []
    for soil in soils:
        times = int(soil.share) if soil.share >= 1 else max(1, round(soil.share * rows))
        queue += [soil] * times
    return queue[: int(rows * SHARE_OF_ROWS)]
