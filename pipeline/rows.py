"""The rows that programs send: checked before they are kept, and written into the file of their source as it is written itself.

A row of a source whose keys are unique changes the one that is there under its key, in the columns that it names: the later
one counts. Other rows are put behind; one that is there already, letter for letter, is not written again.
"""

import csv
import io
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.containers import Part
from pipeline.errors import DataError
from pipeline.files import File
from pipeline.headers import places
from pipeline.mapping import sample
from pipeline.preview import preview
from pipeline.sources import Source

COMMA, POINT = re.compile(r"[+-]?[\d.]*\d,\d{1,2}"), re.compile(r"[+-]?[\d,]*\d\.\d{1,2}")
SHOWN = 3
Row = Mapping[str, object]
Written = dict[str, str]


@dataclass(frozen=True)
class Joined:
    """What became of rows: how many are new, the keys of those changed, and how many were there already; `data` is the file then."""

    data: bytes
    new: int = 0
    changed: tuple[str, ...] = ()
    known: int = 0


def read_csv(text: str) -> list[Row]:
    """Rows as CSV with a header. `DataError` with the line where it is none."""
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline=""), strict=True)
    rows: list[Row] = []
    try:
        for row in reader:
            if None in row or None in row.values():
                raise DataError(f"Line {reader.line_num} has more or fewer fields than the header.")
            rows.append(row)
    except csv.Error as error:
        raise DataError(f"Line {reader.line_num} is no CSV: {error}.") from None
    return rows


def written(source: Source, row: object, place: int) -> Written:
    """Values by our columns; the other names of a column are taken too. `DataError` where it can be no such row."""
    if not isinstance(row, Mapping):
        raise DataError(f"Row {place} is no object of column and value.")
    names = list(map(str, row))
    found = {names[at]: column for column, at in places(source, names).items()}
    unknown = [name for name in names if name not in found]
    if unknown or not found:
        columns = ", ".join(column.name for column in source.columns)
        raise DataError(f"Row {place}: no column {(unknown or [''])[0]!r} in {source.name}. It has: {columns}.")
    return {found[str(name)]: _text(value, found[str(name)], place) for name, value in row.items()}


def judge(source: Source, rows: list[Written]) -> None:
    """Raises `DataError` where a row would be set aside, or could be read in two ways: whoever sends it can still mend it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / source.file
        path.write_text("\n".join([_line([c.name for c in source.columns], ","), *lines(None, source, rows)]) + "\n")
        (found,) = preview(path)
    if found.error:
        raise DataError(
            re.sub(rf"{source.file}, line (\d+)", lambda m: f"Row {int(m[1]) - 1}", found.error), found.asks
        )
    wrong = [problem for problem in found.problems if problem.reason != "conflicting_double"]
    said = [f"Row {p.line - 1}, column {p.column}: {p.value!r}. {p.means} {p.done}" for p in wrong[:SHOWN]]
    if said:
        more = len(wrong) - len(said)
        raise DataError(" ".join([*said, f"And {more} more." if more else "", "No row was taken."]).replace("  ", " "))


def lines(file: File | None, source: Source, rows: list[Written]) -> list[str]:
    """The rows as lines of their file, in its order and with its decimal sign. `DataError` where it has no room for them."""
    if file is None:
        return [_line([row.get(column.name, "") for column in source.columns], ",") for row in rows]
    return [_line(_placed([""] * len(file.headers), file, row), file.separator) for row in _fitting(file, rows)]


def join(file: File | None, source: Source, rows: list[Written]) -> Joined:
    """The file with these rows."""
    if file is None or not source.unique or source.key not in file.places:
        return _behind(file, source, rows, _begun(file, source))
    text = encodable(file, file.path.read_bytes().decode(file.encoding, "replace"))
    records, changed, fresh = _records(file, text), dict[str, list[str]](), list[Written]()
    there = {
        fields[file.places[source.key]].strip(): at for at, (_, fields) in reversed([*enumerate(records)]) if fields
    }
    for key, row in _by_key(source, _fitting(file, rows)).items():
        if key not in there:
            fresh.append(row)
            continue
        before = records[there[key]][1]
        after = _placed([*before], file, row)
        if after != before:
            changed[key] = after
            records[there[key]] = (_line(after, file.separator) + "\n", after)
    data = "".join(raw for raw, _ in records).encode(file.encoding) if changed else file.path.read_bytes()
    made = _behind(file, source, fresh, data)
    return Joined(made.data, made.new, tuple(changed), len(rows) - made.new - len(changed))


def _by_key(source: Source, rows: list[Written]) -> dict[str, Written]:
    """One row for each key, of what the rows of that key say in turn; rows without a key stay apart."""
    out: dict[str, Written] = {}
    for place, row in enumerate(rows):
        key = row.get(source.key, "").strip() or f"\0{place}"
        out[key] = {**out.get(key, {}), **row}
    return out


def encodable(file: File | None, text: str) -> str:
    """The text, where it can be written in the file's letters; else `DataError`."""
    if file and "\ufffd" in text:
        raise DataError(
            f"{file.name} holds letters that cannot be read, so that no row of it can be changed. Load it anew first."
        )
    _bytes(file, text)
    return text


def _fitting(file: File, rows: list[Written]) -> list[Written]:
    """The rows with the file's decimal sign; `DataError` where it is packed or lacks a column of theirs."""
    if file.part.wrapping:
        raise DataError(f"{file.name} is packed, so that no row can be added. Load it as plain CSV first.")
    lost = [name for row in rows for name, value in row.items() if value and name not in file.places]
    if lost:
        raise DataError(f"{file.name} has no column {lost[0]!r}. It has: {', '.join(file.headers)}.")
    numbers = {column.name for column in file.source.columns if column.kind == "number"}
    if not _has_commas(file.part, [file.places[name] for name in numbers if name in file.places]):
        return rows
    return [
        {n: v.replace(".", ",") if n in numbers and POINT.fullmatch(v) else v for n, v in row.items()} for row in rows
    ]


def _placed(fields: list[str], file: File, row: Written) -> list[str]:
    for name, value in row.items():
        if name in file.places:
            fields[file.places[name]] = value
    return fields


def _begun(file: File | None, source: Source) -> bytes:
    return file.path.read_bytes() if file else (_line([c.name for c in source.columns], ",") + "\n").encode()


def _behind(file: File | None, source: Source, rows: list[Written], data: bytes) -> Joined:
    """The rows put behind those that are there, but for those that are there letter for letter."""
    text = data.decode(file.encoding if file else "utf-8", "replace")
    there, all_ = set(text.splitlines()), lines(file, source, rows)
    fresh = [line for line in dict.fromkeys(all_) if line not in there]
    begin = "" if text[-1:] in ("\n", "\r", "") else "\n"
    added = _bytes(file, begin + "\n".join(fresh) + "\n") if fresh else b""
    return Joined(data + added, len(fresh), known=len(all_) - len(fresh))


def _records(file: File, text: str) -> list[tuple[str, list[str]]]:
    """Each record as it stands, and its fields; none for the header, what stands above it, and rows of another width."""
    physical = list(io.StringIO(text, newline=""))
    reader = csv.reader(physical, delimiter=file.separator)
    out, before = [], 0
    for fields in reader:
        whole = reader.line_num > file.header.last and len(fields) == len(file.headers)
        out.append(("".join(physical[before : reader.line_num]), fields if whole else []))
        before = reader.line_num
    return out


def _text(value: object, column: str, place: int) -> str:
    if value is None:
        return ""
    if isinstance(value, bool | list | dict):
        raise DataError(f"Row {place}, column {column}: {value!r} is neither text nor number.")
    return str(value)


def _bytes(file: File | None, text: str) -> bytes:
    """The bytes of text in the middle of a file."""
    encoding = file.encoding.lower() if file else "utf-8"
    plain = {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}.get(encoding, encoding.replace("-sig", ""))
    try:
        return text.encode(plain)
    except UnicodeEncodeError as error:
        raise DataError(f"The file is written in {encoding}, which has no {error.object[error.start]!r}.") from None


def _has_commas(part: Part, places_: list[int]) -> bool:
    """Whether the numbers of a file are written with decimal commas."""
    values = [value for place in places_ for value in sample(part).values[place]]
    return any(map(COMMA.fullmatch, values)) and not any(map(POINT.fullmatch, values))


def _line(fields: list[str], separator: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="").writerow(" ".join(field.splitlines()) for field in fields)
    return out.getvalue()
