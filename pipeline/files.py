"""The files: what lies in a folder, how each is written, and which source it is."""

import csv
import gzip
import io
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import IO

from pipeline.errors import DataError
from pipeline.sources import SOURCES, Column, Source, plain

SUFFIXES = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz")
SEPARATORS = (",", ";", "\t", "|")
csv.field_size_limit(64 * 1024 * 1024)


@dataclass(frozen=True)
class File:
    """A file that is one of our sources: `places` tells at which position of a row each known column stands."""

    path: Path
    source: Source
    encoding: str
    separator: str
    headers: tuple[str, ...]
    places: dict[str, int]

    @property
    def ignored(self) -> tuple[str, ...]:
        """Headers that no column of ours goes by."""
        return tuple(header for i, header in enumerate(self.headers) if i not in self.places.values())

    @property
    def known_headers(self) -> frozenset[str]:
        return frozenset(map(plain, self.headers))


def recognise(folder: Path) -> tuple[dict[str, File], list[str]]:
    """The sources in a folder by name, and the names of the files that are none. Files are known by name, then by header.

    Raises `DataError` where there are no sales, two files claim one source, or a file lacks what it needs.
    """
    if not folder.is_dir():
        raise DataError(f"{folder} is not a folder. Give the folder that holds sales_transactions.csv.")
    found: dict[str, File] = {}
    unknown = []
    for path in sorted(p for p in folder.iterdir() if p.is_file() and p.name.lower().endswith(SUFFIXES)):
        file = _recognised(path)
        if file is None:
            unknown.append(path.name)
        elif file.source.name in found:
            other = found[file.source.name].path.name
            raise DataError(f"{other} and {path.name} both look like {file.source.name}. Keep one of them in {folder}.")
        else:
            found[file.source.name] = file
    if "sales_transactions" not in found:
        seen = (
            f" It holds: {', '.join(unknown)}, none with an order, a product, a date and an amount." if unknown else ""
        )
        raise DataError(f"No sales in {folder}.{seen} Put sales_transactions.csv there.")
    return found, unknown


def _recognised(path: Path) -> File | None:
    encoding = encoding_of(path)
    header, separator = _header(path, encoding)
    if not header:
        if _named(path):
            raise DataError(f"{path.name} is empty. Export it again, or take it out of the folder.")
        return None
    named = _named(path)
    if named:
        return _file(path, named, encoding, separator, header)
    fits = [s for s in SOURCES.values() if not _lacking(s, _places(s, header))]
    best = max(fits, key=lambda s: len(_places(s, header)), default=None)
    if best is None or len(_places(best, header)) < 3:
        return None
    return _file(path, best, encoding, separator, header)


def _named(path: Path) -> Source | None:
    stem = plain(path.name.split(".")[0])
    return next((s for s in SOURCES.values() if stem in map(plain, s.names)), None)


def _file(path: Path, source: Source, encoding: str, separator: str, header: list[str]) -> File:
    doubles = {h for h in header if h and [plain(x) for x in header].count(plain(h)) > 1}
    if doubles:
        raise DataError(
            f"{path.name}, line 1: the column {sorted(doubles)[0]!r} stands there twice. Rename or remove one."
        )
    places = _places(source, header)
    lacking = _lacking(source, places)
    if lacking:
        near = get_close_matches(plain(lacking[0]), [plain(h) for h in header], n=1, cutoff=0.6)
        hint = f" Is it {next(h for h in header if plain(h) == near[0])!r}? Then rename it." if near else ""
        raise DataError(f"{path.name}, line 1: no column {lacking[0]!r}.{hint} The file has: {', '.join(header)}.")
    return File(path, source, encoding, separator, tuple(header), places)


def _places(source: Source, header: list[str]) -> dict[str, int]:
    """Own names first, so that an alias never takes a column that goes by its own name."""
    places: dict[str, int] = {}
    plains = [plain(h) for h in header]
    for names in (lambda c: (plain(c.name),), lambda c: tuple(c.also.split())):
        for column in source.columns:
            _place(column, names(column), plains, places)
    return places


def _place(column: Column, names: tuple[str, ...], plains: list[str], places: dict[str, int]) -> None:
    if column.name in places:
        return
    for name in names:
        if name in plains and plains.index(name) not in places.values():
            places[column.name] = plains.index(name)
            return


def _lacking(source: Source, places: dict[str, int]) -> list[str]:
    lacking = [name for name in source.required if name not in places]
    if source.needs and not any(need <= set(places) for need in source.needs):
        lacking += [sorted(need - set(places))[0] for need in source.needs][:1]
    return lacking


def encoding_of(path: Path) -> str:
    """By its byte order mark, else UTF-8 where all of it is, else Windows Latin-1."""
    with binary(path) as file:
        start = file.read(4)
        if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return "utf-16"
        if start[:3] == b"\xef\xbb\xbf":
            return "utf-8-sig"
    try:
        with text(path, "utf-8") as lines:
            while lines.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def binary(path: Path) -> IO[bytes]:
    return gzip.open(path) if path.suffix == ".gz" else path.open("rb")  # type: ignore[return-value]


def text(path: Path, encoding: str) -> io.TextIOWrapper:
    errors = "replace" if encoding == "cp1252" else "strict"
    return io.TextIOWrapper(binary(path), encoding=encoding, errors=errors, newline="")


def _header(path: Path, encoding: str) -> tuple[list[str], str]:
    """The first line that is not blank, split by the separator that makes the most of it."""
    with text(path, encoding) as lines:
        first = next((line for line in lines if line.strip()), "")
    splits = [([field.strip() for field in next(csv.reader([first], delimiter=s), [])], s) for s in SEPARATORS]
    return max(splits, key=lambda split: len(split[0])) if first.strip() else ([], ",")


def records(file: File) -> Iterator[tuple[int, list[str] | None]]:
    """Physical line number and fields of each record after the header; no fields where a quote is out of place.

    A record is what an RFC 4180 parser sees; blank lines are none. Raises `DataError` for a quote that never closes.
    """
    with text(file.path, file.encoding) as lines:
        reader = csv.reader(lines, delimiter=file.separator, strict=True)
        seen_header = False
        while True:
            line = reader.line_num + 1
            try:
                fields = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                if "unexpected end" in str(error):
                    raise DataError(
                        f"{file.path.name}, line {line}: a quote opens here and never closes. Add the closing quote."
                    ) from None
                yield line, None
                continue
            if not any(field.strip() for field in fields):
                continue
            if seen_header:
                yield line, fields
            seen_header = True
