"""The parts: what a file was cleaned to, in Parquet files that follow each other, so that more can be put behind them."""

from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.literals import quoted

TABLES = ("", "_quarantine", "_duplicates", "_conflicts")


@dataclass(frozen=True)
class Parts:
    """So many parts in a folder. Each holds the rows to go on with in the order of their lines, with the `likeness` that equal rows
    share; those of quarantine; those that are equal to an earlier one; and, typed, those with the key of an earlier one."""

    folder: Path
    count: int = 0

    def path(self, table: str, number: int) -> Path:
        return self.folder / f"{number:04}{table}.parquet"

    def paths(self) -> list[Path]:
        return [self.path(table, number) for table in TABLES for number in range(self.count)]

    def rows(self, table: str) -> str:
        """All rows of a table, to select from; there has to be a part."""
        listed = ", ".join(quoted(self.path(table, number)) for number in range(self.count))
        return f"read_parquet([{listed}])"

    def one_more(self) -> "Parts":
        return replace(self, count=self.count + 1)
