"""Duplicates: the rows that said what another row says already."""

from dash import register_page

from dashapp.components.page import page

NAME = "duplicates"
TITLE = "Duplicates"
UNDER = ("Pipeline", "/pipeline")
BESIDE = ("Rows that could not be used are in quarantine.", "/pipeline/quarantine")

register_page(__name__, path=f"/pipeline/{NAME}", name=TITLE, title=TITLE, order=8.2, nav=False,
              layout=page(NAME, TITLE, "Which rows were there twice?",
                          lists=(NAME,), under=UNDER, beside=BESIDE, filtered=False))  # fmt: skip
