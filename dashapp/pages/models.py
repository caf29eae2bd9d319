"""Models: how each was judged, which version serves, and when it learns again."""

from dash import register_page

from dashapp.components.models.body import NAME, TITLE, models_page

register_page(__name__, path=f"/{NAME}", name=TITLE, title=TITLE, order=5, layout=models_page)
