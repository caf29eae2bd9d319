"""The whole pipeline, from four exports to published tables and CSV files, beside plain pandas that does the same.

Run `python benchmarks/pipeline.py`; `--rows 100000 1000000` chooses the sizes, `--folder` keeps the generated shops for
the next run. Each contender runs in a process of its own; processor seconds, wall seconds and peak memory are those of
that process and of what it starts, memory looked at every 50 ms. Before a line is printed the revenues are compared. It
prints the table of docs/performance.md.
"""

import argparse
import json
import multiprocessing
import os
import platform
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))


def ours(exports: Path, home: Path) -> str:
    from pipeline.run import run_pipeline
    from settings import Settings

    settings = Settings(home=home)
    run_pipeline(settings, exports)
    return json.loads((settings.processed / "cleaning_report.json").read_text())["revenue"]


def ingest_alone(exports: Path, home: Path) -> str:
    from pipeline.files import recognise
    from pipeline.ingest import Raw

    home.mkdir(parents=True)
    for file in recognise(exports)[0].values():
        for _ in Raw(file).blocks():
            continue
    return ""


def plain_pandas(exports: Path, home: Path) -> str:
    """What a good analyst writes: texts in, types by to_numeric and to_datetime, left joins, features, CSV and Parquet out."""
    import pandas as pd

    home.mkdir(parents=True)
    sales = pd.read_csv(exports / "sales_transactions.csv", dtype=str, keep_default_na=False, on_bad_lines="skip")
    customers = pd.read_csv(exports / "customer_database.csv", dtype=str, keep_default_na=False, on_bad_lines="skip")
    products = pd.read_csv(exports / "product_catalog.csv", dtype=str, keep_default_na=False, on_bad_lines="skip")
    reviews = pd.read_csv(exports / "customer_reviews.csv", dtype=str, keep_default_na=False, on_bad_lines="skip")
    lines, aside = clean_sales(sales)
    customers = customers.drop_duplicates("customer_id")
    customers["signup_date"] = pd.to_datetime(customers["signup_date"], errors="coerce", format="ISO8601")
    products = products.drop_duplicates("product_id")
    reviews["rating"] = pd.to_numeric(reviews["rating"], errors="coerce")
    rated = reviews.groupby(["customer_id", "product_id"])["rating"].agg(["mean", "size"]).reset_index()
    merged = (
        lines.merge(customers, on="customer_id", how="left", suffixes=("", "_customer"))
        .merge(products, on="product_id", how="left", suffixes=("", "_list"))
        .merge(rated, on=["customer_id", "product_id"], how="left")
    )
    merged = featured(merged)
    lines.to_csv(home / "clean_transactions.csv", index=False)
    reviews.to_csv(home / "clean_reviews.csv", index=False)
    merged.to_csv(home / "merged_analytics_data.csv", index=False)
    aside.to_csv(home / "quarantine.csv", index=False)
    for name, table in {"lines": lines, "merged": merged, "customers": customers, "products": products}.items():
        table.to_parquet(home / f"{name}.parquet")
    return f"{lines['total_amount'].sum():.2f}"


def clean_sales(sales):  # type: ignore[no-untyped-def]
    """Typed lines that are revenue, and those that cannot be used."""
    import pandas as pd

    for name in ("quantity", "unit_price", "total_amount"):
        text = sales[name].str.strip()
        comma = text.str.fullmatch(r"\d+,\d{2}")
        text = text.where(~comma, text.str.replace(",", ".")).str.replace(r"[$,\s]", "", regex=True)
        sales[name] = pd.to_numeric(text, errors="coerce").where(text != "")
        sales[f"{name}_bad"] = sales[name].isna() & (text != "")
    when = sales["order_date"]
    moment = pd.to_datetime(when, errors="coerce", format="ISO8601")
    left = moment.isna() & (when != "")
    moment[left] = pd.to_datetime(when[left], errors="coerce", format="mixed", dayfirst=True)
    number = pd.to_numeric(when[left], errors="coerce")
    excel, epoch = number.between(10_000, 99_999), number.between(1e9, 1e10)
    moment[number.index[excel]] = pd.Timestamp("1899-12-30") + pd.to_timedelta(number[excel], "D")
    moment[number.index[epoch]] = pd.to_datetime(number[epoch], unit="s")
    sales["order_date"] = moment
    sales["total_amount"] = sales["total_amount"].fillna(sales["quantity"] * sales["unit_price"])
    sales["region"] = sales["region"].str.strip().replace("", "Unknown")
    bad = sales[["quantity_bad", "unit_price_bad", "total_amount_bad"]].any(axis=1) | sales["total_amount"].isna()
    bad |= moment.isna() | (moment > pd.Timestamp.now()) | (sales["order_id"] == "") | (sales["product_id"] == "")
    bad |= (sales["quantity"] == 0) & (sales["total_amount"] != 0)
    good = sales[~bad].drop(columns=["quantity_bad", "unit_price_bad", "total_amount_bad"]).drop_duplicates()
    return good[(good["total_amount"] > 0) & ~(good["quantity"] < 0)].copy(), sales[bad]


def featured(merged):  # type: ignore[no-untyped-def]
    """The features of a sale and of its customer."""
    when = merged["order_date"]
    merged = merged.assign(
        year_added=when.dt.year, month_added=when.dt.month, quarter_added=when.dt.quarter, day_of_week=when.dt.dayofweek + 1,
        days_since_signup=(when - merged["signup_date"]).dt.days,
    )  # fmt: skip
    by = merged.groupby("customer_id").agg(
        clv=("total_amount", "sum"), purchase_count=("order_id", "nunique"), first=("order_date", "min"), last=("order_date", "max")
    )  # fmt: skip
    by["recency"] = (when.max() - by["last"]).dt.days
    for name, values in (("r", -by["recency"]), ("f", by["purchase_count"]), ("m", by["clv"])):
        by[name] = values.rank(pct=True).mul(5).clip(upper=4.99).astype(int) + 1
    merged = merged.merge(by, on="customer_id", how="left")
    for category in merged["category"].value_counts().index[:10]:
        merged[f"category_{category}"] = (merged["category"] == category).astype("int8")
    return merged


CONTENDERS = {"ingest alone": ingest_alone, "this pipeline": ours, "plain pandas": plain_pandas}


def measured(contender: Callable[[Path, Path], str], exports: Path) -> tuple[str, float, float, float]:
    """Revenue, wall seconds, processor seconds and peak memory in MB, of a process of its own."""
    receiver, sender = multiprocessing.get_context("spawn").Pipe(duplex=False)
    with tempfile.TemporaryDirectory() as home:
        process = multiprocessing.get_context("spawn").Process(
            target=work, args=(sender, contender, exports, Path(home) / "it")
        )
        process.start()
        sender.close()
        peak = 0.0
        while not receiver.poll(0.05):
            peak = max(peak, held(process.pid or 0))
        try:
            revenue, wall, used, own = receiver.recv()
            return revenue, wall, used, max(peak, own)
        finally:
            process.join()


def held(pid: int) -> float:
    """The memory of a process and of all that it started, in MB."""
    total = 0
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        for each in (process, *process.children(recursive=True)):
            with suppress(psutil.Error):
                total += each.memory_info().rss
    return total / 2**20


def work(sender, contender: Callable[[Path, Path], str], exports: Path, home: Path) -> None:  # type: ignore[no-untyped-def]
    start = time.perf_counter()
    revenue = contender(exports, home)
    own, started = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    used = sum(each.ru_utime + each.ru_stime for each in (own, started))
    sender.send((revenue, time.perf_counter() - start, used, own.ru_maxrss / 1024))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_000_000])
    options.add_argument("--folder", type=Path)
    chosen = options.parse_args()
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    print("| rows | contender | wall s | processor s | rows/s of processor | peak MB |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as made:
        for rows in chosen.rows:
            exports = (chosen.folder or Path(made)) / str(rows)
            if not exports.exists():
                from pipeline.generate import generate

                generate(exports, rows=rows, seed=7)
            compared(rows, exports)


def compared(rows: int, exports: Path) -> None:
    found = {name: measured(contender, exports) for name, contender in CONTENDERS.items()}
    mine, theirs = float(found["this pipeline"][0]), float(found["plain pandas"][0])
    if abs(mine - theirs) > mine * 0.005:
        sys.exit(f"The revenues differ: {mine} and {theirs}.")
    for name, (_, wall, used, peak) in found.items():
        print(f"| {rows:,} | {name} | {wall:.1f} | {used:.1f} | {rows / used:,.0f} | {peak:,.0f} |", flush=True)


if __name__ == "__main__":
    main()
