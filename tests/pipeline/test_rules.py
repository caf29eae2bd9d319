"""Each rule finds what it is meant to find, and nothing else does."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from pipeline.generate.dirt import SOILS, Soil
from pipeline.rules import RULES
from pipeline.sources import SOURCES
from settings import Settings
from tests.pipeline.shops import Row, Shop, found, judged, shop, write_shop

PLANTED = [(name, i) for name, soils in SOILS.items() for i in range(len(soils))]
OTHER_KINDS = {"return", "cancellation", "adjustment", "free"}


@dataclass
class Patient:
    """A row of its own for a soil: what it was, on which lines its spoilt self stands."""

    soil: Soil
    row: Row
    lines: list[int] = field(default_factory=list)


def infected() -> tuple[Shop, dict[tuple[str, int], Patient]]:
    """A shop with one row for each soil, spoilt by it alone."""
    files, patients = shop(), {}
    for name, i in PLANTED:
        rows, soil = files[name], SOILS[name][i]
        row = {**next(row for row in rows if soil.fits(row)), SOURCES[name].key: f"{name[0]}{i}"}
        spoilt = soil.spoil(row)
        patient = patients[name, i] = Patient(soil, row)
        for new in [row] * soil.added + [spoilt] + [{**row, "order_id": spoilt.get("order_id", "")}] * (soil.rows - 1):
            rows.append(new)
            patient.lines.append(len(rows) + 1)
        del patient.lines[: int(soil.added)]
    return files, patients


@dataclass(frozen=True)
class Ward:
    db: duckdb.DuckDBPyConnection
    patients: dict[tuple[str, int], Patient]
    outcomes: dict[str, dict[int, list[str]]]


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Ward:
    files, patients = infected()
    db = judged(write_shop(tmp_path_factory.mktemp("infected"), files))
    return Ward(db, patients, {name: outcomes(db, name) for name in files})


def outcomes(db: duckdb.DuckDBPyConnection, name: str) -> dict[int, list[str]]:
    """What each line of a file was found to be."""
    lines = "lines" if name == "sales_transactions" else name
    kinds = "UNION ALL SELECT line, kind FROM lines WHERE kind NOT IN ('sale', 'service')" if lines == "lines" else ""
    rows = db.sql(
        f"SELECT line, unnest(marks) FROM {lines} UNION ALL SELECT line, reason FROM {name}_quarantine "
        f"UNION ALL SELECT line, 'duplicate' FROM {name}_duplicates {kinds}"
    ).fetchall()
    return {line: sorted(found for at, found in rows if at == line) for line, _ in rows}


def test_a_clean_shop_is_found_clean(tmp_path: Path) -> None:
    db = judged(write_shop(tmp_path, shop()))
    assert {name: found(db, name) for name in shop()} == {name: {} for name in shop()}


@pytest.mark.parametrize(("name", "i"), PLANTED)
def test_each_kind_of_dirt_has_exactly_one_outcome(ward: Ward, name: str, i: int) -> None:
    patient = ward.patients[name, i]
    expected = [patient.soil.outcome] if patient.soil.outcome else []
    assert [ward.outcomes[name].get(line, []) for line in patient.lines] == [expected] * patient.soil.rows


@pytest.mark.parametrize("name", SOILS)
def test_what_nobody_spoilt_is_found_clean(ward: Ward, name: str) -> None:
    spoilt = {line for (file, _), patient in ward.patients.items() if file == name for line in patient.lines}
    assert set(ward.outcomes[name]) <= spoilt


REPAIRS = (
    "currency_sign", "decimal_comma", "thousands_separator", "slashed_date", "excel_serial_date", "epoch_date",
    "surrounding_space", "missing_total", "missing_quantity", "missing_unit_price",
)  # fmt: skip


@pytest.mark.parametrize("rule", REPAIRS)
def test_a_repaired_line_says_what_the_clean_one_said(ward: Ward, rule: str) -> None:
    patient = next(
        p for (name, _), p in ward.patients.items() if name == "sales_transactions" and p.soil.outcome == rule
    )
    values = "ordered_at, quantity, unit_price, total_amount, region, kind"
    line = ward.db.sql(f"SELECT {values} FROM lines WHERE line = {patient.lines[0]}").fetchone()
    numbers = [Decimal(patient.row[column]) for column in ("quantity", "unit_price", "total_amount")]
    assert line == (datetime.fromisoformat(patient.row["order_date"]), *numbers, patient.row["region"], "sale")


def test_na_is_the_name_of_a_region(ward: Ward) -> None:
    i = next(i for i, soil in enumerate(SOILS["customer_database"]) if not soil.outcome)
    line = ward.patients["customer_database", i].lines[0]
    assert ward.db.sql(f"SELECT region FROM customer_database WHERE line = {line}").fetchall() == [("NA",)]


TARGET = {"metric": "revenue", "scope": "region=North", "from": "2024-01-01", "to": "2099-12-31", "value": "12"}
OPTIONAL_ROWS = {
    "targets": TARGET,
    "touchpoints": {"customer_id": "C1", "date": "2024-01-01", "channel": "Search", "campaign_id": "X", "stage": "awareness"},
    "marketing_spend": {"date": "2024-01-01", "channel": "Search", "region": "North", "amount": "9"},
}  # fmt: skip
CASES: dict[str, tuple[str, Row]] = {
    "id_as_decimal": ("sales_transactions", {"order_id": "17850.0"}),
    "missing_review_id": ("customer_reviews", {"review_id": ""}),
    "missing_supplier": ("product_catalog", {"supplier": ""}),
    "ambiguous_date": ("sales_transactions", {"order_date": "03/04/2024"}),
    "invisible_character": ("sales_transactions", {"order_id": "O\u200b9"}),
    "undecodable_text": ("customer_reviews", {"review_id": "R9", "review_text": "Sch\ufffdn"}),
    "garbled_text": ("customer_reviews", {"review_id": "R9", "review_text": "SchÃ¶n"}),
    "undecodable_value": ("sales_transactions", {"category": "K\ufffdche"}),
    "repeated_header": ("customer_database", {name: name for name in shop()["customer_database"][0]}),
    "id_in_figures": ("sales_transactions", {"order_id": "1.23457E+11"}),
    "id_as_text": ("sales_transactions", {"order_id": '="00123"'}),
    "rounded_number": ("sales_transactions", {"total_amount": "1.2E+03"}),
    "number_too_large": ("sales_transactions", {"total_amount": "4006381333931"}),
    "amount_too_large": ("sales_transactions", {"total_amount": "", "quantity": "4000000", "unit_price": "4000.00"}),
    "called_off": ("sales_transactions", {"status": "void"}),
    "outdated_line": ("sales_transactions", {"updated_at": "2024-11-02", "quantity": "3"}),
    "reduced_price": ("sales_transactions", {"discount": "5", "total_amount": ""}),
    "return_above_zero": ("sales_transactions", {"quantity": "-2", "unit_price": "-600.50"}),
    "similar_spelling": ("sales_transactions", {"region": "SOUTH"}),
    "empty_id": ("product_catalog", {"product_id": "-----"}),
    "distant_date": ("sales_transactions", {"order_date": "1924-03-14"}),
    "ambiguous_number": ("sales_transactions", {"total_amount": "1,201"}),
    "foreign_currency": ("sales_transactions", {"total_amount": "€1201.00"}),
    "missing_detail": ("touchpoints", {"stage": ""}),
    "missing_word": ("marketing_spend", {"channel": ""}),
    "ends_before_start": ("targets", {"to": "2023-12-31"}),
    "unknown_target": ("targets", {"metric": "profit"}),
    "unknown_scope": ("targets", {"scope": "shop=1"}),
    "total_row": ("sales_transactions", dict.fromkeys(shop()["sales_transactions"][0], "") | {"order_id": "Grand Total"}),
}  # fmt: skip


@pytest.mark.parametrize("rule", CASES)
def test_rules_for_what_a_generator_does_not_plant(rule: str, tmp_path: Path) -> None:
    name, change = CASES[rule]
    files = shop() | {other: [row] for other, row in OPTIONAL_ROWS.items() if other == name}
    if rule == "missing_supplier":
        files[name] = [{**row, "supplier": "Northern Ltd"} for row in files[name]]
    if rule == "ambiguous_date":
        files[name] += [
            {**files[name][0], "order_id": f"D{day}", "order_date": day} for day in ("25/12/2024", "12/25/2024")
        ]
    beside = dict.fromkeys(change.keys() - files[name][0].keys(), "")
    files[name] = [{**row, **beside} for row in files[name]]
    files[name].append({**files[name][0], **change})
    if rule in ("ambiguous_number", "foreign_currency"):
        files[name] += [
            {**files[name][0], "order_id": f"D{t}", "total_amount": t} for t in ("$1201.00", "1201,00", "$1201.0")
        ]
    if rule == "missing_supplier":
        files[name][-1]["product_id"] = "P3"
    marks = found(judged(write_shop(tmp_path, files)), name)
    assert marks.pop("slashed_date", 2) == 2
    assert marks.pop("currency_sign", 2) == 2
    assert marks.pop("decimal_comma", 1) == 1
    assert marks.pop("return", 1) == 1
    assert marks.pop("amount_mismatch", 1) == 1
    assert marks == {rule: 2 if rule == "similar_spelling" else 1}


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("similar_spelling", {"region": "S\u043euth"}),
        ("similar_spelling", {"region": "S o u t h"}),
        ("similar_spelling", {"customer_id": "0C1"}),
        ("similar_spelling", {"product_id": "p1"}),
        ("similar_spelling", {"product_id": "P 1"}),
        ("garbled_text", {"region": "K&ouml;ln"}),
        ("garbled_text", {"region": "K&#246;ln"}),
        ("", {"region": "Marks & Co; South"}),
        ("", {"region": "South & East"}),
    ],
)
def test_what_was_spelt_otherwise_or_taken_off_a_page_is_marked(rule: str, change: Row, tmp_path: Path) -> None:
    files = shop()
    files["sales_transactions"].append({**files["sales_transactions"][0], **change})
    marks = found(judged(write_shop(tmp_path, files)), "sales_transactions")
    assert set(marks) - {"orphan_customer", "orphan_product", "order_of_two_customers"} == {rule} - {""}


def test_every_rule_is_planted_or_tried() -> None:
    assert set(RULES) <= {soil.outcome for soils in SOILS.values() for soil in soils} | set(CASES)
    assert {soil.outcome for soils in SOILS.values() for soil in soils} <= {*RULES, *OTHER_KINDS, "duplicate", ""}


def test_every_rule_speaks_in_sentences() -> None:
    assert [
        r.name for r in RULES.values() if not (r.means.endswith(".") and r.done.endswith(".") and r.means[0].isupper())
    ] == []


def test_a_generated_shop_is_reported_count_for_count(settings: Settings, exports: Path) -> None:
    planted = json.loads((exports / "truth.json").read_text())["dirt"]
    report = json.loads((settings.processed / "cleaning_report.json").read_text())
    kinds = {kind: counts["rows"] for kind, counts in report["line_kinds"].items() if kind in OTHER_KINDS}
    for name, file in report["files"].items():
        reported = {**file["repaired"], **file["filled"], **file["flagged"], **file["quarantined"]}
        reported |= {"duplicate": file["duplicates"], **(kinds if name == "sales_transactions" else {})}
        assert reported == planted[name], name
