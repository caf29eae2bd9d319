"""The tables: each file of the shop as text columns, in blocks that fit the memory whatever the size."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.generate.arrivals import REGIONS
from pipeline.generate.assortment import CATEGORIES
from pipeline.generate.marketing import campaigns, marketing_spend, members, touchpoints
from pipeline.generate.people import database
from pipeline.generate.reviews import Reviews
from pipeline.generate.reviews import table as review_table
from pipeline.generate.seasons import DATES
from pipeline.generate.service import contacts, returns
from pipeline.generate.shop import Shop
from pipeline.generate.stock import Stock
from pipeline.generate.surroundings import external, promotions, targets
from pipeline.generate.vocabulary import SUPPLIERS
from pipeline.generate.writing import joined, money, numbered, slices, texts

Columns = dict[str, np.ndarray]


@dataclass(frozen=True)
class Table:
    """A file to be: its name, its number of rows, and its rows block by block."""

    name: str
    rows: int
    blocks: Iterator[pd.DataFrame]

    @classmethod
    def of(cls, name: str, columns: Columns) -> "Table":
        rows = len(next(iter(columns.values())))
        return cls(name, rows, (pd.DataFrame({k: v[part] for k, v in columns.items()}) for part in slices(rows)))


def tables(shop: Shop, reviews: Reviews, stock: Stock, extras: bool) -> list[Table]:
    """The four files, and the optional ones where they are wanted."""
    customers = database(shop.random("names"), shop.people)
    products = catalog(shop, stock, extras)
    person, thing = customers["customer_id"], products["product_id"]
    asked = [
        Table("sales_transactions", len(shop.lines), sales(shop, person, thing)),
        Table.of("customer_database", customers),
        Table.of("product_catalog", products),
        Table.of("customer_reviews", review_table(reviews, person, thing)),
    ]
    return asked + (_extras(shop, person, thing) if extras else [])


def _extras(shop: Shop, person: np.ndarray, thing: np.ndarray) -> list[Table]:
    orders = order_ids(shop)
    return [
        Table.of("marketing_spend", marketing_spend(shop)),
        Table.of("returns", returns(shop, orders, thing)),
        Table.of("promotions", promotions(shop, thing)),
        Table.of("external", external(shop)),
        Table.of("service_contacts", contacts(shop, person)),
        Table.of("campaigns", campaigns(shop)),
        Table.of("campaign_members", members(shop, person)),
        Table.of("touchpoints", touchpoints(shop, person)),
        Table.of("targets", targets(shop)),
    ]


def product_ids(shop: Shop) -> np.ndarray:
    return numbered("P", np.arange(1, len(shop.shelf) + 1), 5)


def order_ids(shop: Shop) -> np.ndarray:
    return numbered("O", np.arange(1, len(shop.orders) + 1), 7)


def catalog(shop: Shop, stock: Stock, extras: bool) -> Columns:
    """The product file: list prices, today's stock, and what buying needs to know where it is wanted."""
    shelf = shop.shelf
    plain = {
        "product_id": product_ids(shop),
        "product_name": shelf.name,
        "category": texts(c.name for c in CATEGORIES)[shelf.category],
        "price": money(shelf.cents),
        "stock_level": numbered("", stock.level, 1),
    }
    buying = {
        "cost": money(shelf.cost_cents),
        "supplier": texts(SUPPLIERS)[shelf.supplier],
        "lead_time_days": numbered("", shelf.lead_days, 1),
    }
    return plain | (buying if extras else {})


def sales(shop: Shop, customers: np.ndarray, products: np.ndarray) -> Iterator[pd.DataFrame]:
    """The sales file, block by block."""
    orders, categories = shop.orders, texts(c.name for c in CATEGORIES)[shop.shelf.category]
    days, regions = texts(f"{day} " for day in DATES), texts(REGIONS)
    clock = texts(f"{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in range(86_400))
    for part in slices(len(shop.lines)):
        order, product = shop.lines.order[part], shop.lines.product[part]
        quantity, cents = shop.lines.quantity[part].astype(np.int64), shop.lines.cents[part]
        yield pd.DataFrame(
            {
                "order_id": numbered("O", order + 1, 7),
                "customer_id": customers[orders.customer[order]],
                "product_id": products[product],
                "order_date": joined(days[orders.day[order]], clock[orders.second[order]], by=""),
                "quantity": numbered("", quantity, 1),
                "unit_price": money(cents),
                "total_amount": money(quantity * cents),
                "region": regions[orders.region[order]],
                "category": categories[product],
            }
        )
