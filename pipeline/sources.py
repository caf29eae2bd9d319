"""The sources: each file we accept, its columns, the other names they go by, and what marks a special line."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["text", "id", "category", "number", "day", "moment"]
TYPES: dict[Kind, str] = {
    "text": "VARCHAR",
    "id": "VARCHAR",
    "category": "VARCHAR",
    "number": "DECIMAL(24,6)",
    "day": "DATE",
    "moment": "TIMESTAMP",
}
UNITS = 10**7
SOLD = "unitssold quantitysold qtysold quantityordered qtyordered itemcount menge anzahl"


@dataclass(frozen=True)
class Column:
    """A column we know. `fill` replaces a missing value; `also` are other headers, case and punctuation aside.

    A value that cannot be read sends its row to quarantine, or is taken as missing where the column is `lenient`.
    A day `ahead` may lie after the day of loading. A number beyond `most` is none that a shop has: a barcode, say.
    """

    name: str
    kind: Kind = "text"
    also: str = ""
    required: bool = False
    fill: str | None = None
    personal: bool = False
    lenient: bool = False
    ahead: bool = False
    most: int = 10**9

    @property
    def type(self) -> str:
        """The type in which the warehouse keeps it."""
        return TYPES[self.kind]


@dataclass(frozen=True)
class LineRules:
    """What marks a line that is no plain sale. Empty: only signs and zeros tell."""

    cancelled_id: str = ""
    adjustment_id: str = ""
    services: tuple[str, ...] = ()
    adjustments: tuple[str, ...] = ()

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> "LineRules":
        """The rules as plain values. Raises `TypeError` where they cannot be rules."""
        lists = {name: tuple(map(str, said[name])) for name in ("services", "adjustments") if name in said}
        return cls(**{**{name: str(value) for name, value in said.items()}, **lists})  # type: ignore[arg-type]


@dataclass(frozen=True)
class Export:
    """The export of a known system: whoever has these headers means these rules."""

    name: str
    headers: frozenset[str]
    rules: LineRules


@dataclass(frozen=True)
class Source:
    """A file we accept. `needs` are sets of columns of which one must be there in full.

    `unique` says that two rows may not share a key; `equals_removed` that of rows equal in all known columns one is kept.
    `lights` is what an optional file adds.
    """

    name: str
    columns: tuple[Column, ...]
    names: tuple[str, ...]
    key: str
    needs: tuple[frozenset[str], ...] = ()
    exports: tuple[Export, ...] = field(default=())
    unique: bool = True
    equals_removed: bool = True
    lights: str = ""

    @property
    def file(self) -> str:
        """The name it is asked for by."""
        return f"{self.names[0]}.csv"

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.required)

    def rules(self, headers: frozenset[str]) -> LineRules:
        """The line rules of the export that these headers come from."""
        return next((export.rules for export in self.exports if export.headers <= headers), LineRules())


def plain(header: str) -> str:
    """A header without case, spaces, underscores and punctuation, for comparing."""
    return re.sub(r"[^a-z0-9]", "", header.lower())


ONLINE_RETAIL = Export(
    "UCI Online Retail",
    frozenset(
        map(
            plain,
            ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"),
        )
    ),
    LineRules(
        cancelled_id="^C[0-9]",
        adjustment_id="^A[0-9]",
        services=("POST", "DOT", "C2"),
        adjustments=("M", "B", "D", "S", "BANK CHARGES", "AMAZONFEE", "CRUK"),
    ),
)

SOURCES = {
    s.name: s
    for s in (
        Source(
            "sales_transactions",
            (
                Column("order_id", "id", also="invoiceno invoice ordernumber orderno order transactionid receiptno", required=True),
                Column("customer_id", "id", also="customer customerno clientid custid"),
                Column("product_id", "id", also="stockcode sku productcode itemid itemno articleno product", required=True),
                Column("order_date", "moment", also="invoicedate date orderdatetime transactiondate saledate", required=True),
                Column("quantity", "number", also=f"qty units pieces {SOLD}", most=UNITS),
                Column("unit_price", "number", also="price priceperunit"),
                Column("total_amount", "number", also="total amount linetotal revenue sales netamount"),
                Column("region", "category", also="country state market territory"),
                Column("category", "category", also="productcategory department productgroup"),
                Column("product_name", also="description productdescription itemname item"),
            ),
            names=("sales_transactions", "transactions", "sales", "orders", "online_retail"),
            key="order_id",
            unique=False,
            needs=(frozenset({"total_amount"}), frozenset({"quantity", "unit_price"})),
            exports=(ONLINE_RETAIL,),
        ),
        Source(
            "customer_database",
            (
                Column("customer_id", "id", also="customer customerno clientid custid id", required=True),
                Column("customer_name", also="name fullname", fill="Unknown", personal=True),
                Column("email", also="emailaddress mail", fill="no_email@unknown.com", personal=True),
                Column("signup_date", "day", also="signup registered registrationdate createdat created", lenient=True),
                Column("customer_segment", "category", also="segment customertype", fill="Unknown"),
                Column("region", "category", also="country state market territory"),
            ),
            names=("customer_database", "customers", "customer"),
            key="customer_id",
        ),
        Source(
            "product_catalog",
            (
                Column("product_id", "id", also="stockcode sku productcode itemid itemno articleno id", required=True),
                Column("product_name", also="name description title"),
                Column("category", "category", also="productcategory department productgroup categories"),
                Column("price", "number", also="listprice unitprice retailprice", lenient=True),
                Column("stock_level", "number", also="stock onhand inventory quantityonhand", lenient=True, most=UNITS),
                Column("cost", "number", also="unitcost purchaseprice", lenient=True),
                Column("supplier", "category", also="vendor"),
                Column("lead_time_days", "number", also="leadtime", lenient=True),
            ),
            names=("product_catalog", "products", "catalog", "catalogue", "product"),
            key="product_id",
        ),
        Source(
            "customer_reviews",
            (
                Column("review_id", "id", also="id"),
                Column("customer_id", "id", also="customer customerno clientid custid"),
                Column("product_id", "id", also="stockcode sku productcode itemid clothingid", required=True),
                Column("rating", "number", also="stars score", required=True),
                Column("review_date", "day", also="date createdat"),
                Column("review_text", also="text review comment body", fill=""),
            ),
            names=("customer_reviews", "reviews", "review"),
            key="review_id",
        ),
        Source(
            "marketing_spend",
            (
                Column("date", "day", also="day week month spenddate", required=True),
                Column("channel", "category", also="medium utmsource adchannel platform", required=True),
                Column("region", "category", also="country state market territory"),
                Column("amount", "number", also="spend cost marketingspend adspend budget", required=True),
            ),
            names=("marketing_spend", "spend", "adspend", "marketing"),
            key="date", unique=False,
            lights="What a new customer costs (CAC), by channel and region; what one brings for it (LTV:CAC).",
        ),
        Source(
            "returned_goods",
            (
                Column("order_id", "id", also="invoiceno invoice ordernumber orderno order transactionid", required=True),
                Column("product_id", "id", also="stockcode sku productcode itemid itemno articleno product", required=True),
                Column("return_date", "day", also="returned returnedon returndate date refunddate", required=True),
                Column("quantity", "number", also="qty units pieces", required=True, most=UNITS),
                Column("amount", "number", also="refund refundamount total totalamount value", required=True),
                Column("return_reason", "category", also="reason cause"),
            ),
            names=("returns", "returned_goods", "refunds"),
            key="order_id", unique=False,
            lights="The return rate by units, orders and money; net revenue less what came back.",
        ),
        Source(
            "promotions",
            (
                Column("start", "day", also="from starts startdate validfrom", required=True, ahead=True),
                Column("end", "day", also="to until ends enddate validto", required=True, ahead=True),
                Column("scope", "category", also="appliesto productorcategory", required=True),
                Column("discount", "number", also="reduction percentoff rebate", required=True),
            ),
            names=("promotions", "promotion", "discounts"),
            key="scope", unique=False,
            lights="Which prices were reduced when, for the models of price and demand.",
        ),
        Source(
            "external",
            (
                Column("date", "day", also="day week month", required=True, ahead=True),
                Column("region", "category", also="country state market territory"),
                Column("series", "category", also="indicator seriesname", required=True),
                Column("value", "number", also="level reading", required=True, most=10**12),
            ),
            names=("external", "external_series", "indicators"),
            key="series", unique=False,
            lights="What moves the market from outside, such as a competitor's prices, for the forecast.",
        ),
        Source(
            "service_contacts",
            (
                Column("customer_id", "id", also="customer customerno clientid custid", required=True),
                Column("date", "day", also="contactdate opened createdat", required=True),
                Column("topic", "category", also="subject contactreason issue"),
                Column("resolved", "category", also="solved closed settled", required=True),
            ),
            names=("service_contacts", "contacts", "tickets"),
            key="customer_id", unique=False,
            lights="Who had to call, and who was left without an answer, for the model of leaving.",
        ),
        Source(
            "campaigns",
            (
                Column("campaign_id", "id", also="campaign id", required=True),
                Column("start", "day", also="from starts startdate", required=True, ahead=True),
                Column("end", "day", also="to until ends enddate", required=True, ahead=True),
                Column("channel", "category", also="medium"),
                Column("cost", "number", also="campaigncost budget spend", required=True),
            ),
            names=("campaigns", "campaign"),
            key="campaign_id",
            lights="What a campaign cost, for its return.",
        ),
        Source(
            "campaign_members",
            (
                Column("campaign_id", "id", also="campaign", required=True),
                Column("customer_id", "id", also="customer customerno clientid custid", required=True),
                Column("group", "category", also="arm testgroup treatment", required=True),
            ),
            names=("campaign_members", "members"),
            key="campaign_id", unique=False,
            lights="Who was contacted and who was held back, for what a campaign truly changed.",
        ),
        Source(
            "touchpoints",
            (
                Column("customer_id", "id", also="customer customerno clientid custid", required=True),
                Column("date", "day", also="touchdate visited", required=True),
                Column("channel", "category", also="medium utmsource", required=True),
                Column("campaign_id", "id", also="campaign"),
                Column("stage", "category", also="funnelstage step"),
            ),
            names=("touchpoints", "touches"),
            key="customer_id", unique=False,
            lights="The channel by which a customer came, so that CAC and new customers split by it.",
        ),
        Source(
            "targets",
            (
                Column("metric", "category", also="kpi measure", required=True),
                Column("scope", "category", also="appliesto", required=True),
                Column("from", "day", also="start starts startdate", required=True, ahead=True),
                Column("to", "day", also="end until ends enddate", required=True, ahead=True),
                Column("value", "number", also="target goal plan amount", required=True, most=10**12),
            ),
            names=("targets", "target", "goals", "budget"),
            key="metric", unique=False,
            lights="What was wanted beside what came, pro rata while a period runs.",
        ),
    )
}  # fmt: skip
OPTIONAL = tuple(source.name for source in SOURCES.values() if source.lights)
TARGETED = ("revenue", "orders", "new_customers")
SCOPED = ("region", "category", "customer_segment")
