"""The provenance: rows balance at every stage, and every metric names the files it comes from."""

from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from analytics.metrics import METRICS
from analytics.provenance import ORIGINS, accounts, columns, in_words, lineage, stages
from pipeline.snapshot import Snapshot
from pipeline.sources import SOURCES


def test_rows_in_are_rows_out_and_set_aside_at_every_stage(snapshot: Snapshot) -> None:
    steps = stages(snapshot)
    assert all(step.balances for step in steps)
    assert [step.rows_in for step in steps[1:]] == [step.rows_out for step in steps[:-1]]


def test_the_first_stage_reads_every_record_of_the_files_and_the_last_serves_every_line(
    snapshot: Snapshot, exports: Path
) -> None:
    read = sum(file["records_before"] for file in snapshot.report["files"].values())
    steps = stages(snapshot)
    assert steps[0].rows_in == read
    assert steps[-1].rows_out == len(snapshot.table("sales").to_pandas())
    assert steps[0].aside["quarantined"] == len(pd.read_csv(exports_of(snapshot) / "quarantine.csv"))
    assert steps[0].aside["duplicates"] == len(pd.read_csv(exports_of(snapshot) / "duplicates.csv"))


def exports_of(snapshot: Snapshot) -> Path:
    return snapshot.folder / "snapshots" / snapshot.id


def test_each_file_adds_up_in_rows_and_cents(snapshot: Snapshot) -> None:
    for read, *parts in accounts(snapshot).values():
        assert read.rows == sum(part.rows for part in parts)
        assert read.money == sum((part.money for part in parts), Decimal(0))


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_comes_from_columns_that_the_sources_have(rich: Snapshot, name: str) -> None:
    assert columns(name)
    for column in columns(name):
        assert all(origin in {c.name for c in SOURCES[source].columns} for source, origin in ORIGINS[column])
    assert lineage(name, rich)


def test_lineage_speaks_in_the_headers_of_the_files(snapshot: Snapshot, exports: Path) -> None:
    for file, headers in lineage("categories", snapshot).items():
        assert set(headers) <= set(pd.read_csv(exports / file, nrows=0, encoding_errors="replace").columns)


def test_the_words_hold_the_numbers_of_the_report(snapshot: Snapshot) -> None:
    told = in_words(snapshot)
    assert f"{float(snapshot.report['revenue']):,.2f}" in told
    assert f"{snapshot.manifest['rows']['quarantine']:,} could not be used" in told
