"""A file that has grown is read from where it ended, and gives what reading all of it gives."""

import csv
import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline import reading
from pipeline.containers import Part
from pipeline.errors import DataError
from pipeline.files import recognised
from pipeline.ingest import Raw
from pipeline.reuse import Shelf

TODAY = date(2025, 3, 1)
SALES = {
    "order_id": ("O1", "O2", "001", ""),
    "customer_id": ("C1", "C2", "nan", "C\u200b3"),
    "product_id": ("P1", "P2", "12.0", ""),
    "order_date": ("2024-01-05", "2024-01-05", "05/06/2024", "13/06/2024", "06/13/2024", "24/03/05", "05.05.2024", "2199-01-01", "x"),
    "quantity": ("1", "1", "2", "1,5", "0", "two", ""),
    "unit_price": ("1.50", "1.50", "1,50", "1,234", "1.234", "$2.00", "€3.00", "1.234,50", ""),
    "total_amount": ("3.00", "3.00", "-1", "4,00", "NULL", ""),
    "region": ("North", "North", "Köln", 'E"ast', "two\nlines", "a\0b", "MÃ¼ller", "lost \ufffd"),
}  # fmt: skip
CUSTOMERS = {
    "customer_id": ("C1", "C2", "C3", "", "--"),
    "customer_name": ("Ada", "Björn", ""),
    "email": ("ada@example.com", "none", "x"),
    "signup_date": ("2024-01-25", "25/01/2024", "2024-02-01", "2199-01-01", "45000", ""),
    "region": ("North", " South", "South"),
}
DAMAGE = st.sampled_from(("", "", "", "", "cut", "long", "blank", "again", "stray quote", "total", "header"))


def rows(cells: dict[str, tuple[str, ...]]) -> st.SearchStrategy[list[tuple[tuple[str, ...], str]]]:
    return st.lists(st.tuples(st.tuples(*map(st.sampled_from, cells.values())), DAMAGE), min_size=1, max_size=14)


FILES = st.one_of(st.tuples(st.just("sales"), rows(SALES)), st.tuples(st.just("customers"), rows(CUSTOMERS)))


def text_of(name: str, rows: list[tuple[tuple[str, ...], str]], end: str) -> str:
    header = tuple({"sales": SALES, "customers": CUSTOMERS}[name])
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=end)
    writer.writerow(header)
    for row, damage in rows:
        shapes = {"blank": [()], "cut": [row[:3]], "long": [(*row, "more")], "again": [row, row], "header": [header, row],
                  "total": [("Total", *("" for _ in row[1:])), row]}  # fmt: skip
        if damage == "stray quote":
            out.write(f'a"b,"c"d{end}')
        writer.writerows(shapes.get(damage, [row]))
    return out.getvalue()


@contextmanager
def starts(block: int) -> Iterator[list[int]]:
    """From which byte each reading starts; blocks of so many rows."""
    seen: list[int] = []

    class Noting(Raw):
        def blocks(self, rows: int = block) -> Iterator[pa.Table]:
            seen.append(self.start.bytes)
            return super().blocks(rows)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "Raw", Noting)
        yield seen


def found(path: Path, shelf: Path, today: date = TODAY, tidied: bool = False) -> object:
    """All that a file is read to, or the words in which it is refused."""
    db, kept = duckdb.connect(), Shelf(shelf)
    try:
        file = recognised(Part(path))
        assert file
        read = kept.read(db, file, today)
        read.open(db)
        name = file.source.name
        tables = {t: db.sql(f"FROM {name}{t}").fetchall() for t in ("", "_quarantine", "_duplicates")}
    except DataError as error:
        return str(error)
    finally:
        db.close()
        kept.tidy() if tidied else None
    assert all([row[0 if t != "_quarantine" else 2] for row in rows] == sorted(row[0 if t != "_quarantine" else 2] for row in rows)
               for t, rows in tables.items())  # fmt: skip
    return repr((tables, read.rows, read.money, read.missing))


def tried(name: str, text: bytes, cuts: list[int], block: int) -> list[int]:
    """Read the file as it was at each cut and at its end; what is found at the end is what reading it at once finds."""
    with tempfile.TemporaryDirectory() as folder, starts(block) as seen:
        path = Path(folder) / f"{name}.csv"
        for cut in sorted({*(c % len(text) for c in cuts)}):
            end = text.rfind(b"\n", 0, cut) + 1
            if text.count(b"\n", 0, end) > 1:
                path.write_bytes(text[:end])
                found(path, Path(folder) / "shelf")
        path.write_bytes(text)
        del seen[:]
        grown = found(path, Path(folder) / "shelf")
        from_ = list(seen)
        with starts(1000):
            assert grown == found(path, Path(folder) / "other")
        return from_


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    FILES,
    st.sampled_from(("\n", "\r\n")),
    st.lists(st.integers(0, 3000), min_size=1, max_size=3),
    st.sampled_from((1, 3, 1000)),
)
def test_what_has_grown_is_what_reading_all_of_it_gives(
    file: tuple[str, list[tuple[tuple[str, ...], str]]], end: str, cuts: list[int], block: int
) -> None:
    name, rows = file
    tried(name, text_of(name, rows, end).encode(), cuts, block)


@pytest.mark.slow
@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    FILES,
    st.sampled_from(("utf-8", "utf-8-sig", "cp1252")),
    st.lists(st.integers(0, 3000), min_size=1, max_size=3),
    st.sampled_from((1, 3, 1000)),
)
def test_hundreds_of_grown_files(
    file: tuple[str, list[tuple[tuple[str, ...], str]]], encoding: str, cuts: list[int], block: int
) -> None:
    name, rows = file
    tried(name, text_of(name, rows, "\n").encode(encoding, "replace"), cuts, block)


LINE = "O{},C1,P1,{},2,1.50,3.00,North\n"
BEGUN = ",".join(SALES) + "\n" + "".join(LINE.format(i, "2024-01-05") for i in range(4))


@pytest.mark.parametrize(
    ("more", "from_end"),
    [
        (LINE.format(9, "2024-01-06"), True),
        (LINE.format(2, "2024-01-05"), True),  # equal to one that was there
        ("O9,C1,P1,someday,2,1.50,3.00,North\n\n,,\nO8,C1\n", True),
        (LINE.format(9, "13/06/2024"), False),  # how such dates are written had not been seen
        ("O9,C1,P1,2024-01-06,2,\"1,50\",3.00,North\n", False),
        ("O9,C1,P1,2024-01-06,2,1.50,$3.00,North\n", True),  # one currency leaves the others as they are
    ],
)  # fmt: skip
def test_only_what_has_come_is_read_where_it_is_written_as_before(more: str, from_end: bool) -> None:
    begun = BEGUN.encode()
    read = tried("sales", begun + more.encode(), [len(begun) + 1], 1000)
    assert (read == [len(begun)]) is from_end
    assert read[-1] == (len(begun) if from_end else 0)


@pytest.mark.parametrize("before", [BEGUN.removesuffix("\n"), BEGUN.replace("O1", "O7")])
def test_a_file_that_began_otherwise_or_within_a_line_is_read_whole(before: str, tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_text(before)
    found(path, tmp_path / "shelf")
    path.write_text(BEGUN + LINE.format(9, "2024-01-06"))
    with starts(1000) as seen:
        assert found(path, tmp_path / "shelf") == found(path, tmp_path / "other")
    assert seen == [0, 0] or seen == [len(before), 0, 0]


def test_a_new_day_costs_nothing_unless_a_date_lay_ahead(tmp_path: Path) -> None:
    path, later = tmp_path / "sales.csv", TODAY + timedelta(days=3)
    path.write_text(BEGUN)
    with starts(1000) as seen:
        before = found(path, tmp_path / "shelf")
        assert found(path, tmp_path / "shelf", later) == before
        assert seen == [0]
        path.write_text(BEGUN + LINE.format(9, later))
        ahead = found(path, tmp_path / "shelf")
        come = found(path, tmp_path / "shelf", later)
    assert "future_date" in str(ahead)
    assert "future_date" not in str(come)
    assert come == found(path, tmp_path / "other", later)


def test_what_came_behind_may_be_refused_and_mended(tmp_path: Path) -> None:
    path, shelf = tmp_path / "sales.csv", tmp_path / "shelf"
    path.write_text(BEGUN)
    found(path, shelf)
    path.write_text(BEGUN + 'O8,"C1,P1\n')
    with starts(1000) as seen:
        assert "line 6: a quote opens here and never closes" in str(found(path, shelf, tidied=True))
        assert [folder.name[0] != "." for folder in shelf.iterdir()] == [True]
        path.write_text(BEGUN + LINE.format(8, "2024-01-06"))
        assert found(path, shelf, tidied=True) == found(path, tmp_path / "other")
    assert seen == [len(BEGUN), len(BEGUN), 0]
    assert len(list(shelf.iterdir())) == 1
