"""The telling of the skills: what each found, in a sentence."""

from collections.abc import Callable

import pandas as pd

from analytics.asked import Asked
from analytics.bands import HIGH
from analytics.dimensions import DIMENSIONS
from analytics.formats import full, number, percent, signed
from analytics.metrics import METRICS
from analytics.periods import covered, words
from analytics.queries import comparison_for
from analytics.skills.people import silence
from pipeline.warehouse import Snapshot

Say = Callable[[Asked, pd.DataFrame, Snapshot], str]


def why(asked: Asked, frame: pd.DataFrame, snapshot: Snapshot) -> str:
    name, total = asked.query.metrics[0], frame.iloc[0]
    comparison = comparison_for(asked.filters, snapshot)
    base = f"vs {words(asked.query.against)}" if asked.query.against else comparison.words
    way = "rose" if total["change"] > 0 else "fell" if total["change"] < 0 else "did not change"
    by = signed(total["change"] / total["before"]).lstrip("+−") if total["before"] else "from nothing"
    named = [member for _, members in asked.filters.chosen for member in members]
    of = f" for {', '.join(named[:4])}{' and others' if len(named) > 4 else ''}" if named else ""
    said = f"{METRICS[name].label}{of} {way} by {by}, from {full(name, total['before'])} to {full(name, total['now'])}, {base}."
    for split, parts in frame.iloc[1:].groupby("split", sort=False):
        first = parts.loc[parts["change"].abs().sort_values(ascending=False, kind="stable").index].iloc[0]
        way = str(split)
        label = DIMENSIONS[way].label if way in DIMENSIONS else way.capitalize()
        plus = "+" if first["change"] >= 0 else ""
        said += f" {label}: most of all {first['part']} ({plus}{full(name, first['change'])})."
    return said + " The parts of each split add up to the change; they say where it happened, not what caused it."


def pairs(asked: Asked, frame: pd.DataFrame, snapshot: Snapshot) -> str:
    if frame.empty:
        return "No order holds two different products here."
    r = frame.iloc[0]
    return (f"{r['product_name']} and {r['with_name']} are bought together most often: in {number(float(r['orders']))} orders, "
            f"{r['lift']:.1f} times as often as by chance.")  # fmt: skip


def recommend(asked: Asked, frame: pd.DataFrame, snapshot: Snapshot) -> str:
    names = ", ".join(str(n) for n in frame["product_name"].head(3))
    if not names:
        return "Nothing to recommend: this customer has bought all that goes with its products."
    who = asked.filters.members("customer")[0]
    return f"For {who}: {names}; most often in one order with what this customer has bought."


def pareto(asked: Asked, frame: pd.DataFrame, snapshot: Snapshot) -> str:
    first = int((frame["abc"] == "A").sum())
    return f"{first} of {len(frame)} make up 80 % of {METRICS[asked.query.metrics[0]].label.lower()} (class A)."


def pareto_count(asked: Asked, frame: pd.DataFrame, snapshot: Snapshot) -> str:
    r = frame.iloc[0]
    return (f"{number(float(r.iloc[0]))} of {number(float(r['of']))} {frame.columns[0]} make up "
            f"{percent(r['share'])} of {METRICS[asked.query.metrics[0]].label.lower()}.")  # fmt: skip


def lapsed(asked: Asked, frame: pd.DataFrame, snapshot: Snapshot) -> str:
    days = silence(asked.query, asked.filters, snapshot)
    many = len(frame) if "customer" in frame else int(frame["customers"].iloc[0])
    money = float(frame["revenue"].sum())
    return (
        f"{many:,} customers have not ordered in the last {days} days; to date they brought {full('revenue', money)}."
    )


def churn(asked: Asked, frame: pd.DataFrame, snapshot: Snapshot) -> str:
    if "probability" not in frame:
        return f"{frame['customers'].iloc[0]:,} of {frame['of'].iloc[0]:,} customers are more than {percent(HIGH, 0)} likely to leave."
    r = frame.iloc[0] if len(frame) else None
    return (
        "No scores match that."
        if r is None
        else f"{r['customer']} is most likely to leave: {percent(r['probability'])}."
    )


def cohorts(asked: Asked, frame: pd.DataFrame, snapshot: Snapshot) -> str:
    average = frame[(frame["cohort"] == "all") & (frame["age"] == 1)]
    first = percent(average["retention"].iloc[0]) if len(average) else "an unknown share"
    return f"On average {first} of the customers of a month order again in the next; one row a cohort and month since."


def anomalies(asked: Asked, frame: pd.DataFrame, snapshot: Snapshot) -> str:
    if frame.empty:
        return "Nothing stands out from the year around it."
    name, grain = asked.query.metrics[0], frame.columns[0]
    worst = frame.sort_values("off", key=abs, ascending=False, kind="stable").iloc[0]
    return (f"{len(frame)} {grain}s stand out in {METRICS[name].label.lower()}; most of all {worst[grain]}: {full(name, worst[name])}, "
            f"{signed(worst['off'])} from its surroundings.")  # fmt: skip


def forecast(asked: Asked, frame: pd.DataFrame, snapshot: Snapshot) -> str:
    r, name = frame.iloc[0], asked.query.metrics[0]
    return (f"{METRICS[name].label} for {r['date']:%b %Y} is expected at {full(name, r['value'])} "
            f"(95 % between {full(name, r['low'])} and {full(name, r['high'])}).")  # fmt: skip


def stock_cover(asked: Asked, frame: pd.DataFrame, snapshot: Snapshot) -> str:
    r = frame.iloc[0]
    lasts = (
        "had no sales in the last 90 days" if pd.isna(r["days_of_cover"]) else f"lasts {r['days_of_cover']:.0f} days"
    )
    hand = f"{r['product_name']} runs out first: {r['stock_level']:,.0f} on hand {lasts}"
    return f"{hand} at the mean pace of the last 90 days, on today's stock."


def advise(asked: Asked, frame: pd.DataFrame, snapshot: Snapshot) -> str:
    if frame.empty:
        return "Nothing stands out that calls for action."
    listed = "; ".join(f"{r.action} ({r.evidence})" for r in frame.head(3).itertuples())
    return f"{listed}. These are associations in the data of {words(covered(snapshot))}, not tested causes."
