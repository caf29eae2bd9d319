"""The models page: for each model what serves, how it was judged, its versions; then the schedule and the features."""

from dash import Input, Output, callback, html
from dash.development.base_component import Component

from dashapp import ids, shop
from dashapp.access import allowed
from dashapp.charts.backtests import BACKTESTS
from dashapp.charts.judgements import JUDGEMENTS
from dashapp.components.chart_card import chart_card
from dashapp.components.jobs_menu import run_card
from dashapp.components.models.churn_measures import churn_measures
from dashapp.components.models.features_card import features_card
from dashapp.components.models.sales_measures import sales_measures
from dashapp.components.models.schedule_card import schedule_card
from dashapp.components.models.versions import serving_card, versions_card
from dashapp.components.page import page
from dashapp.components.plain_table import section
from dashapp.jobs.catalogue import JOBS
from ml.registry import NoModel, RefusedModel, Registry
from ml.training import TRAINERS, Trainer
from pipeline.warehouse import NoSnapshot

NAME, TITLE = "models", "Models"
ABOUT = "Can the models be trusted, which version serves, and when does it learn again?"
CHARTS = {"churn": tuple(JUDGEMENTS), "sales": tuple(BACKTESTS)}
MEASURES = {"churn": churn_measures, "sales": sales_measures}


def models_page(**_query: str) -> html.Main:
    """The page as of now; a model that has not been trained says how to."""
    links = [html.A(t.label, href=f"#{t.name}") for t in TRAINERS.values()]
    links += [html.A("Schedule", href="#schedule"), html.A("Features", href="#features")]
    head = html.Div([html.P(ABOUT), html.Nav(links, className="jumps", **{"aria-label": "On this page"})])
    parts = [part for trainer in TRAINERS.values() for part in _model(trainer)]
    body = html.Div([*parts, html.Div(_schedule(), id=ids.SCHEDULE), _features()], className="sections")
    return page(NAME, TITLE, head, body=(body,), filtered=False)


def _model(trainer: Trainer) -> list[Component]:
    """What is told of a model, made anew for each version; its charts, which are answered like those of any page."""
    charts = html.Div([chart_card(NAME, chart) for chart in CHARTS[trainer.name]], className="charts")
    return [
        html.H2(trainer.label, id=trainer.name, className="of-model"),
        html.Div(_told(trainer), id=ids.part("told", trainer.name), className="sections"),
        charts,
        html.Div(_versions(trainer), id=ids.part("versions", trainer.name), className="sections"),
        run_card(trainer.name, anchor=f"run-{trainer.name}"),
    ]


@callback(
    [Output(ids.part(kind, name), "children") for name in TRAINERS for kind in ("told", "versions")],
    Input(ids.SNAPSHOT, "data"),
    Input(ids.ENDED, "data"),
    prevent_initial_call=True,
)
@allowed("viewer")
def renew_models(_snapshot: str | None, _ended: str | None) -> list[list[Component]]:
    """Another version serves, or there is a new one."""
    return [made for trainer in TRAINERS.values() for made in (_told(trainer), _versions(trainer))]


def _told(trainer: Trainer) -> list[Component]:
    try:
        champion = Registry(shop.settings().models).champion(trainer.name)
        if champion is not None:
            return [serving_card(trainer, champion), *MEASURES[trainer.name](champion)]
        title, says = f"No {trainer.label.lower()} model has been trained yet", trainer.about
    except (NoModel, RefusedModel) as reason:
        title, says = "This version cannot be shown", str(reason)
    says = f"{says} Press {JOBS[trainer.name].title} below, or run: python run.py train {trainer.name}"
    return [section(title, says, anchor=f"none-{trainer.name}")]


def _versions(trainer: Trainer) -> list[Component]:
    registry = Registry(shop.settings().models)
    return [versions_card(trainer.name, registry)] if registry.versions(trainer.name) else []


def _schedule() -> list[Component]:
    return [schedule_card(shop.schedules().all(), shop.settings())]


def _features() -> html.Div:
    try:
        return html.Div(features_card(shop.snapshot()))
    except NoSnapshot:
        return html.Div()
