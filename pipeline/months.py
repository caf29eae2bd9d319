"""Months: the large tables, made and written a month at a time, so that memory stays bounded whatever their size."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import ibis.expr.types as ir
from ibis import _

from pipeline.engine import Here
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
WITHIN = (*MONTHLY, *VIEWS, "numbered")


@dataclass(frozen=True)
class Monthly(Here):
    """DuckDB, in the process; tables that grow with the lines are Parquet files in `folder`, one a month, each sorted."""

    folder: Path
    sizes: dict[date, int] = field(default_factory=dict)
    files: dict[str, dict[date, Path]] = field(default_factory=dict)

    def keep_lines(self) -> None:
        """Put the view `lines` on files."""
        month = "date_trunc('month', ordered_at)::DATE"
        self.sizes.update(self.db.sql(f"SELECT {month}, count(*) FROM lines GROUP BY 1 ORDER BY 1").fetchall())
        for months in batches(self.sizes):
            where = f"ordered_at >= DATE '{months[0]}' AND ordered_at < DATE '{after(months[-1])}'"
            self.db.execute(f"CREATE OR REPLACE TEMP TABLE batch AS SELECT * FROM lines WHERE {where}")
            self._write("lines", months)
        if self.sizes:
            self._view("lines")

    def made(self, step: Callable[..., ir.Table], given: Mapping[str, object]) -> ir.Table:
        name = step.__name__
        if name in VIEWS:
            return self._backend.create_view(name, step(**given), overwrite=True)
        if name not in MONTHLY:
            return super().made(step, given)
        for months in batches(self.sizes):
            some = {n: within(t, months) if n in WITHIN else t for n, t in given.items()}
            self._backend.create_table("batch", step(**some), temp=True, overwrite=True)
            self._write(name, months)
        return self._view(name)

    def in_turn(self, query: str) -> list[str]:
        """A query over lines or sales as several, of some months each."""
        pieces = batches(self.sizes, PIECE)
        return [f"{query} WHERE order_date >= '{m[0]}' AND order_date < '{after(m[-1])}'" for m in pieces] or [query]

    def _write(self, name: str, months: Iterable[date]) -> None:
        """The rows of a batch, each month to its file; the batch is let go."""
        for month in months:
            path = self.folder / f"{name}-{month:%Y-%m}.parquet"
            rows = f"order_date >= DATE '{month}' AND order_date < DATE '{after(month)}' ORDER BY {MONTHLY[name]}"
            self.db.execute(
                f"COPY (SELECT * FROM temp.batch WHERE {rows}) TO {quoted(path)} (FORMAT parquet, COMPRESSION zstd)"
            )
            self.files.setdefault(name, {})[month] = path
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
