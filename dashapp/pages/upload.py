"""Add data: files dropped, looked at, corrected and loaded, all from the browser."""

from dash import register_page

from dashapp.components.upload.body import NAME, TITLE, upload_page

register_page(__name__, path=f"/{NAME}", name=TITLE, title=TITLE, order=9, layout=upload_page)
