"""The oracle: the numbers of a shop worked out by hand with pandas from the raw files. It imports nothing of ours.

It knows the files as the generator writes them: ISO dates but for some day-first ones, Excel's day numbers and
epochs, amounts with a dollar sign or a thousands separator here and a decimal comma there, and rows that cannot be used.
"""

import csv
from pathlib import Path
from urllib.parse import parse_qs

import pandas as pd

UNKNOWN = "Unknown"


def load(folder: Path) -> pd.DataFrame:
    """Valid order lines with region, category and segment filled and the number of each customer's order."""
    names = ("sales_transactions", "customer_database", "product_catalog")
    read = {name: _text(folder / f"{name}.csv") for name in names}
    sales = _usable(read["sales_transactions"].apply(lambda column: column.str.strip()))
    people = read["customer_database"].drop_duplicates("customer_id").set_index("customer_id").replace("", UNKNOWN)
    people = people.drop(index="", errors="ignore")
    shelf = read["product_catalog"].drop_duplicates("product_id").set_index("product_id")
    sales["region"] = (
        sales["region"].where(sales["region"] != "", sales["customer_id"].map(people["region"])).fillna(UNKNOWN)
    )
    primary = sales["product_id"].map(shelf["category"].str.split("|").str[0])
    sales["category"] = sales["category"].where(sales["category"] != "", primary).fillna(UNKNOWN)
    sales["customer_segment"] = sales["customer_id"].map(people["customer_segment"]).fillna(UNKNOWN)
    return _numbered(sales)


def _text(path: Path) -> pd.DataFrame:
    """Every record with as many fields as the header."""
    with path.open(newline="") as file:
        header, *records = csv.reader(file)
    return pd.DataFrame([record for record in records if len(record) == len(header)], columns=header)


def _usable(text: pd.DataFrame) -> pd.DataFrame:
    amount, quantity, price = (_number(text[column]) for column in ("total_amount", "quantity", "unit_price"))
    when = _moments(text["order_date"])
    read = ((text["quantity"] == "") | quantity.notna()) & ((text["unit_price"] == "") | price.notna())
    out = text.assign(total_amount=amount, quantity=quantity, unit_price=price, when=when)
    out["customer_id"] = out["customer_id"].replace("NULL", "")
    good = read & (text["order_id"] != "") & (text["product_id"] != "") & when.notna() & (when < "2100")
    out = out[good].drop(columns="order_date").drop_duplicates()
    out["total_amount"] = out["total_amount"].fillna(out["quantity"] * out["unit_price"]).round(2)
    out["quantity"] = out["quantity"].fillna((out["total_amount"] / out["unit_price"]).round(3))
    return out[(out["total_amount"] > 0) & (out["quantity"] > 0)].copy()


def _moments(text: pd.Series) -> pd.Series:
    number = pd.to_numeric(text, errors="coerce")
    when = pd.to_datetime(text.where(number.isna()), format="ISO8601", errors="coerce")
    for form in ("%d/%m/%Y", "%d/%m/%Y %H:%M:%S"):
        when = when.fillna(pd.to_datetime(text, format=form, errors="coerce"))
    days, seconds = number[number < 1e5], number[number >= 1e5]
    when = when.fillna(pd.to_datetime(days, unit="D", origin="1899-12-30").dt.round("s"))
    return when.fillna(pd.to_datetime(seconds, unit="s"))


def _number(text: pd.Series) -> pd.Series:
    plain = text.str.replace("$", "").str.replace(r",(\d{3})(?=\.)", r"\1", regex=True).str.replace(",", ".")
    return pd.to_numeric(plain.where(~plain.str.contains("\0")), errors="coerce")


def _numbered(sales: pd.DataFrame) -> pd.DataFrame:
    sales["day"] = sales["when"].dt.normalize()
    known = sales[sales["customer_id"] != ""]
    orders = (
        known.groupby(["customer_id", "order_id"])["when"]
        .min()
        .reset_index()
        .sort_values(["customer_id", "when", "order_id"])
    )
    orders["order_number"] = orders.groupby("customer_id").cumcount() + 1
    sales = sales.merge(orders.drop(columns="when"), how="left", on=["customer_id", "order_id"])
    return sales.merge(
        known.groupby("customer_id")["total_amount"].sum().rename("historic"), how="left", on="customer_id"
    )


def view(sales: pd.DataFrame, search: str, without: tuple[str, ...] = ()) -> pd.DataFrame:
    """The lines that an address leaves, but for the picks named in `without`."""
    query = {key: values for key, values in parse_qs(search).items() if key not in without}
    out = sales
    for column, key in (("region",) * 2, ("category",) * 2, ("customer_segment",) * 2, ("product_id", "product")):
        if key in query:
            out = out[out[column].isin(query[key])]
    for first, last in _ranges(query):
        out = out[(out["day"] >= first) & (out["day"] <= last)]
    return out


def _ranges(query: dict[str, list[str]]) -> list[tuple[str, str]]:
    ranges = [(query.get("from", ["1900"])[0], query.get("to", ["2200"])[0])]
    return ranges + [tuple(span.split("..")) for span in query.get("brush", [])]  # type: ignore[misc]


def card(lines: pd.DataFrame, metric: str) -> float:
    """One number, straight from its definition in words."""
    buyers = lines[lines["customer_id"] != ""]
    customers = buyers["customer_id"].nunique()
    back = buyers.loc[buyers["order_number"] > 1, "customer_id"].nunique()
    orders = lines["order_id"].nunique()
    return {
        "revenue": lambda: lines["total_amount"].sum(),
        "orders": lambda: orders,
        "customers": lambda: customers,
        "aov": lambda: lines["total_amount"].sum() / orders if orders else float("nan"),
        "units": lambda: lines["quantity"].sum(),
        "categories": lambda: lines.loc[lines["category"] != UNKNOWN, "category"].nunique(),
        "new_customers": lambda: buyers.loc[buyers["order_number"] == 1, "customer_id"].nunique(),
        "clv_historic": lambda: buyers.drop_duplicates("customer_id")["historic"].mean(),
        "retention_rate": lambda: back / customers if customers else float("nan"),
    }[metric]()  # fmt: skip


def _months(days: pd.Series) -> pd.Series:
    return days.dt.year * 12 + days.dt.month


def newcomers(sales: pd.DataFrame, search: str) -> pd.DataFrame:
    """The lines in view of customers whose first order ever is in view, with its month and the months since."""
    lines = view(sales, search, ("cohort", "age"))
    buyers = lines[lines["customer_id"] != ""]
    new = buyers.loc[buyers["order_number"] == 1, "customer_id"].unique()
    first = sales[sales["customer_id"] != ""].groupby("customer_id")["day"].min()
    out = buyers[buyers["customer_id"].isin(new)].copy()
    began = out["customer_id"].map(first)
    out["cohort"] = began.dt.to_period("M").dt.start_time.dt.date
    out["age"] = _months(out["day"]) - _months(began)
    return out


def last_day(sales: pd.DataFrame, search: str) -> pd.Timestamp:
    """The last day that an address looks at, not after the last of the data."""
    return min([sales["day"].max(), *(pd.Timestamp(end) for _, end in _ranges(parse_qs(search)))])


def gaps(sales: pd.DataFrame) -> pd.DataFrame:
    """Days from each order day of a customer to the next, or to the end of the data where none came."""
    days = (
        sales.loc[sales["customer_id"] != "", ["customer_id", "day"]]
        .drop_duplicates()
        .sort_values(["customer_id", "day"])
    )
    after = days.groupby("customer_id")["day"].shift(-1)
    return pd.DataFrame({"days": (after.fillna(sales["day"].max()) - days["day"]).dt.days, "ended": after.notna()})


def signups(folder: Path) -> pd.DataFrame:
    """Each customer of the file with the day of the sign-up, where it can be read and has come."""
    people = _text(folder / "customer_database.csv").drop_duplicates("customer_id")
    people = people[people["customer_id"].str.fullmatch(r"\w+")]
    day = _moments(people["signup_date"])
    return people.assign(day=day.where(day < "2100"), customer_segment=people["customer_segment"].replace("", UNKNOWN))
