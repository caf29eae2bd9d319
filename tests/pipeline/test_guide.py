"""docs/data.md says what the catalogues say."""

from pipeline.guide import GUIDE, renewed, tables


def test_the_guide_is_the_one_that_the_catalogues_write() -> None:
    assert GUIDE.read_text() == renewed(GUIDE.read_text())


def test_every_table_stands_in_the_guide() -> None:
    text = GUIDE.read_text()
    assert [name for name, table in tables().items() if table not in text] == []
