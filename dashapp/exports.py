"""Exports: any chart or card as a CSV that says in its name what it holds."""

import re
from io import SEEK_END, BytesIO

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from analytics.filters import Filters
from analytics.metrics import METRICS
from analytics.periods import covered, words
from analytics.queries import comparison_for
from dashapp.cards import totals_of
from dashapp.charts.catalogue import CHARTS, chart
from pipeline.warehouse import Snapshot

WORKINGS = ("surroundings", "off", "accelerates", "pace", "pace_before")  # what a mark was judged by
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def exported(name: str, filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
    """The rows on the screen, all of them: one a mark of a chart, one for a card. `UnknownName` for any other."""
    if name in METRICS and name not in CHARTS:
        return _card_rows(name, filters, snapshot)
    frame = chart(name).frame(filters, snapshot)
    return frame.drop(columns=[column for column in WORKINGS if column in frame])


def _card_rows(name: str, filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
    row = totals_of((name,), filters, snapshot)
    period, compared = filters.period(covered(snapshot)), comparison_for(filters, snapshot)
    return pd.DataFrame(
        [{
            "metric": name,
            "value": row[name],
            "period": words(period),
            "value_now": row.get(f"{name}_now"),
            "period_now": words(compared.current),
            "value_before": row.get(f"{name}_before"),
            "period_before": words(compared.base) if compared.base else compared.missing,
        }]
    )  # fmt: skip


def published(name: str, snapshot: Snapshot) -> pd.DataFrame:
    """A table of the snapshot, whole."""
    return snapshot.table(name).to_pandas()


def parquet(frame: pd.DataFrame) -> bytes:
    """The same rows with their types; exact decimals become numbers as shown. What is said beside the rows stays behind."""
    out, frame = BytesIO(), frame.copy(deep=False)
    frame.attrs = {}
    frame.to_parquet(out, index=False)
    return out.getvalue()


def csv(frame: pd.DataFrame) -> bytes:
    """UTF-8 with a BOM, ISO dates, raw numbers; no cell that a spreadsheet would run."""
    return ("\ufeff" + frame.map(harmless).to_csv(index=False, lineterminator="\r\n")).encode()


def csv_part(batch: pa.RecordBatch, first: bool) -> bytes:
    """As `csv`, some rows of a file too long for memory; the `first` part carries the header."""
    out = BytesIO("\ufeff".encode() if first else b"")
    out.seek(0, SEEK_END)
    columns = [_harmless(column) if pa.types.is_string(column.type) else column for column in batch.columns]
    table = pa.Table.from_arrays(columns, names=batch.schema.names)
    pyarrow.csv.write_csv(table, out, pyarrow.csv.WriteOptions(include_header=first, eol="\r\n"))
    return out.getvalue()


def _harmless(text: pa.Array) -> pa.Array:
    started = pc.match_substring_regex(text, f"^[{re.escape(''.join(DANGEROUS))}]")
    return pc.if_else(started, pc.binary_join_element_wise("'", text, ""), text)


def harmless(cell: object) -> object:
    """Text that begins like a formula gets an apostrophe in front; anything else is left as it is."""
    return "'" + cell if isinstance(cell, str) and cell.startswith(DANGEROUS) else cell


def file_name(page: str, name: str, filters: Filters, snapshot: Snapshot, kind: str = "csv") -> str:
    """`<page>-<name>_<filters>_<from>_<to>.csv`, of letters that every file system takes; without a name the page alone."""
    return f"{'-'.join(filter(None, (page, name)))}_{stem(filters, snapshot)}.{kind}"


def stem(filters: Filters, snapshot: Snapshot) -> str:
    """What a file's name says of the view: `<filters>_<from>_<to>`."""
    period = filters.period(covered(snapshot))
    chosen = [f"{dimension}-{'-'.join(members)}" for dimension, members in filters.chosen]
    slug = re.sub(r"[^A-Za-z0-9-]+", "-", "_".join(chosen).replace("_", "-"))[:80].strip("-") or "all"
    return f"{slug}_{period.start}_{period.end}"


WRITERS = {"csv": (csv, "text/csv"), "parquet": (parquet, "application/vnd.apache.parquet")}
