"""Months: the large tables, made and written a month at a time, and not made again where nothing they are made of changed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import ibis.expr.types as ir
from ibis import _

from pipeline.before import Before
from pipeline.engine import Here, Step, Wanted
from pipeline.integrate import WHAT, WHO
from pipeline.snapshot import quoted

BATCH = 2_500_000  # rows
PIECE = 1_000_000
MONTHLY = {
    "lines": "line",
    "baskets": "order_date, line",
    "sales": "line",
    "visits": 'shopper, order_date, "order", first, region, category, customer_segment',
    "repeated": "order_id, product_id, order_date, product_name, region, category, customer_segment",
    "product_days": "order_date, product_id, product_name, region, category, customer_segment",
}
VIEWS = ("valid", "dressed", "merged")
NUMBERS = "numbered"
WITHIN = (*MONTHLY, *VIEWS, NUMBERS)


@dataclass(frozen=True)
class Look:
    """What a step looks up in a table that is not made by months: `columns` by `keys`. A month's keys stand in `rows`."""

    table: str
    keys: tuple[str, ...]
    columns: tuple[str, ...]
    rows: str = "baskets"


LOOKS = {
    "dressed": (Look("customers", ("customer_id",), WHO, "lines"), Look("products", ("product_id",), WHAT, "lines")),
    "sales": (
        Look("orders", ("customer_id", "order_id"), ("order_number",)),
        Look("ratings", ("customer_id", "product_id"), ("average_rating", "review_count"), "lines"),
    ),
    "visits": (Look("split_orders", ("order_id",), ("line",)), Look("shoppers", ("customer_id",), ("shopper",))),
    "repeated": (Look("split_orders", ("order_id",), ()),),
}


@dataclass(frozen=True)
class Monthly(Here):
    """DuckDB, in the process; tables that grow with the lines are Parquet files, one a month, each sorted.

    A month of a step is as it was `before` where the months it is made of are, and where nothing that changed in other tables is
    looked up there. What is new is written to `folder`.
    """

    folder: Path
    before: Before
    sizes: dict[date, int] = field(default_factory=dict)
    keys: dict[date, str] = field(default_factory=dict)
    kept: dict[str, set[date]] = field(default_factory=dict)
    files: dict[str, dict[date, Path]] = field(default_factory=dict)
    sums: dict[str, dict[date, dict[str, int]]] = field(default_factory=dict)
    _touched: dict[Look, set[date]] = field(default_factory=dict)

    def keep_lines(self, sizes: Mapping[date, int], keys: Mapping[date, str]) -> None:
        """Put the view `lines` on files; `sizes` and `keys` are the rows of each month and what tells them from any others."""
        self.sizes.update(sizes)
        self.keys.update(keys)
        self.before.show(self.db)
        self._keep("lines", {month for month, key in keys.items() if self.before.keys.get(month) == key})
        for months in self._anew("lines"):
            where = f"ordered_at >= DATE '{months[0]}' AND ordered_at < DATE '{after(months[-1])}'"
            self.db.execute(f"CREATE OR REPLACE TEMP TABLE batch AS SELECT * FROM lines WHERE {where}")
            self._write("lines", months)
        if self.sizes:
            self._view("lines")

    def made(self, step: Step, given: Mapping[str, object]) -> ir.Table:
        name = step.__name__
        if name == NUMBERS:
            return super().made(step, self._needed(given))
        if name not in WITHIN:
            return super().made(step, given)
        above = [self.kept[other] for other in given if other in self.kept]
        self._keep(name, set.intersection(*above).difference(*map(self._looked_up, LOOKS.get(name, ()))))
        if name in VIEWS:
            return self._backend.create_view(name, step(**given), overwrite=True)
        for months in self._anew(name):
            some = {n: within(t, months) if n in WITHIN else t for n, t in given.items()}
            self._backend.create_table("batch", step(**some), temp=True, overwrite=True)
            self._write(name, months)
        return self._view(name)

    def summed(self, _label: str, name: str, wanted: Wanted) -> dict[str, int]:
        """As anywhere; the sums of each month are kept for the next load."""
        known = self.before.sums.get(_label, {})
        names = ["rows", *wanted(self.table(name))]
        found = {m: dict(known[m]) for m in self.kept[name] if set(known.get(m, ())) == set(names)}
        for months in batches({m: n for m, n in self.sizes.items() if m not in found}):
            rows = within(self.table(name), months)
            counted = rows.mutate(**wanted(rows)).group_by(month=_.order_date.truncate("M"))
            sums = {n: _[n].sum().fill_null(0).cast("int64") for n in names[1:]}
            for row in counted.aggregate(rows=_.count(), **sums).to_pyarrow().to_pylist():
                found[row.pop("month")] = row
        self.sums[_label] = found
        return {n: sum(each[n] for each in found.values()) for n in names}

    def told(self) -> dict[str, object]:
        """What a manifest holds of the months: the key of each, and its sums."""
        sums = {label: {str(month): each for month, each in of.items()} for label, of in self.sums.items()}
        return {"months": {str(month): key for month, key in self.keys.items()}, "sums": sums}

    def parts(self) -> dict[str, list[Path]]:
        """The files of each table that lies by month, in their order."""
        return {name: [months[m] for m in sorted(months)] for name, months in self.files.items()}

    def in_turn(self, query: str) -> list[str]:
        """A query over lines or sales as several, of some months each."""
        pieces = batches(self.sizes, PIECE)
        return [f"{query} WHERE order_date >= '{m[0]}' AND order_date < '{after(m[-1])}'" for m in pieces] or [query]

    def _keep(self, name: str, months: set[date]) -> None:
        """The months of a table that are not made again."""
        there = self.before.files.get(name, {}) if name in MONTHLY else dict.fromkeys(months)
        self.kept[name] = months & set(self.sizes) & set(there)
        if name in MONTHLY:
            self.files[name] = {month: self.before.files[name][month] for month in self.kept[name]}

    def _anew(self, name: str) -> Iterator[list[date]]:
        return batches({month: rows for month, rows in self.sizes.items() if month not in self.kept[name]})

    def _looked_up(self, look: Look) -> set[date]:
        """The months in which something is looked up that is not as it was."""
        if look not in self._touched:
            self._touched[look] = set(self.sizes) if look.table not in self.before.tables else self._changed(look)
        return self._touched[look]

    def _changed(self, look: Look) -> set[date]:
        same = " AND ".join(f"n.{key} = b.{key}" for key in look.keys)
        other = [f"n.{c} IS DISTINCT FROM b.{c}" for c in look.columns if c not in look.keys]
        gone = [f"n.{key} IS NULL OR b.{key} IS NULL" for key in look.keys[:1]]
        changed = ", ".join(f"coalesce(n.{key}, b.{key}) AS {key}" for key in look.keys)
        self.db.execute(
            f"CREATE OR REPLACE TEMP TABLE changed AS SELECT {changed} FROM {look.table} n FULL JOIN before.{look.table} b "
            f"ON {same} WHERE {' OR '.join([*gone, *other])}"
        )
        found = self.db.sql(
            f"SELECT DISTINCT date_trunc('month', order_date)::DATE FROM {look.rows} SEMI JOIN changed USING ({', '.join(look.keys)})"
        )
        return {month for (month,) in found.fetchall()}

    def _needed(self, given: Mapping[str, object]) -> dict[str, object]:
        """The baskets of the months of which sales or visits are made anew."""
        looks = [look for name in ("dressed", "sales", "visits") for look in LOOKS[name]]
        months = {*self.sizes} - self.kept["lines"] | {m for look in looks for m in self._looked_up(look)}
        span = [min(months), max(months)] if months else [date.min, date.min]
        return {n: within(t, span) if n == "baskets" else t for n, t in given.items()}

    def _write(self, name: str, months: list[date]) -> None:
        """The rows of a batch, each month to its file; the batch is let go."""
        for month in months:
            path = self.folder / f"{name}-{month:%Y-%m}.parquet"
            rows = f"order_date >= DATE '{month}' AND order_date < DATE '{after(month)}' ORDER BY {MONTHLY[name]}"
            self.db.execute(
                f"COPY (SELECT * FROM temp.batch WHERE {rows}) TO {quoted(path)} (FORMAT parquet, COMPRESSION zstd)"
            )
            self.files[name][month] = path
        self.db.execute("DROP TABLE temp.batch")

    def _view(self, name: str) -> ir.Table:
        listed = ", ".join(quoted(path) for _, path in sorted(self.files[name].items()))
        self.db.execute(f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM read_parquet([{listed}])")
        return self.table(name)


def batches(sizes: Mapping[date, int], rows: int = BATCH) -> Iterator[list[date]]:
    """Months that follow each other, of so many rows together that they fit into memory."""
    months: list[date] = []
    for month in sorted(sizes):
        if months and (after(months[-1]) != month or sum(sizes[m] for m in (*months, month)) > rows):
            yield months
            months = []
        months.append(month)
    if months:
        yield months


def within(table: object, months: list[date]) -> ir.Table:
    return table.filter(_.order_date >= months[0], _.order_date < after(months[-1]))  # type: ignore[attr-defined]


def after(month: date) -> date:
    """The first day of the next month."""
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)
