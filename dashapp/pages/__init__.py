"""The pages, listed by hand in the order of the navigation."""

from importlib import import_module

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


def register() -> None:
    """Make every page known to Dash; an app must exist by then."""
    for name in PAGES:
        import_module(f"dashapp.pages.{name}")
