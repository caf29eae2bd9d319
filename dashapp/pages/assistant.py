"""Ask: a question in plain English, answered with its number and everything needed to check it."""

from dash import register_page

from dashapp.components.assistant.body import NAME, TITLE, assistant_page

register_page(__name__, path=f"/{NAME}", name="Ask", title=TITLE, order=7.5, layout=assistant_page)
