"""What was asked: the questions of the readers, what came of them, and the verified ones."""

from dash import register_page

from dashapp.components.assistant.asked import NAME, TITLE, asked_page

register_page(__name__, path=f"/{NAME}", name=TITLE, title=TITLE, order=7.6, nav=False, layout=asked_page)
