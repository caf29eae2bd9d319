"""The explorer: one customer's risk, line by line, from the forest's base to the calibrated probability."""

import pandas as pd
from dash import html

from analytics.filters import Filters
from analytics.formats import percent
from analytics.risk import riskiest, scores_of
from dashapp import shop
from dashapp.components.plain_table import Cell, plain_table, section
from ml.churn.explorer import customer
from ml.registry import NoModel, RefusedModel
from pipeline.warehouse import Snapshot

HOW = "Choose another by a click on a main reason in the list above."


def explorer(filters: Filters, snapshot: Snapshot) -> html.Section:
    """The customer that the address chooses, if it is one; else the one of the selection with the most revenue at risk."""
    chosen = filters.members("customer")
    id_ = chosen[0] if len(chosen) == 1 else riskiest(filters, snapshot)
    if id_ is None:
        return _section("No customer of this selection has a score. Remove a filter.")
    try:
        told = customer(id_, snapshot, shop.settings())
    except (NoModel, RefusedModel, LookupError) as reason:
        return _section(str(reason))
    return _section(_says(id_, bool(chosen), told, snapshot), _table(told))


def _section(says: str, *content: html.Div) -> html.Section:
    return section("Why: one customer explained", says, *content, anchor="explorer")


def _says(id_: str, chosen: bool, told: pd.DataFrame, snapshot: Snapshot) -> str:
    who = f"Customer {id_}" if chosen else f"Customer {id_}, the one here with the most revenue at risk"
    score = scores_of(id_, snapshot)
    return (
        f"{who}: {percent(told.attrs['probability'])} not to order in the {score['horizon_days']} days after "
        f"{snapshot.as_of}. {HOW}"
    )


def _table(told: pd.DataFrame) -> html.Div:
    """Base and features, their sum, the shift, and what comes of it."""
    base, *moves = told.to_dict("records")
    reach = max(abs(move["points"]) for move in moves) or 1.0
    *features, shift = (_move(move["words"], move["points"], reach) for move in moves)
    rows = [
        (base["words"].capitalize(), "", f"{base['points'] * 100:.2f}"),
        *features,
        ("= the forest's vote", "", f"{told.attrs['forest'] * 100:.2f}"),
        shift,
        ("= calibrated risk of leaving", "", f"{told.attrs['probability'] * 100:.2f}"),
    ]
    return plain_table("What the risk is made of", ("What", "Which way", "Points"), rows, 1)


def _move(words: str, points: float, reach: float) -> tuple[Cell, Cell, Cell]:
    side, verb = ("up", "raises") if points >= 0 else ("down", "lowers")
    bar = html.I(className=f"push {side}", style={"width": f"{100 * abs(points) / reach:.1f}%"})
    told: Cell = [html.Span(bar, className="track"), verb]
    return words[0].upper() + words[1:], told, f"{'+' if points >= 0 else '−'}{abs(points) * 100:.2f}"
