"""The pipeline page: how fresh the data are, a run, and what became of every row; made anew for each snapshot."""

from dash import Input, Output, callback, html
from dash.development.base_component import Component

from dashapp import ids, shop
from dashapp.access import allowed
from dashapp.components.jobs_menu import run_card
from dashapp.components.page import page
from dashapp.components.pipeline.accounts import accounts_card
from dashapp.components.pipeline.columns import columns_card
from dashapp.components.pipeline.freshness import freshness
from dashapp.components.pipeline.lineage import lineage_card
from dashapp.components.pipeline.quality import quality_card
from dashapp.components.pipeline.rules import rules_card
from dashapp.components.pipeline.runs_table import runs_card
from dashapp.components.pipeline.stages import stages_card
from pipeline.history import history
from pipeline.warehouse import NoSnapshot

NAME, TITLE = "pipeline", "Pipeline"
ABOUT = "Can the numbers be trusted, and what became of every row?"


def pipeline_page(**_query: str) -> html.Main:
    """The page as of now; without a snapshot only the run."""
    body = html.Div(
        [run_card("pipeline"), html.Div(_told(), id=ids.PIPELINE, className="sections")], className="sections"
    )
    return page(NAME, TITLE, ABOUT, body=(body,), filtered=False)


@callback(Output(ids.PIPELINE, "children"), Input(ids.SNAPSHOT, "data"), prevent_initial_call=True)
@allowed("viewer")
def renew(_snapshot: str | None) -> list[Component]:
    """Another snapshot is served than when the page was opened."""
    return _told()


def _told() -> list[Component]:
    try:
        snapshot = shop.snapshot()
    except NoSnapshot:
        return []
    settings = shop.settings()
    runs = history(settings, 20)
    return [
        freshness(snapshot, settings),
        stages_card(snapshot),
        accounts_card(snapshot),
        quality_card(snapshot, runs),
        rules_card(snapshot, settings),
        runs_card(snapshot, runs, settings),
        lineage_card(snapshot),
        columns_card(snapshot),
    ]
