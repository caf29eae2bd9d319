"""Pipeline: what became of every row, and the button that loads the data again."""

from dash import register_page

from dashapp.components.pipeline.body import NAME, TITLE, pipeline_page

register_page(__name__, path=f"/{NAME}", name=TITLE, title=TITLE, order=8, layout=pipeline_page)
