"""The pages, listed by hand in the order of the navigation."""

from importlib import import_module
from types import ModuleType

PAGES = (
    "overview",
    "sales",
    "customers",
    "transactions",
    "returns",
    "customer",
    "forecast",
    "churn",
    "models",
    "costs",
    "assistant",
    "asked",
    "pipeline",
    "quarantine",
    "duplicates",
    "upload",
)
ELSEWHERE = "not_found_404"  # what Dash shows at any other address


def register() -> None:
    """Make every page known to Dash; an app must exist by then."""
    for name in (*PAGES, ELSEWHERE):
        import_module(f"dashapp.pages.{name}")


def declared(name: str) -> ModuleType:
    """The module of a page, with its `TITLE` and what it shows: `CARDS` and `CHARTS`; an app must exist by then."""
    return import_module(f"dashapp.pages.{name}")
