"""Before: what the snapshot that is served lends to the next one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import ibis

from pipeline.integrate import ratings
from pipeline.snapshot import Snapshot, quoted

MONTH = re.compile(r"(\w+)-(\d{4}-\d{2})-\w+\.parquet")
LENT = ("customers", "products", "orders", "split_orders", "shoppers", "reviews")


@dataclass(frozen=True)
class Before:
    """Its files by table and month, what tells the lines of each month from any others, sums of months; nothing unless
    it was made by the same rules."""

    files: Mapping[str, Mapping[date, Path]] = field(default_factory=dict)
    keys: Mapping[date, str] = field(default_factory=dict)
    sums: Mapping[str, Mapping[date, Mapping[str, int]]] = field(default_factory=dict)
    tables: Mapping[str, list[Path]] = field(default_factory=dict)

    @classmethod
    def of(cls, snapshot: Snapshot, rules: str) -> "Before":
        made = snapshot.manifest
        if made.get("rules") != rules or "months" not in made:
            return cls()
        folder = snapshot.folder / "files"
        named = [found for parts in made["tables"].values() for part in parts if (found := MONTH.fullmatch(part))]
        files: dict[str, dict[date, Path]] = {}
        for found in named:
            files.setdefault(found[1], {})[_month(found[2])] = folder / found[0]
        keys = {_month(month): key for month, key in made["months"].items()}
        sums = {label: {_month(m): each for m, each in of.items()} for label, of in made["sums"].items()}
        tables = {name: [folder / part for part in made["tables"][name]] for name in LENT}
        return cls(files, keys, sums, tables | {"ratings": tables["reviews"]})

    def show(self, db: duckdb.DuckDBPyConnection) -> None:
        """Its tables as views of the schema `before`."""
        db.execute("CREATE SCHEMA IF NOT EXISTS before")
        for name in set(LENT) & set(self.tables):
            listed = ", ".join(map(quoted, self.tables[name]))
            db.execute(f"CREATE OR REPLACE VIEW before.{name} AS SELECT * FROM read_parquet([{listed}])")
        if "reviews" in self.tables:
            backend = ibis.duckdb.from_connection(db)
            made = ratings(backend.table("reviews", database="before"))
            db.execute(f"CREATE OR REPLACE VIEW before.ratings AS {ibis.to_sql(made, dialect='duckdb')}")


def _month(text: str) -> date:
    return date.fromisoformat(f"{text[:7]}-01")
