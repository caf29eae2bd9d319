"""The damages that exports suffer from: how each is made of a clean sales file, and what has to come of it."""

import csv
import gzip
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

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
TOTALS = (
    "Gesamtergebnis", "Summe", "Итого", "Toplam", "合計", "Celkem", "Total général", "Totalt", "Yhteensä", "Sous-total", "Average",
    "GRAND-TOTAL", "T O T A L", "ALL",
)  # fmt: skip
NOBODY = (
    r"\N", "<NA>", "NaT", "(null)", "[NULL]", "(blank)", "n.a.", "?", "-1", "#NULL!", "#REF!", "Guest", "missing", "#N/A N/A",
    r"N\A", "00000000-0000-0000-0000-000000000000",
)  # fmt: skip
REGIONS = ("North", "NA", "Köln", "Île, de Ré")
Line = dict[str, str]
Change = Mapping[str, str | None]
Text = Callable[[str], str]


def lines() -> list[Line]:
    """Sixteen sales: days beyond the twelfth, thousands, leading zeros, a region called NA, a comma and letters beyond ASCII."""
    out = []
    for i in range(16):
        quantity, price = i % 4 + 1, Decimal("1234.50") + i if i % 3 == 0 else Decimal("7.25") + i
        values = (
            f"00{i:02d}7", f"C{i % 5}", f"P{i % 3}", f"2024-03-{i + 9:02d} 10:{i:02d}:00",
            str(quantity), f"{price:.2f}", f"{price * quantity:.2f}", REGIONS[i % 4], ("Home", "Toys")[i % 2],
        )  # fmt: skip
        out.append(dict(zip(HEADER, values, strict=True)))
    return out


def truth(rows: Sequence[Change]) -> list[tuple[object, ...]]:
    """What the lines say, typed by hand."""
    return [
        (r["order_id"], r["customer_id"], r["product_id"], datetime.fromisoformat(r["order_date"] or ""),
         *(Decimal(r[n] or "") for n in ("quantity", "unit_price", "total_amount")), r["region"], r["category"])
        for r in rows
    ]  # fmt: skip


def table(rows: list[Line], separator: str = ",", end: str = "\n", header: list[str] | None = None) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator=end)
    writer.writerow(HEADER if header is None else header)
    writer.writerows(row.values() for row in rows)
    return out.getvalue()


def each(rows: list[Line], *columns: str, by: Text) -> list[Line]:
    return [{**row, **{column: by(row[column]) for column in columns}} for row in rows]


def one(rows: list[Line], at: int, **values: str) -> list[Line]:
    return [{**row, **values} if i == at else row for i, row in enumerate(rows)]


MONEY = ("unit_price", "total_amount")


def money(rows: list[Line], by: Text) -> list[Line]:
    return each(rows, *MONEY, by=by)


def dates(rows: list[Line], form: str) -> list[Line]:
    return each(rows, "order_date", by=lambda t: datetime.fromisoformat(t).strftime(form))


def german(text: str) -> str:
    return f"{Decimal(text):,.2f}".translate(str.maketrans(",.", ".,"))


def grouped(mark: str, decimal: str) -> Text:
    return lambda text: f"{Decimal(text):,.2f}".replace(",", "\0").replace(".", decimal).replace("\0", mark)


def excel(text: str) -> str:
    return f"{(datetime.fromisoformat(text) - datetime(1899, 12, 30)) / timedelta(days=1):.9f}"


def epoch(times: int) -> Text:
    return lambda t: str(int((datetime.fromisoformat(t) - datetime(1970, 1, 1)).total_seconds()) * times)


@dataclass(frozen=True)
class Damage:
    """What is written under which name, and what must come of it: the lines read (`same` but for those at `gone`), the reasons
    of what is set aside, or the words of the refusal."""

    content: str | bytes
    gone: tuple[int, ...] = ()
    aside: dict[str, int] = field(default_factory=dict)
    refused: tuple[str, ...] = ()
    name: str = "sales_transactions.csv"
    changed: dict[int, Change] = field(default_factory=dict)
    more: tuple[Change, ...] = ()

    def write(self, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        data = self.content.encode() if isinstance(self.content, str) else self.content
        (folder / self.name).write_bytes(data)
        return folder

    def lines(self) -> list[Change]:
        own = [{**row, **self.changed.get(i, {})} for i, row in enumerate(lines()) if i not in self.gone]
        return [*own, *self.more]


def zipped(**members: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name.replace("_csv", ".csv"), text)
    return out.getvalue()


def workbook(*sheets: tuple[str, list[list[object]]], since_1904: bool = False) -> bytes:
    from openpyxl import Workbook
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    book = Workbook()
    if since_1904:
        book.epoch = CALENDAR_MAC_1904
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def typed_rows(rows: list[Line]) -> list[list[object]]:
    return [
        list(HEADER),
        *(
            [r["order_id"], r["customer_id"], r["product_id"], datetime.fromisoformat(r["order_date"]), int(r["quantity"]),
             float(r["unit_price"]), float(r["total_amount"]), r["region"], r["category"]]
            for r in rows
        ),
    ]  # fmt: skip


def bomb(size: int) -> bytes:
    out = io.BytesIO()
    with gzip.open(out, "wb") as file:
        file.write((",".join(HEADER) + "\n").encode())
        for _ in range(size >> 20):
            file.write(b"0" * (1 << 20))
    return out.getvalue()


def exchanged(one_: str, other: str) -> list[str]:
    """The header with two columns in each other's place."""
    return [{one_: other, other: one_}.get(name, name) for name in HEADER]


R = lines()
LAST_DATE = [*(name for name in HEADER if name != "order_date"), "order_date"]
PLAIN = table(R)
ASCII = table(each(R, "region", by=lambda t: t.encode("ascii", "ignore").decode()))
FIRST = PLAIN.split("\n")[0]


def meant(rows: list[Line]) -> dict[int, Line]:
    """What the lines say where it is not what those at the top say."""
    return dict(enumerate(rows))


DEAR = [
    {**r, "quantity": "2", "unit_price": f"{1250 + i}.50", "total_amount": f"{2501 + 2 * i}"} for i, r in enumerate(R)
]
MANY = [{**R[0], "order_id": f"E{i}", "quantity": "1", **dict.fromkeys(MONEY, f"{1250 + 7 * i}")} for i in range(45)]


def more(times: int = 2) -> list[Line]:
    """So many times as many sales, each of its own."""
    return [{**r, "order_id": f"{n}{r['order_id']}"} for n in range(times) for r in R]


DISCOUNTED = [{**r, "total_amount": f"{Decimal(r['total_amount']) * (90 - i) / 100:.2f}"} for i, r in enumerate(R)]


def half_turned(day: datetime) -> str:
    """A day that was written day first, as a spreadsheet leaves it that expects the month first."""
    return day.strftime("%Y-%d-%m") if day.day <= 12 else day.strftime("%d/%m/%Y")


TURNED = [{**r, "order_date": half_turned(datetime(2024, 1 + i % 9, 1 + i * 7 % 28))} for i, r in enumerate(more())]


def cut_off(letters: int, last: str = HEADER[-1]) -> str:
    """The file without so many of its last letters, the line end not counted, with that column last."""
    ordered = [*(name for name in HEADER if name != last), last]
    return table([{name: row[name] for name in ordered} for row in R], header=ordered).rstrip("\n")[:-letters]


def cut_row(at: int, fields: int) -> str:
    rows = PLAIN.split("\n")
    rows[at + 1] = ",".join(rows[at + 1].split(",")[:fields])
    return "\n".join(rows)


WRITTEN: dict[str, Damage] = {
    "as it is": Damage(PLAIN),
    "a byte order mark": Damage(PLAIN.encode("utf-8-sig")),
    "UTF-16, little end first, marked": Damage(b"\xff\xfe" + PLAIN.encode("utf-16-le")),
    "UTF-16, big end first, marked": Damage(b"\xfe\xff" + PLAIN.encode("utf-16-be")),
    "UTF-16, little end first, no mark": Damage(PLAIN.encode("utf-16-le")),
    "UTF-16, big end first, no mark": Damage(PLAIN.encode("utf-16-be")),
    "UTF-32": Damage(PLAIN.encode("utf-32")),
    "Latin-1": Damage(PLAIN.encode("latin-1")),
    "Windows": Damage(PLAIN.encode("cp1252")),
    "semicolons": Damage(table(R, ";")),
    "tabs": Damage(table(R, "\t")),
    "bars": Damage(table(R, "|")),
    "CRLF": Damage(table(R, end="\r\n")),
    "CR": Damage(table(R, end="\r")),
    "mixed line ends": Damage("".join(line + e for line, e in zip(PLAIN.splitlines(), ["\n", "\r\n", "\r"] * 6, strict=False))),
    "no line end at the end": Damage(PLAIN.rstrip("\n")),
    "blank lines": Damage(PLAIN.replace("\n", "\n\n,,,,,,,,\n  \n")),
    "quotes around all": Damage("\n".join('"' + '","'.join(r.values()) + '"' for r in [dict(zip(HEADER, HEADER, strict=True)), *R])),
    "a quote with line breaks and quotes": Damage(table(one(R, 3, region='Two "old"\nlines')), changed={3: {"region": 'Two "old"\nlines'}}),
    "a stray quote in a field": Damage(PLAIN.replace("Köln", 'Kö"ln', 1), changed={2: {"region": 'Kö"ln'}}),
    "title lines above": Damage("Monthly sales\nExported on 2024-04-01 by R. Adams\n\n" + PLAIN),
    "the separator told on the first line": Damage("sep=;\n" + table(R, ";")),
    "columns in another order": Damage(table([{h: r[h] for h in reversed(HEADER)} for r in R], header=HEADER[::-1])),
    "columns of no use": Damage(table([{"x": "1", **r, "y": ""} for r in R], header=["till", *HEADER, ""])),
    "headers with invisible characters": Damage(PLAIN.replace("order_id", "\u200border\u00a0ID\ufeff", 1)),
    "invisible characters in values": Damage(table(each(R, "order_id", "category", by="{}\u200b".format))),
    "marks of direction and other characters that cannot be seen": Damage(
        table([{**r, "customer_id": sign + r["customer_id"] + sign} for r, sign in zip(R, "\u2066\u2069\u061c\u180e\ufe0f\x01\u3164\x1f" * 2, strict=True)])
    ),
    "typographic quotes around ids": Damage(table(each(R, "order_id", "customer_id", "product_id", by="\u201c{}\u201d".format))),
    "blanks around": Damage(table(each(R, *HEADER, by=" {}\u00a0".format))),
    "decimal commas": Damage(table(money(R, lambda t: t.replace(".", ",")), ";")),
    "1.234,56": Damage(table(money(R, german))),
    "1,234.56": Damage(table(money(R, grouped(",", ".")))),
    "1 234,56": Damage(table(money(R, grouped("\u00a0", ",")))),
    "1'234.56": Damage(table(money(R, grouped("'", ".")))),
    "dollars": Damage(table(money(R, lambda t: f"${Decimal(t):,.2f}"))),
    "euros behind": Damage(table(money(R, lambda t: german(t) + " €"))),
    "currency codes": Damage(table(money(R, "CHF {}".format))),
    "epoch seconds": Damage(table(each(R, "order_date", by=epoch(1)))),
    "epoch milliseconds": Damage(table(each(R, "order_date", by=epoch(1000)))),
    "Excel's days": Damage(table(each(R, "order_date", by=excel))),
    "day first": Damage(table(dates(R, "%d/%m/%Y %H:%M"))),
    "month first": Damage(table(dates(R, "%m/%d/%Y %I:%M %p"))),
    "dots": Damage(table(dates(R, "%d.%m.%Y %H:%M:%S"))),
    "month first, no zeros in front": Damage(table(dates(R, "%-m/%-d/%Y %-H:%M"))),
    "day first, no zeros in front": Damage(table(dates(R, "%-d.%-m.%Y %-H:%M"), ";")),
    "two digits a year, no zeros in front": Damage(table(dates(R, "%-m/%-d/%y %-H:%M"))),
    "two digits a year": Damage(table(dates(R, "%d/%m/%y %H:%M"))),
    "a zone behind": Damage(table(dates(R, "%Y-%m-%dT%H:%M:%SZ"))),
    "ids with a decimal": Damage(table(each(R, "order_id", by="{}.0".format))),
    "gzip": Damage(gzip.compress(PLAIN.encode()), name="sales_transactions.csv.gz"),
    "gzip named csv": Damage(gzip.compress(PLAIN.encode())),
    "zip": Damage(zipped(sales_csv=PLAIN, notes_csv="a,b\n1,2\n"), name="export.zip"),
    "a workbook": Damage(workbook(("Sales", typed_rows(R)), ("Notes", [["a"], ["b"]])), name="sales.xlsx"),
    "a workbook named csv": Damage(workbook(("Sheet1", [["Sales report"], [], *typed_rows(R)]))),
    "a workbook that counts days from 1904": Damage(
        workbook(("Sales", [[float(excel(cell.isoformat())) - 1462 if isinstance(cell, datetime) else cell for cell in row] for row in typed_rows(R)]), since_1904=True),
        name="sales.xlsx",
    ),
    "a workbook of 1904": Damage(workbook(("Sales", typed_rows(R)), since_1904=True), name="sales.xlsx"),
    "cut off in a word": Damage(cut_off(2), refused=("line 17, column category", "ends in 'To'", "put a line end")),
    "cut off in an amount": Damage(cut_off(1, "total_amount"), refused=("line 17, column total_amount", "ends in '4998.0'")),
    "cut off in a date": Damage(cut_off(9, "order_date"), refused=("line 17, column order_date", "ends in '2024-03-24'")),
    "cut off in the year of a date": Damage(
        table([{**{n: r[n] for n in LAST_DATE}, "order_date": f"{i + 9}/3/2024 10:30" if i < 9 else f"{i + 9}/3/2024"} for i, r in enumerate(R)], "\t", header=LAST_DATE)
        .replace("/3/", ".03.").rstrip("\n")[:-2],
        refused=("line 17, column order_date", "ends in '24.03.20'"),
    ),
    "cut off behind a separator": Damage(cut_off(7, "total_amount"), refused=("line 17, column total_amount", "ends in ''")),
    "cut off in a gzip": Damage(gzip.compress(cut_off(1, "total_amount").encode()), name="sales.csv.gz", refused=("line 17, column total_amount", "'4998.0'")),
    "cut off in a zip": Damage(zipped(sales_csv=cut_off(1, "total_amount")), name="sales.zip", refused=("line 17, column total_amount", "'4998.0'")),
    "a row cut short": Damage(cut_row(4, 5), gone=(4,), aside={"wrong_field_count": 1}),
    "the last row cut in its middle": Damage(cut_row(15, 4)[:-9], gone=(15,), aside={"wrong_field_count": 1}),
    "a comma not quoted": Damage(PLAIN.replace('"Île, de Ré"', "Île, de Ré", 1), gone=(3,), aside={"wrong_field_count": 1}),
    "a separator too many on every row": Damage(PLAIN.replace("Home\n", "Home,\n").replace("Toys\n", "Toys,\n"), refused=("no usable sale",)),
    "a missing closing quote, closed later": Damage(
        PLAIN.replace("Home\n", '"Home\n', 1).replace("Home\n", 'Home"\n', 2).replace('"Home"\n', '"Home\n', 1),
        gone=(0,), aside={"wrong_field_count": 1}, changed={2: {"category": 'Home"'}},
    ),
    "a quote that does not close before the next": Damage(PLAIN.replace("Köln", '"Köln', 1), gone=(2,), aside={"wrong_field_count": 1}),
    "a quote that never closes": Damage("Home".join(PLAIN.rsplit("Home", 1)).replace('"', "").replace(",Toys", ',"Toys', 1).replace("Île, de", "Île de"), refused=("line 3", "quote opens here")),
    "a total row": Damage(PLAIN + "TOTAL,,,,,,98765.00,,\n", aside={"total_row": 1}),
    "subtotals": Damage(PLAIN + "Subtotal North,,,,,,1.00,,\n,,,,,,2.00,Grand total:,\n", aside={"total_row": 2}),
    "the total of an order among its lines": Damage(PLAIN + "0007,C0,TOTAL,2024-03-09 10:00:00,1,9.00,9.00,North,Home\n0007,C0,Subtotal,2024-03-09,2,,9.00,NA,Toys\n", aside={"total_row": 2}),
    "totals in other languages": Damage(
        PLAIN + "".join(f"{word},All,All,2024-05-31,100,,98765.00,All,All\n" for word in TOTALS), aside={"total_row": len(TOTALS)}
    ),
    "a total a month": Damage(PLAIN + "January Total,,All,2024-01-31,100,,98765.00,,\n", aside={"total_row": 1}),
    "a barcode for a total": Damage(table(one(one(R, 2, total_amount="4006381333931"), 3, total_amount="036000291452")), gone=(2, 3), aside={"number_too_large": 2}),
    "barcodes for quantity and price": Damage(
        table(one(one(R, 2, quantity="4006381333931123"), 3, unit_price="400638133393112")), gone=(2, 3), aside={"number_too_large": 2}
    ),
    "seventeen digits": Damage(table(one(R, 2, total_amount="40063813339311234")), gone=(2,), aside={"number_too_large": 1}),
    "a product of two that is too large": Damage(
        table(one(R, 2, total_amount="", quantity="9000000", unit_price="9000000")), gone=(2,), aside={"amount_too_large": 1}
    ),
    "words for no customer": Damage(
        table([{**row, "customer_id": word} for row, word in zip(R, NOBODY, strict=True)]), changed={i: {"customer_id": None} for i in range(16)}
    ),
    "what Excel writes for an error": Damage(
        table(one(one(one(R, 2, product_id="#REF!"), 3, region="#NAME?"), 4, category="#N/A")), gone=(2,), aside={"missing_id": 1},
        changed={3: {"region": None}, 4: {"category": None}},
    ),
    "a status of cancelled": Damage(
        table([{**r, "status": "Cancelled" if i == 2 else "complete"} for i, r in enumerate(R)], header=[*HEADER, "status"]), gone=(2,), aside={"called_off": 1}
    ),
    "a type of refund": Damage(
        table([{**r, "type": "refund" if i == 2 else "sale"} for i, r in enumerate(R)], header=[*HEADER, "type"]), gone=(2,), aside={"called_off": 1}
    ),
    "tests among the orders": Damage(
        table([{**r, "is_test": str(i == 2).upper()} for i, r in enumerate(R)], header=[*HEADER, "is_test"]), gone=(2,), aside={"called_off": 1}
    ),
    "refunds under the name of sales": Damage(
        table([{**r, "reason": "broken"} for r in R], header=[*HEADER, "return_reason"]), refused=("no usable sale", "16 rows were set aside", "refunded")
    ),
    "a discount without a total": Damage(
        table([{**r, "total_amount": "", "d": "10%" if i == 2 else "0%"} for i, r in enumerate(R)], header=[*HEADER, "discount"]),
        gone=(2,), aside={"reduced_price": 1},
    ),
    "a total in a currency": Damage(PLAIN.replace("total_amount", "Total (EUR)", 1), refused=("line 1", "'Total (EUR)' seems to be 'total_amount'")),
    "units for an amount": Damage(
        table([{n: v for n, v in r.items() if n != "total_amount"} for r in R], header=["amount" if n == "quantity" else n for n in HEADER if n != "total_amount"]),
        refused=("column 'amount'", "below the price of one", "Rename it to quantity"),
    ),
    "the state of an order for a region": Damage(
        table([{**r, "region": ("done", "cancelled", "draft")[i % 3]} for i, r in enumerate(R)]).replace("region", "state", 1),
        refused=("column 'state'", "'done' is no region", "Rename the column to status"),
    ),
    "a cost for a price": Damage(
        table([{n: v for n, v in r.items() if n != "total_amount"} for r in R], header=["unit_cost" if n == "unit_price" else n for n in HEADER if n != "total_amount"]),
        refused=("line 1", "no column 'total_amount'"),
    ),
    "units sold": Damage(PLAIN.replace("quantity", "Units Sold", 1)),
    "a return with an amount above zero": Damage(
        table(one(R, 2, quantity="-3")), changed={2: {"quantity": "-3", "total_amount": f"-{R[2]['total_amount']}"}}
    ),
    "whole lines in quotes": Damage("\n".join(f'"{line}"' for line in ASCII.replace('"', "").splitlines()), refused=("line 1", "whole line stands in quotes")),
    "carets": Damage(table(R, "^"), refused=("line 1", "set apart by '^'")),
    "tildes": Damage(table(R, "~"), refused=("line 1", "set apart by '~'")),
    "colons": Damage(table(R, ":"), refused=("line 1", "set apart by ':'")),
    "a tar in a gzip": Damage(gzip.compress(b"sales.csv".ljust(257, b"\0") + b"ustar" + bytes(250)), name="sales.tar.gz", refused=("tar archive",)),
    "regions and customers under each other's names": Damage(
        table([{**r, "customer_id": f"K{i}"} for i, r in enumerate(R)], header=exchanged("region", "customer_id")),
        refused=("'region' looks like ids", "Exchange the names"),
    ),
    "states of the same lines": Damage(
        table([{**r, "total_amount": total, "updated_at": day} for r in R for day, total in (("2024-11-01", "1.00"), ("2024-11-02", r["total_amount"]))],
              header=[*HEADER, "updated_at"]),
        aside={"outdated_line": 16},
    ),
    "versions of a line": Damage(
        table([{**r, "version": "9"} for r in R] + [{**R[3], "total_amount": "5.00", "version": "10"}], header=[*HEADER, "version"]),
        gone=(3,), more=({**R[3], "total_amount": "5.00"},), aside={"outdated_line": 1},
    ),
    "a product twice in an order, changed at once": Damage(
        table([{**r, "order_id": "7", "product_id": "P1", "updated_at": "2024-11-01"} for r in R], header=[*HEADER, "updated_at"]),
        changed={i: {"order_id": "7", "product_id": "P1"} for i in range(16)},
    ),
    "the header again": Damage(PLAIN + PLAIN.split("\n")[0] + "\n", aside={"repeated_header": 1}),
    "zero bytes in numbers": Damage(table(one(R, 2, quantity="3\0")), gone=(2,), aside={"damaged_value": 1}),
    "no 29 February": Damage(table(one(R, 2, order_date="2023-02-29")), gone=(2,), aside={"unreadable_date": 1}),
    "a date to come": Damage(table(one(R, 2, order_date="2199-01-01")), gone=(2,), aside={"future_date": 1}),
    "ids as figures": Damage(table(one(R, 2, order_id="1.23457E+11")), gone=(2,), aside={"id_in_figures": 1}),
    "both orders of day and month": Damage(
        table([*dates(R[:1], "%d/%m/%Y"), *R[1:14], *dates(R[14:15], "%m/%d/%Y %H:%M"), *dates(R[15:], "%d/%m/%Y %H:%M")]),
        gone=(0,), aside={"ambiguous_date": 1},
    ),
    "bytes lost in UTF-8": Damage(PLAIN.encode().replace("Köln".encode(), b"K\xff\xfeln", 1), gone=(2,), aside={"undecodable_value": 1}),
    "UTF-16 cut in a letter": Damage(PLAIN.encode("utf-16")[:-7], changed={15: {"category": "T"}}, gone=(15,), aside={"undecodable_value": 1}),
    "two currencies": Damage(table(one(money(R, "${}".format), 5, total_amount="€34.50")), gone=(5,), aside={"foreign_currency": 1}),
    "two currencies without a majority": Damage(
        table([{**r, **{name: ("$", "€")[i % 2] + r[name] for name in MONEY}} for i, r in enumerate(R)]), refused=("amounts are in EUR (16) and USD (16)",)
    ),
    "one currency in two ways": Damage(table([{**r, **{name: r[name] + (" zł", " PLN")[i % 2] for name in MONEY}} for i, r in enumerate(R)])),
    "a column of two currencies": Damage(
        table([{**r, "currency": ("USD", "EUR")[i % 4 == 0]} for i, r in enumerate(R)], header=[*HEADER, "Currency"]), refused=("in USD (12) and EUR (4)",)
    ),
    "a column of one currency": Damage(table([{**r, "currency": "EUR"} for r in R], header=[*HEADER, "Währung"])),
    "an open number": Damage(
        table(one(one(one(R, 2, unit_price="9,25"), 5, unit_price="1,234"), 6, unit_price="1237.5")), gone=(5,), aside={"ambiguous_number": 1},
        changed={6: {"unit_price": "1237.5"}, 2: {"unit_price": "9.25"}},
    ),
    "dates that nothing decides": Damage(table(dates(R[:3], "%d/%m/%Y")), refused=("line 2, column order_date", "09/03/2024", "state the order")),
    "numbers that nothing decides": Damage(
        table([{**r, "unit_price": "1,234", "total_amount": "1,234"} for r in R]), refused=("column unit_price", "'1,234'", "state the decimal sign")
    ),
    "a header twice": Damage(PLAIN.replace("region", "Order ID", 1), refused=("line 1", "stands there twice")),
    "two headers for one column": Damage(PLAIN.replace("total_amount", "total", 1).replace("region", "amount", 1), refused=("line 1", "'total' and 'amount'")),
    "no header": Damage(PLAIN.split("\n", 1)[1], refused=("line 1", "no column names")),
    "rows above the header": Damage("\n".join([*PLAIN.split("\n")[1:3], FIRST, *PLAIN.split("\n")[3:]]), refused=("line 1", "above the column names")),
    "a missing column": Damage(table([{h: r[h] for h in HEADER if h != "order_date"} for r in R], header=[h for h in HEADER if h != "order_date"]),
                               refused=("line 1", "'order_date'")),
    "nothing in it": Damage(b"", refused=("is empty",)),
    "blank lines alone": Damage("\n\n  \n", refused=("is empty",)),
    "only a header": Damage(FIRST + "\n", refused=("no usable sale",)),
    "a web page": Damage("<!DOCTYPE html>\n<html><body>Please sign in</body></html>", refused=("a web page",)),
    "a picture": Damage(b"\x89PNG\r\n\x1a\n" + bytes(range(256)), refused=("a picture",)),
    "an old workbook": Damage(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), refused=("old Excel workbook",)),
    "noise": Damage(bytes(i * 37 % 256 for i in range(5000)), refused=("sales_transactions.csv",)),
    "JSON": Damage('[{"order_id": 1}]', refused=("JSON",)),
    "Cyrillic of one byte": Damage(ASCII.replace("North", "Москва").encode("cp1251"), refused=("neither UTF-8 nor Western", "state its encoding")),
    "Polish of one byte": Damage(ASCII.replace("North", "Łódź").encode("cp1250"), refused=("neither UTF-8 nor Western",)),
    "DOS": Damage(ASCII.replace("North", "Zürich").encode("cp850"), refused=("neither UTF-8 nor Western",)),
    "gzip cut off": Damage(gzip.compress(PLAIN.encode())[:-40], name="sales.csv.gz", refused=("cannot be unpacked",)),
    "a bomb": Damage(bomb(300 << 20), name="sales.csv.gz", refused=("unpacks to more than",)),
    "a damaged zip": Damage(zipped(sales_csv=PLAIN)[:200], name="sales.zip", refused=("cannot be unpacked",)),
    "a total row full of words": Damage(PLAIN + "Total,All,All,2024-05-31,100,10.00,98765.00,All,All\n", aside={"total_row": 1}),
    "another export behind, its columns in another order": Damage(
        PLAIN + table([{h: r[h] for h in exchanged("unit_price", "total_amount")} for r in R], header=exchanged("unit_price", "total_amount")),
        refused=("line 18", "in another order than on line 1"),
    ),
    "the price under the name of the total": Damage(
        table(R, header=exchanged("unit_price", "total_amount")), refused=("is the quantity times 'total_amount'", "Exchange the names")
    ),
    "year, day, month": Damage(table(dates(R, "%Y-%d-%m")), refused=("line 6", "has the day before the month")),
    "year, day, month with slashes": Damage(table(dates(R, "%Y/%d/%m %H:%M")), refused=("has the day before the month",)),
    "year, day, month without a sign": Damage(table(dates(R, "%Y%d%m")), refused=("line 6", "has the day before the month")),
    "one date against many that tell nothing": Damage(
        table([*(dict(R[0], order_id=f"E{a}{b}", order_date=f"0{a}/0{b}/2024") for a in range(1, 10) for b in range(1, 10) if a != b), *dates(R[:1], "13/03/2024")]),
        refused=("column order_date", "can be read day first or month first"),
    ),
    "one number against many that tell nothing": Damage(
        table([*(dict(R[0], order_id=f"E{i}", **dict.fromkeys(MONEY, f"{i},500")) for i in range(1, 70)), {**R[0], **dict.fromkeys(MONEY, "2,50")}]),
        refused=("column unit_price", "can be read with thousands or with decimals"),
    ),
    "totals with thousands beside prices with decimals": Damage(
        table(each(DEAR, "total_amount", by=lambda t: f"{int(t):,}".replace(",", ".")), ";"), changed=meant(DEAR)
    ),
    "units with three decimals beside money with commas": Damage(table(money(each(R, "quantity", by="{}.000".format), lambda t: t.replace(".", ",")), ";")),
    "units with three decimals behind a comma beside money with points": Damage(table(each(R, "quantity", by="{},000".format), ";")),
    "one number against the totals that the others make": Damage(
        table(one(each(each(MANY, "total_amount", by=lambda t: f"{int(t):,}"), "unit_price", by="{}.00".format), 9, total_amount="2,50")),
        refused=("line 2, column total_amount", "'1,250' can be read with thousands or with decimals"),
    ),
    "one number with a comma against many that tell nothing": Damage(
        table(one(money(MANY, lambda t: f"{int(t):,}"), 9, total_amount="2,50")), refused=("line 2, column unit_price", "state the decimal sign")
    ),
    "totals less a discount": Damage(table(DISCOUNTED), changed=meant(DISCOUNTED)),
    "units and totals under each other's names": Damage(
        table(more(), header=exchanged("quantity", "total_amount")), refused=("line 2", "'quantity' times 'unit_price' is not 'total_amount' in 32 of 32 rows")
    ),
    "prices in cents beside totals in units": Damage(
        table(each(more(), "unit_price", by=lambda t: t.replace(".", ""))), refused=("'quantity' times 'unit_price' is not", "in one unit")
    ),
    "amounts of lines under the name of the price": Damage(
        table([{**r, "unit_price": r["total_amount"]} for r in R]), refused=("line 3", "'unit_price' is the amount of the whole line")
    ),
    "totals of orders on each of their lines": Damage(
        table([{**r, "order_id": f"E{i // 2}", "total_amount": str(sum(Decimal(o["total_amount"]) for o in R[i // 2 * 2 : i // 2 * 2 + 2]))} for i, r in enumerate(R)]),
        refused=("line 2", "'total_amount' is that of the whole order"),
    ),
    "decimal commas taken for separators": Damage(
        "order_id,product_id,order_date,quantity,total_amount,region\n"
        + "".join(f"{r['order_id']},P1,2024-03-01,1,{i},{i * 25 % 100:02d}\n" for i, r in enumerate(more())),
        refused=("'total_amount' holds whole numbers and 'region' only two digits",),
    ),
    "units and prices under each other's names": Damage(
        table(more(), header=exchanged("quantity", "unit_price")), refused=("'quantity' has cents and 'unit_price' has none", "Exchange the names")
    ),
    "rows behind in another order of columns": Damage(
        table(more()) + table([{h: r[h] for h in exchanged("unit_price", "quantity")} for r in more()]).split("\n", 1)[1],
        refused=("line 34", "that stand together", "in another order of columns"),
    ),
    "order ids and dates under each other's names": Damage(
        table(each(R, "order_id", by=lambda t: f"4{t}"), header=exchanged("order_id", "order_date")), refused=("line 2", "'order_id' holds dates")
    ),
    "days and months of some exchanged by a spreadsheet": Damage(table(TURNED), refused=("line 2, column order_date", "exchanged day and month")),
    "days and months of some exchanged in a workbook": Damage(
        workbook(("Sales", [HEADER, *([*row.values()] for row in TURNED)])), name="sales.xlsx", refused=("column order_date", "exchanged day and month")
    ),
    "an amount as a spreadsheet rounds it": Damage(table(one(R, 3, total_amount="5.0E+03")), gone=(3,), aside={"rounded_number": 1}),
    "a date that stands for none": Damage(table(one(one(R, 2, order_date="1970-01-01"), 3, order_date="1900-01-01 00:00:00")), gone=(2, 3), aside={"unreadable_date": 2}),
    "dates that stand for none in other zones": Damage(
        table(one(one(R, 2, order_date="1970-01-01 01:00:00"), 3, order_date="1969-12-31 19:00:00")), gone=(2, 3), aside={"unreadable_date": 2}
    ),
    "a century mistyped": Damage(table(one(R, 2, order_date="1924-03-11")), gone=(2,), aside={"distant_date": 1}),
    "ids as figures with a comma": Damage(table(one(R, 2, order_id="1,23E+05"), ";"), gone=(2,), aside={"id_in_figures": 1}),
    "ids as figures without a sign": Damage(table(one(R, 2, order_id="1.23E5")), gone=(2,), aside={"id_in_figures": 1}),
    "an id become a date": Damage(table(one(R, 2, product_id="1-Mar")), gone=(2,), aside={"id_in_figures": 1}),
    "an id with thousands set apart": Damage(table(one(R, 2, order_id="12,345")), gone=(2,), aside={"id_in_figures": 1}),
    "ids marked as text": Damage(table(each(R, "order_id", by='="{}"'.format))),
    "ids marked as text, the quotes left alone": Damage(PLAIN.replace("\n00", '\n="00').replace("7,C", '7",C')),
    "ids behind an apostrophe": Damage(table(each(R, "order_id", "customer_id", by="'{}".format))),
    "short ids with a decimal": Damage(table(each(R, "customer_id", by=lambda t: t[1:] + ".00")), changed={i: {"customer_id": r["customer_id"][1:]} for i, r in enumerate(R)}),
    "months by name, two digits a year": Damage(table(dates(R, "%d-%b-%y")), changed={i: {"order_date": r["order_date"][:10]} for i, r in enumerate(R)}),
    "the end that DOS wrote": Damage(PLAIN.encode().rstrip(b"\n") + b"\x1a"),
    "UTF-32 without a mark": Damage(PLAIN.encode("utf-32-le")),
    "UTF-32, the other way round": Damage(PLAIN.encode("utf-32-be")),
    "the euro of 1999": Damage(table(each(R, "region", by=lambda t: t.replace("Köln", "Köln €"))).encode("iso-8859-15"), changed={i: {"region": "Köln €"} for i in range(2, 16, 4)}),
    "a Mac of before": Damage(PLAIN.replace("Île", "Dörf").encode("mac_roman"), refused=("neither UTF-8 nor Western",)),
    "Turkish of one byte": Damage(PLAIN.replace("Köln", "İzmir").replace("Île", "Muğla").encode("cp1254"), refused=("neither UTF-8 nor Western",)),
    "a zip with two": Damage(zipped(sales_csv=PLAIN, orders_csv=PLAIN), name="export.zip", refused=("both look like sales_transactions",)),
    "a workbook with two": Damage(workbook(("May", typed_rows(R)), ("June", typed_rows(R))), name="sales.xlsx",
                                  refused=("May", "June", "both look like")),
}  # fmt: skip


@dataclass(frozen=True)
class Beside:
    """What lies beside the sales of a small shop, and what must come of it: the rows that are kept of each source, the reasons of what
    is set aside, or the words of the refusal."""

    files: dict[str, str]
    kept: dict[str, int] = field(default_factory=dict)
    aside: dict[str, int] = field(default_factory=dict)
    refused: tuple[str, ...] = ()


def spend(*rows: str) -> dict[str, str]:
    return {"marketing_spend.csv": "\n".join(["date,channel,region,amount", *rows, ""])}


BESIDE: dict[str, Beside] = {
    "a channel called total": Beside(
        spend("2024-01-01,Search,North,100", "2024-01-01,Social,North,50", "2024-01-01,Total,North,150"),
        kept={"marketing_spend": 2}, aside={"total_row": 1},
    ),
    "a region called all that is their sum": Beside(
        spend("2024-01-01,Search,North,100", "2024-01-01,Search,South,50", "2024-01-01,Search,All,150"),
        kept={"marketing_spend": 2}, aside={"total_row": 1},
    ),
    "barcodes for numbers": Beside(
        {"returns.csv": "order_id,product_id,return_date,quantity,amount\nO1,P1,2024-06-01,4006381333931123,4006381333931123\n",
         "targets.csv": "metric,scope,from,to,value\nrevenue,all,2024-01-01,2024-12-31,40063813339311234\n",
         **spend("2024-01-01,Search,North,40063813339311234")},
        kept={"returned_goods": 0, "targets": 0, "marketing_spend": 0}, aside={"number_too_large": 3},
    ),
    "barcodes in the catalogue": Beside(
        {"product_catalog.csv": "product_id,product_name,price,stock_level,cost\nP1,Lamp,400638133393112345,4006381333931,40063813339311\n"},
        kept={"product_catalog": 1},
    ),
    "ratings of ten": Beside(
        {"customer_reviews.csv": "customer_id,product_id,rating\n" + "".join(f"C1,P1,{i}\n" for i in range(1, 11))},
        refused=("column 'rating'", "reach up to 10"),
    ),
    "ratings of one": Beside(
        {"customer_reviews.csv": "customer_id,product_id,rating\nC1,P1,0.8\nC1,P2,1\nC2,P1,0.6\nC2,P2,0.4\n"}, refused=("reach up to 1,",)
    ),
    "no ratings at all for some": Beside(
        {"customer_reviews.csv": "customer_id,product_id,rating\nC1,P1,0\nC1,P2,1\nC2,P1,5\nC2,P2,0\n"},
        kept={"customer_reviews": 2}, aside={"invalid_rating": 2},
    ),
    "sales in the place of customers": Beside({"customer_database.csv": PLAIN}, refused=("the name of customer_database.csv", "those of sales_transactions.csv")),
    "sales in the place of products": Beside(
        {"product_catalog.csv": PLAIN}, refused=("the name of product_catalog.csv", "those of sales_transactions.csv")
    ),
    "reviews in the place of the catalogue": Beside(
        {"product_catalog.csv": "review_id,customer_id,product_id,rating,review_date,review_text\nR1,C1,P1,5,2024-03-01,Good\n"},
        refused=("those of customer_reviews.csv", "Rename it"),
    ),
    "a product's price in its stock": Beside(
        {"sales_transactions.csv": table([{**r, "unit_price": f"{r['product_id'][1:]}9.50", "total_amount": ""} for r in R]),
         "product_catalog.csv": "product_id,price,stock_level\nP0,12,09.50\nP1,14,19.50\nP2,15,29.50\n"},
        refused=("'stock_level' holds what the products are sold at", "'price'"),
    ),
    "products and customers of reviews exchanged": Beside(
        {"customer_reviews.csv": "customer_id,product_id,rating\n" + "P1,C1,5\nP2,C1,4\nP1,C2,3\n"},
        refused=("'product_id' holds the customers of the sales", "Exchange the names"),
    ),
    "names for ids of customers": Beside(
        {"customer_database.csv": "customer_id,customer_name\nAda A,C1\nBen B,C2\nCy C,C3\n"}, refused=("line 2, column customer_id: 'Ada A'", "none of its 3 rows")
    ),
    "price and cost exchanged": Beside(
        {"product_catalog.csv": "product_id,price,cost\n" + "".join(f"P{i},{i}.50,{i * 2}.50\n" for i in range(1, 9))},
        refused=("in 8 of 8 rows 'cost' is above 'price'", "Exchange the names"),
    ),
    "a region called all that stands alone": Beside(
        spend("2024-01-01,Search,All,100", "2024-01-02,Search,All,50", "2024-01-02,Search,North,20"), kept={"marketing_spend": 3}
    ),
}  # fmt: skip
