"""A turn: one question with its answer, how it was read, its table and chart, and what it rests on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from analytics.asked import Asked
from analytics.dimensions import DIMENSIONS
from analytics.formats import number
from analytics.metrics import METRICS
from dashapp.components.plain_table import plain_table
from dashapp.figures.bars import bars
from dashapp.figures.figure import Figure, lines
from dashapp.figures.trend import trend
from dashapp.ids import part
from dashapp.tables import cell, twin

Turn = dict[str, Any]


@dataclass(frozen=True)
class Thumb:
    """What a reader may think of an answer."""

    way: int
    label: str
    about: str


THUMBS = {"good": Thumb(1, "Good", "This answer is good"), "wrong": Thumb(-1, "Wrong", "This answer is wrong")}
SHOWN = 50
BARS = 15
ROOM = 1.25  # beside the longest bar, for its label on a phone


def turn(one: Turn, place: int, *, last: bool) -> html.Article:
    """The whole of it; the choices of the last turn alone can be pressed."""
    frame = _frame(one)
    said = html.P(one["answer"], className="answer" + (" refused" if one["refused"] else ""))
    parts = [html.H2(one["question"]), said, *_reading(one)]
    if len(frame):
        parts += [*_chart(one, frame), *_table(one, frame), _behind(one, place), _how(one)]
    else:
        parts.append(html.Div(_marks(one, place), className="ask-tools"))
    if last and one["suggestions"]:
        lead = "Which of these?" if one["clarify"] else "You could ask:"
        parts.append(tries(lead, one["suggestions"]))
    return html.Article(parts, className="card-box turn", **{"data-engine": one["engine"]})


def tries(lead: str, questions: Iterable[str]) -> html.Div:
    """Questions as buttons that ask them."""
    buttons = [
        html.Button(text, id=part("try", text), type="button", className="chip") for text in dict.fromkeys(questions)
    ]
    return html.Div([html.Span(lead, className="say"), *buttons], className="tries")


OF = {
    "now": "{}_now",
    "before": "{}_before",
    "change": "{}_change",
    "of_change": "part_of_change_share",
    "money": "revenue",
}


def _frame(one: Turn) -> pd.DataFrame:
    metric = Asked.parse(str(one["conversation"])).query.metrics[0] if one["conversation"] else ""
    frame = pd.DataFrame(one["rows"], columns=one["columns"]).rename(
        columns={n: of.format(metric) for n, of in OF.items()}
    )
    for name in frame.columns:
        if name in DIMENSIONS and DIMENSIONS[name].unit:
            frame[name] = pd.Series([_day(value) for value in frame[name]], dtype=object)
    return frame


def _day(value: object) -> object:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return value


def _reading(one: Turn) -> list[Component]:
    chips = [html.Li([html.B(f"{line['part']}: "), line["is"]]) for line in one["reading"]]
    return [html.Ul(chips, className="reading", **{"aria-label": "How the question was understood"})] if chips else []


def _table(one: Turn, frame: pd.DataFrame) -> list[Component]:
    shown = twin(frame)
    heads = [str(column["label"]) for column in shown["columns"]]  # type: ignore[index]
    caption = f"{len(frame)} of {one['all']} rows" if one["all"] > len(frame) else f"Rows: {one['all']}"
    return [plain_table(caption, heads, shown["rows"], numbers=_figures(shown["columns"]))]  # type: ignore[arg-type]


def _figures(columns: list[Any]) -> int:
    """How many columns at the end hold numbers; the first always names its row."""
    count = 0
    for column in reversed(columns[1:]):
        if not column["number"]:
            break
        count += 1
    return count


def _chart(one: Turn, frame: pd.DataFrame) -> list[Component]:
    value = next((name for name in frame.columns if name in METRICS), "")
    key = str(frame.columns[0])
    if not value or one["chart"] not in ("line", "bar") or not frame[value].notna().any():
        return []
    drawn = _line(frame, key, value) if one["chart"] == "line" else _bars(frame, key, value)
    height = 260 if one["chart"] == "line" else 60 + 28 * min(len(frame), BARS)
    look = {"paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)"}
    margin = {"l": 8, "r": 72 if one["chart"] == "bar" else 8, "t": 16, "b": 24}
    layout: dict[str, Any] = {
        **cast("dict[str, Any]", drawn["layout"]),
        **look,
        "margin": margin,
        "colorway": ["#5b82ea"],
    }
    if one["chart"] == "bar":
        low, high = layout["xaxis"]["range"]
        layout["xaxis"] = {**layout["xaxis"], "range": [low, high * ROOM]}
    for axis in ("xaxis", "yaxis"):
        layout[axis] = {**layout[axis], "automargin": True, "gridcolor": "rgba(138,148,161,0.25)", "zeroline": False}
    graph = dcc.Graph(
        figure={**drawn, "layout": layout},
        config={"displayModeBar": False},
        responsive=True,
        style={"height": f"{height}px"},
    )
    return [html.Div(graph, role="img", **{"aria-label": f"{METRICS[value].label}; the table below has the values"})]


def _line(frame: pd.DataFrame, key: str, value: str) -> Figure:
    dated = frame.sort_values(key).assign(whole=True, mark=[str(day) for day in frame.sort_values(key)[key]])
    return trend(dated, key, value, "mark", "whole", hover=_hover(dated, key, value))


def _bars(frame: pd.DataFrame, key: str, value: str) -> Figure:
    top = frame.head(BARS)
    title = next((d.title for d in DIMENSIONS.values() if d.title and d.title in frame), "")
    labels = [cell(value, v) for v in top[value]]
    return bars(top, key, value, title, hover=_hover(top, title or key, value), labels=labels)


def _hover(frame: pd.DataFrame, key: str, value: str) -> list[str]:
    return [lines(cell(key, k), cell(value, v)) for k, v in zip(frame[key], frame[value], strict=True)]


def _behind(one: Turn, place: int) -> html.Div:
    return html.Div(
        [
            dcc.Link("See it on the page", href=one["link"], className="opens"),
            html.Button("Download CSV", id=part("csv", place), type="button", className="quiet"),
            *_vouch(one, place),
            *_marks(one, place),
        ],
        className="ask-tools",
    )


def _vouch(one: Turn, place: int) -> list[Component]:
    if one.get("verified"):
        return [html.Span("✓ Verified", className="better")]
    about = "Vouch for this answer; the question is asked again at each publication"
    return [html.Button("Verify", id=part("vouch", place), type="button", className="quiet", title=about)]


def _marks(one: Turn, place: int) -> list[Component]:
    """Thumbs, in words; the one that was given is pressed."""
    return [
        html.Button(
            thumb.label, id=part(name, place), type="button", className="quiet thumb", title=thumb.about,
            **{"aria-pressed": str(one.get("thumb") == thumb.way).lower()},
        )
        for name, thumb in THUMBS.items()
    ]  # fmt: skip


def _how(one: Turn) -> html.Details:
    facts = [
        ("Engine", f"{one['engine']} engine" if one["engine"] == "offline" else one["engine"]),
        ("Rows used", number(one["rows_used"])),
        ("As of", one["as_of"]),
        ("Snapshot", one["snapshot"]),
        ("Query", html.A(one["query"], href=one["query"], className="address")),
    ]
    said = html.Dl([html.Div([html.Dt(name), html.Dd(value)]) for name, value in facts])
    return html.Details([html.Summary("Show how"), said], className="how")
