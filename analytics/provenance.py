"""The provenance: how rows became the published tables, and which columns of which file a metric comes from."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from analytics.formats import full, number
from analytics.lights import lit
from analytics.measures import Base
from analytics.metrics import required
from pipeline.lines import KINDS
from pipeline.snapshot import Snapshot

Column = tuple[str, str]
SALES = "sales_transactions"
LINE: tuple[Column, ...] = tuple((SALES, name) for name in ("order_id", "quantity", "unit_price", "total_amount"))
AMOUNT: tuple[Column, ...] = ((SALES, "total_amount"), (SALES, "quantity"), (SALES, "unit_price"))
VALUE: tuple[Column, ...] = (*AMOUNT, (SALES, "customer_id"), (SALES, "order_date"))
COST: tuple[Column, ...] = (("product_catalog", "cost"),)
MARGIN: tuple[Column, ...] = (*AMOUNT, (SALES, "product_id"), *COST)
PLANNED: tuple[tuple[str, str, tuple[Column, ...]], ...] = (
    ("revenue", "total_amount", AMOUNT),
    ("orders", "order_id", ((SALES, "order_id"),)),
    ("new_customers", "customer_id", ((SALES, "customer_id"),)),
    ("new_customers", "order_number", ((SALES, "order_id"), (SALES, "customer_id"), (SALES, "order_date"))),
)
ORIGINS: dict[Column, tuple[Column, ...]] = {
    ("sales", "total_amount"): AMOUNT,
    ("returns", "total_amount"): (*AMOUNT, ("returned_goods", "amount")),
    ("sales", "quantity"): ((SALES, "quantity"), (SALES, "total_amount"), (SALES, "unit_price")),
    ("sales", "customer_id"): ((SALES, "customer_id"),),
    ("sales", "order_id"): ((SALES, "order_id"),),
    ("sales", "category"): ((SALES, "category"), ("product_catalog", "category")),
    ("sales", "kind"): (*LINE, (SALES, "product_id")),
    ("sales", "order_number"): ((SALES, "order_id"), (SALES, "customer_id"), (SALES, "order_date")),
    ("sales", "product_id"): ((SALES, "product_id"),),
    ("reviews", "review_id"): (("customer_reviews", "review_id"),),
    ("reviews", "rating"): (("customer_reviews", "rating"),),
    ("customers", "customer_id"): (("customer_database", "customer_id"), ("customer_database", "signup_date")),
    ("valued", "customer_id"): ((SALES, "customer_id"),),
    ("valued", "historic"): VALUE,
    ("valued", "predicted"): VALUE,
    ("sales", "margin"): MARGIN,
    ("sales", "costed_revenue"): MARGIN,
    ("spend", "amount"): (("marketing_spend", "amount"), ("marketing_spend", "date")),
    ("spend", "mature"): (("marketing_spend", "date"),),
    ("acquired", "customer_id"): ((SALES, "customer_id"),),
    ("acquired", "paid"): ((SALES, "order_date"), ("marketing_spend", "date")),
    ("acquired", "mature"): ((SALES, "order_date"), ("marketing_spend", "date")),
    ("acquired", "year_revenue"): VALUE,
    ("acquired", "year_margin"): (*VALUE, *COST),
    ("came_back", "quantity"): ((SALES, "quantity"), ("returned_goods", "quantity")),
    ("came_back", "total_amount"): (*AMOUNT, ("returned_goods", "amount")),
    ("came_back", "order_id"): ((SALES, "order_id"), ("returned_goods", "order_id")),
    ("stock", "stock_value"): (*COST, ("product_catalog", "stock_level")),
    ("stock", "year_margin"): MARGIN,
    ("stock", "year_cost"): ((SALES, "quantity"), *COST),
    ("plan", "value"): tuple(("targets", name) for name in ("value", "from", "to", "scope")),
    ("plan", "metric"): (("targets", "metric"),),
    **{(f"planned_{name}", column): origins for name, column, origins in PLANNED},
}


@dataclass(frozen=True)
class Stage:
    """A step of the pipeline: rows in, rows out, and what was set aside on the way, label to rows."""

    label: str
    does: str
    rows_in: int
    rows_out: int
    aside: dict[str, int]

    @property
    def balances(self) -> bool:
        return self.rows_in == self.rows_out + sum(self.aside.values())


@dataclass(frozen=True)
class Part:
    """Where the rows of one kind of one file went."""

    file: str
    label: str
    rows: int
    money: Decimal


def stages(snapshot: Snapshot) -> list[Stage]:
    """From the records of the files to the lines that are served; the last count is made on the published table."""
    files = snapshot.report["files"]
    read, kept = (sum(file[when] for file in files.values()) for when in ("records_before", "records_after"))
    aside = {
        "duplicates": sum(file["duplicates"] for file in files.values()),
        "quarantined": sum(sum(file["quarantined"].values()) for file in files.values()),
    }
    kinds = {name: kind["rows"] for name, kind in snapshot.report["line_kinds"].items()}
    valid = sum(rows for name, rows in kinds.items() if KINDS[name].revenue)
    others = {KINDS[n].label.lower(): rows for n, rows in kinds.items() if not KINDS[n].revenue}
    lines = files[SALES]["records_after"]
    served = int(snapshot.table("sales").count().to_pandas())
    beside = {f"of the {len(files) - 1} other files": kept - lines} if kept != lines else {}
    return [
        Stage("Clean", "Types every value, takes out doubles, sets aside what cannot be read.", read, kept, aside),
        Stage("Take the order lines", "Customers, products and reviews become tables of their own.", kept, lines, beside),
        Stage("Tell the kinds apart", "A line is a sale, a fee, a return or something else.", lines, valid, others),
        Stage("Put together and publish", "Joins what the other files say, adding no line and losing none.", valid, served, {}),
    ]  # fmt: skip


def in_words(snapshot: Snapshot) -> str:
    """What became of the rows, in a few sentences."""
    first, kinds = stages(snapshot)[0], snapshot.report["line_kinds"]
    revenue = full("revenue", float(snapshot.report["revenue"]))
    valid = sum(kind["rows"] for name, kind in kinds.items() if KINDS[name].revenue)
    back = float(sum(Decimal(kinds[name]["money"]) for name in ("return", "cancellation") if name in kinds))
    told = [
        f"Of {number(first.rows_in)} rows read, {number(first.rows_out)} were kept, {number(first.aside['duplicates'])} were "
        f"doubles and {number(first.aside['quarantined'])} could not be used.",
        f"{number(valid)} lines make {revenue} of revenue.",
    ]
    return " ".join([*told, f"{full('revenue', -back)} came back." if back else ""]).strip()


def accounts(snapshot: Snapshot) -> dict[str, list[Part]]:
    """Per source: what was read, and the parts it went into, with money."""
    labels = {"read": "Read", "kept": "Kept", "duplicates": "Duplicates, removed", "quarantined": "Quarantined"}
    labels |= {kind.name: kind.label for kind in KINDS.values()}
    return {
        source: [
            Part(file["file"], labels.get(part, part), counted["rows"], Decimal(counted["money"]))
            for part, counted in file["balance"].items()
        ]
        for source, file in snapshot.report["files"].items()
    }


def lineage(name: str, snapshot: Snapshot) -> dict[str, list[str]]:
    """File to the columns, by its own headers, that a metric is made of; a file that is not there has none."""
    origins = [origin for column in columns(name) for origin in ORIGINS[column]]
    files: dict[str, Any] = snapshot.report["files"]
    found: dict[str, list[str]] = {}
    for source, column in dict.fromkeys(origins):
        header = files.get(source, {"columns": {}})["columns"].get(column)
        if header:
            found.setdefault(files[source]["file"], []).append(header)
    return found


def columns(name: str) -> list[Column]:
    """The columns of the published tables that a metric reads, conditions included."""
    bases = [metric.measure for metric in required((name,)) if isinstance(metric.measure, Base)]
    read = [(base.table, base.column) for base in bases]
    read += [(base.table, base.only.column) for base in bases if base.only]
    return list(dict.fromkeys(read))


def metrics_of(snapshot: Snapshot) -> list[str]:
    """The metrics that this snapshot has what it takes for."""
    return lit(snapshot)
