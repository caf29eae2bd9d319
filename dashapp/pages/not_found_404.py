"""What an address shows that leads nowhere."""

from dash import html, register_page

from dashapp.components.page import page

NAME, TITLE = "not-found", "Nothing here"
ABOUT = "There is no page at this address: it may be mistyped, or from another version."


def not_found_page(**_query: str) -> html.Main:
    return page(NAME, TITLE, ABOUT, beside=("Go to the overview", "/"), filtered=False)


register_page(__name__, path=f"/{NAME}", name=TITLE, title=TITLE, order=99, nav=False, layout=not_found_page)
