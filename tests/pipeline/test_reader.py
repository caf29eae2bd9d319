"""Records are those of Python's own csv, on the lines where they stand, whatever the block and the damage."""

import csv
import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import DataError
from pipeline.reader import Text, records

PIECES = st.sampled_from(
    (
        "a",
        "12.5",
        ",",
        ",",
        ",",
        ";",
        '"',
        '""',
        "\n",
        "\n",
        "\r\n",
        "\r",
        " ",
        "é",
        "\0",
        '"x,y"',
        '"two\nlines"',
        '"q""q"',
        "\t",
        "x\n",
    )
)
WIDTH = 3
Record = tuple[int, list[str] | None]


def independent(text: str) -> list[Record] | str:
    """Line and fields of each record, no fields where it is broken; the word of refusal where a quote never closes.

    A record with a quote out of place ends with its line.
    """
    lines = list(io.StringIO(text, newline=""))
    at, out = 0, []
    while at < len(lines):
        reader = csv.reader(iter(lines[at:]), strict=True)
        try:
            fields = next(reader)
        except csv.Error as error:
            if "unexpected end" in str(error):
                return "never closes"
            out.append((at + 1, None))
            at += 1
            continue
        if any(field.strip() for field in fields):
            out.append((at + 1, fields if len(fields) == WIDTH else None))
        at += reader.line_num
    return out


def ours(text: str, block: int, quick: bool) -> list[Record] | str:
    data = text.encode()
    chunks = (data[i : i + 5] for i in range(0, len(data), 5))
    out: list[Record] = []
    try:
        for found in records(Text("it", chunks), ",", WIDTH, block, quick):
            columns = [field.to_pylist() for field in found.fields]
            rows = zip(map(int, found.lines), map(list, zip(*columns, strict=True)), strict=True)
            out += sorted([*rows, *((line, None) for line, _ in found.broken)], key=lambda r: r[0])
    except DataError as error:
        return re.sub(r"^it, line \d+: .* (never closes).*", r"\1", str(error))
    return out


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join), st.sampled_from((1, 7, 20, 64, 1 << 20)))
def test_both_ways_give_the_records_and_lines_of_an_independent_parser(text: str, block: int) -> None:
    expected = independent(text)
    assert ours(text, block, quick=True) == expected
    assert ours(text, block, quick=False) == expected


def test_lines_above_the_header_are_passed_over_whatever_ends_them() -> None:
    text = Text("it", iter([b"title\r", b"\nnote\rhead", b"er\na,b,c\n"]))
    text.skip(3)
    found = next(records(text, ",", WIDTH))
    assert ([int(line) for line in found.lines], found.fields[0].to_pylist()) == ([4], ["a"])


def test_a_line_of_ten_megabytes_is_a_field_like_any_other() -> None:
    big = "x" * (10 << 20)
    text = Text("it", iter([f'1,"{big}",2\n3,{big},4\n5,6,7\n'.encode()]))
    found = list(records(text, ",", WIDTH, 1 << 16))
    assert [int(line) for r in found for line in r.lines] == [1, 2, 3]
    assert [len(f or "") for r in found for f in r.fields[1].to_pylist()] == [10 << 20, 10 << 20, 1]


@pytest.mark.parametrize("quick", [True, False])
def test_rows_behind_a_missing_quote_are_not_lost(quick: bool) -> None:
    text = Text("it", iter([b'1,"a,2\n3,b,4\n5,c",6\n7,"d\ne",8\n']))
    found = next(records(text, ",", WIDTH, quick=quick, is_row=lambda piece: piece.count(",") == 2))
    assert found.broken == [(1, '1,"a,2')]
    assert [f.to_pylist() for f in found.fields] == [["3", "5", "7"], ["b", 'c"', "d\ne"], ["4", "6", "8"]]
    assert [int(line) for line in found.lines] == [2, 3, 4]
