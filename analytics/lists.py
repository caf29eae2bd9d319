"""The lists: the rows behind the numbers, a block at a time, in any order and under any condition.

A list obeys the address first, then the conditions on its columns, then the search. Its rows have a total order, as the
key breaks ties, so that blocks put end to end are the whole.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache, reduce
from operator import or_

import ibis
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa

from analytics.columns import LINE, RISKY, Column
from analytics.conditions import Condition
from analytics.errors import QuestionError, known
from analytics.filters import Filters
from analytics.risk import ranked
from analytics.selection import selected
from analytics.set_aside import doubled, quarantined
from pipeline.warehouse import Snapshot

MASK = "•••"
LARGEST_BLOCK = 1000
LONGEST_SEARCH = 200


@dataclass(frozen=True)
class Listing:
    """A list: its rows under the filters, one a `key`; how it is ordered and searched; what is added up over it, if anything."""

    name: str
    label: str
    one: str
    many: str
    key: str
    order: tuple[str, ...]
    search: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: Callable[[Filters, Snapshot], ir.Table]
    money: str = ""
    orders: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def dark(self, snapshot: Snapshot) -> list[str]:
        """The columns that hold nothing, as the data lack what they speak of."""
        return [c.name for c in self.columns if {c.pick, c.needs} & snapshot.lacks]

    @property
    def kinds(self) -> dict[str, str]:
        """Column to kind, as conditions are read by."""
        return {column.name: column.kind for column in self.columns}


@dataclass(frozen=True)
class View:
    """What is asked of a list: the address, the order (a leading `-` for descending), conditions, search, masking."""

    listing: Listing
    filters: Filters
    order: tuple[str, ...] = ()
    where: tuple[Condition, ...] = ()
    find: str = ""
    masked: bool = False

    def __post_init__(self) -> None:
        for name in self.order:
            known(self.listing.kinds, name.removeprefix("-"), "column")
        if len(self.find) > LONGEST_SEARCH or "\0" in self.find:
            raise QuestionError(f"A search has at most {LONGEST_SEARCH} characters.")

    def total(self, snapshot: Snapshot) -> int:
        """How many rows there are in all."""
        return len(_keys(self, snapshot))

    def sums(self, snapshot: Snapshot) -> dict[str, float]:
        """`rows`, `orders` and `money` over all rows, whatever their order."""
        return dict(_sums(replace(self, order=()), snapshot))

    def block(self, start: int, end: int, snapshot: Snapshot) -> pd.DataFrame:
        """Rows `start` to `end` (left out) of the whole; fewer at its end, none beyond it."""
        if not 0 <= start < end or end - start > LARGEST_BLOCK:
            raise QuestionError(
                f"A block has 1 to {LARGEST_BLOCK} rows and begins at 0 or later, not {start} to {end}."
            )
        keys = _keys(self, snapshot)[start:end].to_pylist()
        rows = self.rows(snapshot)
        key = self.listing.key
        found = rows.filter(rows[key].isin(keys)).select(*self.listing.names).to_pandas()
        return found.set_index(key, drop=False).loc[keys].reset_index(drop=True)

    def batches(self, snapshot: Snapshot, size: int = 20_000) -> Iterator[pa.RecordBatch]:
        """All rows in order, some thousands at a time."""
        rows = self.rows(snapshot)
        return iter(rows.order_by(self._sorting(rows)).select(*self._told).to_pyarrow_batches(chunk_size=size))

    def schema(self, snapshot: Snapshot) -> pa.Schema:
        """The columns of `batches`."""
        return self.rows(snapshot).select(*self._told).schema().to_pyarrow()

    def rows(self, snapshot: Snapshot) -> ir.Table:
        """The rows in no order, with all columns that the list has."""
        rows = self.listing.rows(self.filters, snapshot)
        if self.masked:
            rows = rows.mutate(**{c.name: ibis.literal(MASK) for c in self.listing.columns if c.personal})
        wanted = [condition.of(rows) for condition in self.where]
        wanted += [_found(word, rows, self.listing.search) for word in self.find.split()]
        return rows.filter(wanted) if wanted else rows

    @property
    def _told(self) -> tuple[str, ...]:
        return self.listing.names

    def _sorting(self, rows: ir.Table) -> list[ir.Value]:
        names = [*(self.order or self.listing.order), self.listing.key]
        return [ibis.desc(rows[n[1:]]) if n.startswith("-") else ibis.asc(rows[n]) for n in names]


@lru_cache(maxsize=8)
def _keys(view: View, snapshot: Snapshot) -> pa.ChunkedArray:
    """The keys of all rows in order: what makes a block anywhere a look-up of some keys."""
    rows = view.rows(snapshot)
    return rows.order_by(view._sorting(rows)).select(view.listing.key).to_pyarrow()[view.listing.key].combine_chunks()


@lru_cache(maxsize=64)
def _sums(view: View, snapshot: Snapshot) -> tuple[tuple[str, float], ...]:
    rows, listing = view.rows(snapshot), view.listing
    if not listing.money:
        return (("rows", int(rows.count().to_pandas())),)
    orders = rows[listing.orders[0]].sum() if listing.orders else rows.order_id.nunique()
    made = rows.aggregate(
        rows=rows.count(), orders=orders.fill_null(0), money=rows[listing.money].sum().fill_null(0).cast("float64")
    )
    return tuple((str(name), value) for name, value in made.to_pandas().iloc[0].items())


def _found(word: str, rows: ir.Table, columns: tuple[str, ...]) -> ir.BooleanValue:
    sought = ibis.literal(word).lower()
    return reduce(or_, [rows[name].fill_null("").lower().contains(sought) for name in columns])


def listing(name: str) -> Listing:
    """The list of that name; `UnknownName` with the nearest one otherwise."""
    return known(LISTS, name, "list")


def _sales(filters: Filters, snapshot: Snapshot) -> ir.Table:
    return selected("sales", filters, snapshot)


def _returns(filters: Filters, snapshot: Snapshot) -> ir.Table:
    return selected("returns", filters, snapshot)


def _orders(filters: Filters, snapshot: Snapshot) -> ir.Table:
    lines = _sales(filters, snapshot)
    return lines.group_by("order_id").aggregate(
        order_date=lines.order_date.min(),
        customer_id=lines.customer_id.min(),
        region=lines.region.min(),
        lines=lines.count(),
        units=lines.quantity.sum(where=lines.kind == "sale").fill_null(0),
        revenue=lines.total_amount.sum(),
    )


def _customers(filters: Filters, snapshot: Snapshot) -> ir.Table:
    """Customers with an order in the selection: what they did there, beside what is known of them over all time."""
    features = snapshot.table("customer_features").rename(
        orders_ever="purchase_count", revenue_ever="clv", aov_ever="aov"
    )
    rows: ir.Table = ibis.memtable(_bought(replace(filters, cmp=None, grain=None), snapshot))
    for table in (snapshot.table("customers"), features, snapshot.table("customer_value")):
        rows = rows.left_join(table, "customer_id").drop("customer_id_right")
    once = rows.first_order_day == rows.last_order_day
    return rows.mutate(p_alive=once.ifelse(ibis.null("float64"), rows.p_alive))


def _at_risk(filters: Filters, snapshot: Snapshot) -> ir.Table:
    return ranked(_customers(filters, snapshot), filters, snapshot)


@lru_cache(maxsize=8)
def _bought(filters: Filters, snapshot: Snapshot) -> pa.Table:
    """Orders, revenue and their ratio of every customer with an order in the selection."""
    lines = _sales(filters, snapshot)
    each = lines.filter(lines.customer_id.notnull()).group_by("customer_id", "order_id")
    orders = each.aggregate(value=lines.total_amount.sum()) if filters != Filters() else snapshot.table("orders")
    seen = orders.group_by("customer_id").aggregate(orders=orders.count(), revenue=orders.value.sum())
    return seen.mutate(aov=seen.revenue.cast("float64") / seen.orders).to_pyarrow()


LISTS = {
    made.name: made
    for made in (
        Listing("transactions", "Transactions", "line", "lines", "line", ("-order_date",),
                ("order_id", "customer_id", "customer_name", "product_id", "product_name"),
                (*LINE,
                 Column("quantity", "Quantity", "number"),
                 Column("unit_price", "Unit price", "money"),
                 Column("total_amount", "Revenue", "money", "Amount of the line.", phone=True),
                 Column("kind", "Kind", about="A sale of a product, or a service such as postage.")),
                _sales, "total_amount"),
        Listing("returns", "Returns", "line", "lines", "line", ("-order_date",),
                ("order_id", "customer_id", "customer_name", "product_id", "product_name"),
                (*LINE,
                 Column("kind", "Kind", about="A return, or a cancellation of an order."),
                 Column("quantity", "Quantity", "number"),
                 Column("total_amount", "Amount", "money", "Below zero: what was taken back.", phone=True)),
                _returns, "total_amount"),
        Listing("orders", "Orders", "order", "orders", "order_id", ("-order_date",), ("order_id", "customer_id"),
                (Column("order_date", "Day", "day", phone=True),
                 Column("order_id", "Order", phone=True),
                 Column("customer_id", "Customer", hidden=True),
                 Column("region", "Region", pick="region"),
                 Column("lines", "Lines", "count", phone=True),
                 Column("units", "Units", "number"),
                 Column("revenue", "Revenue", "money", phone=True)),
                _orders, "revenue"),
        Listing("customers", "Customers", "customer", "customers", "customer_id", ("-revenue",),
                ("customer_id", "customer_name", "email"),
                (Column("customer_id", "Customer", phone=True),
                 Column("customer_name", "Name", needs="customer_database", personal=True, phone=True),
                 Column("email", "E-mail", needs="customer_database", personal=True),
                 Column("customer_segment", "Segment", pick="customer_segment", about="As assigned in the customer file."),
                 Column("customer_region", "Home region", about="Of the customer, not of the sale."),
                 Column("orders", "Orders in view", "count", "Orders in the selection."),
                 Column("revenue", "Revenue in view", "money", "Revenue of the selection.", phone=True),
                 Column("aov", "Average order in view", "money", "Revenue of the selection by its orders."),
                 Column("orders_ever", "Orders ever", "count", "Over all of the data."),
                 Column("revenue_ever", "Revenue ever", "money", "Over all of the data."),
                 Column("first_order_date", "First order ever", "day"),
                 Column("last_order_date", "Last order ever", "day"),
                 Column("recency_score", "R", "count", "Recency, 1 to 5: 5 bought most recently."),
                 Column("frequency_score", "F", "count", "Frequency, 1 to 5: 5 ordered most often."),
                 Column("monetary_score", "M", "count", "Money, 1 to 5: 5 brought most revenue."),
                 Column("p_alive", "P(active)", "rate", "Probability that the customer will buy again (BG/NBD); "
                        "blank after orders on one day only, which cannot tell."),
                 Column("predicted", "Value to come", "money", "Revenue expected in the next 365 days."),
                 Column("total", "Lifetime value", "money", "Revenue to date and expected in the next 365 days.")),
                _customers, "revenue", ("orders",)),
        Listing("at_risk", "Customers by risk", "customer", "customers", "customer_id", ("-at_risk",),
                ("customer_id", "customer_name", "reason_1", "action"),
                (*RISKY,
                 Column("reason_1", "Main reason", pick="customer", key="customer_id",
                        about="What moved the forest's vote the most. A click explains this customer."),
                 Column("reason_2", "Second reason", hidden=True), Column("reason_3", "Third reason", hidden=True),
                 Column("action", "Suggested action", about="A rule of thumb by band, worth and silence; no experiment stands behind it."),
                 Column("trial", "Trial group", about="Offer: to be written to. Hold-out: one in ten, left alone, so that the "
                        "difference shows what an offer does.")),
                _at_risk, "revenue", ("orders",)),
        Listing("quarantine", "Quarantine", "row set aside", "rows set aside", "place", ("source", "line"),
                ("reason", "file", "column", "value", "raw"),
                (Column("place", "Place", hidden=True), Column("source", "Kind of file", hidden=True),
                 Column("file", "File", phone=True),
                 Column("line", "Line", "count", "Physical line of the file.", phone=True),
                 Column("reason", "Reason", hidden=True),
                 Column("means", "Why", phone=True),
                 Column("done", "What to do"),
                 Column("column", "Column"),
                 Column("value", "Value", personal=True, phone=True),
                 Column("raw", "The row as read", personal=True)),
                quarantined),
        Listing("duplicates", "Duplicates", "double removed", "doubles removed", "place", ("source", "line"), ("source", "row"),
                (Column("place", "Place", hidden=True),
                 Column("source", "Kind of file", phone=True),
                 Column("line", "Line", "count", "Physical line of the file.", phone=True),
                 Column("row", "The row as read", personal=True, phone=True)),
                doubled),
    )
}  # fmt: skip
