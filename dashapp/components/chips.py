"""The chips: one for each filter, with a way out of it; more than six are gathered by dimension."""

import json

from dash import html

from analytics.dimensions import DIMENSIONS, Dimension
from analytics.filters import Filters
from analytics.periods import Period, covered, words
from pipeline.warehouse import Snapshot

MOST = 6


def chips(filters: Filters, snapshot: Snapshot) -> list[html.Button]:
    """No filter without a chip; a member that the data do not have says so."""
    made = [*_time(filters, snapshot)]
    many = len(made) + sum(len(members) for _, members in filters.chosen) > MOST
    for name, members in filters.chosen:
        made += _gathered(name, members) if many and len(members) > 1 else _each(name, members, snapshot)
    if made:
        made.append(html.Button("Clear all", type="button", className="clear", **{"data-act": "reset"}))
    return made


def _time(filters: Filters, snapshot: Snapshot) -> list[html.Button]:
    made = []
    if filters.start or filters.end:
        data = covered(snapshot)
        period = Period(filters.start or data.start, filters.end or data.end)
        made.append(_chip(words(period), "set", json.dumps({"from": "", "to": ""})))
    if filters.brush:
        made.append(_chip(f"Picked: {words(filters.brush)}", "set", json.dumps({"brush": ""})))
    return made


def _gathered(name: str, members: tuple[str, ...]) -> list[html.Button]:
    return [_chip(f"{DIMENSIONS[name].label}: {len(members)} chosen", "set", json.dumps({name: ""}))]


def _each(name: str, members: tuple[str, ...], snapshot: Snapshot) -> list[html.Button]:
    dimension = DIMENSIONS[name]
    titles = titles_of(dimension, members, snapshot)
    return [_chip(_label(dimension, member, titles), "drop", name, member, member not in titles) for member in members]


def titles_of(dimension: Dimension, members: tuple[str, ...], snapshot: Snapshot) -> dict[str, str]:
    """What each known member is called."""
    if dimension.kind != "text":
        return {member: dimension.called(member) for member in members}
    if dimension.name in snapshot.members:
        return {member: member for member in members if member in snapshot.members[dimension.name]}
    if dimension.scored and dimension.scored not in snapshot.manifest["tables"]:
        return {}
    rows = snapshot.table(dimension.scored or "sales")
    key = rows[dimension.column]
    found = (
        rows.filter(key.isin(members))
        .group_by(key=key)
        .aggregate(title=rows[dimension.title or dimension.column].max())
    )
    return {str(row.key): str(row.title or row.key) for row in found.to_pandas().itertuples()}


def _label(dimension: Dimension, member: str, titles: dict[str, str]) -> str:
    if member in titles:
        return f"{dimension.label}: {titles[member]}"
    return f"No such {dimension.label.lower()}: {member}"


def _chip(text: str, act: str, value: str, member: str = "", unknown: bool = False) -> html.Button:
    return html.Button(
        [text, html.Span("×", **{"aria-hidden": "true"})],
        type="button",
        className="chip unknown" if unknown else "chip",
        title=f"Remove this filter: {text}",
        **{f"data-{act}": value, "data-member": member},
    )
