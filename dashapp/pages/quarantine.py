"""Quarantine: the rows that could not be used, each with its place and its reason."""

from dash import register_page

from dashapp.components.page import page

NAME = "quarantine"
TITLE = "Quarantine"
UNDER = ("Pipeline", "/pipeline")
BESIDE = ("Doubles are listed apart.", "/pipeline/duplicates")

register_page(__name__, path=f"/pipeline/{NAME}", name=TITLE, title=TITLE, order=8.1, nav=False,
              layout=page(NAME, TITLE, "Which rows could not be used, and what would mend them?",
                          lists=(NAME,), under=UNDER, beside=BESIDE, filtered=False))  # fmt: skip
