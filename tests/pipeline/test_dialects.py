"""Any sales, written in any dialect and encoding and damaged in any way: what is loaded is what was meant, and all is accounted for."""

import codecs
import csv
import io
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import DataError
from tests.pipeline.shops import judged

HEADER = [
    "order_id",
    "customer_id",
    "product_id",
    "order_date",
    "quantity",
    "unit_price",
    "total_amount",
    "region",
    "category",
]
READ = "order_id, customer_id, product_id, ordered_at, quantity, unit_price, total_amount, region, category"
REGIONS = ("North", "NA", "Köln", "Île, de Ré", 'The "Old" Town', "two\nlines", "0012", "semi;colon", "a|b\tc", "None")
NUMBERS = {
    "plain": lambda n: f"{n:.2f}",
    "comma": lambda n: f"{n:.2f}".replace(".", ","),
    "english": lambda n: f"{n:,.2f}",
    "german": lambda n: f"{n:,.2f}".translate(str.maketrans(",.", ".,")),
    "swiss": lambda n: f"{n:,.2f}".replace(",", "'"),
    "french": lambda n: f"{n:,.2f}".replace(",", "\u00a0").replace(".", ","),
    "dollars": lambda n: f"${n:,.2f}",
    "euros": lambda n: f"{n:.2f} €",
    "brackets": lambda n: f"({-n:.2f})" if n < 0 else f"{n:.2f}",
    "behind": lambda n: f"{-n:.2f}-" if n < 0 else f"{n:.2f}",
}
MOMENTS = {
    "iso": lambda t: t.isoformat(" "),
    "t": lambda t: t.isoformat() + "Z",
    "day": lambda t: t.strftime("%d/%m/%Y %H:%M:%S"),
    "month": lambda t: t.strftime("%m/%d/%Y %I:%M:%S %p"),
    "dots": lambda t: t.strftime("%d.%m.%Y %H:%M:%S"),
    "short": lambda t: t.strftime("%d/%m/%y %H:%M:%S"),
    "epoch": lambda t: str(int((t - datetime(1970, 1, 1)).total_seconds())),
    "excel": lambda t: f"{(t - datetime(1899, 12, 30)) / timedelta(days=1):.9f}",
}
ENCODINGS = ("utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32")
HARMLESS = ("", "", "title", "blanks", "reordered", "extra", "no end", "quoted", "spaces", "hidden")
HARMFUL = (
    "",
    "",
    "total",
    "cut",
    "header again",
    "lost bytes",
    "bad date",
    "leap",
    "future",
    "no id",
    "open quote",
    "nul",
)


@dataclass(frozen=True)
class Sale:
    order: int
    when: datetime
    quantity: int
    price: Decimal
    region: str

    def values(self) -> tuple[object, ...]:
        total = self.quantity * self.price
        return (
            f"00{self.order}",
            f"C{self.order % 7}",
            "P1",
            self.when,
            Decimal(self.quantity),
            self.price,
            total,
            self.region,
            "Home",
        )


@dataclass(frozen=True)
class Style:
    separator: str
    encoding: str
    number: str
    moment: str
    end: str
    harmless: str
    harmful: str


SALE = st.builds(
    Sale,
    st.just(0),
    st.datetimes(datetime(2015, 1, 1), datetime(2025, 6, 30)).map(lambda t: t.replace(microsecond=0)),
    st.integers(1, 3000),
    st.decimals("-0.05", "99999.99", places=2).filter(lambda d: d != 0),
    st.sampled_from(REGIONS),
)
STYLE = st.builds(
    Style,
    st.sampled_from(",;\t|"), st.sampled_from(ENCODINGS), st.sampled_from(list(NUMBERS)), st.sampled_from(list(MOMENTS)),
    st.sampled_from(("\n", "\r\n", "\r")), st.sampled_from(HARMLESS), st.sampled_from(HARMFUL),
)  # fmt: skip


def fields_of(sale: Sale, style: Style) -> list[str]:
    order, customer, product, when, quantity, price, total, region, category = sale.values()
    number = NUMBERS[style.number]
    money = [number(price), number(total)]
    fields = [order, customer, product, MOMENTS[style.moment](when), str(quantity), *money, region, category]
    if style.harmless == "spaces":
        fields = [f" {field}\u00a0" if field else "" for field in fields]
    return [field + "\u200b" if style.harmless == "hidden" and i < 3 else field for i, field in enumerate(fields)]


def written(rows: list[list[str]], style: Style) -> str:
    """The table by Python's csv; a region of two lines keeps its own line end."""
    out = io.StringIO()
    quoting = csv.QUOTE_ALL if style.harmless == "quoted" or style.end == "\r" else csv.QUOTE_MINIMAL
    writer = csv.writer(out, delimiter=style.separator, lineterminator=style.end, quoting=quoting)
    if style.harmless == "title":
        out.write(f"Sales of our shop{style.end}{style.end}")
    for row in rows:
        kept = [*row[::-1]] if style.harmless == "reordered" else [*row, "x"] if style.harmless == "extra" else row
        writer.writerow(kept)
        if style.harmless == "blanks":
            out.write(style.end)
    text = out.getvalue()
    return text.removesuffix(style.end) if style.harmless == "no end" else text


SPOILT = {
    "bad date": {"order_date": "someday"}, "leap": {"order_date": "2023-02-29"}, "future": {"order_date": "2199-01-01"},
    "no id": {"product_id": ""}, "nul": {"quantity": "1\0"}, "lost bytes": {"category": "H\ufffdme"},
}  # fmt: skip


def harmed(rows: list[list[str]], style: Style, at: int) -> tuple[list[list[str]], set[int], int]:
    """The rows with one damage, which of the sales are gone by it, and how many rows were added."""
    rows = [list(row) for row in rows]
    if style.harmful in SPOILT:
        for name, value in SPOILT[style.harmful].items():
            rows[at + 1][HEADER.index(name)] = value
        return rows, {at}, 0
    if style.harmful == "total":
        return [*rows, ["Total", "", "", "", "", "", rows[1][6], "", ""]], set(), 1
    if style.harmful == "header again":
        return [*rows, rows[0]], set(), 1
    if style.harmful == "cut":
        rows[at + 1] = rows[at + 1][:5]
        return rows, {at}, 0
    return rows, set(), 0


def tried(sales: list[Sale], style: Style, at: int) -> None:
    sales = [Sale(i, s.when, s.quantity, s.price, s.region) for i, s in enumerate(sales)]
    rows, gone, added = harmed([HEADER, *(fields_of(sale, style) for sale in sales)], style, at % len(sales))
    text = written(rows, style)
    if style.harmful == "open quote":
        text = f'{text.removesuffix(style.end)}{style.end}x{style.separator}"y{style.end}'
    data = text.encode(style.encoding) if style.encoding != "cp1252" else western(text)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "sales.csv").write_bytes(data)
        try:
            db = judged(Path(folder))
        except DataError as error:
            said, db = str(error), None
    if db is None:
        left = [sale for i, sale in enumerate(sales) if i not in gone]
        assert refusable(said, left or sales, style), (said, text)
    else:
        check(db, sales, gone, added, text)


def western(text: str) -> bytes:
    """In Windows Latin-1, which has no letter at 0x81 and no blanks without width."""
    return text.replace("\u200b", "\u00ad").encode("cp1252", "replace_lost")


codecs.register_error("replace_lost", lambda error: (b"\x81", error.end))  # type: ignore[attr-defined]


def refusable(said: str, sales: list[Sale], style: Style) -> bool:
    """Whether a file may be refused in these words."""
    if style.harmful == "open quote":
        return "never closes" in said
    if "no column names" in said or "no column" in said:
        return style.encoding in ("utf-16-le", "utf-16-be") and any(not s.region.isascii() for s in sales)
    if "neither UTF-8" in said:
        return style.encoding == "cp1252"
    if "state the order" in said:
        days = [s.when.day for s in sales]
        return style.moment in ("day", "month", "dots", "short") and (max(days) <= 12 or style.moment == "short")
    return False


def check(db: duckdb.DuckDBPyConnection, sales: list[Sale], gone: set[int], added: int, text: str) -> None:
    meant = {s.values() for i, s in enumerate(sales) if i not in gone}
    got = db.sql(f"SELECT {READ} FROM lines").fetchall()
    aside = db.sql("SELECT reason, count(*) FROM sales_transactions_quarantine GROUP BY 1").fetchall()
    missing = len(meant) - len(got)
    assert set(got) <= meant, (text, aside)
    assert len(got) + sum(n for _, n in aside) == len(sales) + added, (text, aside)
    assert missing == 0 or {reason for reason, _ in aside} & {
        "ambiguous_date",
        "undecodable_value",
        "ambiguous_number",
    }, (text, aside)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(SALE, min_size=1, max_size=8), STYLE, st.integers(0, 7))
def test_what_is_loaded_is_what_was_meant(sales: list[Sale], style: Style, at: int) -> None:
    tried(sales, style, at)


@pytest.mark.slow
@settings(max_examples=2000, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(SALE, min_size=1, max_size=12), STYLE, st.integers(0, 11))
def test_thousands_of_files_are_loaded_as_they_were_meant(sales: list[Sale], style: Style, at: int) -> None:
    tried(sales, style, at)
