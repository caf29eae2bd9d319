"""The chips: one for each filter, with a way out of it."""

from dash import html

from analytics.dimensions import DIMENSIONS, Dimension
from analytics.filters import Filters
from analytics.periods import words
from pipeline.warehouse import Snapshot


def chips(filters: Filters, snapshot: Snapshot) -> list[html.Button]:
    """No filter without a chip; a member that the data do not have says so."""
    made = []
    if filters.brush:
        made.append(_chip(f"Picked: {words(filters.brush)}", "set", '{"brush": ""}'))
    for name, members in filters.chosen:
        titles = titles_of(DIMENSIONS[name], members, snapshot)
        made += [
            _chip(_label(DIMENSIONS[name], member, titles), "drop", name, member, member not in titles)
            for member in members
        ]
    if made:
        made.append(html.Button("Clear all", type="button", className="clear", **{"data-act": "reset"}))
    return made


def titles_of(dimension: Dimension, members: tuple[str, ...], snapshot: Snapshot) -> dict[str, str]:
    """What each known member is called."""
    if dimension.kind != "text":
        return {member: dimension.called(member) for member in members}
    if dimension.name in snapshot.members:
        return {member: member for member in members if member in snapshot.members[dimension.name]}
    sales = snapshot.table("sales")
    key = sales[dimension.column]
    found = (
        sales.filter(key.isin(members))
        .group_by(key=key)
        .aggregate(title=sales[dimension.title or dimension.column].max())
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
