"""Risk: what the published churn scores say of the customers of a selection, and of the money that they bring."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd
from ibis import _

from analytics.bands import BANDS
from analytics.dimensions import dimension
from analytics.filters import Filters
from analytics.selection import last_year, selected
from pipeline.warehouse import Snapshot

SCORES = "churn_scores"
HELD_OUT = 10  # one in so many is left alone, so that the effect of an offer can be seen
OFFER, LEFT_ALONE = "offer", "hold-out"
WORTHY = 4  # monetary score from which a customer is in the upper two fifths
ACTIONS = {
    "personal": "Call or write, with an offer",
    "mail": "Win-back mail",
    "cheap": "Win back only if it is free",
    "note": "Personal note, no discount",
    "remind": "Reminder",
    "leave": "Nothing: an offer is wasted",
}


def scored(snapshot: Snapshot) -> bool:
    """Whether a churn model has scored the customers of this snapshot."""
    return bool(snapshot.manifest["rows"].get(SCORES))


def version(snapshot: Snapshot) -> str:
    """The model's version that the published scores are of; empty without one."""
    return str(snapshot.manifest.get("scores", {}).get(SCORES, {}).get("model", {}).get("version") or "")


@dataclass(frozen=True)
class Bands:
    """Called with filters: one row a band that has customers, the highest risk first.

    `risk`, `customers` (of the selection), `said` (their mean calibrated risk), `at_risk` and `revenue` (of the last 365
    days); beside them what was `seen` in the last test of the model: the share of the band that left, of `n`, and its 95 %
    interval `low` to `high`.
    """

    def __call__(self, filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
        if not scored(snapshot):
            return pd.DataFrame()
        people = _people(filters, snapshot)
        made = people.groupby("risk").agg(
            customers=("said", "size"), said=("said", "mean"), revenue=("revenue", "sum"), at_risk=("at_risk", "sum")
        )
        seen = snapshot.table("churn_bands").to_pandas().set_index("band")[["seen", "low", "high", "n"]]
        found = made.join(seen).reindex([band for band in BANDS[::-1] if band in made.index])
        return found.rename_axis("risk").reset_index()


@dataclass(frozen=True)
class AtRisk:
    """Called with filters: by member of `by`, `revenue` of the last 365 days of the selection and what of it is `at_risk`:
    each customer's revenue times the calibrated risk; most at risk first, with the `share` of the member's revenue.
    """

    by: str

    def __call__(self, filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
        if not scored(snapshot):
            return pd.DataFrame()
        lines = selected("sales", last_year(filters, snapshot), snapshot).inner_join(_scores(snapshot), "customer_id")
        money = lines.total_amount.cast("float64")
        found = lines.group_by(dimension(self.by).of(lines)).aggregate(
            customers=lines.customer_id.nunique(), revenue=money.sum(), at_risk=(money * lines.said).sum()
        )
        frame = found.to_pandas().sort_values(["at_risk", self.by], ascending=[False, True], ignore_index=True)
        return frame.assign(share=frame["at_risk"] / frame["revenue"])


def totals(filters: Filters, snapshot: Snapshot) -> dict[str, float]:
    """Of the selection: `customers`, `high` (of them at high risk), `leaving` (expected), `revenue` and `at_risk`."""
    people = _people(filters, snapshot)
    return {
        "customers": float(len(people)),
        "high": float((people["risk"] == "high").sum()),
        "leaving": float(people["said"].sum()),
        "revenue": float(people["revenue"].sum()),
        "at_risk": float(people["at_risk"].sum()),
    }


def riskiest(filters: Filters, snapshot: Snapshot) -> str | None:
    """The customer of the selection with the most revenue at risk."""
    people = _people(filters, snapshot)
    return (
        None
        if people.empty
        else str(people.sort_values(["at_risk", "customer_id"], ascending=[False, True]).iloc[0, 0])
    )


def scores_of(customer_id: str, snapshot: Snapshot) -> dict[str, Any]:
    """The published scores of one customer; nothing where there are none."""
    if SCORES not in snapshot.manifest["tables"]:
        return {}
    rows = snapshot.table(SCORES)
    (found,) = rows.filter(rows.customer_id == customer_id).drop("customer_id").to_pyarrow().to_pylist() or [{}]
    return dict(found)


def ranked(customers: ir.Table, filters: Filters, snapshot: Snapshot) -> ir.Table:
    """The `customers` (with monetary_score) that have a score, beside it: revenue at risk, suggested action, group."""
    if SCORES not in snapshot.manifest["tables"]:
        return _unknown(customers)
    rows = customers.inner_join(snapshot.table(SCORES), "customer_id")
    rows = rows.left_join(ibis.memtable(_year(filters, snapshot)), "customer_id").drop("customer_id_right")
    rows = rows.mutate(at_risk=_.year.fill_null(0.0) * _.probability)
    drawn = rows.trial if "trial" in rows.columns else ibis.null("string")  # scores published before it was drawn there
    return rows.mutate(action=_action(rows), trial=drawn)


def trial(customer_id: str) -> str:
    """Whether a customer gets the offer or is left alone: the same on every engine and machine, as the id alone decides."""
    number = int.from_bytes(hashlib.sha256(customer_id.encode()).digest())
    return OFFER if number % HELD_OUT else LEFT_ALONE


def _action(rows: ir.Table) -> ir.StringValue:
    worthy, high, medium = rows.monetary_score >= WORTHY, rows.band == "high", rows.band == "medium"
    cases: Mapping[str, ir.BooleanValue] = {
        "cheap": high & (rows.year.fill_null(0.0) == 0),
        "personal": high & worthy,
        "mail": high,
        "note": medium & worthy,
        "remind": medium,
    }
    return ibis.cases(*((when, ACTIONS[name]) for name, when in cases.items()), else_=ACTIONS["leave"])


def _unknown(customers: ir.Table) -> ir.Table:
    kinds = {"probability": "float64", "at_risk": "float64"} | dict.fromkeys(
        ("band", "reason_1", "reason_2", "reason_3", "action", "trial"), "string"
    )
    return customers.filter(ibis.literal(False)).mutate(**{name: ibis.null(kind) for name, kind in kinds.items()})


def _scores(snapshot: Snapshot) -> ir.Table:
    return snapshot.table(SCORES).select("customer_id", risk=_.band, said=_.probability)


@lru_cache(maxsize=8)
def _people(filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
    """The customers of the selection that have a score: customer_id, risk, said, revenue (last 365 days), at_risk."""
    who = selected("sales", filters, snapshot).select("customer_id").distinct()
    rows = who.inner_join(_scores(snapshot), "customer_id").to_pandas()
    frame = rows.merge(_year(filters, snapshot), how="left", on="customer_id").fillna({"year": 0.0})
    frame = frame.rename(columns={"year": "revenue"})
    return frame.assign(at_risk=frame["revenue"] * frame["said"])


@lru_cache(maxsize=8)
def _year(filters: Filters, snapshot: Snapshot) -> pd.DataFrame:
    """What each customer brought in the last 365 days of the selection."""
    lines = selected("sales", last_year(filters, snapshot), snapshot)
    known = lines.filter(lines.customer_id.notnull()).group_by("customer_id")
    return known.aggregate(year=lines.total_amount.sum().cast("float64")).to_pandas()
