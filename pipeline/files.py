"""The files: what lies in a folder, how each is written, and which source it is."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipeline.containers import SUFFIXES, Part, foreign, parts, passed_over, unreckoned
from pipeline.encodings import encoding_of
from pipeline.errors import DataError
from pipeline.headers import Header, above, check, find_header, lacking, places
from pipeline.layouts import NONE, Answers, Layouts
from pipeline.sources import SOURCES, Source, plain

NOBODY = Layouts()


@dataclass(frozen=True)
class File:
    """A file that is one of our sources: `places` tells at which position of a row each known column stands, `header` where
    its column names are, `answers` what a person has said about this layout."""

    part: Part
    source: Source
    encoding: str
    header: Header
    places: dict[str, int]
    answers: Answers = field(default=NONE)

    @property
    def path(self) -> Path:
        return self.part.path

    @property
    def name(self) -> str:
        """How a message calls it."""
        return self.part.name

    @property
    def separator(self) -> str:
        return self.header.separator

    @property
    def headers(self) -> tuple[str, ...]:
        return self.header.names

    def called(self, column: str) -> str:
        """How the file's own header names a column, in quotes."""
        return repr(self.headers[self.places[column]])

    @property
    def ignored(self) -> tuple[str, ...]:
        """Headers that no column of ours goes by."""
        return tuple(header for i, header in enumerate(self.headers) if i not in self.places.values())

    @property
    def known_headers(self) -> frozenset[str]:
        return frozenset(map(plain, self.headers))


def recognise(folder: Path, layouts: Layouts = NOBODY) -> tuple[dict[str, File], list[str]]:
    """The sources in a folder by name, and the names of the files that are none.

    A file is known by what was said of its layout, then by its name, then by its header.
    Raises `DataError` where there are no sales, two files claim one source, or a file lacks what it needs.
    """
    if not folder.is_dir():
        raise DataError(f"{folder} is not a folder. Give the folder that holds sales_transactions.csv.")
    found: dict[str, File] = {}
    unknown = []
    for part in in_folder(folder):
        file = recognised(part, layouts)
        if file is None:
            unknown.append(part.name)
        elif file.source.name in found:
            other = found[file.source.name].name
            raise DataError(
                f"{other} and {part.name} both look like {file.source.name}. Keep one of them in {folder}.", "source"
            )
        else:
            found[file.source.name] = file
    over = [
        what for path in sorted(folder.iterdir()) if not path.name.startswith((".", "~$")) for what in passed_over(path)
    ]
    unknown += [what for what in over if what not in unknown]
    if "sales_transactions" not in found:
        seen = (
            f" It holds: {', '.join(unknown)}, none read as a table with an order, a product, a date and an amount."
            if unknown
            else ""
        )
        raise DataError(f"No sales in {folder}.{seen} Put sales_transactions.csv there.")
    return found, unknown


def in_folder(folder: Path) -> Iterator[Part]:
    """Every table that lies in a folder, in the order of names."""
    for path in sorted(candidates(folder)):
        yield from parts(path)


def candidates(folder: Path) -> Iterator[Path]:
    """The files of a folder that could be exports; hidden ones are not."""
    for path in folder.iterdir():
        if path.is_file() and path.name.lower().endswith(SUFFIXES) and not path.name.startswith((".", "~$")):
            yield path


def recognised(part: Part, layouts: Layouts = NOBODY) -> File | None:
    """What a table is; nothing where it is none of ours. Raises `DataError` where it should be one and cannot be used."""
    named = _named(part)
    what = no_table(part)
    if what:
        if named:
            raise DataError(f"{part.name} {what}. Export it again, or take it out of the folder.")
        return None
    header, text, encoding = read_header(part, layouts)
    if header is None:
        return None
    answers = layouts.of(header.names)
    if answers.source == "none" or (answers.inside and answers.inside != part.inside):
        return None
    source = SOURCES.get(answers.source) or named or _fitting(header)
    if source is None:
        return None
    if not answers.source:
        _refuse_another(part, header, source)
    above(part.name, text, header)
    cell = unreckoned(part)
    if cell:
        raise DataError(
            f"{part.name}, cell {cell} holds a formula that was never worked out. Open the workbook, save it once, and load again."
        )
    return _file(File(part, source, answers.encoding or encoding, header, {}, answers))


def read_header(part: Part, layouts: Layouts = NOBODY, anyhow: bool = False) -> tuple[Header | None, str, str]:
    """The header of a table, the beginning of its text, and its encoding; `anyhow`: even where its letters are not known."""
    try:
        encoding = encoding_of(part)
    except DataError:
        said = _header(part, "latin-1", layouts)[0]
        encoding = layouts.of(said.names).encoding if said else ""
        if not encoding and not anyhow:
            raise
    return *_header(part, encoding or "latin-1", layouts), encoding or "latin-1"


def _header(part: Part, encoding: str, layouts: Layouts) -> tuple[Header | None, str]:
    text = part.head().decode(encoding, "replace").lstrip("\ufeff")
    return find_header(text, lambda names: layouts.of(names) is not NONE), text


def no_table(part: Part) -> str:
    """What is wrong with it where it can be no table, in words; else empty."""
    head = part.head(1 << 12)
    what = foreign(head)
    if what:
        return f"is {what}, not a table of text"
    return "" if head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0") else "is empty"


def _named(part: Part) -> Source | None:
    stem = plain(part.stem)
    return next((s for s in SOURCES.values() if stem in map(plain, s.names)), None)


def _fitting(header: Header) -> Source | None:
    """The source of which the header names the most columns; a bare `id` may be the id of anything.

    Where one that lacks something names more, the file is that one and has to be asked about, not loaded as another.
    """
    names = [name if plain(name) != "id" else "" for name in header.names]
    found = {name: places(source, names) for name, source in SOURCES.items()}
    fits = [name for name, there in found.items() if not lacking(SOURCES[name], there) and len(there) >= 3]
    best = max(found, key=lambda name: (len(found[name]), name in fits))
    return SOURCES[best] if fits else None


def _refuse_another(part: Part, header: Header, source: Source) -> None:
    """Raises `DataError` where a file goes by the name of one source and has the columns of another."""
    other = _fitting(header)
    if other and len(places(other, list(header.names))) >= 2 * len(places(source, list(header.names))):
        raise DataError(
            f"{part.name} goes by the name of {source.file}, but its columns are those of {other.file}: {', '.join(header.names)}. "
            f"Rename it to {other.file}, or take it out of the folder.",
            "source",
        )


def _file(file: File) -> File:
    said = file.answers.columns
    header = ["" if name in said.values() else name for name in file.headers]
    found = {c: p for c, p in places(file.source, header).items() if c not in said}
    found |= {c: file.headers.index(name) for c, name in said.items() if name and name in file.headers}
    check(file.name, file.source, file.header, found, said)
    return replace(file, places=found)
