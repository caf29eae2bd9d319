"""The written definitions are those that are computed."""

from pathlib import Path

from analytics.glossary import glossary

PAGE = Path(__file__).parents[2] / "docs" / "metrics.md"


def test_the_page_of_definitions_is_up_to_date() -> None:
    assert PAGE.read_text() == glossary(), "Run: python -m analytics.glossary > docs/metrics.md"
