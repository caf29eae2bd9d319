"""The glossary: every metric and dimension in words, made from the catalogues for docs/metrics.md."""

from analytics.dimensions import DIMENSIONS
from analytics.measures import CountDistinct, Gap, Growth, Measure, Only, Ratio, Sum, Total
from analytics.metrics import METRICS

INTRODUCTION = """# Metrics and dimensions

Made by `python -m analytics.glossary > docs/metrics.md` from the catalogues `analytics/metrics.py` and
`analytics/dimensions.py`; a test holds this page against them. Page, API, export and file all use these
definitions and these names. "Today" is the day of the last valid order in the data, never the clock.
Rates are fractions; a value that cannot be had is null, with the reason beside it.
"""


def glossary() -> str:
    """The page as Markdown."""
    metrics = [f"| `{m.name}` | {m.label} | {m.unit} | {formula(m.measure)} | {m.about} |" for m in METRICS.values()]
    ways = [f"| `{d.name}` | {d.label} | {d.about} |" for d in DIMENSIONS.values()]
    return "\n".join(
        [
            INTRODUCTION,
            "## Metrics\n\n| name | label | unit | formula | what is counted |\n|---|---|---|---|---|",
            *metrics,
            "\n## Dimensions\n\n| name | label | what it is |\n|---|---|---|",
            *ways,
            "",
        ]
    )


def formula(measure: Measure) -> str:
    """A measure as a reader would write it: `revenue / orders`."""
    match measure:
        case Sum(column, table, only, once):
            return f"sum of `{table}.{column}`{_where(only)}{_each(once)}"
        case CountDistinct(column, table, only, _):
            return f"distinct `{table}.{column}`{_where(only)}"
        case Ratio(top, bottom):
            return f"`{top}` / `{bottom}`"
        case Total(needs):
            return " + ".join(f"`{name}`" for name in needs)
        case Gap(of, wanted):
            return f"`{of}` − `{wanted}`"
        case Growth(of):
            return f"`{of}` now / `{of}` before − 1"


def _where(only: Only | None) -> str:
    if only is None:
        return ""
    if only.above is not None:
        return f" where `{only.column}` > {only.above}"
    return f" where `{only.column}` {'≠' if only.isnt is not None else '='} {only.isnt or only.is_}"


def _each(once: str) -> str:
    return f", once a `{once}`" if once else ""


if __name__ == "__main__":
    print(glossary(), end="")
