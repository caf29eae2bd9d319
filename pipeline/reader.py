"""The reader: records of separated text as an RFC 4180 parser sees them, with the physical line that each begins on.

Text comes in blocks. Where its quotes stand as they should, the ends of records are found by counting and Arrow
splits the fields; a block that is out of order goes through Python's csv. Both give the same records.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv

from pipeline.errors import DataError

BLOCK = 8 << 20
LONGEST = 64 << 20
LINE_END = re.compile(rb"\r\n?|\n")
QUOTE, NEWLINE, RETURN = 34, 10, 13
END = b"\x1a"  # which DOS wrote behind a file


@dataclass(frozen=True)
class Records:
    """Some records: `fields` has a text column for each header, `lines` where each record begins, and `broken` the records that
    have more or fewer fields, or a quote out of place, as found."""

    lines: np.ndarray
    fields: list[pa.Array]
    broken: list[tuple[int, str]]


@dataclass
class Text:
    """A stream of UTF-8 of which some is at hand; `line` counts the physical lines already taken."""

    name: str
    chunks: Iterator[bytes]
    held: bytes = b""
    line: int = 0
    ended: bool = False

    def fill(self, size: int) -> None:
        """Hold at least so many bytes, where there are any."""
        got = [self.held]
        length = len(self.held)
        while length < size and not self.ended:
            chunk = next(self.chunks, None)
            self.ended = chunk is None
            got.append(chunk or b"")
            length += len(got[-1])
        self.held = b"".join(got)
        if self.ended:
            self.held = self.held.rstrip(END)

    def take(self, size: int, lines: int) -> None:
        self.held = self.held[size:]
        self.line += lines

    def skip(self, lines: int) -> None:
        """Pass over physical lines, the header and what stands above it."""
        for _ in range(lines):
            end = LINE_END.search(self.held)
            while (end is None or end.end() == len(self.held)) and not self.ended:
                self.fill(len(self.held) + BLOCK)
                end = LINE_END.search(self.held)
            self.take(end.end() if end else len(self.held), 1)


def never(_piece: str) -> bool:
    """No line within a field is a row."""
    return False


def records(
    text: Text,
    separator: str,
    width: int,
    block: int = BLOCK,
    quick: bool = True,
    is_row: Callable[[str], bool] = never,
) -> Iterator[Records]:
    """All records of a text; blank ones are none. Not `quick`: all by Python's csv.

    A record with a quote out of place ends with its line, and the next line is read anew; so does one in which a quoted
    field holds a line that `is_row`: its closing quote is missing, and the rows behind it must not be lost.
    Raises `DataError` for a quote that never closes, and for a record of more than 64 MB.
    """
    while True:
        text.fill(block)
        if not text.held:
            return
        found = _by_counting(text, separator, width, is_row) if quick else None
        yield found or _by_csv(text, separator, width, min(block, len(text.held)), is_row)


def _by_counting(text: Text, separator: str, width: int, is_row: Callable[[str], bool]) -> Records | None:
    """The whole records at hand; nothing where they are out of order, or none is whole."""
    data = np.frombuffer(text.held, np.uint8)
    if _has_lone_return(text.held):
        return None
    quotes = np.flatnonzero(data == QUOTE)
    if quotes.size and not _in_order(data, quotes, ord(separator), text.ended):
        return None
    newlines = np.flatnonzero(data == NEWLINE)
    ends = _outside(newlines, quotes)
    if text.ended and quotes.size % 2 == 0 and text.held[-1] != NEWLINE:
        ends = np.append(ends, len(data))
    if not ends.size:
        return None
    starts = np.concatenate(([0], ends[:-1] + 1))
    bare = ends - (data[np.maximum(ends, 1) - 1] == RETURN)
    separators = _outside(np.flatnonzero(data == ord(separator)), quotes)
    counts = np.diff(np.searchsorted(separators, np.concatenate((starts, [ends[-1]])))) + 1
    lines = text.line + 1 + np.searchsorted(newlines, starts)
    whole = (counts == width) & (bare > starts)
    fields = _split(text.held, starts, ends, whole, separator, width)
    if fields is None or (len(newlines) > len(ends) and _swallows(fields, is_row)):
        return None
    wrong = np.flatnonzero(~whole & (bare > starts))
    found = [(int(lines[i]), text.held[starts[i] : bare[i]].decode()) for i in wrong]
    broken = [(line, raw) for line, raw in found if not _is_blank(raw, separator)]
    size = min(int(ends[-1]) + 1, len(text.held))
    text.take(size, int(np.searchsorted(newlines, size)))
    return _without_blanks(lines[whole], fields, broken)


def _has_lone_return(held: bytes) -> bool:
    return b"\r" in held and held.count(b"\r") != held.count(b"\r\n")


def _in_order(data: np.ndarray, quotes: np.ndarray, separator: int, ended: bool) -> bool:
    """Whether each quote opens a field, closes one, or is doubled within one."""
    edges = np.array([separator, NEWLINE, RETURN], np.uint8)
    before = data[np.maximum(quotes - 1, 0)]
    after = data[np.minimum(quotes + 1, len(data) - 1)]
    begins, finishes = np.isin(before, edges[:2]) | (quotes == 0), np.isin(after, edges) | (quotes == len(data) - 1)
    follows = np.concatenate(([False], np.diff(quotes) == 1))
    opening, closing = np.arange(quotes.size) % 2 == 0, np.arange(quotes.size) % 2 == 1
    precedes = np.concatenate((follows[1:], [False]))
    good = (opening & (begins | follows)) | (closing & (finishes | precedes))
    return bool(good.all()) and (not ended or quotes.size % 2 == 0)


def _outside(positions: np.ndarray, quotes: np.ndarray) -> np.ndarray:
    return positions[np.searchsorted(quotes, positions) % 2 == 0] if quotes.size else positions


def _split(
    held: bytes, starts: np.ndarray, ends: np.ndarray, whole: np.ndarray, separator: str, width: int
) -> list[pa.Array] | None:
    """The fields of the whole records; nothing where Arrow counts otherwise."""
    count = int(whole.sum())
    if not count:
        return [pa.array([], pa.string())] * width
    kept = held[: int(ends[-1]) + 1] if whole.all() else _joined(held, starts, ends, whole)
    longest = int((ends - starts).max()) + 2
    try:
        table = pcsv.read_csv(
            pa.BufferReader(kept),
            pcsv.ReadOptions(column_names=[str(i) for i in range(width)], block_size=max(1 << 20, 2 * longest)),
            pcsv.ParseOptions(delimiter=separator, newlines_in_values=True),
            pcsv.ConvertOptions(column_types={str(i): pa.string() for i in range(width)}, strings_can_be_null=False),
        )
    except pa.ArrowInvalid:
        return None
    return [column.combine_chunks() for column in table.columns] if table.num_rows == count else None


def _swallows(fields: list[pa.Array], is_row: Callable[[str], bool]) -> bool:
    long = (field.filter(pc.match_substring(field, "\n")) for field in fields if len(field))
    return any(is_row(piece) for field in long for value in field.to_pylist() for piece in value.splitlines()[1:])


def _joined(held: bytes, starts: np.ndarray, ends: np.ndarray, whole: np.ndarray) -> bytes:
    """The whole records, cut out in runs."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], whole.astype(np.int8), [0]))))
    return b"".join(
        held[starts[a] : ends[b - 1] + 1] + (b"" if ends[b - 1] < len(held) else b"\n")
        for a, b in zip(edges[::2], edges[1::2], strict=True)
    )


def _by_csv(text: Text, separator: str, width: int, size: int, is_row: Callable[[str], bool]) -> Records:
    """The records that begin in the next `size` bytes, by Python's parser, which also knows what to do with a stray quote."""
    first, taken = text.line, _Lines(text)
    reader = csv.reader(taken, delimiter=separator, strict=True)
    lines: list[int] = []
    whole: list[list[str]] = []
    broken: list[tuple[int, str]] = []
    while taken.size < size:
        line = first + taken.count + 1
        taken.begin()
        try:
            fields = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            _refuse_endless(text, line, taken, error)
            taken.back()
            broken.append((line, taken.since()))
            continue
        if taken.more and any(is_row(piece) for field in fields for piece in field.splitlines()[1:]):
            taken.back()
            broken.append((line, taken.since()))
        elif len(fields) == width:
            lines.append(line)
            whole.append(fields)
        elif any(field.strip() for field in fields):
            broken.append((line, taken.since()))
    columns = [pa.array([fields[i] for fields in whole], pa.string()) for i in range(width)]
    text.take(taken.size, taken.count)
    return _without_blanks(np.array(lines, np.int64), columns, broken)


def _refuse_endless(text: Text, line: int, taken: "_Lines", error: csv.Error) -> None:
    if "unexpected end" in str(error) or "field larger" in str(error) or taken.size - taken.start > LONGEST:
        raise DataError(
            f"{text.name}, line {line}: a quote opens here and never closes. Add the closing quote."
            if "field larger" not in str(error) or b'"' in text.held[taken.start : taken.start + LONGEST]
            else f"{text.name}, line {line}: a field of more than 64 MB. Export the file again."
        ) from None


class _Lines:
    """The physical lines of a text, one by one, with the bytes and lines given out so far."""

    def __init__(self, text: Text) -> None:
        self.text, self.size, self.count = text, 0, 0
        self.begin()

    def begin(self) -> None:
        """A record begins here."""
        self.start, self.first, self.before = self.size, 0, self.count

    @property
    def more(self) -> bool:
        """Whether the record goes over several lines."""
        return self.count > self.before + 1

    def back(self) -> None:
        """To the end of the first line of the record."""
        self.size, self.count = self.first, self.before + 1

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        searched = self.size
        while True:
            held = self.text.held
            end = LINE_END.search(held, searched)
            if (end and end.end() < len(held)) or self.text.ended:
                break
            searched = max(self.size, len(held) - 1)
            self.text.fill(len(held) + BLOCK)
            if len(self.text.held) - self.start > 2 * LONGEST:
                raise csv.Error("field larger than any record")
        stop = end.end() if end else len(held)
        if stop == self.size:
            raise StopIteration
        line = held[self.size : stop]
        self.size, self.count, self.first = stop, self.count + 1, self.first or stop
        return line.decode()

    def since(self) -> str:
        """The record being read, as found."""
        return self.text.held[self.start : self.size].decode().rstrip("\r\n")


def _is_blank(raw: str, separator: str) -> bool:
    if raw.replace(separator, "").replace('"', "").strip():
        return False
    reader = csv.reader(io.StringIO(raw, newline=""), delimiter=separator)
    return not any(field.strip() for field in next(reader, []))


def _without_blanks(lines: np.ndarray, fields: list[pa.Array], broken: list[tuple[int, str]]) -> Records:
    """Records of separators and blanks alone are blank lines, as spreadsheets write them below their last row."""
    total = np.zeros(len(lines), np.int64)
    for field in fields:
        total += _lengths(field)
    suspects = np.flatnonzero(total <= len(fields) * 2)
    blank = [i for i in suspects if not any(field[int(i)].as_py().strip() for field in fields)]
    if not blank:
        return Records(lines, fields, broken)
    kept = np.ones(len(lines), bool)
    kept[blank] = False
    return Records(lines[kept], [field.filter(pa.array(kept)) for field in fields], broken)


def _lengths(field: pa.Array) -> np.ndarray:
    offsets = np.frombuffer(field.buffers()[1], np.int32)[field.offset : field.offset + len(field) + 1]
    return np.diff(offsets) if len(field) else np.zeros(0, np.int64)
