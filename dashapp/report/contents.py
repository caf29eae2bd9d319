"""What a report holds: a page's cards and charts under the filters of an address, as plain values."""

from collections import Counter

from analytics.errors import QuestionError, known
from analytics.filters import Filters
from analytics.formats import full, manner
from analytics.saved_sets import SavedSets
from dashapp.cards import Card, cards
from dashapp.charts.catalogue import chart
from dashapp.charts.chart import Chart
from dashapp.figures.svg.picture import picture
from dashapp.pages import PAGES, declared
from dashapp.report.view import facts, rests_on
from pipeline.warehouse import Snapshot
from settings import Settings

Contents = dict[str, object]


def contents(page: str, search: str, settings: Settings, snapshot: Snapshot) -> Contents:
    """brand, title, facts, cards and charts; `QuestionError` for a page that has neither cards nor charts."""
    metrics, charts = shown(page)
    filters = SavedSets(settings.sets).opened(Filters.parse(search))
    return {
        "brand": settings.brand,
        "title": declared(page).TITLE,
        "facts": facts(search, filters, snapshot),
        "cards": [_row(card) for card in (cards(metrics, filters, snapshot) if metrics else [])],
        "charts": [_chart(chart(name), filters, snapshot) | {"title": title} for name, title in titles(charts).items()],
    }


def shown(page: str) -> tuple[tuple[str, ...], list[str]]:
    """The metrics and the charts of a page, all of those among which its reader switches."""
    module = declared(known({name: name for name in PAGES}, page, "page"))
    metrics, charts = getattr(module, "CARDS", ()), getattr(module, "CHARTS", ())
    if not metrics and not charts:
        raise QuestionError(f"The page '{page}' has no cards or charts to print. Its lists can be downloaded as CSV.")
    return metrics, [name for one in charts for name in (one if isinstance(one, tuple) else (one,))]


def titles(charts: list[str]) -> dict[str, str]:
    """What each chart is headed; those of one title are told apart by what they are called on their switch."""
    own = {name: chart(name).title for name in charts}
    many = Counter(own.values())
    return {name: f"{title}: {chart(name).short}" if many[title] > 1 else title for name, title in own.items()}


def _row(card: Card) -> Contents:
    """A card in one line: name, definition, figure, every digit, and the change as the page words it."""
    exact = full(card.metric.name, card.value)
    return {
        "label": card.metric.label,
        "about": card.metric.about,
        "figure": card.figure,
        "exact": exact if exact != card.figure else "",
        "change": card.thin or card.change,
        "tone": "even" if card.thin else card.tone,
        "against": "" if card.thin else card.against,
    }


def _chart(shown: Chart, filters: Filters, snapshot: Snapshot) -> Contents:
    """Sentence and picture, or why there is none."""
    made = shown.answer(filters, snapshot)
    if "figure" not in made:
        return {"empty": made["empty"]}
    return {
        "say": made["say"],
        "svg": picture(made["figure"], manner().point),  # type: ignore[arg-type]
        "rests": rests_on(shown, filters, snapshot),
        "about": shown.about,
    }
